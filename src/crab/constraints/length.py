"""Length: how many words, sentences, paragraphs, characters and lines, in all and in each part."""

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
    "CharactersPerWord",
    "Length",
    "LineCount",
    "ParagraphCount",
    "SentenceCount",
    "SentencesPerParagraph",
    "WordCount",
    "WordCountNear",
    "WordsPerParagraph",
    "WordsPerSentence",
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

    hint: ClassVar[str] = "A number of words to come close to, with a tolerance such as 0.1 for 10 %."
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
    """The response has between ``at_least`` and ``at_most`` paragraphs.

    A paragraph is a block of running text; headings, list items, tables and code are none.

    >>> ParagraphCount(at_most=1).check("One.\\n\\nTwo.").reason
    '2 paragraphs'
    """

    hint: ClassVar[str] = "The number of paragraphs of running text."
    unit: ClassVar[str] = "paragraphs"
    example: ClassVar[Example] = Example(
        {"at_least": 2}, "It rained all day.\n\nWe stayed in.", "It rained all day."
    )

    kind: Literal["paragraph_count"] = "paragraph_count"

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
    """The response has between ``at_least`` and ``at_most`` lines, not counting empty ones.

    >>> LineCount(at_least=3).check("one\\n\\ntwo").reason
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


class WordsPerSentence(Length, Bounded):
    """Every sentence has between ``at_least`` and ``at_most`` words.

    Words and sentences are those of ``word_count`` and ``sentence_count``; a response without a
    sentence does not meet it.

    >>> WordsPerSentence(at_most=4).check("Come in. Do not wait outside for long.").reason
    '2 to 6 words in each sentence'
    """

    hint: ClassVar[str] = "Bounds on the number of words that every sentence keeps."
    unit: ClassVar[str] = "words"
    each: ClassVar[str] = "sentence"
    small: ClassVar[int] = 4
    sides: ClassVar[tuple[str, ...]] = ("between", "at_least", "at_most")
    example: ClassVar[Example] = Example(
        {"at_most": 5}, "It rained all day. We stayed in.", "It rained all day and we stayed in."
    )

    kind: Literal["words_per_sentence"] = "words_per_sentence"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:  # noqa: ARG003
        """Yield the rule where there is more than one sentence."""
        if len(text.sentences) > 1:
            yield cls.subject()

    def measure(self, text: Text) -> Measure | None:
        """Count the words of the shortest and the longest sentence."""
        counts = text.words_in(text.sentences)
        if not counts:
            return None
        low, high = text.readings.sentence_words
        return _extremes(counts, low, high)


class WordsPerParagraph(Length, Bounded):
    """Every paragraph has between ``at_least`` and ``at_most`` words.

    Words and paragraphs are those of ``word_count`` and ``paragraph_count``; a response without a
    paragraph does not meet it.

    >>> WordsPerParagraph(at_least=2).check("One two.\\n\\nThree.").reason
    '1 to 2 words in each paragraph'
    """

    hint: ClassVar[str] = "Bounds on the number of words that every paragraph keeps."
    unit: ClassVar[str] = "words"
    each: ClassVar[str] = "paragraph"
    small: ClassVar[int] = 15
    sides: ClassVar[tuple[str, ...]] = ("between", "at_least", "at_most")
    example: ClassVar[Example] = Example(
        {"at_most": 3}, "It rained.\n\nWe stayed in.", "It rained all day.\n\nWe stayed in."
    )

    kind: Literal["words_per_paragraph"] = "words_per_paragraph"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:  # noqa: ARG003
        """Yield the rule where there is more than one paragraph."""
        if len(text.paragraphs) > 1:
            yield cls.subject()

    def measure(self, text: Text) -> Measure | None:
        """Count the words of the shortest and the longest paragraph."""
        counts = text.words_in(text.paragraphs)
        if not counts:
            return None
        low, high = text.readings.paragraph_words
        return _extremes(counts, low, high)


class SentencesPerParagraph(Length, Bounded):
    """Every paragraph has between ``at_least`` and ``at_most`` sentences.

    Sentences and paragraphs are those of ``sentence_count`` and ``paragraph_count``; a response
    without a paragraph does not meet it.

    >>> SentencesPerParagraph(at_most=1).check("It rained. We stayed.\\n\\nWe left.").reason
    '1 to 2 sentences in each paragraph'
    """

    hint: ClassVar[str] = "Bounds on the number of sentences that every paragraph keeps."
    unit: ClassVar[str] = "sentences"
    each: ClassVar[str] = "paragraph"
    small: ClassVar[int] = 2
    sides: ClassVar[tuple[str, ...]] = ("exactly", "between", "at_least", "at_most")
    example: ClassVar[Example] = Example(
        {"at_most": 1}, "It rained.\n\nWe stayed in.", "It rained. We stayed in."
    )

    kind: Literal["sentences_per_paragraph"] = "sentences_per_paragraph"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:  # noqa: ARG003
        """Yield the rule where there is more than one paragraph."""
        if len(text.paragraphs) > 1:
            yield cls.subject()

    def measure(self, text: Text) -> Measure | None:
        """Count the sentences of the smallest and the largest paragraph."""
        counts = text.sentences_in(text.paragraphs)
        if not counts:
            return None
        low, high = text.readings.paragraph_sentences
        return _extremes(counts, low, high)


class CharactersPerWord(Length, Bounded):
    """Every word has between ``at_least`` and ``at_most`` characters.

    Words are those of ``word_count``: the apostrophes and hyphens inside one count.

    >>> CharactersPerWord(at_most=7).check("An up-to-date list.").reason
    '2 to 10 characters in each word'
    """

    hint: ClassVar[str] = "Bounds on the number of characters that every word keeps."
    weight: ClassVar[float] = 0.3
    unit: ClassVar[str] = "characters"
    each: ClassVar[str] = "word"
    sides: ClassVar[tuple[str, ...]] = ("at_most",)
    example: ClassVar[Example] = Example(
        {"at_most": 7}, "It rained all day.", "It rained continuously."
    )

    kind: Literal["characters_per_word"] = "characters_per_word"

    def measure(self, text: Text) -> Measure | None:
        """Count the characters of the shortest and the longest word."""
        sizes = [end - start for start, end in text.words]
        if not sizes:
            return None
        return Measure(min(sizes), max(sizes), 0, text.readings.longest_word.high)


def _extremes(counts: list[int], low: int, high: int) -> Measure:
    smallest, largest = min(counts), max(counts)
    return Measure(smallest, largest, min(low, smallest), max(high, largest))
