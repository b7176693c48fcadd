"""List items: what every one of them has in common: its length, its marker, a bold label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import ClassVar, Literal, Self

from crab.constraints.base import Example, Rule, Verdict
from crab.constraints.bounds import Bounded, Measure
from crab.constraints.format import Fixed, Format
from crab.constraints.marks import marks
from crab.text import Span, Text

__all__ = ["BoldLeadIns", "ItemStyle", "ItemWordCount"]

_LABELLED = re.compile(r"\*\*[^*\n]+\*\*[^\w\n]*\w")
_FILLED = re.compile(r"\w")


class ItemWordCount(Format, Bounded):
    r"""Every list item has between ``at_least`` and ``at_most`` words.

    The items are those of bulleted and numbered lists. An item's words are those after its marker,
    without the items inside it; a response without list items does not meet the rule.

    >>> ItemWordCount(at_most=2).check("- green tea\n- milk and honey").reason
    '2 to 3 words in each item'
    """

    hint: ClassVar[str] = "Bounds on the number of words that every list item keeps."
    unit: ClassVar[str] = "words"
    weight: ClassVar[float] = 0.5
    each: ClassVar[str] = "item"
    small: ClassVar[int] = 3
    sides: ClassVar[tuple[str, ...]] = ("between", "at_least", "at_most")
    example: ClassVar[Example] = Example(
        {"at_most": 2}, "- green tea\n- milk", "- green tea\n- milk and honey"
    )

    kind: Literal["item_word_count"] = "item_word_count"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule where the text has two items or more, and all see the same ones."""
        found = marks(text)
        if (
            "•" not in text.string
            and 2 <= len(found.items) == len(found.item_lines)
            and not found.loose_code
        ):
            yield cls.subject()

    def measure(self, text: Text) -> Measure | None:
        """Count the words; others count only the item's first line, or the inner items too."""
        items = marks(text).items
        if not items:
            return None
        nexts = [*[item.start for item in items[1:]], len(text)]
        own = [
            (item.text_start, max(item.text_start, min(item.end, following)))
            for item, following in zip(items, nexts, strict=True)
        ]
        counts = text.words_in(own)
        readings = text.readings
        low = min(readings.fewest_words(a, _line_end(text.string, a, b)) for a, b in own)
        high = max(readings.most_words(item.start, item.end) for item in items)
        return Measure(min(counts), max(counts), min(low, *counts), max(high, *counts), tuple(own))


class ItemStyle(Format, Rule):
    r"""The response has at least two list items, and all begin with ``marker``.

    The items are those of all lists, of every depth. ``1.`` stands for any number with a full stop.

    >>> ItemStyle(marker="-").check("- tea\n- milk\n\n1. sugar").reason
    '1 of 3 list items marked otherwise'
    """

    hint: ClassVar[str] = "The mark that begins every list item: '-', '*', '•' or a number ('1.')."
    weight: ClassVar[float] = 0.5
    example: ClassVar[Example] = Example({"marker": "-"}, "- tea\n- milk", "* tea\n* milk")

    kind: Literal["item_style"] = "item_style"
    marker: Literal["-", "*", "•", "1."]
    """What every list item begins with; ``1.`` for numbers."""

    def variant(self) -> str:
        """Return ``number`` for numbered items, else ``mark``."""
        return "number" if self.marker == "1." else "mark"

    def check(self, text: str | Text) -> Verdict:
        """Return whether every list item is marked so."""
        items = marks(Text.of(text)).items
        wanted = "." if self.marker == "1." else self.marker
        others = [(item.start, item.end) for item in items if item.marker != wanted]
        if others:
            reason = f"{len(others)} of {len(items)} list items marked otherwise"
            return Verdict(False, reason, tuple(others))
        spans = tuple([(item.start, item.end) for item in items])
        return Verdict(len(items) >= 2, f"{len(items)} list items marked so", spans)

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the rule where there are three items and lines in code look no different."""
        text = Text.of(text)
        found = marks(text)
        if 3 <= len(found.items) == len(found.item_lines) and not found.loose_code:
            markers = {item.marker for item in found.items} | set(found.item_lines)
            marker = markers.pop()
            if not markers and marker in "-*•.":
                yield cls(marker="1." if marker == "." else marker)


class BoldLeadIns(Fixed):
    r"""The response has at least two list items, and each begins with a bold label.

    The items are those of all lists, of every depth. After the bold text the item has to go on.

    >>> BoldLeadIns().check("- **Tea**: hot\n- **Milk**").reason
    '1 of 2 list items without a bold label'
    """

    hint: ClassVar[str] = "Every list item begins with a bold label, such as '- **Name**: ...'."
    example: ClassVar[Example] = Example({}, "- **Tea**: hot\n- **Milk**: cold", "- Tea\n- Milk")

    kind: Literal["bold_lead_ins"] = "bold_lead_ins"

    def check(self, text: str | Text) -> Verdict:
        """Return whether every list item begins so."""
        text = Text.of(text)
        found = marks(text)
        ends = {start: end for start, end, bold in reversed(found.emphases) if bold}
        labels: list[Span] = []
        others: list[Span] = []
        for item in found.items:
            start = item.text_start
            end = ends.get(start, ends.get(start + 1, item.end))
            labelled = end < item.end and _FILLED.search(text.string, end, item.end)
            (labels if labelled else others).append((start, end if labelled else item.end))
        if others:
            reason = f"{len(others)} of {len(found.items)} list items without a bold label"
            return Verdict(False, reason, tuple(others))
        return Verdict(len(labels) >= 2, f"{len(labels)} bold labels", tuple(labels))

    @classmethod
    def likely(cls, text: Text) -> bool:
        """Whether there are three items, all see the same ones, and each is ``**label** text``."""
        if " **" not in text.string or "•" in text.string:
            return False
        found = marks(text)
        if not 3 <= len(found.items) == len(found.item_lines):
            return False
        string = text.string
        return all(
            _LABELLED.match(string, item.text_start, _line_end(string, item.text_start, item.end))
            for item in found.items
        )


def _line_end(string: str, start: int, end: int) -> int:
    """Return where the line that holds ``start`` ends, at most ``end``."""
    found = string.find("\n", start, end)
    return end if found < 0 else found
