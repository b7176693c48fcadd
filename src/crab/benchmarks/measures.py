r"""What several checks measure in a text, each once: runs of ``\w``, the language, bare words."""

from __future__ import annotations

import re
import string as ascii_sets
from typing import TYPE_CHECKING, cast

from crab import ngram_language

if TYPE_CHECKING:
    from crab.text import Text

__all__ = [
    "PUNCTUATION",
    "LanguagesSeen",
    "bare",
    "bare_words",
    "language",
    "letter_count",
    "low_bare_words",
    "lowered",
    "paragraphs_between_stars",
    "pieces",
    "word_runs",
]

PUNCTUATION = ascii_sets.punctuation
"""The marks of ASCII, which the benchmarks strip and delete."""

_WORD = re.compile(r"\w+")
_LETTER_OR_BLANK = bytes(97 if chr(code).isalnum() or code == 95 else 32 for code in range(256))
_DELETED = str.maketrans("", "", PUNCTUATION)
_MARKS = re.compile(f"[{re.escape(PUNCTUATION)}]+")
_FEW = 24


def word_runs(text: Text) -> int:
    r"""Return how many runs of ``\w`` a text has.

    Vowel signs of Indic scripts end a run, as they do for Python's ``re``, and did for nltk before
    its version 3.10.

    >>> from crab.text import Text
    >>> word_runs(Text("don't well-known naïve 雨が 3.14"))
    8
    """
    return text.remembered(_word_runs)


def _word_runs(text: Text) -> int:
    string = text.string
    if not string.isascii():
        others = {char for char in set(string) if not char.isascii()}
        if len(others) > _FEW:
            return len(_WORD.findall(string))
        for char in others:
            string = string.replace(char, "a" if char.isalnum() else " ")
    return b" ".join((b"", string.encode("ascii").translate(_LETTER_OR_BLANK))).count(b" a")


def language(text: Text) -> str | None:
    """Return what langdetect says with the seed 0, such as ``zh-cn``; None where it raises."""
    return text.remembered(_language)


def _language(text: Text) -> str | None:
    seen = cast("dict[bytes, str]", text.kept_for(LanguagesSeen))
    return ngram_language.detect(text.string, seen)


class LanguagesSeen:
    """Names what :func:`language` keeps for texts that share it: verdicts by their n-grams."""


def lowered(text: Text) -> str:
    """Return the text in lower case, as ``str.lower`` has it."""
    return text.remembered(_lowered)


def _lowered(text: Text) -> str:
    return text.string.lower()


def letter_count(text: Text, letter: str) -> int:
    """Return how often a character stands in a text, whatever its case; none where it is blank."""
    letter = letter.strip().lower()
    return lowered(text).count(letter) if len(letter) == 1 else 0


def bare(string: str) -> str:
    """Return a string without the marks of ASCII."""
    return string.translate(_DELETED) if string.isascii() else _MARKS.sub("", string)


def bare_words(text: Text) -> list[str]:
    """Return what white space separates in a text without the marks of ASCII."""
    return text.remembered(_bare_words)


def _bare_words(text: Text) -> list[str]:
    return bare(text.string).split()


def paragraphs_between_stars(text: Text) -> int | None:
    """Return how many pieces ``***`` cuts a text into, blank ones at the ends left out.

    None where a piece between others is blank.
    """
    return pieces(text.string.split("***"))


def pieces(parts: list[str]) -> int | None:
    """Return how many parts are not blank; None where a blank one is not at either end."""
    if any(not part.strip() for part in parts[1:-1]):
        return None
    ends = {0, len(parts) - 1}
    return len(parts) - sum(not parts[end].strip() for end in ends)


def low_bare_words(text: Text) -> list[str]:
    """Return the bare words of the text in lower case."""
    return text.remembered(_low_bare_words)


def _low_bare_words(text: Text) -> list[str]:
    return bare(lowered(text)).split()
