"""IFBench's ``ratio`` instructions."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from crab.benchmarks.base import Percentage
from crab.benchmarks.ifbench.family import IFBench
from crab.benchmarks.nltk_data import stop_words
from crab.benchmarks.punkt import sentences
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = ["Overlap", "SentenceBalance", "SentenceType", "SentenceWords", "StopWords"]

_WORD = re.compile(r"\w+")
Trigram = tuple[str, str, str]


class StopWords(IFBench):
    r"""The stop words are no more than a share of the words, in percent.

    Words are runs of ``\w``; those of nltk's English list count as stop words. A text without
    words fails. It needs nltk's ``stopwords``.
    """

    says = "Let at most {percentage} % of the words be stop words."
    example = Example({"percentage": 30}, "Rain fell in town.", "It was in the town.")

    kind: Literal["ifbench/ratio:stop_words"] = "ifbench/ratio:stop_words"
    percentage: Percentage
    """The largest share."""

    def decide(self, text: Text) -> Verdict:
        """Return whether few enough of the words are stop words."""
        words = _WORD.findall(text.string)
        if not words:
            return Verdict(False, "no words")
        listed = stop_words()
        count = sum(map(listed.__contains__, map(str.lower, words)))
        share = count / len(words) * 100
        return Verdict(share <= self.percentage, f"{share:.1f} % stop words")


class SentenceType(IFBench):
    """The sentences that end with a full stop are twice as many as those with a question mark.

    None of either passes (scitix/sieval#105). Sentences are Punkt's.
    """

    says = "Write twice as many statements as questions."
    example = Example({}, "It rained. Why? Who knows.", "It rained. Why?")

    kind: Literal["ifbench/ratio:sentence_type"] = "ifbench/ratio:sentence_type"

    def decide(self, text: Text) -> Verdict:
        """Return whether the ratio is two to one."""
        statements, questions, _ = _ends(text)
        return Verdict(
            statements == 2 * questions, f"{statements} statements, {questions} questions"
        )


class SentenceBalance(IFBench):
    """The sentences that end with ``.``, ``?`` and ``!`` are equally many.

    None of each passes (scitix/sieval#105). Sentences are Punkt's.
    """

    says = "Write as many statements as questions and as exclamations."
    example = Example({}, "It rained. Why? Oh no!", "It rained. Why?")

    kind: Literal["ifbench/ratio:sentence_balance"] = "ifbench/ratio:sentence_balance"

    def decide(self, text: Text) -> Verdict:
        """Return whether the three numbers are equal."""
        ends = _ends(text)
        return Verdict(
            len(set(ends)) == 1, "{} statements, {} questions, {} exclamations".format(*ends)
        )


def _ends(text: Text) -> tuple[int, int, int]:
    last = [sentence[-1:] for sentence in sentences(text)]
    return last.count("."), last.count("?"), last.count("!")


class Overlap(IFBench):
    """The trigrams of a text share a percentage with a reference, give or take two points.

    The trigrams are of characters, not of words, each different one counted once (no thread
    reports it). A text of fewer than three characters fails.
    """

    says = (
        "Let {percentage} % (give or take 2) of the trigrams be those of this text: "
        '"{reference_text}".'
    )
    example = Example({"reference_text": "rain", "percentage": 100}, "rain", "snow")

    kind: Literal["ifbench/ratio:overlap"] = "ifbench/ratio:overlap"
    reference_text: str
    """The text that is compared with."""
    percentage: Percentage
    """The share of the trigrams that both have."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the share lies within two points."""
        found = _trigrams(text.string)
        if not found:
            return Verdict(False, "no trigram")
        overlap = len(found & _reference(self.reference_text)) / len(found) * 100
        met = self.percentage - 2 <= overlap <= self.percentage + 2
        return Verdict(met, f"{overlap:.1f} % of the trigrams")


@lru_cache(maxsize=64)
def _reference(string: str) -> frozenset[Trigram]:
    return frozenset(_trigrams(string))


def _trigrams(string: str) -> set[Trigram]:
    return set(zip(string, string[1:], string[2:], strict=False))


class SentenceWords(IFBench):
    """There are three sentences of the same length in characters.

    That all words differ, as the prompt asks, is not looked at (no thread reports it).
    """

    says = "Write three sentences of the same number of characters, all with different words."
    example = Example({}, "It rained. We waited. All slept.", "It rained. We slept.")

    kind: Literal["ifbench/ratio:sentence_words"] = "ifbench/ratio:sentence_words"

    def decide(self, text: Text) -> Verdict:
        """Return whether there are three sentences of equal length."""
        lengths = [len(sentence.strip()) for sentence in sentences(text)]
        met = len(lengths) == 3 and len(set(lengths)) == 1
        return Verdict(met, f"{len(lengths)} sentences of {sorted(set(lengths))[:5]} characters")
