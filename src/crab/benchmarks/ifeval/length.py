"""IFEval's ``length_constraints`` instructions."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from crab.benchmarks.base import Count, Position, Relation, compared, verdict
from crab.benchmarks.ifeval.family import IFEval
from crab.benchmarks.measures import paragraphs_between_stars, word_runs
from crab.benchmarks.punkt import sentence_count
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = ["NthParagraphFirstWord", "NumberParagraphs", "NumberSentences", "NumberWords"]

_ENDS_WORD = frozenset(".,?!'\"")


class NumberSentences(IFEval):
    """The sentences are fewer than a number, or at least so many, as nltk's Punkt counts them.

    Punkt reads the whole text without its lines: a heading and unpunctuated bullets are one
    sentence with what follows, and the number of a list item ends one
    (mlcommons/mobile_app_open#1060). It needs nltk's ``punkt_tab``.
    """

    says = "Write {relation} {num_sentences} sentences."
    example = Example(
        {"num_sentences": 2, "relation": "at least"}, "It rained. It snowed.", "It rained"
    )

    kind: Literal["ifeval/length_constraints:number_sentences"] = (
        "ifeval/length_constraints:number_sentences"
    )
    num_sentences: Count
    """The number they are compared with."""
    relation: Relation
    """``less than`` or ``at least``."""

    def decide(self, text: Text) -> Verdict:
        """Return whether there are enough sentences, or few enough."""
        return compared(sentence_count(text), self.relation, self.num_sentences, "sentences")


class NumberParagraphs(IFEval):
    r"""The paragraphs between ``***`` are as many as a number says.

    The text is cut at ``***`` and a white space on each side, wherever they stand: bold italics
    cut too. A blank paragraph counts as none at either end and fails elsewhere, so that ``******``
    fails; ``* * *`` and ``---`` cut nothing.
    """

    says = "Write {num_paragraphs} paragraphs, with *** between them."
    example = Example({"num_paragraphs": 2}, "One.\n***\nTwo.", "One.\n\nTwo.")

    kind: Literal["ifeval/length_constraints:number_paragraphs"] = (
        "ifeval/length_constraints:number_paragraphs"
    )
    num_paragraphs: Count
    """How many there are, exactly."""

    def decide(self, text: Text) -> Verdict:
        """Return whether there are as many paragraphs."""
        found = paragraphs_between_stars(text)
        if found is None:
            return Verdict(False, "a paragraph between two *** is blank")
        return Verdict(found == self.num_paragraphs, f"{found} paragraphs")


class NumberWords(IFEval):
    r"""The words are fewer than a number, or at least so many: runs of ``\w``.

    "don't" and "well-known" are two words each, and a run of Chinese characters is one.
    """

    says = "Answer with {relation} {num_words} words."
    example = Example({"num_words": 4, "relation": "less than"}, "It rained.", "It didn't rain.")

    kind: Literal["ifeval/length_constraints:number_words"] = (
        "ifeval/length_constraints:number_words"
    )
    num_words: Count
    """The number they are compared with."""
    relation: Relation
    """``less than`` or ``at least``."""

    def decide(self, text: Text) -> Verdict:
        """Return whether there are enough words, or few enough."""
        return compared(word_runs(text), self.relation, self.num_words, "words")

    def grows(self) -> bool | None:
        """Return that lines add to the count."""
        return self.relation == "at least"


class NthParagraphFirstWord(IFEval):
    r"""The paragraphs are as many as a number says, and one begins with a word.

    Paragraphs are what ``\n\n`` separates. The blank ones are not counted, but the n-th is looked
    up among all (scitix/sieval#104). Its first word ends at the first of ``. , ? ! ' "``, after
    quotation marks before it, so that "don't" never matches, and ``**Hello**`` is not "hello".
    """

    says = (
        "Write {num_paragraphs} paragraphs with two line breaks between them; paragraph "
        '{nth_paragraph} begins with the word "{first_word}".'
    )
    example = Example(
        {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "later"},
        "It rained.\n\nLater, it snowed.",
        "Later, it snowed.",
    )

    kind: Literal["ifeval/length_constraints:nth_paragraph_first_word"] = (
        "ifeval/length_constraints:nth_paragraph_first_word"
    )
    num_paragraphs: Count
    """How many paragraphs there are, exactly."""
    nth_paragraph: Position
    """Which of them begins with the word, from 1 on."""
    first_word: str
    """The word, in either case."""

    @model_validator(mode="after")
    def _is_there(self) -> Self:
        if self.nth_paragraph > self.num_paragraphs:
            raise ValueError(
                f"nth_paragraph ({self.nth_paragraph}) is none of the {self.num_paragraphs}"
            )
        return self

    def decide(self, text: Text) -> Verdict:
        """Return whether the number of paragraphs and the word are right."""
        paragraphs = text.string.split("\n\n")
        count = sum(bool(paragraph.strip()) for paragraph in paragraphs)
        if count != self.num_paragraphs:
            return Verdict(False, f"{count} paragraphs")
        paragraph = paragraphs[self.nth_paragraph - 1].strip()
        if not paragraph:
            return Verdict(False, f"paragraph {self.nth_paragraph} is blank")
        first = _first_word(paragraph)
        met = first == self.first_word.lower()
        return verdict(met, f"it begins with {first!r}", f"it begins with {first!r}")


def _first_word(paragraph: str) -> str:
    word = paragraph.split()[0].lstrip("'").lstrip('"')
    end = next((at for at, char in enumerate(word) if char in _ENDS_WORD), len(word))
    return "".join(map(str.lower, word[:end]))
