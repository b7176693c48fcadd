"""The words that a response begins and ends with, and those that its first sentence holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import inf
from random import Random
from typing import ClassVar, Literal, Self

from crab.constraints.base import Example, Rule, Verdict
from crab.constraints.keywords import Lexical
from crab.constraints.phrases import (
    LONG_ENOUGH_TO_QUOTE,
    Phrase,
    letter_words,
    main_phrases,
    may_be_asked_for,
    occurrence_quantity,
    occurrences,
    stands_alone,
)
from crab.lexicon import lexicon
from crab.text import Text, fold, joins

__all__ = ["EndsWith", "FirstSentenceContains", "StartsWith"]

_FIRST_WORDS = re.compile(r"([^\W\d_]+(?:['’][^\W\d_]+)?)((?:,? [^\W\d_]+(?:['’][^\W\d_]+)?){0,2})")
_ENDING_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_DANGLING = frozenset(
    {"a", "an", "the", "of", "to", "in", "on", "for", "and", "or", "with"}
    | {"by", "at", "from", "as", "that", "this", "is", "are", "was", "if", "it's"}
)


class StartsWith(Lexical, Rule):
    """The response begins with ``text``, white space before it aside.

    Case does not matter; no letter, combining mark, digit or underscore may follow directly.

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

    def fitted(self, text: str | Text) -> Self | None:
        """Return the rule where the text begins just so, and the words may be asked for."""
        text = Text.of(text)
        begins = text.string.lstrip().startswith(self.text) and bool(self.check(text).met)
        return self if begins and may_be_asked_for(text, self.text) else None

    def required_words(self) -> frozenset[str]:
        """Return the words that the text begins with."""
        return letter_words(self.text)

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield up to three opening words that say nothing of the answer."""
        text = Text.of(text)
        if len(text.words) < LONG_ENOUGH_TO_QUOTE:
            return
        match = _FIRST_WORDS.match(text.string.lstrip())
        opening = match.group().split(" ") if match else []
        words = lexicon(text.language)
        kept: list[str] = []
        cut = False
        for word in opening:
            bare = word.rstrip(",")
            if (
                fold(bare) not in words.plain
                or fold(bare) == "yes"
                or (kept and bare != bare.lower())
            ):
                break
            kept.append(bare)
            cut = bare != word
            if cut:
                break
        while kept and not cut and fold(kept[-1]) in _DANGLING:
            kept.pop()
        if len(kept) > 1 or (kept and fold(kept[0]) in words.openers):
            rule = cls(text=" ".join(kept))
            if rule.check(text).met:
                yield rule


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

    def fitted(self, text: str | Text) -> Self | None:
        """Return the rule where the text ends just so, and the words may be asked for."""
        text = Text.of(text)
        ends = text.string.rstrip().endswith(self.text) and bool(self.check(text).met)
        return self if ends and may_be_asked_for(text, self.text) else None

    def required_words(self) -> frozenset[str]:
        """Return the words that the text ends with, but for the first, which may be cut."""
        return letter_words(*re.split(r"[\W\d_]+", self.text)[1:])

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield two or three closing words that say nothing of the answer."""
        text = Text.of(text)
        words = lexicon(text.language)
        if len(text.words) < LONG_ENOUGH_TO_QUOTE or not words.function_words:
            return
        ending = text.string[-100:].rstrip()
        closing = ending[:-1].split()[-3:] if ending[-1:] in ".!?" else []
        while closing and not (closing[0].islower() and _ENDING_WORD.fullmatch(closing[0])):
            del closing[0]
        quote = " ".join(closing) + ending[-1:]
        if len(closing) > 1 and words.plain.issuperset(closing) and ending.endswith(quote):
            yield cls(text=quote)


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
        spans = [
            span for span in occurrences(text, self.text) if start <= span[0] and span[1] <= end
        ]
        found = "holds" if spans else "does not hold"
        return Verdict(bool(spans), f"the first sentence {found} {_shown(self.text)}", tuple(spans))

    def topics(self) -> frozenset[str]:
        """Return the word and the kind."""
        return frozenset({self.kind, fold(self.text)})

    def facts(self) -> Mapping[str, tuple[float, float]]:
        """Return that the words occur, and occur in the first sentence."""
        return {occurrence_quantity(self.text): (1, inf), f"first {fold(self.text)}": (1, inf)}

    def required_words(self) -> frozenset[str]:
        """Return every word that has to occur."""
        return letter_words(self.text)

    def fitted(self, text: str | Text) -> Self | None:
        """Return the rule where the opening holds the words in every reading."""
        text = Text.of(text)
        opening = _opening(text)
        if opening is None or not stands_alone(opening, self.text):
            return None
        return self if may_be_asked_for(text, self.text) else None

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield a word that the text is about and that its opening holds in every reading."""
        text = Text.of(text)
        opening = _opening(text)
        if opening is None:
            return
        words = [word for word in main_phrases(text) if stands_alone(opening, word)]
        if words:
            yield cls(text=rng.choice(words[:4]))


def _opening(text: Text) -> Text | None:
    """Return what is the first sentence, or part of it, in every reading."""
    if len(text.words) < LONG_ENOUGH_TO_QUOTE or not text.sentences:
        return None
    start, end = text.sentences[0]
    if text.string[:start].strip():
        return None
    return Text(text.string[start : min(end, text.readings.first_cut)])


def _shown(string: str) -> str:
    return f'"{string}"' if len(string) <= 60 else f'"{string[:57]}..."'
