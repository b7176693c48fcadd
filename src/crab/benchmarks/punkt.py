"""The sentences that nltk's English Punkt finds, at a fraction of its cost.

What Punkt decides for a mark at the end of a plain word before another plain word depends on three
tables alone; those are looked up here. Whatever else may end a sentence is put to nltk itself.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from crab.benchmarks.nltk_data import punkt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crab.text import Span, Text

__all__ = ["sentence_count", "sentences"]

# Characters that are white space to one of the two engines for patterns, and not to the other.
_SEPARATORS = "\x1c\x1d\x1e\x1f"
_OTHER_BLANKS = "\n\t\r\v\f"
_CLOSING = frozenset("\"')]}‘’“”«»")
_WORD = re.compile(r'[*"(\[]*([A-Za-z]{2,}(?:-[A-Za-z]+)*)', re.ASCII)
_NUMBER = re.compile(r"[0-9]+", re.ASCII)
_A_NUMBER = "##number##"
# How a word was seen in training: with any capital, and in lower case at the start of a sentence.
_ANY_UPPER = 0b1110
_STARTS_LOW = 0b10000
_NEXT = re.compile(r"([A-Za-z]+)[,;:]?", re.ASCII)


class _Model(NamedTuple):
    candidates: re.Pattern[str]
    realigned: re.Pattern[str]
    abbreviations: frozenset[str]
    collocated: frozenset[str]
    after_numbers: frozenset[str]
    cases: Mapping[str, int]
    decides: Callable[[str], bool]


@cache
def _model() -> _Model:
    tokenizer = punkt()
    language, parameters = tokenizer._lang_vars, tokenizer._params
    return _Model(
        re.compile(language.period_context_re().pattern, re.VERBOSE),
        re.compile(language.re_boundary_realignment.pattern, re.MULTILINE),
        frozenset(parameters.abbrev_types),
        frozenset(first for first, _ in parameters.collocations),
        frozenset(last for first, last in parameters.collocations if first == _A_NUMBER),
        dict(parameters.ortho_context),
        tokenizer.text_contains_sentbreak,
    )


def sentences(text: Text) -> list[str]:
    """Return the sentences of a text, as ``nltk.sent_tokenize`` does."""
    string = text.string
    return [string[start:end] for start, end in text.remembered(_spans)]


def sentence_count(text: Text) -> int:
    """Return how many sentences a text has."""
    return len(text.remembered(_spans))


def _spans(text: Text) -> list[Span]:
    return list(spans(text.string))


def spans(string: str) -> Iterator[Span]:
    """Yield where each sentence begins and ends."""
    if any(char in string for char in _SEPARATORS):
        yield from punkt().span_tokenize(string)
        return
    model = _model()
    start, end, shift = -1, 0, 0
    for following, stop in _pieces(string, model):
        if start >= 0:
            first, shift = start + shift, 0
            if string[following : following + 1] in _CLOSING:
                moved = model.realigned.match(string[following:stop])
                if moved:
                    end, shift = following + len(moved[0].rstrip()), moved.end()
            if first < end:
                yield first, end
        start, end = following, stop
    if start + shift < end:
        yield start + shift, end


def _pieces(string: str, model: _Model) -> Iterator[Span]:
    """Yield the text cut at each mark that ends a sentence."""
    last = 0
    for word, match in _contexts(string, model.candidates):
        if _ends(string[word : match.start()], match, model):
            yield last, match.end()
            last = match.start(2) if match[2] else match.end()
    yield last, len(string.rstrip())


def _contexts(string: str, candidates: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield each mark that may end a sentence, the last of several in a word, with the word."""
    spaced = string
    for blank in _OTHER_BLANKS:
        spaced = spaced.replace(blank, " ")
    start = stop = 0
    previous: re.Match[str] | None = None
    for match in candidates.finditer(string):
        at = match.start()
        # What follows a mark in the same word is an overlap: the later mark counts.
        space = spaced.rfind(" ", stop, at)
        word = space + 1 if space > stop else start
        if previous and stop <= word:
            yield start, previous
        previous, start, stop = match, word, at
    if previous:
        yield start, previous


def _ends(word: str, match: re.Match[str], model: _Model) -> bool:
    """Return whether the mark after a word ends a sentence."""
    mark, following = match[0], match[2]
    if mark == ".":
        if len(word) > 1 and word.isascii() and word.isalpha():
            low = last = word.lower()
        else:
            plain = _WORD.fullmatch(word)
            low = plain[1].lower() if plain else ""
            last = low.rpartition("-")[2]
        if low:
            known = low in model.abbreviations or last in model.abbreviations
            if not known and low not in model.collocated:
                return True
        elif following and _NUMBER.fullmatch(word) and word not in model.abbreviations:
            starts = _may_start(following, model)
            if starts is not None:
                return starts
    elif following:
        return True
    return model.decides(word + mark + match[1])


def _may_start(following: str, model: _Model) -> bool | None:
    """Return whether a word may start a sentence after a number; None where nltk must decide."""
    if following[0] in '*"([':
        return True
    word = _NEXT.fullmatch(following)
    if word is None:
        return None
    low = word[1].lower()
    if low in model.after_numbers:
        return False
    if word[1][0].isupper():
        return True
    cases = model.cases.get(low, 0)
    return bool(cases & _STARTS_LOW) and not cases & _ANY_UPPER
