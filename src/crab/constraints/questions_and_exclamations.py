"""Questions and exclamations: how many, none at all, one at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import ClassVar, Literal, Self

from crab.constraints.base import Example, Rule, Verdict
from crab.constraints.bounds import Measure
from crab.constraints.style import FEWEST_WORDS, Present, Style, absent, counted, written
from crab.text import Text

__all__ = [
    "EXCLAMATION_MARKS",
    "QUESTION_MARKS",
    "EndsWithQuestion",
    "ExclamationCount",
    "NoExclamations",
    "NoQuestions",
    "QuestionCount",
]

QUESTION_MARKS = "?？؟⁇⁈⁉‽﹖፧⸮\u037e"
"""The marks that end a question; the first is the only one in ASCII."""
EXCLAMATION_MARKS = "!！‼⁈⁉‽﹗"
"""The marks that end an exclamation; the first is the only one in ASCII."""

_CLOSERS = "\"'”’»›」』)]}*_~`"
_END = re.compile(f"([{QUESTION_MARKS}{EXCLAMATION_MARKS}]+)[{re.escape(_CLOSERS)}]*\\Z")
_ANY_QUESTION_MARK = QUESTION_MARKS + "¿՞❓❔"
_ANY_EXCLAMATION_MARK = EXCLAMATION_MARKS + "¡՜❗❕"


class NoQuestions(Style, Rule):
    """The response holds no question mark, of any script.

    The Greek mark counts where it is a character of its own, not where it is a semicolon.

    >>> NoQuestions().check("Rain? ¿Lluvia?").reason
    '3 question marks: ?, ¿'
    """

    absence: ClassVar[bool] = True
    hint: ClassVar[str] = "No question anywhere: no question mark."
    example: ClassVar[Example] = Example({}, "It rained.", "Did it rain?")

    kind: Literal["no_questions"] = "no_questions"

    def check(self, text: str | Text) -> Verdict:
        """Return whether there is no question mark; the spans are the marks."""
        return _no_marks(Text.of(text), _ANY_QUESTION_MARK, "question mark")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text of some length without question marks."""
        text = Text.of(text)
        if not _holds_mark(text, _ANY_QUESTION_MARK) and written(text):
            if ";" in text.string and text.language == "el":
                return
            yield cls()


class NoExclamations(Style, Rule):
    """The response holds no exclamation mark, of any script.

    >>> NoExclamations().check("Rain! ¡Lluvia!").reason
    '3 exclamation marks: !, ¡'
    """

    absence: ClassVar[bool] = True
    hint: ClassVar[str] = "No exclamation anywhere: no exclamation mark."
    example: ClassVar[Example] = Example({}, "It rained.", "It rained!")

    kind: Literal["no_exclamations"] = "no_exclamations"

    def check(self, text: str | Text) -> Verdict:
        """Return whether there is no exclamation mark; the spans are the marks."""
        return _no_marks(Text.of(text), _ANY_EXCLAMATION_MARK, "exclamation mark")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text of some length without exclamation marks."""
        text = Text.of(text)
        if not _holds_mark(text, _ANY_EXCLAMATION_MARK) and written(text):
            yield cls()


class QuestionCount(Style, Present):
    """The response has between ``at_least`` and ``at_most`` sentences that end in a question mark.

    Sentences are those of ``sentence_count``; closing quotation marks, brackets and emphasis after
    the mark are passed over, and ``?!`` holds a question mark.

    >>> QuestionCount(at_least=2).check('Why? He asked "How?!" Then he left.').reason
    '2 questions'
    """

    hint: ClassVar[str] = "The number of questions: sentences that end in a question mark."
    unit: ClassVar[str] = "questions"
    example: ClassVar[Example] = Example({"at_least": 1}, "Is it wet? It is.", "It is wet.")

    kind: Literal["question_count"] = "question_count"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text with question marks."""
        if _holds_mark(text, _ANY_QUESTION_MARK):
            yield cls.subject()

    def measure(self, text: Text) -> Measure:
        """Count the sentences that end in a question mark."""
        return _sentences_ending_in(text, QUESTION_MARKS)


class ExclamationCount(Style, Present):
    """The response has between ``at_least`` and ``at_most`` sentences that end in ``!``.

    Sentences are those of ``sentence_count``; closing quotation marks, brackets and emphasis after
    the mark are passed over, and ``?!`` holds an exclamation mark.

    >>> ExclamationCount(at_most=1).check("Rain! Wind! Then sun.").reason
    '2 exclamations'
    """

    hint: ClassVar[str] = "The number of exclamations: sentences that end in an exclamation mark."
    unit: ClassVar[str] = "exclamations"
    example: ClassVar[Example] = Example({"at_least": 1}, "It is wet! It is.", "It is wet.")

    kind: Literal["exclamation_count"] = "exclamation_count"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text with exclamation marks."""
        if _holds_mark(text, _ANY_EXCLAMATION_MARK):
            yield cls.subject()

    def measure(self, text: Text) -> Measure:
        """Count the sentences that end in an exclamation mark."""
        return _sentences_ending_in(text, EXCLAMATION_MARKS)


class EndsWithQuestion(Style, Rule):
    """The last character is a question mark; white space and closing marks after it do not matter.

    Closing marks are quotation marks, brackets and the marks of emphasis.

    >>> EndsWithQuestion().check("It is wet. (Is it not?)").met
    True
    """

    hint: ClassVar[str] = "The response ends with a question."
    example: ClassVar[Example] = Example({}, "It is wet. Why?", "Why is it wet? It rained.")

    kind: Literal["ends_with_question"] = "ends_with_question"

    def check(self, text: str | Text) -> Verdict:
        """Return whether the text ends in a question mark; the span is its last character."""
        string = Text.of(text).string
        end = len(string)
        while end and (string[end - 1].isspace() or string[end - 1] in _CLOSERS):
            end -= 1
        if not end:
            return Verdict(False, "nothing to end with")
        last = string[end - 1]
        return Verdict(last in QUESTION_MARKS, f"ends in {last}", ((end - 1, end),))

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the rule for a text of several sentences that ends in a bare question mark."""
        text = Text.of(text)
        if (
            text.string.rstrip()[-1:] in tuple("?？؟")
            and len(text.words) >= FEWEST_WORDS
            and len(text.sentences) > 1
        ):
            yield cls()


def _holds_mark(text: Text, marks: str) -> bool:
    if text.string.isascii():
        return marks[0] in text.string
    return any(mark in text.string for mark in marks)


def _no_marks(text: Text, marks: str, thing: str) -> Verdict:
    found = re.finditer(f"[{marks}]", text.string) if _holds_mark(text, marks) else ()
    return absent(text, [match.span() for match in found], thing, f"{thing}s")


def _sentences_ending_in(text: Text, marks: str) -> Measure:
    """Count the sentences whose last marks, closing quotes and brackets aside, hold one of these.

    Others see only those that end in it to the letter, or count every such mark.
    """
    string = text.string
    every = string.count(marks[0])
    if not string.isascii():
        every += sum(map(string.count, marks[1:]))
    if not every:
        return counted([])
    spans, bare = [], 0
    for start, end in text.sentences:
        match = _END.search(string, max(start, end - 30), end)
        if match and not set(marks).isdisjoint(match.group(1)):
            spans.append((start, end))
            bare += string[end - 1] in marks and not string[end : end + 1].strip()
    return counted(spans, bare, every)
