"""Length: how many words, sentences, paragraphs, characters and lines the response has in all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field

from crab.constraints.base import Constraint, Example, Rule, Verdict
from crab.constraints.bounds import Bounded, Measure, close
from crab.text import Text

__all__ = [
    "CharacterCount",
    "Length",
    "LineCount",
    "ParagraphCount",
    "SentenceCount",
    "WordCount",
    "WordCountNear",
]

_TOTAL = frozenset({"total length"})


class Length(Constraint):
    """How long the response and its parts are."""

    family: ClassVar[str] = "length"
    hint: ClassVar[str] = (
        "How long the response is: its words, sentences, paragraphs, characters or lines, in all, "
        "or in every sentence, paragraph or word. Always give numbers."
    )


class WordCount(Length, Bounded):
    """The response has between ``at_least`` and ``at_most`` words.

    A word is what :mod:`crab.text` says: a run of letters, digits and underscores with single
    apostrophes and hyphens inside; each letter in scripts without spaces. All words count, those of
    headings, tables and code too.

    >>> WordCount(at_most=3).check("Don't look now, please.")
    Verdict(met=False, reason='4 words', spans=())
    """

    hint: ClassVar[str] = "The number of words of the whole response."
    unit: ClassVar[str] = "words"
    small: ClassVar[int] = 10
    sides: ClassVar[tuple[str, ...]] = ("between", "at_least", "at_most")
    example: ClassVar[Example] = Example(
        {"at_least": 3, "at_most": 5}, "The rain has stopped.", "Rain fell."
    )

    kind: Literal["word_count"] = "word_count"

    def topics(self) -> frozenset[str]:
        """Return the total length."""
        return _TOTAL

    def measure(self, text: Text) -> Measure:
        """Count the words."""
        return Measure.count(len(text.words), text.readings.words)


class WordCountNear(Length, Rule):
    """The number of words differs from ``target`` by at most ``tolerance`` times ``target``.

    Words are counted as for ``word_count``.

    >>> WordCountNear(target=4, tolerance=0.25).check("Don't look now").met
    True
    """

    hint: ClassVar[str] = (
        "A number of words to come close to, with a tolerance such as 0.1 for 10 %."
    )
    example: ClassVar[Example] = Example(
        {"target": 5, "tolerance": 0.2}, "The rain has stopped.", "Rain fell."
    )

    kind: Literal["word_count_near"] = "word_count_near"
    target: Annotated[int, Field(ge=1)]
    """The number of words to come close to."""
    tolerance: Annotated[float, Field(ge=0, lt=1)] = 0.1
    """How far off the count may be, as a fraction of the target."""

    def topics(self) -> frozenset[str]:
        """Return the total length."""
        return _TOTAL

    def check(self, text: str | Text) -> Verdict:
        """Return whether the number of words is close enough to the target."""
        count = len(Text.of(text).words)
        return Verdict(self._holds(count), f"{count} words")

    def fitted(self, text: str | Text) -> Self | None:
        """Return the rule where all readings come close enough, else with the nearest target."""
        reading = Text.of(text).readings.words
        if self._holds(reading.low) and self._holds(reading.high):
            return self
        return next(self.propose(text, Random(0)), None)

    def _holds(self, count: int) -> bool:
        return abs(count - self.target) <= self.target * self.tolerance + 1e-9

    def said_fields(self) -> dict[str, Any]:
        """Return the fields with the tolerance in percent, as ``percent``."""
        return super().said_fields() | {"percent": f"{100 * self.tolerance:.10g}"}

    def facts(self) -> Mapping[str, tuple[float, float]]:
        """Return the numbers of words that come close enough."""
        slack = self.target * self.tolerance
        return {"word_count": (self.target - slack, self.target + slack)}

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield a round target that every reading of the text comes close to."""
        reading = Text.of(text).readings.words
        if reading.low < 30 or not close(*reading):
            return
        step = 10 if reading.high < 100 else 50
        target = round((reading.low + reading.high) / 2 / step) * step
        for tolerance in (0.1, 0.15, 0.2):
            rule = cls(target=max(target, 1), tolerance=tolerance)
            if rule._holds(reading.low) and rule._holds(reading.high):
                yield rule
                return


class SentenceCount(Length, Bounded):
    """The response has between ``at_least`` and ``at_most`` sentences.

    A sentence is what :mod:`crab.text` says: found in paragraphs and list items, not in headings,
    tables or code.

    >>> SentenceCount(at_least=2).check("Dr. Smith is in. Come back!").reason
    '2 sentences'
    """

    hint: ClassVar[str] = "The number of sentences of the whole response."
    unit: ClassVar[str] = "sentences"
    small: ClassVar[int] = 2
    example: ClassVar[Example] = Example(
        {"at_least": 2}, "It rained all day. We stayed in.", "It rained all day."
    )

    kind: Literal["sentence_count"] = "sentence_count"

    def measure(self, text: Text) -> Measure:
        """Count the sentences."""
        return Measure.count(len(text.sentences), text.readings.sentences)


class ParagraphCount(Length, Bounded):
    r"""The response has between ``at_least`` and ``at_most`` paragraphs.

    A paragraph is a block of running text; headings, list items, tables and code are none.

    >>> ParagraphCount(at_most=1).check("One.\n\nTwo.").reason
    '2 paragraphs'
    """

    hint: ClassVar[str] = "The number of paragraphs of running text."
    unit: ClassVar[str] = "paragraphs"
    example: ClassVar[Example] = Example(
        {"at_least": 2}, "It rained all day.\n\nWe stayed in.", "It rained all day."
    )

    kind: Literal["paragraph_count"] = "paragraph_count"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text that is no data."""
        if text.string.lstrip()[:1] not in ("{", "["):
            yield cls.subject()

    def measure(self, text: Text) -> Measure:
        """Count the paragraphs."""
        return Measure.count(len(text.paragraphs), text.readings.paragraphs)


class CharacterCount(Length, Bounded):
    """The response has between ``at_least`` and ``at_most`` characters, white space included.

    A character is a Unicode code point.

    >>> CharacterCount(at_most=10).check("Hello there").reason
    '11 characters'
    """

    hint: ClassVar[str] = "The number of characters of the whole response, spaces included."
    weight: ClassVar[float] = 0.6
    unit: ClassVar[str] = "characters"
    small: ClassVar[int] = 50
    sides: ClassVar[tuple[str, ...]] = ("between", "at_least", "at_most")
    example: ClassVar[Example] = Example({"at_most": 20}, "It rained.", "It rained all day long.")

    kind: Literal["character_count"] = "character_count"

    def topics(self) -> frozenset[str]:
        """Return the total length."""
        return _TOTAL

    def measure(self, text: Text) -> Measure:
        """Count the code points."""
        return Measure.count(len(text), text.readings.characters)


class LineCount(Length, Bounded):
    r"""The response has between ``at_least`` and ``at_most`` lines, not counting empty ones.

    >>> LineCount(at_least=3).check("one\n\ntwo").reason
    '2 lines'
    """

    hint: ClassVar[str] = "The number of lines that are not empty, as in a poem or a list."
    weight: ClassVar[float] = 0.4
    unit: ClassVar[str] = "lines"
    small: ClassVar[int] = 3
    example: ClassVar[Example] = Example({"at_least": 2}, "It rained.\nWe stayed.", "It rained.")

    kind: Literal["line_count"] = "line_count"

    def measure(self, text: Text) -> Measure:
        """Count the lines that hold more than white space."""
        reading = text.readings.lines
        return Measure.count(reading.low, reading)
