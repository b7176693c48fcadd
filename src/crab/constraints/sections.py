"""Sections: numbered ones, parts between separators, and a postscript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Annotated, ClassVar, Literal, Self

from pydantic import StringConstraints

from crab.constraints.base import Example, Rule, Verdict
from crab.constraints.bounds import Bounded, Measure
from crab.constraints.format import NOTHING, Format
from crab.constraints.marks import marks
from crab.constraints.spans import outside
from crab.text import Span, Text

__all__ = ["ParagraphSeparator", "Postscript", "SectionCount"]

_SECTION_HEAD = r"[ \t]*(?:#{1,6}[ \t]+)?[*_]{0,3}"
_SECTION_LINE = re.compile(rf"{_SECTION_HEAD}([^\W\d_]{{2,15}})[ \t]?(\d{{1,3}})\b")
_FURTHER_POSTSCRIPT = re.compile(r"[ \t]*[*_]{0,3}(?:P\.[ \t]?){2,}S\.")
_FILLED = re.compile(r"\w")
_LONGEST_SEPARATOR = 6
_Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\r\n]+$")
]
"""Some text on one line."""


class SectionCount(Format, Bounded):
    r"""The response has between ``at_least`` and ``at_most`` sections that begin with ``marker``.

    Such a section begins on a new line, outside code, with the marker, at most one space and a
    number; ``#`` with a space and marks of emphasis may stand before. Case matters.

    >>> SectionCount(marker="Step", at_least=2).check("## Step 1\nBoil.\n**Step 2:** Pour.").met
    True
    """

    hint: ClassVar[str] = "The number of sections that begin with a word and a number, as 'Step 1'."
    unit: ClassVar[str] = "sections"
    small: ClassVar[int] = 2
    sides: ClassVar[tuple[str, ...]] = ("exactly", "between", "at_least")
    example: ClassVar[Example] = Example(
        {"marker": "Step", "at_least": 2}, "Step 1: Boil.\nStep 2: Pour.", "Step 1: Boil and pour."
    )

    kind: Literal["section_count"] = "section_count"
    marker: _Line
    """What a section begins with before its number, such as ``Step``."""

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for each word whose numbers run 1, 2, 3 and so on."""
        if " 1" not in text.string or " 2" not in text.string:
            return
        found: dict[str, list[str]] = {}
        for line in text.lines:
            match = _SECTION_LINE.match(text.string, *line)
            if match:
                found.setdefault(match[1], []).append(match[2])
        for word, numbers in found.items():
            if word[0].isupper() and numbers == [str(n + 1) for n in range(len(numbers))]:
                yield cls.subject(marker=word)

    def bounds(self, found: Measure, rng: Random) -> tuple[int | None, int | None]:
        """Return bounds where every reading finds two sections."""
        return (None, None) if found.low < self.small else super().bounds(found, rng)

    def measure(self, text: Text) -> Measure:
        """Count the sections; others count the marker and a number anywhere, in any case."""
        if self.marker not in text.string:
            return NOTHING
        marker = re.escape(self.marker)
        line = re.compile(rf"{_SECTION_HEAD}({marker}[ \t]?\d+)", re.IGNORECASE)
        found = [line.match(text.string, *span) for span in text.lines]
        spans = [match.span(1) for match in found if match]
        exact = [span for span in spans if text.string.startswith(self.marker, span[0])]
        anywhere = len(re.findall(rf"{marker}\s?\d+", text.string))
        return Measure.items(marks(text).outside_code(exact), anywhere, len(spans))


class ParagraphSeparator(Format, Rule):
    r"""Lines that hold just ``separator`` divide the response into two parts or more.

    Spaces around it do not matter, lines in code blocks do not count, and at least two of the parts
    hold more than white space.

    >>> ParagraphSeparator(separator="***").check("It rained.\n\n***\n\nWe stayed in.").reason
    '2 parts'
    """

    hint: ClassVar[str] = "Parts of the response are divided by lines such as *** or ---."
    example: ClassVar[Example] = Example(
        {"separator": "***"}, "It rained.\n\n***\n\nWe left.", "It rained.\n\n---\n\nWe left."
    )

    kind: Literal["paragraph_separator"] = "paragraph_separator"
    separator: _Line
    """All that stands on the dividing lines, such as ``***``."""

    def check(self, text: str | Text) -> Verdict:
        """Return whether such lines divide the text."""
        text = Text.of(text)
        dividers = self._dividers(text)
        parts = len(_filled(text, dividers))
        return Verdict(bool(dividers) and parts >= 2, f"{parts} parts", tuple(dividers))

    def _dividers(self, text: Text) -> list[Span]:
        if self.separator not in text.string:
            return []
        lines = [span for span in text.lines if text[span].strip() == self.separator]
        blocks = [(block.start, block.end) for block in text.blocks if block.kind == "code"]
        return outside(blocks, lines)

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the rule where Markdown sees the same rules, all alike, and no part is blank."""
        text = Text.of(text)
        if not any(mark in text.string for mark in ("---", "***", "___", "* * *", "- - -")):
            return
        rules = [(block.start, block.end) for block in text.blocks if block.kind == "rule"]
        separators = {text[span].strip() for span in rules}
        if len(separators) == 1 and len(min(separators)) <= _LONGEST_SEPARATOR:
            rule = cls(separator=separators.pop())
            dividers = rule._dividers(text)
            alone = text.string.count(rule.separator) == len(rules) == len(dividers)
            if alone and len(_filled(text, dividers)) == len(dividers) + 1:
                yield rule


class Postscript(Format, Rule):
    r"""The response ends with a postscript that begins with ``marker``.

    A line begins with the marker, marks of emphasis before it aside, and text follows it. No
    paragraph stands after the postscript's, but for further postscripts such as ``P.P.S.``.

    >>> Postscript(marker="P.S.").check("Come soon.\n\nP.S. Bring tea.").met
    True
    """

    hint: ClassVar[str] = "The response ends with a postscript, marked P.S. or P.P.S."
    example: ClassVar[Example] = Example(
        {"marker": "P.S."}, "Come soon.\n\nP.S. Bring tea.", "P.S. Bring tea.\n\nCome soon."
    )

    kind: Literal["postscript"] = "postscript"
    marker: Literal["P.S.", "P.P.S."]
    """What the postscript begins with."""

    def check(self, text: str | Text) -> Verdict:
        """Return whether the text ends with such a postscript."""
        text = Text.of(text)
        found: Span | None = None
        after_blank = False
        for start, end in text.lines if self.marker in text.string else ():
            line = text.string[start:end].lstrip(" \t*_")
            if line.startswith(self.marker):
                found = (end - len(line), end)
            elif found and after_blank and line and not _FURTHER_POSTSCRIPT.match(line):
                found = None
            after_blank = not line or line.isspace()
        if found is None or not _FILLED.search(text.string, found[0] + len(self.marker)):
            return Verdict(False, f"no {self.marker} at the end")
        return Verdict(True, f"{self.marker} at the end", (found,))

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for each marker that is met, with text on the marker's own line."""
        text = Text.of(text)
        if "P.S." in text.string:
            for rule in (cls(marker="P.S."), cls(marker="P.P.S.")):
                found = rule.check(text)
                if found.met and _FILLED.search(text[found.spans[0]], len(rule.marker)):
                    yield rule


def _filled(text: Text, dividers: list[Span]) -> list[Span]:
    """Return the parts between the dividers that hold more than white space."""
    edges = [0, *[edge for span in dividers for edge in span], len(text)]
    parts = zip(edges[::2], edges[1::2], strict=True)
    return [part for part in parts if text[part].strip()]
