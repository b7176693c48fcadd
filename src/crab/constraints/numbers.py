"""Numbers: how many are written in digits, and whether all are in digits or in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from string import digits
from typing import ClassVar, Literal, Self

from crab.constraints.base import Example, Rule, Verdict
from crab.constraints.bounds import Measure
from crab.constraints.style import FEWEST_WORDS, Present, Style, absent, counted, holds_code
from crab.constraints.word_lists import NUMBER_WORDS
from crab.constraints.word_matching import holds_any, may_hold, occurrences
from crab.text import Text

__all__ = ["NumberCount", "Numerals"]

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DIGITS = re.compile(r"\d+")
_ANY_NUMBER = re.compile(r"[\d\u2070-\u209f\u2150-\u218f\u2460-\u249b½¼¾²³¹]")
_SPACE = re.compile(r"\s")
_WORD_CHARACTER = re.compile(r"\w")


class NumberCount(Style, Present):
    """The response has between ``at_least`` and ``at_most`` numbers written in digits.

    A number is a run of digits with single points or commas inside: ``1,000.5`` is one number,
    ``10-20`` two. Digits in words and item numbers count too.

    >>> NumberCount(at_least=3).check("From 10-20 to 1,000.").reason
    '3 numbers'
    """

    hint: ClassVar[str] = "The number of figures: numbers written in digits."
    unit: ClassVar[str] = "numbers"
    small: ClassVar[int] = 3
    sides: ClassVar[tuple[str, ...]] = ("exactly", "between", "at_least", "at_most")
    example: ClassVar[Example] = Example(
        {"at_least": 2}, "It rained 3 days of 7.", "It rained for 3 days."
    )

    kind: Literal["number_count"] = "number_count"

    def measure(self, text: Text) -> Measure:
        """Count the numbers; others join or split them at marks, or skip some."""
        return text.remembered(_numbers)

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text with numbers and without code."""
        if (
            len(text.words) >= FEWEST_WORDS
            and _holds_number(text.string, _DIGITS)
            and not holds_code(text)
        ):
            yield cls.subject()


def _numbers(text: Text) -> Measure:
    """Measure the numbers; the least reading joins what no space parts and skips some.

    It skips item numbers and those that touch letters.
    """
    string = text.string
    spans = [match.span() for match in _NUMBER.finditer(string)]
    parts, bare, before, taken = 0, 0, 0, False
    for start, end in spans:
        gap = string[before:start]
        if not before or _SPACE.search(gap):
            taken = False
        edge = gap.rstrip(" \t>*#-")[-1:] or ("\n" if not before else "")
        item = edge in ("\n", ".", "!", "?", ":", ";") and string[end : end + 1] in (".", ")")
        touched = _WORD_CHARACTER.match(string, end) or (
            start and _WORD_CHARACTER.match(string, start - 1)
        )
        grouped = len(gap) == 1 and end - start == 3 and before and string[before - 1].isdigit()
        if not (taken or item or touched or grouped):
            bare, taken = bare + 1, True
        parts += 1 + string.count(".", start, end) + string.count(",", start, end)
        before = end
    return counted(spans, bare, parts)


def _holds_number(string: str, number: re.Pattern[str]) -> bool:
    if any(digit in string for digit in digits):
        return True
    return not string.isascii() and number.search(string) is not None


class Numerals(Style, Rule):
    """Numbers are written in digits throughout (``digits``) or in words (``words``). English only.

    ``digits``: a digit occurs, and no number word from "two" to "twenty", no ten up to "ninety",
    no "hundred", "thousand", "million", "billion" or "trillion". ``words``: such a word occurs, and
    no digit. "One" and ordinal numbers matter to neither. For other languages the rule is not met.

    >>> Numerals(style="digits").check("We waited for two days and 3 long nights.").reason
    '1 number word: two'
    """

    hint: ClassVar[str] = (
        "All numbers written in digits (digits) or all in words (words); English only."
    )
    example: ClassVar[Example] = Example(
        {"style": "words"}, "We waited there for three days.", "We waited there for 3 days."
    )

    kind: Literal["numerals"] = "numerals"
    style: Literal["digits", "words"]
    """How numbers are written: ``digits`` or ``words``."""

    def variant(self) -> str:
        """Return the style: each is said in its own way."""
        return self.style

    def check(self, text: str | Text) -> Verdict:
        """Return whether all numbers are written so; the spans are those that are not."""
        text = Text.of(text)
        if text.language not in NUMBER_WORDS:
            return Verdict(False, f"no list of number words for {text.language}")
        wanted = NUMBER_WORDS[text.language]
        words = occurrences(text, wanted)
        figures = [match.span() for match in _DIGITS.finditer(text.string)]
        if self.style == "digits":
            if not figures:
                return Verdict(False, "no digit")
            return absent(text, words, "number word", "number words")
        if not words:
            return Verdict(False, "no number word")
        return absent(text, figures, "number in digits", "numbers in digits")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the one style of all numbers in an English text, where none is in doubt."""
        text = Text.of(text)
        if len(text.words) < FEWEST_WORDS or text.language not in NUMBER_WORDS:
            return
        wanted = NUMBER_WORDS[text.language]
        if _holds_number(text.string, _ANY_NUMBER):
            style: Literal["digits", "words"] = "digits"
            fits = not may_hold(text, wanted) and text.remembered(_numbers).low >= 2
        else:
            style = "words"
            fits = holds_any(text, wanted.words)
        if fits and not holds_code(text) and text.certain_language is not None:
            rule = cls(style=style)
            if rule.check(text).met:
                yield rule
