"""IFBench's ``sentence`` instructions."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

from crab.benchmarks.base import Count, verdict
from crab.benchmarks.ifbench.family import IFBench
from crab.benchmarks.measures import PUNCTUATION, bare
from crab.benchmarks.punkt import sentences
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = ["AlliterationIncrement", "Increment", "Keyword"]

_EDGES = f"{PUNCTUATION} "


class AlliterationIncrement(IFBench):
    """Each sentence has more words in runs with the same first letter than the one before.

    All such runs of a sentence count together, though the prompt speaks of a longer one (no thread
    reports it). Marks of ASCII before a word do not count. Sentences are Punkt's.
    """

    says = "Let each sentence have a longer run of words with the same first letter."
    example = Example({}, "Rain fell. Big blue birds.", "Big birds. Rain fell.")

    kind: Literal["ifbench/sentence:alliteration_increment"] = (
        "ifbench/sentence:alliteration_increment"
    )

    def decide(self, text: Text) -> Verdict:
        """Return whether the number of such words grows from sentence to sentence."""
        last = -1
        for sentence in sentences(text):
            found = _alliterating(sentence)
            if found <= last:
                return Verdict(False, f"{found} words after a sentence with {last}")
            last = found
        return Verdict(True, "more in each sentence")


def _alliterating(sentence: str) -> int:
    """Return how many words stand in runs with the same first letter."""
    bared = (word.lstrip(_EDGES) for word in sentence.lower().split())
    count, running = 0, False
    for one, following in pairwise(word[0] for word in bared if word):
        same = one == following
        count += same * (1 if running else 2)
        running = same
    return count


class Keyword(IFBench):
    r"""The N-th sentence holds a word, whatever its case, between ``\b`` and ``\b``.

    Older copies find it within other words too (allenai/IFBench#25). Sentences are Punkt's; with 0
    for N, the last one is looked at.
    """

    says = 'Use the word "{word}" in sentence number {N}.'
    example = Example({"word": "rain", "N": 2}, "Look! The rain.", "The rain. Look!")

    kind: Literal["ifbench/sentence:keyword"] = "ifbench/sentence:keyword"
    word: str
    """The word."""
    N: Count
    """Which sentence, from 1 on."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the sentence holds the word."""
        found = sentences(text)
        if len(found) < max(self.N, 1):
            return Verdict(False, f"{len(found)} sentences")
        sentence = found[self.N - 1]
        held = re.search(rf"\b{re.escape(self.word)}\b", sentence, re.IGNORECASE)
        return verdict(bool(held), f"{self.word} is there", f"{self.word} is not there")


class Increment(IFBench):
    """Each sentence has as many words more than the one before as a number says.

    Words are what white space separates, without the marks of ASCII. Sentences are Punkt's.
    """

    says = "Let each sentence have exactly {small_n} words more than the one before."
    example = Example({"small_n": 1}, "Rain fell. The snow fell.", "The rain fell. Snow fell.")

    kind: Literal["ifbench/sentence:increment"] = "ifbench/sentence:increment"
    small_n: Count
    """How many words more."""

    def decide(self, text: Text) -> Verdict:
        """Return whether each sentence is longer by as many words."""
        counts = [len(bare(sentence).split()) for sentence in sentences(text)]
        met = bool(counts) and all(b == a + self.small_n for a, b in pairwise(counts))
        return Verdict(met, f"{', '.join(map(str, counts[:8]))} words")
