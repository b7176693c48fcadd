"""Length of parts: bounds that every sentence, paragraph or word of the response keeps."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import ClassVar, Literal, Self

from crab.constraints.base import Example
from crab.constraints.bounds import Bounded, Measure
from crab.constraints.length import Length
from crab.text import Text

__all__ = ["CharactersPerWord", "SentencesPerParagraph", "WordsPerParagraph", "WordsPerSentence"]


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
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
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
    r"""Every paragraph has between ``at_least`` and ``at_most`` words.

    Words and paragraphs are those of ``word_count`` and ``paragraph_count``; a response without a
    paragraph does not meet it.

    >>> WordsPerParagraph(at_least=2).check("One two.\n\nThree.").reason
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
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
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
    r"""Every paragraph has between ``at_least`` and ``at_most`` sentences.

    Sentences and paragraphs are those of ``sentence_count`` and ``paragraph_count``; a response
    without a paragraph does not meet it.

    >>> SentencesPerParagraph(at_most=1).check("It rained. We stayed.\n\nWe left.").reason
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
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
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
        sizes = list(map(len, text.folded_words))
        if not sizes:
            return None
        return Measure(min(sizes), max(sizes), 0, text.readings.longest_word.high)


def _extremes(counts: list[int], low: int, high: int) -> Measure:
    smallest, largest = min(counts), max(counts)
    return Measure(smallest, largest, min(low, smallest), max(high, largest))
