"""Headings: how many there are, of which level, and the title."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field

from crab.constraints.base import Example, Rule, Verdict
from crab.constraints.bounds import Measure
from crab.constraints.format import NOTHING, Counted, Fixed, Format
from crab.constraints.marks import marks
from crab.text import Span, Text

__all__ = ["HeadingCount", "HeadingLevel", "Title"]


class HeadingCount(Counted):
    r"""The response has between ``at_least`` and ``at_most`` Markdown headings, of every level.

    A heading is a line that begins with one to six ``#`` and a space, or text that is underlined
    with ``===`` or ``---``. Bold lines are none.

    >>> HeadingCount(at_least=2).check("# Tea\n\n**Milk**\n\n## Sugar").met
    True
    """

    hint: ClassVar[str] = "The number of Markdown headings."
    unit: ClassVar[str] = "headings"
    traces: ClassVar[tuple[str, ...]] = ("#",)
    example: ClassVar[Example] = Example(
        {"at_least": 2}, "# Tea\n\nHot.\n\n## Milk\n\nCold.", "# Tea\n\nHot."
    )

    kind: Literal["heading_count"] = "heading_count"

    def measure(self, text: Text) -> Measure:
        """Count the headings; others count lines with ``#``, or take single ones for comments."""
        found = [block for block in text.blocks if block.kind == "heading"]
        if not found:
            return NOTHING
        spans = [(block.start, block.end) for block in found]
        first = len(found) == 1 and not text.string[: found[0].start].strip()
        comments = not first and all(block.level == 1 for block in found)
        return Measure.items(spans, len(marks(text).heading_lines), 0 if comments else len(found))


class HeadingLevel(Format, Rule):
    r"""The response has a Markdown heading, and all its headings are of level ``level``.

    >>> HeadingLevel(level=2).check("## Tea\n\n### Green").reason
    '1 of 2 headings of another level'
    """

    hint: ClassVar[str] = "The level, 1 to 6, of all headings; 2 is '## ...'."
    weight: ClassVar[float] = 0.6
    example: ClassVar[Example] = Example({"level": 2}, "## Tea\n\nHot.", "# Tea\n\nHot.")

    kind: Literal["heading_level"] = "heading_level"
    level: Annotated[int, Field(ge=1, le=6)]
    """How many ``#`` the headings have."""

    def check(self, text: str | Text) -> Verdict:
        """Return whether all headings are of the level."""
        headings = [block for block in Text.of(text).blocks if block.kind == "heading"]
        others = [(block.start, block.end) for block in headings if block.level != self.level]
        if others:
            reason = f"{len(others)} of {len(headings)} headings of another level"
            return Verdict(False, reason, tuple(others))
        spans = tuple([(block.start, block.end) for block in headings])
        return Verdict(bool(headings), f"{len(headings)} headings of this level", spans)

    def said_fields(self) -> dict[str, Any]:
        """Return the fields with the heading's marks, as ``hashes``."""
        return super().said_fields() | {"hashes": "#" * self.level}

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the rule where there are two headings and lines in code look no different."""
        text = Text.of(text)
        if "# " not in text.string:
            return
        found = marks(text)
        levels = [block.level for block in text.blocks if block.kind == "heading"]
        alike = len(levels) >= 2 and levels[0] >= 2 and len(set(levels)) == 1
        if alike and found.heading_lines == levels and not found.loose_code:
            yield cls(level=levels[0])


class Title(Fixed):
    r"""The first line that is not blank is a title.

    That is a Markdown heading of level 1, or a text in double angle brackets, ``<<like this>>``,
    which may stand inside marks of emphasis.

    >>> Title().check("# Tea\n\nIt is hot.").met, Title().check("## Tea\n\nIt is hot.").met
    (True, False)
    """

    hint: ClassVar[str] = "The response begins with a title: '# Title' or '<<Title>>'."
    example: ClassVar[Example] = Example({}, "<<Tea>>\n\nIt is hot.", "Tea\n\nIt is hot.")

    kind: Literal["title"] = "title"

    def check(self, text: str | Text) -> Verdict:
        """Return whether the first line is a title."""
        text = Text.of(text)
        heading = _title_heading(text)
        span = heading or _bracketed_title(text)
        return Verdict(span is not None, "a title" if span else "no title", (span,) if span else ())

    @classmethod
    def likely(cls, text: Text) -> bool:
        """Whether the title is the only one and more follows."""
        bare = text.string.strip()
        if bare.startswith("# ") and not marks(text).loose_code:
            tops = sum(1 for block in text.blocks if block.kind == "heading" and block.level == 1)
            return tops == 1 and len(text.blocks) > 1
        return bare.startswith("<<") and "\n" in bare


def _title_heading(text: Text) -> Span | None:
    """Return the heading of level 1 with which the text begins, or None."""
    first = text.blocks[0] if text.blocks else None
    if first is None or first.kind != "heading" or first.level != 1:
        return None
    blank = not text.string[: first.start].strip()
    filled = text.string[first.text_start : first.end].strip("#= \t\r\n")
    return (first.start, first.end) if blank and filled else None


def _bracketed_title(text: Text) -> Span | None:
    """Return the ``<<title>>`` that is the first line with something on it, or None."""
    for span in text.lines:
        line = text[span].strip().strip("*_ \t")
        if text[span].strip():
            titled = line.startswith("<<") and line.endswith(">>") and line.strip("<> \t")
            return span if titled else None
    return None
