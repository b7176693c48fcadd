"""The words and short phrases that a text is about, best first.

A candidate is a content word that comes up more than once, or two of them side by side. Names and
whatever holds a digit are left out, so that a keyword does not give an answer away. In Chinese a
candidate is a repeated run of characters that holds no function word and stands in more than one
context; in Japanese a repeated run of kanji or of katakana.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from math import inf
from typing import NamedTuple

import regex

from crab.lexicon import lexicon
from crab.text import Text

__all__ = ["Keyphrase", "keyphrases"]

_EDGES = frozenset(
    "的了是在和與与或及也都而将將把被对對从從到于於为為以等之就又并但则則让讓使由向跟着過过们們吗嗎呢"
    "吧很最更不有这這那其我你他她它会會能可要"
)
_LETTERS = regex.compile(r"[\p{L}\p{M}]+")
_IDEOGRAPH = regex.compile(r"\p{Han}")
_RUNS = regex.compile(r"\p{Han}{2,}")
_JAPANESE = regex.compile(r"\p{Han}{2,6}|[\p{Katakana}ー]{3,}")
_UNCASED = frozenset({"ar", "fa", "he", "hi", "ko", "ur", "bn", "ta"})


class Keyphrase(NamedTuple):
    """A phrase as it stands in the text, and how much it matters there."""

    phrase: str
    score: float


def keyphrases(text: Text, most: int = 8) -> list[Keyphrase]:
    """Return up to ``most`` phrases that matter in the text.

    >>> text = Text("Any sourdough needs time. A sourdough starter eats flour; the starter rises.")
    >>> [found.phrase for found in keyphrases(text, 2)]
    ['sourdough', 'starter']
    """
    if text.unspaced and text.language == "zh":
        scores = _chinese(text)
    elif text.unspaced and text.language == "ja":
        scores = _japanese(text)
    elif text.unspaced or text.language in ("zh", "ja"):
        scores = {}
    else:
        scores = _spaced(text)
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    chosen: list[Keyphrase] = []
    for phrase, score in ranked:
        if not any(phrase in kept.phrase or kept.phrase in phrase for kept in chosen):
            chosen.append(Keyphrase(phrase, score))
        if len(chosen) == most:
            break
    return chosen


def _spaced(text: Text) -> dict[str, float]:
    words = lexicon(text.language)
    shortest = 4 if words.function_words else 6
    german = text.language == "de"
    content = {
        word
        for word in text.word_set - words.plain
        if len(word) >= shortest and (word.isalpha() or _LETTERS.fullmatch(word))
    }
    code = [(block.start, block.end) for block in text.blocks if block.kind == "code"]
    string, words_at = text.string, text.words
    counts: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    last, last_end = "", -2
    for at, word in enumerate(text.folded_words):
        if word not in content:
            continue
        start, end = words_at[at]
        surface = string[start:end]
        if not (surface == word or (german and surface[1:].islower())):
            continue
        if code:
            block = bisect_right(code, (start, inf)) - 1
            if block >= 0 and start < code[block][1]:
                continue
        counts[surface] += 1
        if start == last_end + 1 and string[last_end] == " ":
            pairs[f"{last} {surface}"] += 1
        last, last_end = surface, end
    scores = {
        word: count * (1 + min(len(word), 12) / 12)
        for word, count in counts.items()
        if count > 1 and not _is_name(text, word)
    }
    scores |= {pair: 2.5 * count for pair, count in pairs.items() if count > 1}
    return scores


def _is_name(text: Text, word: str) -> bool:
    """Whether the word also begins with a capital inside a sentence, as a name does."""
    if text.language == "de" or text.language in _UNCASED:
        return False
    string, name = text.string, f" {word.capitalize()}"
    at = string.find(name)
    while at > 0:
        if string[at - 1].isalpha() or string[at - 1] == ",":
            return True
        at = string.find(name, at + 1)
    return False


def _chinese(text: Text) -> dict[str, float]:
    words = lexicon("zh")
    string = text.string[:20_000]
    counts: Counter[str] = Counter()
    before: dict[str, set[str]] = {}
    after: dict[str, set[str]] = {}
    for run in _RUNS.finditer(string):
        start, end = run.span()
        for size in (2, 3, 4):
            for at in range(start, end - size + 1):
                gram = string[at : at + size]
                if words.function_words.isdisjoint(gram):
                    counts[gram] += 1
                    before.setdefault(gram, set()).add(string[at - 1 : at])
                    after.setdefault(gram, set()).add(string[at + size : at + size + 1])
    return {
        gram: count * len(gram) ** 0.5
        for gram, count in counts.items()
        if count >= 3
        and len(before[gram]) > 1
        and len(after[gram]) > 1
        and _edged(before[gram])
        and _edged(after[gram])
        and not any(word in gram for word in words.common)
    }


def _edged(neighbours: set[str]) -> bool:
    """Whether a word ends there at least once: at no character, at no ideograph, at a particle."""
    return any(not char or char in _EDGES or not _IDEOGRAPH.match(char) for char in neighbours)


def _japanese(text: Text) -> dict[str, float]:
    counts = Counter(_JAPANESE.findall(text.string))
    return {word: count * len(word) ** 0.5 for word, count in counts.items() if count > 1}
