"""IFEval's ``detectable_format`` instructions."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import AfterValidator

from crab.benchmarks.base import Count, compared, verdict
from crab.benchmarks.ifeval.family import IFEval
from crab.benchmarks.patterns import linear
from crab.constraints.base import Example, Verdict
from crab.constraints.ifeval import ifeval_bullets, ifeval_highlights
from crab.text import Text

__all__ = [
    "ConstrainedResponse",
    "JsonFormat",
    "MultipleSections",
    "NumberBulletLists",
    "NumberHighlightedSections",
    "Title",
]

_JSON_STARTS = frozenset('`{["-0123456789tfnNI')
_OPTIONS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")


class NumberBulletLists(IFEval):
    r"""The bullets are as many as a number says: lines that begin with ``*`` or ``-``.

    ``---``, "-5 degrees" and a line that begins with ``*emphasis*`` count too; ``+``, ``•`` and
    ``**bold**`` do not.
    """

    says = "Use exactly {num_bullets} bullet points, each a line that begins with * or -."
    example = Example({"num_bullets": 2}, "* rain\n* snow", "rain and snow")

    kind: Literal["ifeval/detectable_format:number_bullet_lists"] = (
        "ifeval/detectable_format:number_bullet_lists"
    )
    num_bullets: Count
    """How many there are, exactly."""

    def decide(self, text: Text) -> Verdict:
        """Return whether there are as many bullets."""
        lines = [line.lstrip() for line in text.string.split("\n")]
        count = ifeval_bullets(lines)
        return Verdict(count == self.num_bullets, f"{count} bullets")


class ConstrainedResponse(IFEval):
    """One of "My answer is yes.", "My answer is no." and "My answer is maybe." is found.

    More text may stand around it.
    """

    says = "Answer with one of: My answer is yes. My answer is no. My answer is maybe."
    example = Example({}, "My answer is no.", "No.")

    kind: Literal["ifeval/detectable_format:constrained_response"] = (
        "ifeval/detectable_format:constrained_response"
    )

    def decide(self, text: Text) -> Verdict:
        """Return whether one of the three is found."""
        found = [option for option in _OPTIONS if option in text.string]
        return verdict(bool(found), "".join(found[:1]), "none of the three answers")

    def grows(self) -> bool | None:
        """Return that more lines can only help."""
        return True


class NumberHighlightedSections(IFEval):
    """The highlights are at least as many as a number says: ``*some*`` and ``**some**``.

    Two patterns are counted one after the other: ``***some***`` is two, and "2 * 3 * 4" is one.
    Underscores and HTML highlight nothing.
    """

    says = "Highlight at least {num_highlights} parts in Markdown, such as *this one*."
    example = Example({"num_highlights": 2}, "*rain* and **snow**", "*rain*")

    kind: Literal["ifeval/detectable_format:number_highlighted_sections"] = (
        "ifeval/detectable_format:number_highlighted_sections"
    )
    num_highlights: Count
    """The smallest number that will do."""

    def decide(self, text: Text) -> Verdict:
        """Return whether there are enough highlights."""
        count = ifeval_highlights(text.string)
        return compared(count, "at least", self.num_highlights, "highlights")

    def grows(self) -> bool | None:
        """Return that more lines can only help."""
        return True


def _section_pattern(spliter: str) -> str:
    return rf"\s?{spliter.strip()}\s?\d+\s?"


def _is_word(spliter: str) -> bool:
    """Return whether a section's word is no expression, and begins unlike what follows it."""
    return bool(spliter) and not spliter[0].isdigit() and linear(spliter, 0).literal


def _spliter(spliter: str) -> str:
    if not _is_word(spliter.strip()):
        linear(_section_pattern(spliter), 0)
    return spliter


class MultipleSections(IFEval):
    r"""The sections are at least as many as a number says: a word with a number after it.

    The word is read as a regular expression, in its own case, and may stand anywhere: "see
    Section 3" counts, "Section: 3" and "Section III" do not (mlcommons/mobile_app_open#1060). More
    sections than asked for will do, though the prompts say how many there must be.
    """

    says = "Write {num_sections} sections, and begin each with {section_spliter} and its number."
    example = Example(
        {"section_spliter": "Part", "num_sections": 2},
        "Part 1\nRain.\nPart 2\nSnow.",
        "Part I\nRain.",
    )

    kind: Literal["ifeval/detectable_format:multiple_sections"] = (
        "ifeval/detectable_format:multiple_sections"
    )
    section_spliter: Annotated[str, AfterValidator(_spliter)]
    """The word before a section's number."""
    num_sections: Count
    """The smallest number that will do."""

    def decide(self, text: Text) -> Verdict:
        """Return whether there are enough sections."""
        word = self.section_spliter.strip()
        if _is_word(word):
            count = _numbered(text.string, word)
        else:
            count = linear(_section_pattern(word), 0).count(text.string)
        return compared(count, "at least", self.num_sections, "sections")


def _numbered(string: str, word: str) -> int:
    """Return how often a word stands before a digit, or before a white space and a digit."""
    count, start = 0, string.find(word)
    while start >= 0:
        end = start + len(word)
        end += string[end : end + 1].isspace()
        numbered = string[end : end + 1].isdecimal()
        count += numbered
        start = string.find(word, end if numbered else start + 1)
    return count


class JsonFormat(IFEval):
    """The text is JSON, with or without a fence of backticks around it.

    Any value will do: a number, ``NaN``, an object with a key twice. Words outside the fence fail.
    """

    says = "Give the whole answer as JSON, with or without ``` around it."
    example = Example({}, '```json\n{"rain": true}\n```', 'Here it is: {"rain": true}')

    kind: Literal["ifeval/detectable_format:json_format"] = "ifeval/detectable_format:json_format"

    def decide(self, text: Text) -> Verdict:
        """Return whether the text can be read as JSON."""
        string = text.string.strip()
        if string[:1] not in _JSON_STARTS:
            return Verdict(False, "no JSON: it begins otherwise")
        for fence in ("```json", "```Json", "```JSON", "```"):
            string = string.removeprefix(fence)
        try:
            json.loads(string.removesuffix("```").strip())
        except (ValueError, RecursionError) as error:
            return Verdict(False, f"no JSON: {error}")
        return Verdict(True, "JSON")


class Title(IFEval):
    """A title in double angle brackets is found: ``<<`` and ``>>`` on a line, not blank between.

    It may stand anywhere, and hold anything: "a << 2 and b >> 3" passes
    (mlcommons/mobile_app_open#1060).
    """

    says = "Give a title in double angle brackets, such as <<on rain>>."
    example = Example({}, "<<Rain>>\n\nIt rained.", "# Rain\n\nIt rained.")

    kind: Literal["ifeval/detectable_format:title"] = "ifeval/detectable_format:title"

    def decide(self, text: Text) -> Verdict:
        """Return whether a title is found."""
        string = text.string
        lines = string.split("\n") if "<<" in string and ">>" in string else ()
        found = next(filter(None, map(_title, lines)), None)
        return verdict(found is not None, f"title: {found}", "no title")

    def grows(self) -> bool | None:
        """Return that more lines can only help."""
        return True


def _title(line: str) -> str | None:
    start, end = line.find("<<"), line.rfind(">>")
    if start < 0 or end - start < 3:
        return None
    return line[start:end].lstrip("<").rstrip(">").strip()
