"""Words and phrases in a text: where they occur, and what rules about them have in common."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

from pydantic import Field, StringConstraints

from crab.keyphrases import keyphrases
from crab.text import Span, Text, fold, joins

__all__ = [
    "LONG_ENOUGH_TO_QUOTE",
    "Phrase",
    "Phrases",
    "is_one_word",
    "letter_words",
    "main_phrases",
    "may_be_asked_for",
    "occurrence_quantity",
    "occurrences",
    "stands_alone",
]

Phrase = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^\S(?s:.*\S)?$")]
Phrases = Annotated[tuple[Phrase, ...], Field(min_length=1)]

_MOST_WORDS = 3
LONG_ENOUGH_TO_QUOTE = 30
"""A text with fewer words has none that a prompt could ask for."""


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


def stands_alone(text: Text, phrase: str) -> bool:
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


def may_be_asked_for(text: Text, phrase: str) -> bool:
    """Whether a prompt may ask for the phrase: it stands alone and gives nothing away.

    What holds a digit, or many words, gives away part of the answer.
    """
    return (
        len(text.words) >= LONG_ENOUGH_TO_QUOTE
        and len(Text(phrase).words) <= _MOST_WORDS * (4 if text.unspaced else 1)
        and not any(char.isdigit() for char in phrase)
        and stands_alone(text, phrase)
    )


def main_phrases(text: Text) -> list[str]:
    """Return the words and phrases that the text is about, best first."""
    return [found.phrase for found in text.remembered(keyphrases)]


def letter_words(*phrases: str) -> frozenset[str]:
    """Return the words of the phrases that are letters only, in scripts with spaces."""
    words = [fold(word) for phrase in phrases for word in phrase.split()]
    return frozenset(word for word in words if is_one_word(word))


@lru_cache(maxsize=4096)
def is_one_word(phrase: str) -> bool:
    """Whether the phrase is one word of letters only, in a script with spaces."""
    return phrase.isalpha() and not Text(phrase).unspaced_starts


def occurrence_quantity(phrase: str) -> str:
    """Return the name of what is counted: how often the phrase occurs."""
    return f"occurrences of {fold(phrase)}"


@lru_cache(maxsize=4096)
def _sought(phrase: str) -> tuple[str, bool, bool]:
    """Return the phrase in lower case, and whether its ends must not touch letters or digits."""
    wanted = fold(Text(phrase).string)
    return wanted, joins(wanted[0]), joins(wanted[-1])
