"""Sentence openers: that neighbouring sentences begin with different words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from random import Random
from typing import ClassVar, Literal, Self

from crab.constraints.base import Example, Rule, Verdict
from crab.constraints.compounds import first_part
from crab.constraints.questions_and_exclamations import EXCLAMATION_MARKS, QUESTION_MARKS
from crab.constraints.style import FEWEST_WORDS, Style, absent
from crab.text import Text

__all__ = ["SentenceOpenersVary"]

_SPEAKER = re.compile(r"^[ \t*_]*[^\W\d_][^\n:.!?]{0,30}:[*_]*[ \t]+\S", re.MULTILINE)
_STOPS = f".。…{QUESTION_MARKS}{EXCLAMATION_MARKS}"


class SentenceOpenersVary(Style, Rule):
    """No two sentences in a row begin with the same word; there are three sentences at least.

    Sentences are those of ``sentence_count`` and words those of ``word_count``, in lower case.
    Sentences without a word are passed over.

    >>> SentenceOpenersVary().check("It rained. It poured. We left.").reason
    '1 opener repeated: It'
    """

    hint: ClassVar[str] = "No two sentences in a row begin with the same word."
    example: ClassVar[Example] = Example(
        {}, "It rained all day. We stayed in. It was warm.", "It rained. It poured. We stayed in."
    )

    kind: Literal["sentence_openers_vary"] = "sentence_openers_vary"

    def check(self, text: str | Text) -> Verdict:
        """Return whether neighbours begin differently; the spans are the repeated openers."""
        text = Text.of(text)
        openers = text.remembered(_openers)
        if len(openers) < 3:
            return Verdict(False, f"{len(openers)} sentences")
        words, folded = text.words, text.folded_words
        spans = [words[at] for before, at in pairwise(openers) if folded[before] == folded[at]]
        return absent(text, spans, "opener repeated", "openers repeated")

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the rule where it holds wherever sentences may begin."""
        text = Text.of(text)
        if (
            len(text.words) >= FEWEST_WORDS
            and not text.unspaced
            and len(text.remembered(_openers)) >= 4
            and text.readings.sentences.low >= 3
            and not _SPEAKER.search(text.string)
        ):
            rule = cls()
            if rule.check(text).met and _vary_however_cut(text):
                yield rule


def _openers(text: Text) -> list[int]:
    """Return which words are the first of a sentence."""
    openers, starts = [], text.word_starts
    for start, end in text.sentences:
        index = bisect_left(starts, start)
        if index < len(starts) and starts[index] < end:
            openers.append(index)
    return openers


def _vary_however_cut(text: Text) -> bool:
    """Return whether no two neighbours begin alike, whichever possible cuts are made.

    Words since the last place where a sentence begins in every reading may open neighbours: a place
    after a bare stop where crab, too, begins a sentence. So may a word after a number, and the
    first words of two lines in a row.
    """
    certain, possible = text.readings.sentence_cuts
    string, starts = text.string, text.word_starts
    ours = set(text.remembered(_openers))
    begins = dict.fromkeys(ours, False)
    sure = {0, *(cut for cut in certain if cut and string[cut - 1] in _STOPS)}
    for cut in (0, *possible):
        index = bisect_left(starts, cut)
        begins[index] = begins.get(index, False) or cut in sure
    recent: set[str] = set()
    for index in sorted(begins):
        openers = _openings(text, index)
        if not recent.isdisjoint(openers):
            return False
        if begins[index] and index in ours:
            recent.clear()
        recent |= openers
    lines = [
        _openings(text, bisect_left(starts, start))
        for start, end in text.lines
        if not string[start:end].isspace() and start < end
    ]
    return all(sooner.isdisjoint(later) for sooner, later in pairwise(lines))


def _openings(text: Text, index: int) -> set[str]:
    """Return what may be called the first word of a part: of a compound its first part."""
    found = set()
    for word in map(first_part, text.folded_words[index : index + 3]):
        found |= {word, word.rstrip("0123456789") or word}
        if not word.isnumeric():
            break
    return found
