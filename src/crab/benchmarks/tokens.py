"""The words that nltk's tokenizer finds, without asking it about words that are plain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import regex

from crab.benchmarks.punkt import spans

if TYPE_CHECKING:
    from nltk.tokenize import NLTKWordTokenizer

    from crab.text import Text

__all__ = ["SEPARATORS", "SPLIT", "tokenizer", "tokens", "words"]

SPLIT = frozenset("cannot gimme gonna gotta lemme wanna".split())
"""Words in which the tokenizer finds two."""
_CLOSERS = r"\])}>\"»”’"
_LAST = frozenset("])}>\"»”’'")
_CUT = (*SPLIT, "d'ye", "more'n", "'tis", "'twas")
"""What the tokenizer cuts in two wherever it stands."""
SEPARATORS = ("\x1c", "\x1d", "\x1e", "\x1f")
"""White space to Python's patterns, and none to nltk's."""
_ASKED = (",,", "::", ",:", ":,", "--", "..", "''", '""', "'\"", "\"'", "\x00", "\x01", *SEPARATORS)
"""Marks side by side that the tokenizer joins or passes over, and odd white space."""
_ODD_QUOTE = re.compile(r"[^\S ]\"")
_ODD_APOSTROPHE = re.compile(r"'\S*'|[^a-zA-Z0-9_\s(\[{]'")
_ODD_END = re.compile(rf"(?:^|[\s.])['{_CLOSERS}]*'['{_CLOSERS}]*$|(?:^|\s)[{_CLOSERS}]+$")
_OPENING = re.compile(r"(^|[ (\[{<«“‘„`])\"")
_SPLIT_MARKS = r";@#$%&?!*()\[\]{}<>«»“”‘’„‒–—―"
_PARTS = re.compile(
    rf"``|[`\x00\x01]|[:,](?!\d)|[{_SPLIT_MARKS}]|(?:[^\s:,`\x00\x01{_SPLIT_MARKS}]|[:,](?=\d))+"
)
_WRITTEN = {"\x00": "``", "\x01": "''"}
"""How the tokenizer writes the opening and the closing of a quotation."""
_QUOTE = regex.compile(r"'(?!(?:re|ve|ll|m|t|s|d|n)\b)(?=\w)", regex.IGNORECASE)
_ENDINGS = (
    re.compile(r"(.*[^'])('[sSmMdD]?)", re.DOTALL),
    re.compile(r"(.*[^'])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T)", re.DOTALL),
)
_FINAL = re.compile(rf"(?<=[^.])\.([{_CLOSERS}]*)\Z")


@cache
def tokenizer() -> NLTKWordTokenizer:
    """Return nltk's tokenizer of sentences."""
    from nltk.tokenize import NLTKWordTokenizer  # noqa: PLC0415 - kept off the import path

    return NLTKWordTokenizer()


def words(sentence: str) -> list[str]:
    """Return the words and marks of one sentence, as ``NLTKWordTokenizer`` does."""
    if _is_odd(sentence):
        return list(tokenizer().tokenize(sentence))
    final = _FINAL.search(sentence)
    if final:
        sentence = sentence[: final.start()]
    quoted = '"' in sentence
    if quoted:
        sentence = _OPENING.sub("\\1\x00", sentence).replace('"', "\x01")
    found = _PARTS.findall(sentence)
    if "'" in sentence:
        found = [part for word in found for part in _around_apostrophes(word)]
    if quoted:
        found = [_WRITTEN.get(word, word) for word in found]
    if final:
        found += [".", *("''" if mark == '"' else mark for mark in final[1])]
    return found


def _is_odd(sentence: str) -> bool:
    """Return whether the tokenizer must be asked about a sentence."""
    low = sentence.lower()
    return (
        any(marks in sentence for marks in _ASKED)
        or any(word in low for word in _CUT)
        or ('"' in sentence and _ODD_QUOTE.search(sentence) is not None)
        or ("'" in sentence and _ODD_APOSTROPHE.search(sentence) is not None)
        or (sentence[-1:] in _LAST and _ODD_END.search(sentence) is not None)
    )


def _around_apostrophes(word: str) -> list[str]:
    """Return a word cut after a quotation mark at its start and before the clitics at its end."""
    if "'" not in word or word == "'":
        return [word]
    start: list[str] = []
    ends: list[str] = []
    if _QUOTE.match(word):
        start, word = ["'"], word[1:]
    for ending in _ENDINGS:
        if cut := ending.fullmatch(word):
            word = cut[1]
            ends.insert(0, cut[2])
    return [*start, word, *ends]


def tokens(text: Text) -> Iterator[str]:
    """Yield the words and marks of a text, as ``nltk.word_tokenize`` does."""
    for start, end in spans(text.string):
        yield from words(text.string[start:end])
