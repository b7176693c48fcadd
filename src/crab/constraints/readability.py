"""Readability: the school grade that can read an English text, and the syllables of its words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from math import ceil, floor, inf, sqrt
from random import Random
from typing import ClassVar, Literal, Self

from crab.constraints.base import Example
from crab.constraints.bounds import Bounded, Measure
from crab.constraints.style import FEWEST_WORDS, Style
from crab.readings import Interval
from crab.text import Text

__all__ = ["ReadingGrade", "syllables"]

_VOWELS = re.compile("[aeiouyà-æè-ïò-öø-ý]+")
_SYLLABLE_PART = re.compile("[a-zà-öø-ÿ]+")
_SILENT = re.compile(
    "[^aeiouy](?<![^aeiouy]l)e$"  # make, but table
    "|[^aeiouytd](?<![^aeiouyl]l)ed$"  # called, but wanted and handled
    "|[^aeiouysxzcg](?<![sc]h)(?<![^aeiouy]l)es$"  # makes, but places, wishes and tables
    "|(?<=[aeiouy][^aeiouy])e(?:ment|ful|ly|less|ness)s?$|^somet?e|^some(?=.)"
)
_APART = re.compile(
    "(?<![tscg])i(?:a|o|um|us)|(?<![tc])ien[ct]|iet|ier$|iest$|^(?:re)?creat|^scien|area|idea|react"
    "|realit|reali[sz]|(?<!p)eo(?!u|n$)|(?<![qg])ua[lt]|ying|[eo]ing|uing|isms?$|ao|^poe"
)
_SPOKEN_NOT = re.compile("[dst]n['’]t$")
_LONGEST_CACHED = 30


class ReadingGrade(Style, Bounded):
    """The Flesch-Kincaid grade lies between ``at_least`` and ``at_most``. English only.

    The grade is 0.39 x words / sentences + 11.8 x syllables / words - 15.59, with the words of
    ``word_count``, the sentences of ``sentence_count`` and the syllables of :func:`syllables`. A
    response in another language or without a sentence does not meet the rule.

    >>> ReadingGrade(at_most=5).check("The cat sat by the fire. It was warm there.").reason
    'Flesch-Kincaid grade -1.84'
    """

    hint: ClassVar[str] = (
        "The school grade that can read the English text (Flesch-Kincaid), in whole grades."
    )
    unit: ClassVar[str] = "English sentence"
    sides: ClassVar[tuple[str, ...]] = ("between", "at_least", "at_most")
    example: ClassVar[Example] = Example(
        {"at_most": 6},
        "It rained all day. We stayed in and read our books.",
        "Precipitation continued uninterrupted; consequently, everybody remained indoors.",
    )

    kind: Literal["reading_grade"] = "reading_grade"

    def variant(self) -> str:
        """Return which bounds there are: a grade is no count, so each form has its templates."""
        if self.at_most is None:
            return "at_least"
        if self.at_least is None:
            return "at_most"
        return "exactly" if self.at_least == self.at_most else "between"

    def measure(self, text: Text) -> Measure | None:
        """Compute the grade; others count words, sentences and syllables differently."""
        return text.remembered(_reading_grade)

    def _reason(self, found: Measure) -> str:
        return f"Flesch-Kincaid grade {found.smallest:.2f}"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for prose of some length whose sentences are beyond much doubt."""
        if len(text.words) >= 3 * FEWEST_WORDS and len(text.sentences) >= 3:
            sentences = text.readings.sentences
            if sentences.high <= 1.25 * sentences.low:
                yield cls.subject()

    def fitted(self, text: str | Text) -> Self | None:
        """Return the rule with its bounds moved outside every reading, where none is far off."""
        text = Text.of(text)
        found = self.measure(text) if self.counts_in(text) else None
        if found is None or _far(found):
            return None
        low, high = self.at_least, self.at_most
        low = None if low is None else min(low, floor(found.low))
        high = None if high is None else max(high, ceil(found.high), 0)
        if low is not None and low < 1:
            low = None
        if low is None and high is None:
            return None
        return type(self)(at_least=low, at_most=high)

    def bounds(self, found: Measure, rng: Random) -> tuple[int | None, int | None]:
        """Return grades outside every reading where none is far from ours."""
        if _far(found):
            return None, None
        low, high = floor(found.low), max(ceil(found.high), 0)
        forms: list[tuple[int | None, int | None]] = []
        if low >= 3 and high <= 14:
            forms.append((low, high))
        if low >= 6:
            forms.append((low, None))
        if high <= 12:
            forms.append((None, high))
        return rng.choice(forms) if forms else (None, None)


def _far(found: Measure) -> bool:
    """Whether another reading is grades away from ours."""
    return found.high - found.smallest > 2.5 or found.smallest - found.low > 2.5


def _reading_grade(text: Text) -> Measure | None:
    if text.language != "en" or not text.sentences or not text.words:
        return None
    counts = [
        (_cached_syllables if len(word) <= _LONGEST_CACHED else syllables)(word)
        for word in text.folded_words
    ]
    grade = _grade(len(counts), len(text.sentences), sum(counts))
    starts = text.word_starts
    in_prose = [
        counts[bisect_left(starts, start) : bisect_left(starts, end)] for start, end in text.prose
    ]
    scopes = [
        (text.readings.words, sum(counts)),
        (Interval(*[sum(map(len, in_prose))] * 2), sum(map(sum, in_prose))),
    ]
    ends = [_grades(words, text.readings.sentences, total) for words, total in scopes if words.low]
    if not ends:
        return Measure(grade, grade, -inf, inf)
    return Measure(grade, grade, min(low for low, _ in ends), max(high for _, high in ends))


def _grade(words: float, sentences: float, spoken: float) -> float:
    return 0.39 * words / sentences + 11.8 * spoken / words - 15.59


def _grades(words: Interval, sentences: Interval, spoken: int) -> tuple[float, float]:
    """Return the lowest and the highest grade, with syllables counted a tenth off either way."""
    lowest = sqrt(11.8 * 0.9 * spoken * sentences.high / 0.39)
    at = [words.low, min(max(words.low, lowest), words.high), words.high]
    return (
        min(_grade(count, sentences.high, 0.9 * spoken) for count in at),
        max(_grade(count, max(sentences.low, 1), 1.1 * spoken) for count in at),
    )


def syllables(word: str) -> int:
    """Return about how many syllables an English word in lower case has: one at least.

    Groups of vowels are counted, less those that stay silent, more where one group holds two.

    >>> [syllables(word) for word in ("rain", "table", "called", "didn't", "science")]
    [1, 2, 1, 2, 2]
    """
    counts = [_syllables(part) for part in _SYLLABLE_PART.findall(word)]
    return max(sum(counts) + bool(_SPOKEN_NOT.search(word)), 1)


_cached_syllables = lru_cache(maxsize=1 << 15)(syllables)


def _syllables(part: str) -> int:
    groups = len(_VOWELS.findall(part))
    if groups > 1 and _SILENT.search(part):
        groups -= 1
    return groups + len(_APART.findall(part))
