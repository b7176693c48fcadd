"""IFEval's ``keywords`` instructions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from crab.benchmarks.base import Count, Relation, compared
from crab.benchmarks.ifeval.family import IFEval
from crab.benchmarks.measures import letter_count
from crab.benchmarks.patterns import BoundedPattern, CountedPattern, Pattern, linear
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = ["Existence", "ForbiddenWords", "Frequency", "LetterFrequency"]


class Existence(IFEval):
    r"""Every keyword is found, whatever its case.

    A keyword is read as a regular expression and found anywhere, even within a word: "war" in
    "toward", and "a.b" in "axb" (reported in NVIDIA-NeMo/Skills#1375).
    """

    says = "Include the keywords {keywords}."
    example = Example({"keywords": ("rain", "war")}, "It rained all afterwards.", "It rained.")

    kind: Literal["ifeval/keywords:existence"] = "ifeval/keywords:existence"
    keywords: tuple[Pattern, ...]
    """What must be found, each a regular expression."""

    def decide(self, text: Text) -> Verdict:
        """Return whether each keyword is found."""
        missing = [word for word in self.keywords if not linear(word).found(text)]
        return Verdict(not missing, f"missing: {', '.join(missing)}" if missing else "all found")

    def grows(self) -> bool | None:
        """Return that more lines can only help, where no keyword is an expression."""
        return True if all(linear(word).literal for word in self.keywords) else None


class Frequency(IFEval):
    r"""A keyword is found less often than a number, or at least so often, whatever its case.

    The keyword is read as a regular expression and counted anywhere, even within a word
    (NVIDIA-NeMo/Skills#1375); the white space around it is left out.
    """

    says = 'Use the word "{keyword}" {relation} {frequency} times.'
    example = Example(
        {"keyword": "rain", "frequency": 2, "relation": "at least"},
        "Rain, rain and more of it.",
        "It rained.",
    )

    kind: Literal["ifeval/keywords:frequency"] = "ifeval/keywords:frequency"
    keyword: CountedPattern
    """What is counted, a regular expression."""
    frequency: Count
    """The number it is compared with."""
    relation: Relation
    """``less than`` or ``at least``."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the keyword is found often enough, or seldom enough."""
        count = linear(self.keyword.strip()).times(text)
        return compared(count, self.relation, self.frequency, "found")

    def grows(self) -> bool | None:
        """Return that lines add to the count, where the keyword is no expression."""
        literal = linear(self.keyword.strip()).literal
        return (self.relation == "at least") if literal else None


class ForbiddenWords(IFEval):
    r"""No forbidden word is found, whatever its case.

    A word is read as a regular expression between ``\b`` and ``\b``: inflected forms pass, and a
    word that begins or ends with a mark is found only where it touches another word
    (NVIDIA-NeMo/Skills#1375).
    """

    absence = True
    says = "Do not use the words {forbidden_words}."
    example = Example({"forbidden_words": ("rain", "snow")}, "It rained.", "No rain today.")

    kind: Literal["ifeval/keywords:forbidden_words"] = "ifeval/keywords:forbidden_words"
    forbidden_words: tuple[BoundedPattern, ...]
    """What must not be found, each a regular expression."""

    def decide(self, text: Text) -> Verdict:
        """Return whether none of the words is found."""
        found = [word for word in self.forbidden_words if linear(word, bounded=True).found(text)]
        return Verdict(not found, f"found: {', '.join(found)}" if found else "none found")

    def grows(self) -> bool | None:
        """Return that more lines can only harm, where no word is an expression."""
        literal = all(linear(word, bounded=True).literal for word in self.forbidden_words)
        return False if literal else None


class LetterFrequency(IFEval):
    """A letter stands less often than a number, or at least so often, whatever its case.

    Any single character is counted, ``#`` too. Many copies of the code put a random letter in its
    place (google-research/google-research#3427, EleutherAI/lm-evaluation-harness#2260); the newest
    does not. The data's key 1174 asks for "at least 6" and its arguments say ``less than``.
    """

    says = 'Use the letter "{letter}" {let_relation} {let_frequency} times.'
    example = Example(
        {"letter": "r", "let_frequency": 2, "let_relation": "at least"}, "River", "Rain"
    )

    kind: Literal["ifeval/keywords:letter_frequency"] = "ifeval/keywords:letter_frequency"
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
