"""Keywords: which words a response holds or does without, and how often."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from math import inf
from random import Random
from typing import ClassVar, Literal, Self

from crab.constraints.base import Constraint, Example, Rule, Verdict
from crab.constraints.bounds import Bounded, Measure
from crab.constraints.phrases import (
    LONG_ENOUGH_TO_QUOTE,
    Phrase,
    Phrases,
    is_one_word,
    letter_words,
    main_phrases,
    may_be_asked_for,
    occurrence_quantity,
    occurrences,
    stands_alone,
)
from crab.lexicon import lexicon
from crab.text import Span, Text, fold

__all__ = ["ForbiddenWords", "KeywordCount", "Keywords", "Lexical"]


FEWEST_TO_FORBID = 50
"""What a text with fewer words leaves out says nothing."""


class Lexical(Constraint):
    """Which words the response holds, where, and how often."""

    family: ClassVar[str] = "keywords"
    hint: ClassVar[str] = (
        "Words or short phrases that the response must hold, must not hold, must hold a number of "
        "times, or must begin or end with. Quote them exactly as they stand in the response."
    )


class Keywords(Lexical, Rule):
    """Every word or phrase of ``include`` occurs in the response.

    An occurrence is whole: no letter, combining mark, digit or underscore touches it (in scripts
    without spaces it may stand anywhere). Case does not matter.

    >>> Keywords(include=("rain",)).check("Rainy days, then RAIN.")
    Verdict(met=True, reason='all present', spans=((17, 21),))
    """

    hint: ClassVar[str] = "Words or phrases that must occur; one to three, lower case."
    example: ClassVar[Example] = Example(
        {"include": ["rain", "wind"]}, "Wind and rain all day.", "Windy and rainy all day."
    )

    kind: Literal["keywords"] = "keywords"
    include: Phrases
    """The words or phrases, each of which must occur."""

    def check(self, text: str | Text) -> Verdict:
        """Return whether every word occurs; the spans are the first occurrence of each."""
        text = Text.of(text)
        found = {word: occurrences(text, word) for word in self.include}
        missing = [word for word, spans in found.items() if not spans]
        spans = tuple(spans[0] for spans in found.values() if spans)
        return Verdict(
            not missing, f"missing: {', '.join(missing)}" if missing else "all present", spans
        )

    def fitted(self, text: str | Text) -> Self | None:
        """Return the rule with those of its words that stand alone in a text of some length."""
        text = Text.of(text)
        found = tuple(word for word in self.include if may_be_asked_for(text, word))
        return None if not found else self if found == self.include else type(self)(include=found)

    def topics(self) -> frozenset[str]:
        """Return the words and the kind."""
        return frozenset({self.kind, *map(fold, self.include)})

    def facts(self) -> Mapping[str, tuple[float, float]]:
        """Return that each word occurs."""
        return {occurrence_quantity(word): (1, inf) for word in self.include}

    def conjuncts(self) -> tuple[Rule, ...]:
        """Return a rule for each word."""
        return tuple(Keywords(include=(word,)) for word in self.include)

    def required_words(self) -> frozenset[str]:
        """Return every word that has to occur."""
        return letter_words(*self.include)

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield one to three words that the text is about."""
        text = Text.of(text)
        if len(text.words) < LONG_ENOUGH_TO_QUOTE:
            return
        found = [word for word in main_phrases(text) if stands_alone(text, word)][:6]
        if found:
            size = min(len(found), rng.choice((1, 2, 2, 3)))
            yield cls(include=tuple(rng.sample(found, size)))


class KeywordCount(Lexical, Bounded):
    """``word`` occurs between ``at_least`` and ``at_most`` times.

    Occurrences are those of ``keywords``: whole words in any case, without overlaps.

    >>> KeywordCount(word="rain", at_least=2).check("Rain, rain, and a raincoat.").reason
    '2 occurrences'
    """

    hint: ClassVar[str] = "How often a word or phrase must occur."
    unit: ClassVar[str] = "occurrences"
    small: ClassVar[int] = 2
    example: ClassVar[Example] = Example(
        {"word": "rain", "at_least": 2}, "Rain, rain, go away.", "Rain, go away."
    )

    kind: Literal["keyword_count"] = "keyword_count"
    word: Phrase
    """The word or phrase to count."""

    def measure(self, text: Text) -> Measure:
        """Count the occurrences; other readings see the case, or parts of longer words."""
        spans = occurrences(text, self.word)
        alone = text.string.count(self.word)
        if is_one_word(self.word):
            alone = sum(text[span] == self.word and _is_word(text, span) for span in spans)
        inside = text.folded.count(fold(self.word))
        return Measure.items(spans, alone, inside)

    def counts_in(self, text: Text) -> bool:
        """Return whether the word stands alone in a text of some length."""
        return may_be_asked_for(text, self.word)

    def topics(self) -> frozenset[str]:
        """Return the word."""
        return frozenset({self.kind, fold(self.word)})

    @property
    def quantity(self) -> str:
        """The name of what is counted."""
        return occurrence_quantity(self.word)

    def required_words(self) -> frozenset[str]:
        """Return the word itself where it must occur."""
        return letter_words(self.word) if self.at_least else frozenset()

    def barred_words(self) -> frozenset[str]:
        """Return the word where it need not occur."""
        return frozenset() if self.at_least else letter_words(self.word)

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield one of the words that the text is about."""
        if len(text.words) < LONG_ENOUGH_TO_QUOTE:
            return
        words = main_phrases(text)[:5]
        if words:
            yield cls.subject(word=rng.choice(words))


class ForbiddenWords(Lexical, Rule):
    """No word or phrase of ``words`` occurs in the response.

    Occurrences are those of ``keywords``: whole words in any case.

    >>> ForbiddenWords(words=("very",)).check("Every day is VERY hot.").reason
    'found: very'
    """

    absence: ClassVar[bool] = True
    hint: ClassVar[str] = "Words or phrases that must not occur."
    example: ClassVar[Example] = Example(
        {"words": ["very", "really"]}, "Every day is hot.", "It is very hot."
    )

    kind: Literal["forbidden_words"] = "forbidden_words"
    words: Phrases
    """The words or phrases, none of which may occur."""

    def check(self, text: str | Text) -> Verdict:
        """Return whether none of the words occurs; the spans are the occurrences."""
        text = Text.of(text)
        found = {word: spans for word in self.words if (spans := occurrences(text, word))}
        everywhere = tuple(sorted(span for spans in found.values() for span in spans))
        return Verdict(
            not found, f"found: {', '.join(found)}" if found else "none found", everywhere
        )

    def fitted(self, text: str | Text) -> Self | None:
        """Return the rule with those of its words that occur nowhere, not even inside others."""
        text = Text.of(text)
        found = tuple(word for word in self.words if fold(word) not in text.folded)
        if not found or len(text.words) < FEWEST_TO_FORBID:
            return None
        return self if found == self.words else type(self)(words=found)

    def conjuncts(self) -> tuple[Rule, ...]:
        """Return a rule for each word."""
        return tuple(ForbiddenWords(words=(word,)) for word in self.words)

    def barred_words(self) -> frozenset[str]:
        """Return the words, where each is a single one."""
        words = letter_words(*self.words)
        return words if len(words) == len(self.words) else frozenset()

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield a few overused words that the text does without, even inside other words."""
        text = Text.of(text)
        if len(text.words) < FEWEST_TO_FORBID:
            return
        overused = lexicon(text.language).overused
        drawn = rng.sample(overused, min(len(overused), 6))
        absent = [word for word in drawn if word not in text.folded][: rng.choice((2, 3, 3))]
        if len(absent) > 1:
            yield cls(words=tuple(sorted(absent)))


def _is_word(text: Text, span: Span) -> bool:
    at = bisect_left(text.word_starts, span[0])
    return at < len(text.words) and text.words[at] == span
