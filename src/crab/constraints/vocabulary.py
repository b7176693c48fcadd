"""Vocabulary: how many different words a response has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from string import punctuation
from typing import ClassVar, Literal, Self

from crab.constraints.base import Example
from crab.constraints.bounds import Bounded, Measure
from crab.constraints.compounds import compounds
from crab.constraints.style import FEWEST_WORDS, Style
from crab.readings import Interval
from crab.text import Text

__all__ = ["UniqueWordCount"]

_RUN = re.compile(r"\w+")


class UniqueWordCount(Style, Bounded):
    """The response has between ``at_least`` and ``at_most`` different words.

    Words are those of ``word_count``, in lower case; forms of one word differ.

    >>> UniqueWordCount(at_least=4).check("Rain, rain and rains.").reason
    '3 different words'
    """

    hint: ClassVar[str] = "The number of different words, each counted once."
    unit: ClassVar[str] = "different words"
    small: ClassVar[int] = 20
    sides: ClassVar[tuple[str, ...]] = ("at_least", "at_most")
    example: ClassVar[Example] = Example({"at_least": 4}, "It rained all day.", "Day in, day out.")

    kind: Literal["unique_word_count"] = "unique_word_count"

    def measure(self, text: Text) -> Measure:
        """Count the words; others take bare white-space tokens, or split at marks."""
        words = text.word_set
        tokens = {token.strip(punctuation) for token in set(text.folded.split())}
        runs = _runs(text)
        least = min(len(tokens - {""}), len(runs))
        return Measure.count(len(words), Interval(least, len(words.union(tokens, runs))))

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text whose words stand apart."""
        if len(text.words) >= 2 * FEWEST_WORDS and not text.unspaced:
            yield cls.subject()


def _runs(text: Text) -> frozenset[str]:
    r"""Return the different runs of ``\w``."""
    if text.scan is None:
        return frozenset(_RUN.findall(text.folded))
    joined = compounds(text)
    return (text.word_set - joined).union(*map(_RUN.findall, joined))
