"""Capitals: the case of all letters, and how many words are written in capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from string import punctuation
from typing import ClassVar, Literal, Self

from crab.constraints.base import Example, Rule, Verdict
from crab.constraints.bounds import Measure
from crab.constraints.style import FEWEST_WORDS, Present, Style, absent, counted, holds_code
from crab.text import Text

__all__ = ["CapitalWordCount", "LetterCase"]

_RUN = re.compile(r"\w+")
_MARKS = punctuation + "“”„«»‘’…"
_SMALL_WORDS = frozenset({"a", "and", "in", "of", "the", "to", "de", "et", "la", "und", "y"})
_TWO_CAPITALS = re.compile(r"[A-Z][A-Z\d_'-]")
_TREEBANK_SPLIT = ("CANNOT", "GIMME", "GONNA", "GOTTA", "LEMME", "WANNA", "'TIS", "'TWAS")
_ENCLOSED_CAPITAL = re.compile("[Ⓐ-Ⓩ\U0001f130-\U0001f189]")


class LetterCase(Style, Rule):
    """All letters are small (``lower``) or capitals (``upper``), or all words begin with a capital.

    Characters without case, such as digits and Chinese letters, do not matter; a response that
    holds no others does not meet the rule. For ``title`` no word begins with a small letter, "of"
    and "the" included.

    >>> LetterCase(case="lower").check("rain in Spain").reason
    '1 word in another case: Spain'
    >>> LetterCase(case="title").check("Rain In The Alps").met
    True
    """

    hint: ClassVar[str] = (
        "All in small letters (lower), all in capitals (upper), or every word capitalised (title)."
    )
    example: ClassVar[Example] = Example({"case": "lower"}, "it rained all day.", "It rained.")

    kind: Literal["letter_case"] = "letter_case"
    case: Literal["lower", "upper", "title"]
    """``lower``, ``upper`` or ``title``."""

    def variant(self) -> str:
        """Return the case: each is said in its own way."""
        return self.case

    def check(self, text: str | Text) -> Verdict:
        """Return whether every letter or word has the case; the spans are the words that do not."""
        text = Text.of(text)
        string, words = text.string, text.words
        if self.case == "title":
            firsts = [string[start] for start, _ in words]
            met = any(_capital(c) for c in firsts) and not any(c.islower() for c in firsts)
            spans = [word for word in words if string[word[0]].islower()]
        else:
            met = string.islower() if self.case == "lower" else string.isupper()
            wrong = _capital if self.case == "lower" else _no_capital
            spans = [] if met else [word for word in words if any(map(wrong, text[word]))]
            if not met and not spans:
                spans = [(at, at + 1) for at, c in enumerate(string) if wrong(c)]
        if met:
            return Verdict(True, f"all in {self.case} case")
        if not spans:
            return Verdict(False, "no letter that has case")
        return absent(text, spans, "word in another case", "words in another case")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the case of a text outside code that every reading finds in one case."""
        text = Text.of(text)
        string, words = text.string, text.words
        if len(words) < FEWEST_WORDS:
            return
        if string.islower() and string == string.lower():
            rule = cls(case="lower")
        elif string.isupper() and string == string.upper():
            rule = cls(case="upper")
        elif (
            any(string[start].islower() for start, _ in words)
            or any(run[0].islower() for run in text.remembered(_runs))
            or text.word_set.isdisjoint(_SMALL_WORDS)
        ):
            return
        else:
            rule = cls(case="title")
        letters = sum(char.islower() or _capital(char) for char in string)
        if 2 * letters > len(string) and not holds_code(text) and rule.check(text).met:
            yield rule


def _capital(char: str) -> bool:
    return char.isupper() or char.istitle()


def _no_capital(char: str) -> bool:
    return char.islower() or (char.istitle() and not char.isupper())


class CapitalWordCount(Style, Present):
    """The response has between ``at_least`` and ``at_most`` words in capitals.

    Such a word holds two capitals or more and no small letter: ``NASA`` and ``COVID-19``, not
    ``I`` or ``NASA's``. Words are those of ``word_count``.

    >>> CapitalWordCount(at_least=2).check("NASA and ESA found I-95.").reason
    '2 words in capitals'
    """

    hint: ClassVar[str] = "The number of words written all in capitals, acronyms included."
    unit: ClassVar[str] = "words in capitals"
    small: ClassVar[int] = 2
    example: ClassVar[Example] = Example({"at_least": 1}, "It NEVER rained.", "I say it rained.")

    kind: Literal["capital_word_count"] = "capital_word_count"

    def measure(self, text: Text) -> Measure:
        """Count the words in capitals; others count ``I`` too, or split and join the words.

        White-space and Treebank tokens lie between tokens of capital letters alone and runs of
        letters and digits of any length.
        """
        string = text.string
        if string.isascii() and not _TWO_CAPITALS.search(string):
            return counted([])
        spans = [
            (start, end)
            for start, end in text.words
            if not string[start].islower()
            and (word := string[start:end]).isupper()
            and sum(map(str.isupper, word)) > 1
        ]
        if not spans:
            return counted(spans)
        alone = sum(
            string[start:end].isalpha() and _alone(string, start, end) for start, end in spans
        )
        runs = sum(map(str.isupper, text.remembered(_runs)))
        others = sum(map(string.count, _TREEBANK_SPLIT))
        if not string.isascii():
            others += len(_ENCLOSED_CAPITAL.findall(string))
        return counted(spans, alone, runs + others)

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text that is not all in capitals."""
        if len(text.words) >= FEWEST_WORDS and not text.string.isupper():
            yield cls.subject()


def _alone(string: str, start: int, end: int) -> bool:
    """Return whether nothing but marks stands between a word and the white space around it."""
    while start and string[start - 1] in _MARKS:
        start -= 1
    while end < len(string) and string[end] in _MARKS:
        end += 1
    return (not start or string[start - 1].isspace()) and (
        end == len(string) or string[end].isspace()
    )


def _runs(text: Text) -> list[str]:
    return _RUN.findall(text.string)
