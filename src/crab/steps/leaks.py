"""What gives an answer away: numbers and phrases that stand in it, not in what was asked."""

from __future__ import annotations

import re

from crab.lexicon import lexicon
from crab.text import Text, fold

__all__ = ["gives_away"]

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SIZE = 4
_UNSPACED_SIZE = 8


def gives_away(sentence: str, instruction: str, response: Text) -> str | None:
    """Return what a sentence shares with the response and not with the instruction.

    A number, or a run of four words that are not all function words; in scripts without spaces a
    run of eight characters. None where nothing is given away.

    >>> gives_away("Name the year 1923.", "When was it?", Text("It was in 1923."))
    '1923'
    >>> gives_away("Write in a warm tone.", "When was it?", Text("It was in 1923.")) is None
    True
    """
    answered = set(_NUMBER.findall(response.string))
    for number in _NUMBER.findall(sentence):
        if number in answered and number not in _NUMBER.findall(instruction):
            return str(number)
    said, asked = Text(sentence), fold(instruction)
    size = _UNSPACED_SIZE if said.unspaced else _SIZE
    plain = lexicon(response.language).plain
    words = said.folded_words
    shared = _runs(response, size)
    for at in range(len(words) - size + 1):
        run = tuple(words[at : at + size])
        if run in shared and not plain.issuperset(run) and not _holds(asked, run, said.unspaced):
            return ("" if said.unspaced else " ").join(run)
    return None


def _runs(text: Text, size: int) -> set[tuple[str, ...]]:
    words = text.folded_words
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


def _holds(asked: str, run: tuple[str, ...], unspaced: bool) -> bool:
    """Whether the instruction holds the run."""
    if unspaced:
        return "".join(run) in asked
    return run in _runs(Text(asked), len(run))
