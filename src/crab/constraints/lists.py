"""Lists: how many bullet points and numbered items, and how deep they are nested."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import ClassVar, Literal

from crab.constraints.base import Example
from crab.constraints.bounds import Measure
from crab.constraints.format import NOTHING, Counted
from crab.constraints.marks import marks
from crab.constraints.spans import outermost
from crab.text import Span, Text

__all__ = ["BulletCount", "ListDepth", "NumberedItemCount"]

_NUMBER_LINE = re.compile(r"\d+[.)](?:\s|\Z)")
_NUMBER_START = re.compile(r"\d+\.")
_INDENT = re.compile(r"^([^\S\n]*)(?:[-*+•]|\d{1,9}[.)])[ \t]+\S", re.MULTILINE)


class BulletCount(Counted):
    r"""The response has between ``at_least`` and ``at_most`` bullet points, of every depth.

    A bullet point is a Markdown list item marked ``-``, ``*`` or ``+``, or a line that begins with
    ``•``. Numbered items are none.

    >>> BulletCount(at_least=3).check("- tea\n- milk\n\n1. sugar").reason
    '2 bullet points'
    """

    hint: ClassVar[str] = "The number of bullet points (not numbered)."
    unit: ClassVar[str] = "bullet points"
    small: ClassVar[int] = 2
    traces: ClassVar[tuple[str, ...]] = ("- ", "* ")
    example: ClassVar[Example] = Example({"at_least": 2}, "- tea\n- milk", "- tea and milk")

    kind: Literal["bullet_count"] = "bullet_count"

    def measure(self, text: Text) -> Measure:
        """Count the bullet points; others leave out inner ones, or those that stand alone."""
        found = marks(text)
        spans = [(item.start, item.end) for item in found.items if item.kind == "bullet"]
        if not spans:
            return NOTHING
        listed = 0 if len(spans) > 1 and _apart(text, spans) else len(spans)
        return Measure.items(spans, len(outermost(spans)), found.ifeval_bullets, listed)


def _apart(text: Text, items: list[Span]) -> bool:
    """Whether text stands between every two items, as where each names a quotation's source."""
    return all(
        any(before[1] <= start < after[0] for start, _ in text.paragraphs)
        for before, after in pairwise(items)
    )


class NumberedItemCount(Counted):
    r"""The response has between ``at_least`` and ``at_most`` numbered list items, of every depth.

    A numbered item is a Markdown list item marked with a number and ``.`` or ``)``.

    >>> NumberedItemCount(at_most=2).check("1. tea\n2. milk\n3. sugar").reason
    '3 numbered items'
    """

    hint: ClassVar[str] = "The number of items in numbered lists."
    unit: ClassVar[str] = "numbered items"
    small: ClassVar[int] = 2
    traces: ClassVar[tuple[str, ...]] = ("1.", "1)", "2.", "2)")
    code_alike: ClassVar[bool] = False
    example: ClassVar[Example] = Example({"at_least": 2}, "1. tea\n2. milk", "- tea\n- milk")

    kind: Literal["numbered_item_count"] = "numbered_item_count"

    def measure(self, text: Text) -> Measure:
        """Count the numbered items; others leave out inner ones or count by the line."""
        found = marks(text)
        spans = [(item.start, item.end) for item in found.items if item.kind == "numbered"]
        if not spans:
            return NOTHING
        numbers = [line for line in found.lines if line[:1].isdigit()]
        lines = sum(1 for line in numbers if _NUMBER_LINE.match(line))
        starts = sum(1 for line in numbers if _NUMBER_START.match(line))
        return Measure.items(spans, len(outermost(spans)), lines, starts)


class ListDepth(Counted):
    r"""The lists of the response have between ``at_least`` and ``at_most`` levels.

    A list that stands in no item of another is the first level, a list inside its items the second,
    and so on. A response without lists has none.

    >>> ListDepth(at_least=2).check("- tea\n  - green\n- milk").reason
    '2 levels of lists'
    """

    hint: ClassVar[str] = "How many levels deep lists are nested; a flat list has one level."
    unit: ClassVar[str] = "levels of lists"
    weight: ClassVar[float] = 0.6
    small: ClassVar[int] = 2
    sides: ClassVar[tuple[str, ...]] = ("exactly", "at_least")
    traces: ClassVar[tuple[str, ...]] = ("\n ", "\n\t")
    example: ClassVar[Example] = Example({"at_least": 2}, "- tea\n  - green", "- tea\n- milk")

    kind: Literal["list_depth"] = "list_depth"

    def measure(self, text: Text) -> Measure:
        """Find the deepest level; others go by the indentation of lines."""
        items = marks(text).items
        if not items:
            return NOTHING
        dots = any(item.marker == "•" for item in items)
        depth = max(item.level for item in items)
        spans = tuple([(item.start, item.end) for item in items if item.level == depth])
        plain = _indentation_depth(text.string)
        return Measure(depth, depth, 0 if dots else min(depth, plain), max(depth, plain), spans)


def _indentation_depth(string: str) -> int:
    """Return how many levels of lists the indentation of lines shows, code included."""
    levels: list[int] = []
    depth = 0
    for found in _INDENT.finditer(string):
        width = len(found[1].expandtabs(4))
        while levels and levels[-1] >= width:
            levels.pop()
        levels.append(width)
        depth = max(depth, len(levels))
    return depth
