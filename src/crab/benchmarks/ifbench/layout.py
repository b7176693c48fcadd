"""IFBench's ``format`` instructions about lines, bullets and sections."""

from __future__ import annotations

from collections import defaultdict, deque
from itertools import pairwise
from typing import Literal

from crab.benchmarks.base import verdict
from crab.benchmarks.ifbench.family import IFBench
from crab.benchmarks.measures import bare
from crab.benchmarks.punkt import spans
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = ["LineIndent", "List", "Newline", "NoBulletsBullets", "SubBullets", "Thesis"]


class Newline(IFBench):
    """The lines that are not empty are as many as the words; marks of ASCII are deleted first."""

    says = "Write each word on a line of its own."
    example = Example({}, "It\nrained.", "It rained.")

    kind: Literal["ifbench/format:newline"] = "ifbench/format:newline"

    def decide(self, text: Text) -> Verdict:
        """Return whether there are as many lines as words."""
        string = bare(text.string).strip()
        lines = sum(map(bool, string.split("\n")))
        words = len(string.split())
        return Verdict(lines == words, f"{lines} lines, {words} words")


class LineIndent(IFBench):
    """Each line is indented by more spaces than the one before.

    Blank lines are taken out while the list of lines is walked through, so that every second one of
    a run stays, and fails (scitix/sieval#105).
    """

    says = "Indent each line by more spaces than the one before."
    example = Example({}, "rain\n  snow\n   hail", "rain\nsnow")

    kind: Literal["ifbench/format:line_indent"] = "ifbench/format:line_indent"

    def decide(self, text: Text) -> Verdict:
        """Return whether the indents grow."""
        indents = [len(line) - len(line.lstrip(" ")) for line in _left(text.string.split("\n"))]
        met = all(one < following for one, following in pairwise(indents))
        return verdict(met, "each line is indented more", "a line is not indented more")


def _left(lines: list[str]) -> list[str]:
    """Return the lines that stay where blank ones are removed from the list that is walked through.

    Removing a line takes out the first that is equal, and the walk then misses the next line.
    """
    blank: defaultdict[str, deque[int]] = defaultdict(deque)
    removed = set()
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.strip():
            at += 1
            continue
        blank[line].append(at)
        removed.add(blank[line].popleft())
        if at + 1 < len(lines) and not lines[at + 1].strip():
            blank[lines[at + 1]].append(at + 1)
        at += 2
    return [line for at, line in enumerate(lines) if at not in removed]


class List(IFBench):
    """A separator is found twice or more, wherever it stands."""

    says = "Answer with a list whose items begin with {sep} instead of bullet points."
    example = Example({"sep": "!?!?"}, "!?!? rain\n!?!? snow", "- rain\n- snow")

    kind: Literal["ifbench/format:list"] = "ifbench/format:list"
    sep: str
    """The separator."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the separator is found twice."""
        count = text.string.count(self.sep)
        return Verdict(count >= 2, f"{count} found")


class Thesis(IFBench):
    """Something stands between the first ``<i>`` (or ``<em>``) and its end, and something after.

    Only the first one is looked at.
    """

    says = "Begin each section with a thesis in italics, written in HTML."
    example = Example({}, "<i>Rain is good.</i> It waters.", "Rain is good. It waters.")

    kind: Literal["ifbench/format:thesis"] = "ifbench/format:thesis"

    def decide(self, text: Text) -> Verdict:
        """Return whether there is a thesis and something after it."""
        string = text.string
        start = string.find("<i>") if "<i>" in string else string.find("<em>")
        if start < 0:
            return Verdict(False, "no italics")
        string = string[start:]
        end = string.find("</i>") if "</i>" in string else string.find("</em>")
        if end < 0:
            return Verdict(False, "the italics do not end")
        thesis, rest = string[3:end].strip(), string[end + 4 :].strip()
        return verdict(bool(thesis and rest), f"thesis: {thesis}", "no thesis, or nothing after it")


class SubBullets(IFBench):
    """A ``-`` stands after each ``*`` and before the next.

    Both may stand anywhere, so that ``**bold**`` fails, and a text without ``*`` passes (no thread
    reports it).
    """

    says = "Use bullet points with *, and below each at least one with -."
    example = Example({}, "* rain\n  - heavy\n* snow\n  - light", "* rain\n* snow\n  - light")

    kind: Literal["ifbench/format:sub-bullets"] = "ifbench/format:sub-bullets"

    def decide(self, text: Text) -> Verdict:
        """Return whether a ``-`` follows each ``*``."""
        bullets = text.string.split("*")[1:]
        bare_ones = sum("-" not in bullet for bullet in bullets)
        return Verdict(not bare_ones, f"{bare_ones} of {len(bullets)} * without -")


class NoBulletsBullets(IFBench):
    """Lines of two sentences or more, then two lines or more that begin with ``*``, and no more.

    A blank line among the first lines may only stand before a bullet, and none may stand after one
    (no thread reports it). Sentences are Punkt's, line by line, whatever they end with.
    """

    says = "Write at least two sentences, and then at least two bullet points with *."
    example = Example({}, "It rained. It snowed.\n* rain\n* snow", "* rain\n* snow")

    kind: Literal["ifbench/format:no_bullets_bullets"] = "ifbench/format:no_bullets_bullets"

    def decide(self, text: Text) -> Verdict:
        """Return whether sentences come first and then bullets."""
        bullets = found = 0
        in_prose = True
        for line in map(str.strip, text.string.split("\n")):
            if line.startswith("*"):
                if found < 2:
                    return Verdict(False, "less than two sentences before the bullets")
                in_prose = False
                bullets += 1
            elif in_prose:
                number = sum(1 for _ in spans(line))
                found += number
                in_prose = number > 0
            else:
                return Verdict(False, "a line after the bullets, or after a blank one")
        return Verdict(bullets >= 2, f"{bullets} bullets")
