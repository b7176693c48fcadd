"""Where the words of a list stand in a text, whole or as parts of compounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from crab.constraints.compounds import compounds, part_spans, parts
from crab.constraints.word_lists import UNSPACED, WordList
from crab.text import Span, Text

__all__ = ["holds_any", "may_hold", "occurrences"]


def holds_any(text: Text, words: frozenset[str]) -> bool:
    """Return whether one of the words is, in lower case, a word of the text or a part of one."""
    return not (text.word_set.isdisjoint(words) and parts(text).isdisjoint(words))


def may_hold(text: Text, wanted: WordList) -> bool:
    """Return whether a word of the list, or one that is in doubt, may stand in the text."""
    if text.language in UNSPACED:
        return any(word in text.string for word in wanted.words | wanted.doubtful)
    if holds_any(text, wanted.words) or holds_any(text, wanted.doubtful):
        return True
    endings = wanted.doubtful_endings
    return bool(endings) and any(word.endswith(endings) for word in text.word_set | parts(text))


def occurrences(text: Text, wanted: WordList) -> list[Span]:
    """Return where words of the list stand, also as parts of compounds."""
    if text.language in UNSPACED:
        return [match.span() for match in _any_of(wanted.words).finditer(text.string)]
    if not may_hold(text, wanted):
        return []
    listed = wanted.words.union(map(str.lower, wanted.as_written), compounds(text))
    words = [at for word, at in zip(text.folded_words, text.words, strict=True) if word in listed]
    return [span for word in words for span in _listed_parts(text, word, wanted)]


def _listed_parts(text: Text, word: Span, wanted: WordList) -> Iterator[Span]:
    string, folded = text.string, text.folded
    for (start, end), marked in part_spans(text, word):
        bare = folded[start:end]
        if (
            folded.startswith("_", end)
            or (start and folded[start - 1] == "_")
            or (bare == "i" and folded.startswith(".e", end))
        ):
            continue
        if (
            bare in wanted.words
            or (marked and f"{bare}'" in wanted.words)
            or string[start:end] in wanted.as_written
        ):
            yield start, end


@cache
def _any_of(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(words, key=lambda word: (-len(word), word))))
