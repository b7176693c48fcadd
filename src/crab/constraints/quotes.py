"""Quotes: how many block quotes there are, and whether the whole response is one quotation."""

from __future__ import annotations

from itertools import pairwise
from typing import ClassVar, Literal

from crab.constraints.base import Example, Verdict
from crab.constraints.bounds import Measure
from crab.constraints.format import NOTHING, Counted, Fixed
from crab.constraints.marks import marks
from crab.constraints.spans import outermost
from crab.text import Text

__all__ = ["QuoteBlockCount", "WrappedInQuotes"]

_QUOTATION_MARKS = {'"': '"', "“": "”", "„": "“”", "«": "»", "「": "」"}


class QuoteBlockCount(Counted):
    r"""The response has between ``at_least`` and ``at_most`` Markdown block quotes.

    A block quote is a run of lines marked ``>``; one inside another is not counted.

    >>> QuoteBlockCount(at_most=1).check("> one\n> two\n\nthree\n\n> four").reason
    '2 block quotes'
    """

    hint: ClassVar[str] = "The number of Markdown block quotes."
    unit: ClassVar[str] = "block quotes"
    sides: ClassVar[tuple[str, ...]] = ("exactly", "at_least")
    traces: ClassVar[tuple[str, ...]] = (">",)
    example: ClassVar[Example] = Example({"at_least": 1}, "> Rain fell.", '"Rain fell."')

    kind: Literal["quote_block_count"] = "quote_block_count"

    def measure(self, text: Text) -> Measure:
        """Count the block quotes; others count the inner ones too, or runs of marked lines."""
        spans = [(block.start, block.end) for block in text.blocks if block.kind == "quote"]
        if not spans:
            return NOTHING
        quoted = [line[:1] == ">" for line in marks(text).lines]
        runs = sum(1 for before, here in pairwise([False, *quoted]) if here and not before)
        return Measure.items(outermost(spans), len(spans), runs)


class WrappedInQuotes(Fixed):
    """The whole response stands in one pair of double quotation marks.

    The pair is straight ("...") or typographic (“...”, „...“, «...», 「...」), something stands
    inside, and it ends where the response ends: no mark inside closes it before. A straight mark
    inside closes it where it is the first and stands right after a letter, digit, stop or bracket.

    >>> WrappedInQuotes().check('"Tea is hot."').met, WrappedInQuotes().check('"a" and "b"').met
    (True, False)
    """

    hint: ClassVar[str] = "The whole response stands in double quotation marks."
    example: ClassVar[Example] = Example({}, '"Tea is hot."', '"Tea" is hot.')

    kind: Literal["wrapped_in_quotes"] = "wrapped_in_quotes"

    def check(self, text: str | Text) -> Verdict:
        """Return whether one pair of marks holds the whole text."""
        string = Text.of(text).string
        bare = string.strip()
        start = string.find(bare)
        span = (start, start + len(bare))
        closing = _QUOTATION_MARKS.get(bare[:1])
        if closing is None or len(bare) < 2 or bare[-1] not in closing or not bare[1:-1].strip():
            return Verdict(False, "not wrapped in quotation marks")
        if _closes_early(bare[0], closing, bare[1:-1]):
            return Verdict(False, "the quotation ends before the response does")
        return Verdict(True, "wrapped in quotation marks", (span,))

    @classmethod
    def likely(cls, text: Text) -> bool:
        """Whether the marks are straight, as IFEval wants them, and none stands inside."""
        bare = text.string.strip()
        return len(bare) > 2 and bare[0] == bare[-1] == '"' and bare.count('"') == 2


def _closes_early(opening: str, closing: str, inside: str) -> bool:
    """Whether the mark that opens a text is closed by one inside it."""
    if opening == '"':
        first = inside.find('"')
        return first > 0 and (inside[first - 1].isalnum() or inside[first - 1] in ".,;:!?…)]}*_")
    depth = 1
    for char in inside:
        depth += (char == opening) - (char in closing)
        if depth == 0:
            return True
    return False
