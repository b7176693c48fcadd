"""Word lists by language: what every text contains, what many texts overuse.

A file for each language holds, as strings of words, ``function_words`` (never keywords), ``common``
(words of any topic, poor keywords), ``openers`` (first words that say nothing of the topic) and
``overused`` (words that people ask writers to avoid); English's also ``abbreviations``.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

__all__ = ["Lexicon", "lexicon"]


class Lexicon(NamedTuple):
    """The word lists of one language; each is empty where the language has none."""

    function_words: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
    openers: frozenset[str] = frozenset()
    overused: tuple[str, ...] = ()
    plain: frozenset[str] = frozenset()
    """All words that say nothing of the topic: function words, common ones and openers."""
    abbreviations: frozenset[str] = frozenset()
    """Words after which a full stop may or may not end a sentence."""


@cache
def lexicon(language: str | None) -> Lexicon:
    """Return the word lists of an ISO 639-1 language.

    >>> "the" in lexicon("en").function_words
    True
    """
    file = files(__name__).joinpath(f"{language}.toml")
    if language is None or not file.is_file():
        return Lexicon()
    data = tomllib.loads(file.read_text("utf-8"))
    function_words, common, openers = (
        frozenset(data.get(name, "").split()) for name in ("function_words", "common", "openers")
    )
    overused = tuple(data.get("overused", "").split())
    return Lexicon(
        function_words,
        common,
        openers,
        overused,
        function_words | common | openers,
        frozenset(data.get("abbreviations", "").split()),
    )
