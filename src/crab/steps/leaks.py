"""What gives an answer away: numbers, names and phrases in it that were not in what was asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crab.lexicon import lexicon
from crab.text import Text, fold

__all__ = ["gives_away"]

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[^\s.!?:\"“„«(¿¡]\s)[\"“‘'(]?([^\W\d_a-z][^\W\d_]{2,})")
_SIZE = 4
_UNSPACED_SIZE = 8


def gives_away(sentence: str, instruction: str, response: Text) -> str | None:
    """Return what a sentence shares with the response and not with the instruction.

    A number, a name (a word with a capital inside a sentence; not in German, where nouns have one),
    or a run of four words that are not all function words; in scripts without spaces a run of eight
    characters. None where nothing is given away.

    >>> gives_away("Name the year 1923.", "When was it?", Text("It was in 1923."))
    '1923'
    >>> gives_away("Write in a warm tone.", "When was it?", Text("It was in 1923.")) is None
    True
    """
    answered, known = (set(_NUMBER.findall(text)) for text in (response.string, instruction))
    for number in _NUMBER.findall(sentence):
        if number in answered and number not in known:
            return str(number)
    said, asked = Text(sentence), Text(instruction)
    if response.language != "de":
        for name in _NAME.findall(sentence):
            shared = name[0].isupper() and name in response.remembered(_words)
            if shared and fold(name) not in asked.folded:
                return str(name)
    runs = _eights if said.unspaced else _fours
    size = _UNSPACED_SIZE if said.unspaced else _SIZE
    plain, between = lexicon(response.language).plain, "" if said.unspaced else " "
    for run in _in_order(said, size):
        if run not in response.remembered(runs) or plain.issuperset(run):
            continue
        if run not in asked.remembered(runs) and not (
            said.unspaced and "".join(run) in asked.folded
        ):
            return between.join(run)
    return None


def _words(text: Text) -> set[str]:
    return {text[word] for word in text.words}


def _fours(text: Text) -> set[tuple[str, ...]]:
    return _runs(text, _SIZE)


def _eights(text: Text) -> set[tuple[str, ...]]:
    return _runs(text, _UNSPACED_SIZE)


def _runs(text: Text, size: int) -> set[tuple[str, ...]]:
    return set(_in_order(text, size))


def _in_order(text: Text, size: int) -> Iterator[tuple[str, ...]]:
    words = text.folded_words
    return (tuple(words[at : at + size]) for at in range(len(words) - size + 1))
