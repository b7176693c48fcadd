"""How much two sentences say the same: ROUGE-L F over their content words."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import LCSseq

from crab.lexicon import lexicon
from crab.text import Text

__all__ = ["content_words", "rouge_l"]


_MEASURED = frozenset(
    """
    word words sentence section line item items list letter number numbers question questions title
    table row column different
    """.split()
)
"""Common words that say what a demand is about."""


@lru_cache(maxsize=8192)
def content_words(sentence: str, language: str | None) -> tuple[str, ...]:
    """Return the words of a sentence in lower case, without those that any demand may hold.

    >>> content_words("Every sentence should have at most 20 words.", "en")
    ('sentence', '20', 'words')
    """
    text, words = Text(sentence), lexicon(language)
    found = [text.folded[start:end] for start, end in text.words]
    plain = words.function_words | (words.common - _MEASURED)
    return tuple(word for word in found if word not in plain)


def rouge_l(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    """Return the F-measure of the longest common subsequence of two word sequences.

    >>> rouge_l(("sentence", "20", "words"), ("paragraph", "60", "words"))
    0.3333333333333333
    """
    if not first or not second:
        return 0.0
    return float(2 * LCSseq.similarity(first, second) / (len(first) + len(second)))
