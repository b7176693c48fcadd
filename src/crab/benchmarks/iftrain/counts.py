"""IFTrain's instructions on counts of letters, words, sentences and paragraphs."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import StringConstraints

from crab.benchmarks.base import Count, Relation, compared, verdict
from crab.benchmarks.iftrain.family import IFTrain
from crab.benchmarks.iftrain.splitting import split
from crab.benchmarks.measures import letter_count, paragraphs_between_stars, pieces
from crab.benchmarks.patterns import CountedPattern, linear
from crab.benchmarks.tokens import tokens
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = [
    "CountIncrementWord",
    "CountUnique",
    "CountingComposition",
    "LetterCounting",
    "LetterCounting2",
    "LowercaseCounting",
    "Paragraphs",
    "Paragraphs2",
]

_LOWER = re.compile(r"\b[a-z]+\b")
_LETTER = re.compile(r"[a-zA-Z]+")


class Paragraphs(IFTrain):
    """There are two paragraphs with ``***`` between, cut as in IFEval's ``number_paragraphs``."""

    says = "Write 2 paragraphs with *** between them."
    example = Example({}, "Rain.\n***\nSnow.", "Rain.\n\nSnow.")

    kind: Literal["iftrain/paragraphs:paragraphs"] = "iftrain/paragraphs:paragraphs"

    def decide(self, text: Text) -> Verdict:
        """Return whether there are two paragraphs."""
        return _two(paragraphs_between_stars(text))


class Paragraphs2(IFTrain):
    """There are two paragraphs with two line breaks between.

    A blank one counts as none at either end and fails elsewhere: three line breaks will do, four
    will not.
    """

    says = "Write 2 paragraphs with two line breaks between them."
    example = Example({}, "Rain.\n\nSnow.", "Rain.\nSnow.")

    kind: Literal["iftrain/paragraphs:paragraphs2"] = "iftrain/paragraphs:paragraphs2"

    def decide(self, text: Text) -> Verdict:
        """Return whether there are two paragraphs."""
        return _two(pieces(text.string.split("\n\n")))


def _two(found: int | None) -> Verdict:
    if found is None:
        return Verdict(False, "a paragraph between others is blank")
    return Verdict(found == 2, f"{found} paragraphs")


class LowercaseCounting(IFTrain):
    r"""The words in lower case are no more than a number says: ``\b[a-z]+\b``.

    "Don't" has one, the "t" (no thread reports it).
    """

    says = "Use at most {N} words in lower case."
    example = Example({"N": 1}, "Rain IN town", "rain in town")

    kind: Literal["iftrain/count:lowercase_counting"] = "iftrain/count:lowercase_counting"
    N: Count
    """The most words."""

    def decide(self, text: Text) -> Verdict:
        """Return whether there are few enough."""
        count = len(_LOWER.findall(text.string))
        return Verdict(count <= self.N, f"{count} words in lower case")


class LetterCounting(IFTrain):
    """The letters from a to z are fewer than a number, or at least so many."""

    says = "Answer with {relation} {N} letters."
    example = Example({"N": 5, "relation": "less than"}, "Rain", "Rain fell.")

    kind: Literal["iftrain/letters:letter_counting"] = "iftrain/letters:letter_counting"
    N: Count
    """The number they are compared with."""
    relation: Relation
    """``less than`` or ``at least``."""

    def decide(self, text: Text) -> Verdict:
        """Return whether there are enough letters, or few enough."""
        count = sum(map(len, _LETTER.findall(text.string)))
        return compared(count, self.relation, self.N, "letters")

    def grows(self) -> bool | None:
        """Return that lines add to the count."""
        return self.relation == "at least"


class LetterCounting2(IFTrain):
    """A letter stands less often than a number, or at least so often, whatever its case.

    It is the check of IFEval's ``keywords:letter_frequency``. The original puts a random letter in
    the place of what is none from a to z (allenai/olmo-eval#320).
    """

    says = 'Use the letter "{letter}" {let_relation} {let_frequency} times.'
    example = Example(
        {"letter": "r", "let_frequency": 2, "let_relation": "at least"}, "River", "Rain"
    )

    kind: Literal["iftrain/letters:letter_counting2"] = "iftrain/letters:letter_counting2"
    letter: Annotated[str, StringConstraints(max_length=1)]
    """The character that is counted."""
    let_frequency: Count
    """The number it is compared with."""
    let_relation: Relation
    """``less than`` or ``at least``."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the letter stands often enough, or seldom enough."""
        count = letter_count(text, self.letter)
        return compared(count, self.let_relation, self.let_frequency, "found")

    def grows(self) -> bool | None:
        """Return that lines add to the count."""
        return self.let_relation == "at least"


class CountingComposition(IFTrain):
    """Three paragraphs between ``***`` have so many sentences, and each of these so many words.

    Words are nltk's tokens, marks too, so that a sentence of three words has four
    (allenai/open-instruct#1718); the prompt speaks of ``* * *``, which cuts nothing. Sentences are
    cut by IFEval's rules. It needs nltk's ``punkt_tab``.
    """

    says = (
        "Write 3 paragraphs with * * * between them, with {n_sent} sentences each, with {n_words} "
        "words each."
    )
    example = Example(
        {"n_sent": 1, "n_words": 3},
        "It rained.\n***\nIt snowed.\n***\nIt hailed.",
        "It rained.\n***\nIt snowed.",
    )

    kind: Literal["iftrain/count:counting_composition"] = "iftrain/count:counting_composition"
    n_sent: Count
    """How many sentences a paragraph has."""
    n_words: Count
    """How many words a sentence has."""

    def decide(self, text: Text) -> Verdict:
        """Return whether all numbers are right."""
        paragraphs = text.string.split("***")
        if any(not paragraph.strip() for paragraph in paragraphs[1:-1]):
            return Verdict(False, "a paragraph between two *** is blank")
        for paragraph in paragraphs:
            sentences = split(paragraph)
            if len(sentences) != self.n_sent:
                return Verdict(False, f"a paragraph of {len(sentences)} sentences")
            for sentence in sentences:
                count = sum(1 for _ in tokens(Text(sentence)))
                if count != self.n_words:
                    return Verdict(False, f"a sentence of {count} words and marks")
        found = pieces(paragraphs)
        return Verdict(found == 3, f"{found} paragraphs")


class CountUnique(IFTrain):
    """No token stands twice, in the same case: nltk's words, and marks too.

    Two sentences with a full stop always fail (allenai/open-instruct#1718). It needs nltk's
    ``punkt_tab``.
    """

    says = "Use no word twice."
    example = Example({}, "Rain fell.", "Rain fell. Snow fell.")

    kind: Literal["iftrain/count:count_unique"] = "iftrain/count:count_unique"

    def decide(self, text: Text) -> Verdict:
        """Return whether no token stands twice."""
        seen: set[str] = set()
        for word in tokens(text):
            if word in seen:
                return Verdict(False, f"{word} stands twice")
            seen.add(word)
        return verdict(True, "no word stands twice", "")


class CountIncrementWord(IFTrain):
    """Two keywords are found once and twice, whatever their case.

    Each is read as a regular expression and found anywhere, even within a word.
    """

    says = 'Use the word "{keyword1}" once and "{keyword2}" twice.'
    example = Example({"keyword1": "rain", "keyword2": "snow"}, "Rain, snow, snow.", "Rain, snow.")

    kind: Literal["iftrain/count:count_increment_word"] = "iftrain/count:count_increment_word"
    keyword1: CountedPattern
    """What is found once."""
    keyword2: CountedPattern
    """What is found twice."""

    def decide(self, text: Text) -> Verdict:
        """Return whether both are found as often as they must be."""
        counts = [linear(word.strip()).times(text) for word in (self.keyword1, self.keyword2)]
        return Verdict(counts == [1, 2], f"found {counts[0]} and {counts[1]} times")
