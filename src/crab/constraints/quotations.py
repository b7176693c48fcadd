"""Quotations: how many passages stand in double quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import ClassVar, Literal, Self

from crab.constraints.base import Example
from crab.constraints.bounds import Measure
from crab.constraints.spans import outside
from crab.constraints.style import FEWEST_WORDS, Present, Style, counted
from crab.text import Text

__all__ = ["QuotationCount"]

_QUOTED = re.compile(
    '"[^"\n]+"|“[^“”\n]+”|„[^„“”\n]+[“”]|«[^«»\n]+»|「[^「」\n]+」|『[^『』\n]+』|＂[^＂\n]+＂'
)
_DOUBLE_QUOTES = '"“„«「『＂'
_OPENING_QUOTE = re.compile("[“„«「『]")
_SINGLE_QUOTED = re.compile(r"['‘](?<!\w.)[^'‘’\n]+['’](?!\w)")


class QuotationCount(Style, Present):
    """The response has between ``at_least`` and ``at_most`` passages in double quotation marks.

    A passage stands between two marks that belong together, on one line and outside code: straight
    or curly double quotation marks, guillemets or corner brackets. Single marks do not count.

    >>> QuotationCount(at_least=2).check('He said "rain", not "snow".').reason
    '2 quotations'
    """

    hint: ClassVar[str] = "The number of passages in double quotation marks."
    unit: ClassVar[str] = "quotations"
    example: ClassVar[Example] = Example({"at_least": 1}, 'It "rained".', "It rained.")

    kind: Literal["quotation_count"] = "quotation_count"

    def measure(self, text: Text) -> Measure:
        """Count the passages; others count them in code, over lines, inside others, or single."""
        string = text.string
        if not any(mark in string for mark in _DOUBLE_QUOTES):
            return counted([])
        spans = [match.span() for match in _QUOTED.finditer(string)]
        if not spans:
            return counted(spans)
        every = len(spans)
        code = [(block.start, block.end) for block in text.blocks if block.kind == "code"]
        spans = outside(code, spans)
        marks = string.count('"') + string.count("＂") + 2 * len(_OPENING_QUOTE.findall(string))
        plain = [span for span in spans if not string[span[0] - 1 : span[0]].isalnum()]
        single = len(_SINGLE_QUOTED.findall(string))
        return counted(spans, len(plain), max(every, (marks + 1) // 2) + single)

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text with quotation marks, but not full of them."""
        marks = sum(map(text.string.count, _DOUBLE_QUOTES))
        if len(text.words) >= FEWEST_WORDS and 1 < marks <= 24:
            yield cls.subject()
