"""Compounds: words that apostrophes, hyphens or underscores join, and the parts of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crab.text import Span, Text

__all__ = ["compounds", "first_part", "part_spans", "parts"]

_APOSTROPHES = "'’ʼ"
_PART = re.compile(rf"[^\W_ʼ]+[{_APOSTROPHES}]?")


def compounds(text: Text) -> frozenset[str]:
    """Return the different compounds of a text in lower case.

    >>> sorted(compounds(Text("A do-it-yourself kit, isn't it?")))
    ['do-it-yourself', "isn't"]
    """
    return text.remembered(_compounds)


def _compounds(text: Text) -> frozenset[str]:
    return frozenset([word for word in text.word_set if not word.isalnum() or "ʼ" in word])


def parts(text: Text) -> frozenset[str]:
    """Return the different parts of the compounds in lower case.

    The part before an apostrophe stands there with it, too.

    >>> sorted(parts(Text("A do-it-yourself kit, isn't it?")))
    ['do', 'isn', "isn'", 'it', 't', 'yourself']
    """
    return text.remembered(_parts)


def _parts(text: Text) -> frozenset[str]:
    found = {part for word in compounds(text) for part in _PART.findall(word)}
    marked = {part[:-1] + "'" for part in found if part[-1] in _APOSTROPHES}
    return frozenset({part.rstrip(_APOSTROPHES) for part in found} | marked)


def first_part(word: str) -> str:
    """Return the first part of a word; the word itself where it has only one.

    >>> first_part("it's"), first_part("well-known"), first_part("rain")
    ('it', 'well', 'rain')
    """
    match = _PART.match(word)
    return match.group().rstrip(_APOSTROPHES) if match else word


def part_spans(text: Text, word: Span) -> Iterator[tuple[Span, bool]]:
    """Yield where each part of a word stands, and whether an apostrophe follows it.

    >>> list(part_spans(Text("Isn't it?"), (0, 5)))
    [((0, 3), True), ((4, 5), False)]
    """
    for match in _PART.finditer(text.folded, *word):
        end = match.start() + len(match.group().rstrip(_APOSTROPHES))
        yield (match.start(), end), end < match.end()
