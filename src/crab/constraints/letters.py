"""Letters: how often a response uses one."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, StringConstraints

from crab.constraints.base import Example
from crab.constraints.bounds import Bounded, Measure
from crab.constraints.keywords import Lexical
from crab.constraints.phrases import LONG_ENOUGH_TO_QUOTE
from crab.text import Text, fold

__all__ = ["LetterCount"]


class LetterCount(Lexical, Bounded):
    """The letter ``letter`` occurs between ``at_least`` and ``at_most`` times, in either case.

    >>> LetterCount(letter="r", at_least=3).check("Rain, rivers").reason
    '3 occurrences'
    """

    hint: ClassVar[str] = "How often a letter must occur, in either case."
    weight: ClassVar[float] = 0.08
    unit: ClassVar[str] = "occurrences"
    small: ClassVar[int] = 3
    sides: ClassVar[tuple[str, ...]] = ("between", "at_least", "at_most")
    example: ClassVar[Example] = Example({"letter": "r", "at_most": 1}, "It rained.", "River rain.")

    kind: Literal["letter_count"] = "letter_count"
    letter: Annotated[str, StringConstraints(min_length=1, max_length=1), AfterValidator(fold)]
    """The letter to count."""

    def measure(self, text: Text) -> Measure:
        """Count the letter in the text in lower case."""
        count = text.folded.count(self.letter)
        if text.string.isascii():
            return Measure(count, count, count, count)
        others = (text.string.lower().count(self.letter), text.string.casefold().count(self.letter))
        return Measure(count, count, min(count, *others), max(count, *others))

    def counts_in(self, text: Text) -> bool:
        """Return whether the text is long enough."""
        return len(text.words) >= LONG_ENOUGH_TO_QUOTE

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield one of the rarer letters of a Latin text."""
        if len(text.words) >= LONG_ENOUGH_TO_QUOTE and not text.unspaced:
            letter = rng.choice("bcdfghjkmpqvwxyz")
            if 3 <= text.folded.count(letter) <= 30:
                yield cls.subject(letter=letter)
