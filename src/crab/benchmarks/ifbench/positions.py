"""IFBench's ``words`` instructions about words at certain places."""

from __future__ import annotations

from itertools import islice, pairwise
from typing import Literal

from crab.benchmarks.base import Position, verdict
from crab.benchmarks.ifbench.family import IFBench
from crab.benchmarks.measures import PUNCTUATION
from crab.benchmarks.nltk_data import tagger
from crab.benchmarks.punkt import sentences
from crab.benchmarks.tokens import tokens, words
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = [
    "KeywordsSpecificPosition",
    "LastFirst",
    "ParagraphLastFirst",
    "StartVerb",
    "WordsPosition",
]

_EDGES = f"{PUNCTUATION} "
_SEEN_BY_FIRST_TAG = 3


class StartVerb(IFBench):
    """The first word is a verb, as nltk's tagger has it: its tag begins with ``VB``.

    The tag of the first word depends on the two that follow. It needs nltk's
    ``averaged_perceptron_tagger_eng`` and ``punkt_tab``.
    """

    says = "Begin with a verb."
    example = Example({}, "Watch the rain fall.", "The rain fell.")

    kind: Literal["ifbench/words:start_verb"] = "ifbench/words:start_verb"

    def decide(self, text: Text) -> Verdict:
        """Return whether the first word is a verb."""
        first = list(islice(tokens(text), _SEEN_BY_FIRST_TAG))
        if not first:
            return Verdict(False, "no words")
        [(word, tag), *_] = tagger().tag(first)
        return Verdict("VB" in tag, f"{word} is tagged {tag}")


class LastFirst(IFBench):
    """The last word of each sentence is the first of the next, whatever its case.

    Marks of ASCII before and after a sentence do not count. Sentences are Punkt's.
    """

    says = "Begin each sentence with the last word of the one before."
    example = Example({}, "We saw rain. Rain fell.", "We saw rain. It fell.")

    kind: Literal["ifbench/words:last_first"] = "ifbench/words:last_first"

    def decide(self, text: Text) -> Verdict:
        """Return whether each sentence begins with the last word of the one before."""
        for one, following in pairwise(sentences(text)):
            last = one.rstrip(_EDGES).split()
            first = following.lstrip(_EDGES).split(None, 1)
            if not last or not first:
                return Verdict(False, "a sentence without words")
            if last[-1].lower() != first[0].lower():
                return Verdict(False, f"{first[0]} follows {last[-1]}")
        return Verdict(True, "each sentence begins with the last word of the one before")


class ParagraphLastFirst(IFBench):
    """Each line ends with its first word, whatever its case.

    Marks of ASCII around a line do not count; those within belong to the words.
    """

    says = "End each paragraph with the word that it begins with, each on a line of its own."
    example = Example({}, "Rain is rain.", "Rain is wet.")

    kind: Literal["ifbench/words:paragraph_last_first"] = "ifbench/words:paragraph_last_first"

    def decide(self, text: Text) -> Verdict:
        """Return whether each line ends with its first word."""
        for line in text.string.split("\n"):
            found = line.strip().lower().strip(_EDGES).split()
            if found and found[0] != found[-1]:
                return Verdict(False, f"a line begins with {found[0]} and ends with {found[-1]}")
        return Verdict(True, "each line ends with its first word")


class KeywordsSpecificPosition(IFBench):
    """A keyword is a certain word of a certain sentence, whatever its case.

    Words are nltk's tokens that hold a letter or a digit; sentences are Punkt's. Older copies count
    marks too and compare the case (allenai/IFBench#25).
    """

    says = 'Let "{keyword}" be word number {m} of sentence number {n}.'
    example = Example({"keyword": "rain", "n": 2, "m": 3}, "Look. The old rain.", "Look. The rain.")

    kind: Literal["ifbench/words:keywords_specific_position"] = (
        "ifbench/words:keywords_specific_position"
    )
    keyword: str
    """The word."""
    n: Position
    """Which sentence, from 1 on."""
    m: Position
    """Which of its words, from 1 on."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the keyword stands there."""
        found = sentences(text)
        if len(found) < self.n:
            return Verdict(False, f"{len(found)} sentences")
        spoken = [word for word in words(found[self.n - 1]) if any(map(str.isalnum, word))]
        if len(spoken) < self.m:
            return Verdict(False, f"sentence {self.n} has {len(spoken)} words")
        there = spoken[self.m - 1]
        met = there.lower() == self.keyword.strip().lower()
        return verdict(met, f"{there} stands there", f"{there} stands there")


class WordsPosition(IFBench):
    """The second word and the last but one are a keyword, whatever its case.

    Words are nltk's tokens, marks too; a mark of ASCII at the end does not count. Older copies
    count it and compare the case (scitix/sieval#105, allenai/IFBench#25).
    """

    says = 'Let the second word and the last but one be "{keyword}".'
    example = Example({"keyword": "rain"}, "The rain is a rain indeed.", "The rain fell down.")

    kind: Literal["ifbench/words:words_position"] = "ifbench/words:words_position"
    keyword: str
    """The word."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the keyword stands at both places."""
        keyword = self.keyword.strip().lower()
        start = list(islice(tokens(text), 2))
        if len(start) < 2 or start[1].lower() != keyword:
            return Verdict(False, "it is not the second word")
        end: list[str] = []
        for sentence in reversed(sentences(text)):
            end = words(sentence) + end
            if len(end) > 2:
                break
        place = -3 if end[-1] in PUNCTUATION else -2
        met = len(end) >= -place and end[place].lower() == keyword
        return verdict(met, "it stands at both places", "it is not the last word but one")
