"""IFTrain's instructions on words: certain ones, at certain places, and how they are written."""

from __future__ import annotations

import re
from itertools import islice
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from crab.benchmarks.base import Count, Position, Relation, compared, verdict
from crab.benchmarks.iftrain.family import IFTrain
from crab.benchmarks.iftrain.splitting import rule_sentences
from crab.benchmarks.patterns import CountedPattern, linear
from crab.benchmarks.punkt import sentences
from crab.benchmarks.tokens import tokens, words
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = [
    "ExcludeWordHarder",
    "FirstWordAnswer",
    "FirstWordSent",
    "KeywordSpecificPosition",
    "LastWordAnswer",
    "LastWordSent",
    "NoAdjacentConsecutive",
    "Palindrome",
    "StartEnd",
    "WordCountDifferentNumbers",
    "WordOnce",
]

_MARK = re.compile(r"[^\w\s]")


def _first(value: Any) -> Any:
    """Return the first of several words, which the benchmark's data may hold."""
    return value[0] if isinstance(value, list | tuple) and value else value


Word = Annotated[str, BeforeValidator(_first)]
"""A word, or a list of which the first is taken."""


class NoAdjacentConsecutive(IFTrain):
    """No word begins with the character after that of the word before it.

    Words are what white space separates, in lower case; any character counts, not only letters.
    """

    says = "Let no two words side by side begin with letters that follow in the alphabet."
    example = Example({}, "Rain fell.", "All birds sang.")

    kind: Literal["iftrain/keywords:no_adjacent_consecutive"] = (
        "iftrain/keywords:no_adjacent_consecutive"
    )

    def decide(self, text: Text) -> Verdict:
        """Return whether no two neighbours begin with letters that follow."""
        found = text.string.split()
        firsts = [word[0].lower() for word in found]
        if len(found) > 1 and any(len(first) > 1 for first in firsts):
            return Verdict(False, "a letter whose lower case is two characters")
        for place in range(1, len(firsts)):
            if ord(firsts[place]) - ord(firsts[place - 1]) == 1:
                return Verdict(False, f"{found[place]} follows {found[place - 1]}")
        return Verdict(True, "no two neighbours follow in the alphabet")


class WordOnce(IFTrain):
    """A keyword is found once, whatever its case.

    It is read as a regular expression and found anywhere, even within a word.
    """

    says = 'Use the word "{keyword}" once.'
    example = Example({"keyword": "rain"}, "It rained.", "Rain, rain.")

    kind: Literal["iftrain/keywords:word_once"] = "iftrain/keywords:word_once"
    keyword: CountedPattern
    """What is found once, a regular expression."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the keyword is found once."""
        count = linear(self.keyword.strip()).times(text)
        return Verdict(count == 1, f"{count} found")


class WordCountDifferentNumbers(IFTrain):
    """A keyword is found less often than a number, or at least so often, whatever its case.

    It is the check of IFEval's ``keywords:frequency``, though the prompt says just "N times" (no
    thread reports it).
    """

    says = 'Use the word "{keyword}" {relation} {frequency} times.'
    example = Example(
        {"keyword": "rain", "frequency": 2, "relation": "at least"}, "Rain, rain.", "Rain."
    )

    kind: Literal["iftrain/keywords:word_count_different_numbers"] = (
        "iftrain/keywords:word_count_different_numbers"
    )
    keyword: CountedPattern
    """What is counted, a regular expression."""
    frequency: Count
    """The number it is compared with."""
    relation: Relation
    """``less than`` or ``at least``."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the keyword is found often enough, or seldom enough."""
        count = linear(self.keyword.strip()).times(text)
        return compared(count, self.relation, self.frequency, "found")


class ExcludeWordHarder(IFTrain):
    """A keyword with a space on each side is not found, in its own case.

    "Rain, rain." has no "rain" (no thread reports it).
    """

    absence = True
    says = 'Do not use the word "{keyword}".'
    example = Example({"keyword": "rain"}, "Rain, rain.", "The rain fell.")

    kind: Literal["iftrain/keywords:exclude_word_harder"] = "iftrain/keywords:exclude_word_harder"
    keyword: str
    """What is not found."""
    instruction: str | None = None
    """The prompt that the keyword is taken from; it decides nothing."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the keyword is not found."""
        found = f" {self.keyword.strip()} " in text.string
        return verdict(not found, "not found", "found")


class Palindrome(IFTrain):
    """One of the words is a palindrome, be it a single character.

    Words are what white space separates, in their own case, with their marks: "a" will do.
    """

    says = "Use a palindrome."
    example = Example({}, "It was noon when it rained.", "It rained.")

    kind: Literal["iftrain/keywords:palindrome"] = "iftrain/keywords:palindrome"

    def decide(self, text: Text) -> Verdict:
        """Return whether there is a palindrome."""
        found = next((word for word in text.string.split() if word == word[::-1]), None)
        return verdict(found is not None, f"{found}", "no palindrome")


class KeywordSpecificPosition(IFTrain):
    """A keyword is a certain token of a certain sentence, in its own case.

    Tokens are nltk's, marks too; sentences are cut by IFEval's rules. IFBench's instruction of a
    like name leaves out marks and case.
    """

    says = 'Let "{keyword}" be word number {m} of sentence number {n}.'
    example = Example({"keyword": "rain", "n": 1, "m": 3}, "The old rain.", "The rain.")

    kind: Literal["iftrain/keywords:keyword_specific_position"] = (
        "iftrain/keywords:keyword_specific_position"
    )
    keyword: Word
    """The word."""
    n: Position
    """Which sentence, from 1 on."""
    m: Position
    """Which of its tokens, from 1 on."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the keyword stands there."""
        found = rule_sentences(text)
        if len(found) < self.n:
            return Verdict(False, f"{len(found)} sentences")
        there = next(islice(tokens(Text(found[self.n - 1])), self.m - 1, None), None)
        if there is None:
            return Verdict(False, f"sentence {self.n} has less than {self.m} words")
        met = there == self.keyword.strip()
        return verdict(met, f"{there} stands there", f"{there} stands there")


class StartEnd(IFTrain):
    """The first token is the last one too, whatever its case.

    Tokens are nltk's, marks too: a full stop at the end fails. It needs nltk's ``punkt_tab``.
    """

    says = "Begin and end with the same word, and write nothing after it."
    example = Example({}, "Rain is rain", "Rain is rain.")

    kind: Literal["iftrain/keywords:start_end"] = "iftrain/keywords:start_end"

    def decide(self, text: Text) -> Verdict:
        """Return whether the first and the last token are the same."""
        found = sentences(text)
        start, end = (words(found[0]), words(found[-1])) if found else ([], [])
        if len(found) < 2 and len(start) < 2:
            return Verdict(False, "less than two words")
        met = start[0].lower() == end[-1].lower()
        return verdict(met, f"{start[0]} at both ends", f"{start[0]} and {end[-1]}")


class FirstWordSent(IFTrain):
    """The first word of each sentence is a certain one, whatever its case, with its marks.

    Sentences are cut by IFEval's rules.
    """

    says = 'Begin each sentence with the word "{first_word}".'
    example = Example({"first_word": "rain"}, "Rain fell. Rain stopped.", "Rain, it fell.")

    kind: Literal["iftrain/first_word:first_word_sent"] = "iftrain/first_word:first_word_sent"
    first_word: str
    """The word."""

    def decide(self, text: Text) -> Verdict:
        """Return whether each sentence begins with the word."""
        wanted = self.first_word.strip().lower()
        for sentence in rule_sentences(text):
            first = sentence.split(None, 1)[:1]
            if not first or first[0].lower() != wanted:
                return Verdict(False, f"a sentence begins with {''.join(first) or 'nothing'}")
        return Verdict(True, "each sentence begins with it")


class FirstWordAnswer(IFTrain):
    """The first word is a certain one, whatever its case, with its marks: "Sure," is not "Sure"."""

    says = 'Begin with the word "{first_word}".'
    example = Example({"first_word": "rain"}, "Rain fell.", "Rain, it fell.")

    kind: Literal["iftrain/first_word:first_word_answer"] = "iftrain/first_word:first_word_answer"
    first_word: str
    """The word."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the text begins with the word."""
        first = "".join(text.string.split(None, 1)[:1])
        met = bool(first) and first.lower() == self.first_word.strip().lower()
        return verdict(met, f"it begins with {first}", f"it begins with {first or 'nothing'}")


class LastWordSent(IFTrain):
    """The last word of each sentence, without marks, is a certain one, whatever its case.

    Sentences are cut by IFEval's rules.
    """

    says = 'End each sentence, before its mark, with the word "{last_word}".'
    example = Example({"last_word": "rain"}, "I saw rain. Was it rain?", "Rain fell.")

    kind: Literal["iftrain/last_word:last_word_sent"] = "iftrain/last_word:last_word_sent"
    last_word: Word
    """The word."""

    def decide(self, text: Text) -> Verdict:
        """Return whether each sentence ends with the word."""
        wanted = self.last_word.strip().lower()
        for sentence in rule_sentences(text):
            last = _last(sentence)
            if last is None or last != wanted:
                return Verdict(False, f"a sentence ends with {last or 'nothing'}")
        return Verdict(True, "each sentence ends with it")


class LastWordAnswer(IFTrain):
    """The last word, without marks, is a certain one, whatever its case."""

    says = 'End, before the last mark, with the word "{last_word}".'
    example = Example({"last_word": "rain"}, "I saw rain.", "Rain fell.")

    kind: Literal["iftrain/last_word:last_word_answer"] = "iftrain/last_word:last_word_answer"
    last_word: str
    """The word."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the text ends with the word."""
        last = _last(text.string)
        met = last is not None and last == self.last_word.strip().lower()
        return verdict(met, f"it ends with {last}", f"it ends with {last or 'nothing'}")


def _last(string: str) -> str | None:
    """Return the last word in lower case without its marks; None where there is none."""
    last = string.rsplit(None, 1)[-1:]
    return _MARK.sub("", last[0].strip()).lower() if last else None
