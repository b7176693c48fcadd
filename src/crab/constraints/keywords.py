"""Keywords: which words a response holds, where, and how often."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import inf
from random import Random
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints

from crab.constraints.base import Constraint, Example, Rule, Verdict
from crab.constraints.bounds import Bounded, Measure
from crab.keyphrases import keyphrases
from crab.lexicon import lexicon
from crab.text import Span, Text, fold, joins

__all__ = [
    "EndsWith",
    "FirstSentenceContains",
    "ForbiddenWords",
    "KeywordCount",
    "Keywords",
    "Lexical",
    "LetterCount",
    "StartsWith",
    "occurrences",
]

Phrase = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^\S(?s:.*\S)?$")]
Phrases = Annotated[tuple[Phrase, ...], Field(min_length=1)]

_LONG_ENOUGH_TO_QUOTE = 30
_FIRST_WORDS = re.compile(r"([^\W\d_]+(?:['’][^\W\d_]+)?)((?:,? [^\W\d_]+(?:['’][^\W\d_]+)?){0,2})")
_LAST_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?(?: [^\W\d_]+(?:['’][^\W\d_]+)?){1,2}[.!?]\Z")
_DANGLING = frozenset(
    "a an the of to in on for and or with by at from as that this is are was if it's".split()
)


def occurrences(text: Text, phrase: str) -> list[Span]:
    """Return where ``phrase`` stands as whole words, whatever its case, without overlaps.

    No letter, digit or underscore may touch it, except in scripts that are written without spaces.

    >>> occurrences(Text("War and warfare, war-torn."), "war")
    [(0, 3), (17, 20)]
    """
    folded = text.folded
    wanted, closed_start, closed_end = _sought(phrase)
    spans, at, size = [], folded.find(wanted), len(wanted)
    while at >= 0:
        end = at + size
        if (closed_start and at and joins(folded[at - 1])) or (
            closed_end and end < len(folded) and joins(folded[end])
        ):
            at = folded.find(wanted, at + 1)
            continue
        spans.append((at, end))
        at = folded.find(wanted, end)
    return spans


@lru_cache(maxsize=4096)
def _sought(phrase: str) -> tuple[str, bool, bool]:
    """Return the phrase in lower case, and whether its ends must not touch letters or digits."""
    wanted = fold(Text(phrase).string)
    return wanted, joins(wanted[0]), joins(wanted[-1])


class Lexical(Constraint):
    """Which words the response holds, where, and how often."""

    family: ClassVar[str] = "keywords"
    hint: ClassVar[str] = (
        "Words or short phrases that the response must hold, must not hold, must hold a number of "
        "times, or must begin or end with. Quote them exactly as they stand in the response."
    )


class Keywords(Lexical, Rule):
    """Every word or phrase of ``include`` occurs in the response.

    An occurrence is whole: no letter, digit or underscore touches it (in scripts without spaces it
    may stand anywhere). Case does not matter.

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
        return Verdict(not missing, f"missing: {', '.join(missing)}" if missing else "all present", spans)

    def topics(self) -> frozenset[str]:
        """Return the words and the kind."""
        return frozenset({self.kind, *map(fold, self.include)})

    def facts(self) -> Mapping[str, tuple[float, float]]:
        """Return that each word occurs."""
        return {_quantity(word): (1, inf) for word in self.include}

    def conjuncts(self) -> tuple[Rule, ...]:
        """Return a rule for each word."""
        return tuple(Keywords(include=(word,)) for word in self.include)

    def required_words(self) -> frozenset[str]:
        """Return every word that has to occur."""
        return _letter_words(*self.include)

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield one to three words that the text is about."""
        text = Text.of(text)
        if len(text.words) < _LONG_ENOUGH_TO_QUOTE:
            return
        found = [word for word in _keywords(text) if _stands_alone(text, word)][:6]
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
        if _one_word(self.word):
            alone = sum(text[span] == self.word and _is_word(text, span) for span in spans)
        inside = text.folded.count(fold(self.word))
        return Measure.items(spans, alone, inside)

    def topics(self) -> frozenset[str]:
        """Return the word."""
        return frozenset({self.kind, fold(self.word)})

    @property
    def quantity(self) -> str:
        """The name of what is counted."""
        return _quantity(self.word)

    def required_words(self) -> frozenset[str]:
        """Return the word itself where it must occur."""
        return _letter_words(self.word) if self.at_least else frozenset()

    def barred_words(self) -> frozenset[str]:
        """Return the word where it need not occur."""
        return frozenset() if self.at_least else _letter_words(self.word)

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield one of the words that the text is about."""
        if len(text.words) < _LONG_ENOUGH_TO_QUOTE:
            return
        words = _keywords(text)[:5]
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
        return Verdict(not found, f"found: {', '.join(found)}" if found else "none found", everywhere)

    def conjuncts(self) -> tuple[Rule, ...]:
        """Return a rule for each word."""
        return tuple(ForbiddenWords(words=(word,)) for word in self.words)

    def barred_words(self) -> frozenset[str]:
        """Return the words, where each is a single one."""
        words = _letter_words(*self.words)
        return words if len(words) == len(self.words) else frozenset()

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield a few overused words that the text does without, even inside other words."""
        text = Text.of(text)
        if len(text.words) < 50:
            return
        overused = lexicon(text.language).overused
        drawn = rng.sample(overused, min(len(overused), 12))
        absent = [word for word in drawn if word not in text.folded][: rng.choice((2, 3, 3))]
        if len(absent) > 1:
            yield cls(words=tuple(sorted(absent)))


class StartsWith(Lexical, Rule):
    """The response begins with ``text``, white space before it aside.

    Case does not matter; no letter, digit or underscore may follow directly.

    >>> StartsWith(text="of course").check("Of course! Come in.").met
    True
    """

    hint: ClassVar[str] = "The one to three words that the response must begin with."
    example: ClassVar[Example] = Example(
        {"text": "Once upon"}, "Once upon a time it rained.", "It rained once upon a time."
    )

    kind: Literal["starts_with"] = "starts_with"
    text: Phrase
    """What the response begins with."""

    def check(self, text: str | Text) -> Verdict:
        """Return whether the text begins with the words."""
        text = Text.of(text)
        start = len(text.string) - len(text.string.lstrip())
        span = (start, start + len(Text(self.text).string))
        met = span in occurrences(text, self.text)[:1]
        return Verdict(met, f"begins with {_shown(text[span])}", (span,) if met else ())

    def required_words(self) -> frozenset[str]:
        """Return the words that the text begins with."""
        return _letter_words(self.text)

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield up to three opening words that say nothing of the answer."""
        text = Text.of(text)
        if len(text.words) < _LONG_ENOUGH_TO_QUOTE:
            return
        match = _FIRST_WORDS.match(text.string.lstrip())
        opening = match.group().split(" ") if match else []
        words = lexicon(text.language)
        kept: list[str] = []
        for word in opening:
            bare = word.rstrip(",")
            if fold(bare) not in words.plain or fold(bare) == "yes" or (kept and bare != bare.lower()):
                break
            kept.append(bare)
            if bare != word:
                break
        else:
            while kept and fold(kept[-1]) in _DANGLING:
                kept.pop()
        if len(kept) > 1 or (kept and fold(kept[0]) in words.openers):
            yield cls(text=" ".join(kept))


class EndsWith(Lexical, Rule):
    """The response ends with ``text``, white space after it aside. Case does not matter.

    >>> EndsWith(text="good luck!").check("Off you go, and Good luck!").met
    True
    """

    hint: ClassVar[str] = "The one to three words that the response must end with."
    weight: ClassVar[float] = 0.5
    example: ClassVar[Example] = Example(
        {"text": "good luck!"}, "Off you go. Good luck!", "Good luck! Off you go."
    )

    kind: Literal["ends_with"] = "ends_with"
    text: Phrase
    """What the response ends with, its last punctuation mark included."""

    def check(self, text: str | Text) -> Verdict:
        """Return whether the text ends with the words."""
        text, wanted = Text.of(text), fold(Text(self.text).string)
        end = len(text.string.rstrip())
        start = end - len(wanted)
        met = start >= 0 and text.folded[start:end] == wanted
        if met and start and joins(wanted[0]):
            met = not joins(text.folded[start - 1])
        shown = text[(max(start, 0), end)]
        return Verdict(met, f"ends with {_shown(shown)}", ((start, end),) if met else ())

    def required_words(self) -> frozenset[str]:
        """Return the words that the text ends with, but for the first, which may be cut."""
        return _letter_words(*re.split(r"[\W\d_]+", self.text)[1:])

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield two or three closing words that say nothing of the answer."""
        text = Text.of(text)
        words = lexicon(text.language)
        if len(text.words) < _LONG_ENOUGH_TO_QUOTE or not words.function_words:
            return
        ending = text.string[-100:].rstrip()
        match = _LAST_WORDS.search(ending) if ending[-1:] in ".!?" else None
        if match is None:
            return
        closing = [fold(word) for word in match.group()[:-1].split(" ")]
        if match.group()[:-1].islower() and words.plain.issuperset(closing):
            yield cls(text=match.group())


class FirstSentenceContains(Lexical, Rule):
    """The first sentence holds ``text`` as whole words, in any case.

    Sentences are those of ``sentence_count``.

    >>> FirstSentenceContains(text="rain").check("It will rain. Stay in.").met
    True
    """

    hint: ClassVar[str] = "A word or phrase that the first sentence must hold."
    example: ClassVar[Example] = Example(
        {"text": "rain"}, "The rain stopped. We left.", "We left. The rain stopped."
    )

    kind: Literal["first_sentence_contains"] = "first_sentence_contains"
    text: Phrase
    """What the first sentence holds."""

    def check(self, text: str | Text) -> Verdict:
        """Return whether the first sentence holds the words."""
        text = Text.of(text)
        if not text.sentences:
            return Verdict(False, "no sentence")
        start, end = text.sentences[0]
        spans = [span for span in occurrences(text, self.text) if start <= span[0] and span[1] <= end]
        found = "holds" if spans else "does not hold"
        return Verdict(bool(spans), f"the first sentence {found} {_shown(self.text)}", tuple(spans))

    def topics(self) -> frozenset[str]:
        """Return the word and the kind."""
        return frozenset({self.kind, fold(self.text)})

    def facts(self) -> Mapping[str, tuple[float, float]]:
        """Return that the words occur, and occur in the first sentence."""
        return {_quantity(self.text): (1, inf), f"first {fold(self.text)}": (1, inf)}

    def required_words(self) -> frozenset[str]:
        """Return every word that has to occur."""
        return _letter_words(self.text)

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield a word that the text is about and that its opening holds in every reading."""
        text = Text.of(text)
        if len(text.words) < _LONG_ENOUGH_TO_QUOTE or not text.sentences:
            return
        start, end = text.sentences[0][0], text.readings.first_cut
        if text.string[:start].strip():
            return
        opening = Text(text.string[start:end])
        words = [word for word in _keywords(text) if _stands_alone(opening, word)]
        if words:
            yield cls(text=rng.choice(words[:4]))


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

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield one of the rarer letters of a Latin text."""
        if len(text.words) >= _LONG_ENOUGH_TO_QUOTE and not text.unspaced:
            for letter in rng.sample("bcdfghjkmpqvwxyz", 4):
                if 3 <= text.folded.count(letter) <= 30:
                    yield cls.subject(letter=letter)
                    return


def _keywords(text: Text) -> list[str]:
    return [found.phrase for found in text.remembered(keyphrases)]


def _quantity(phrase: str) -> str:
    return f"occurrences of {fold(phrase)}"


def _letter_words(*phrases: str) -> frozenset[str]:
    """Return the words of the phrases that are letters only, in scripts with spaces."""
    words = [fold(word) for phrase in phrases for word in phrase.split()]
    return frozenset(word for word in words if _one_word(word))


def _is_word(text: Text, span: Span) -> bool:
    at = bisect_left(text.word_starts, span[0])
    return at < len(text.words) and text.words[at] == span


@lru_cache(maxsize=4096)
def _one_word(phrase: str) -> bool:
    return phrase.isalpha() and not Text(phrase).unspaced_starts


def _stands_alone(text: Text, phrase: str) -> bool:
    """Whether the phrase occurs as it is written, as words that nothing touches."""
    string, size = text.string, len(phrase)
    spaced = _sought(phrase)[1]
    at = string.find(phrase)
    while at >= 0:
        before, after = string[at - 1 : at], string[at + size : at + size + 1]
        if not spaced or (
            (not before or before.isspace()) and (not after or after.isspace() or after in ".,!?;:")
        ):
            return True
        at = string.find(phrase, at + 1)
    return False


def _shown(string: str) -> str:
    return f'"{string}"' if len(string) <= 60 else f'"{string[:57]}..."'
