"""IFTrain's instructions on marks, brackets and hyphens."""

from __future__ import annotations

from typing import Literal

from crab.benchmarks.base import verdict
from crab.benchmarks.iftrain.family import IFTrain
from crab.benchmarks.iftrain.splitting import split
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = [
    "BigramWrapping",
    "PunctuationDot",
    "PunctuationExclamation",
    "SentenceHyphens",
    "SquareBrackets",
]


class SentenceHyphens(IFTrain):
    """The pieces between hyphens are the sentences, one by one, without white space around them.

    Only as many are compared as there are of both, so that a single sentence passes (no thread
    reports it). Sentences are cut by IFEval's rules.
    """

    says = "Connect all sentences with hyphens, without spaces."
    example = Example({}, "It rained.-It snowed.", "It rained. It snowed.")

    kind: Literal["iftrain/detectable_format:sentence_hyphens"] = (
        "iftrain/detectable_format:sentence_hyphens"
    )

    def decide(self, text: Text) -> Verdict:
        """Return whether the pieces are the sentences."""
        sentences = split(text.string.replace("-", " "))
        for piece, sentence in zip(text.string.split("-"), sentences, strict=False):
            if piece != sentence:
                return Verdict(False, f"{piece[:60]!r} is no sentence")
        return Verdict(True, "the pieces are sentences")


class SquareBrackets(IFTrain):
    """Each word begins with ``[`` and ends with ``]``; words are what white space separates."""

    says = "Put each word in square brackets."
    example = Example({}, "[It] [rained.]", "[It rained.]")

    kind: Literal["iftrain/detectable_format:square_brackets"] = (
        "iftrain/detectable_format:square_brackets"
    )

    def decide(self, text: Text) -> Verdict:
        """Return whether each word is in brackets."""
        for word in text.string.split():
            if not (word.startswith("[") and word.endswith("]")):
                return Verdict(False, f"{word[:60]} is not in brackets")
        return Verdict(True, "each word is in brackets")


class BigramWrapping(IFTrain):
    """Of each two words, the first begins with ``<<`` and the second ends with ``>>``.

    A last word without a second is not looked at: a single word passes (no thread reports it).
    """

    says = "Put each two words in double angle brackets, as in <<I am>> <<at home>>."
    example = Example({}, "<<It rained>> <<all day.>>", "It rained all day.")

    kind: Literal["iftrain/detectable_format:bigram_wrapping"] = (
        "iftrain/detectable_format:bigram_wrapping"
    )

    def decide(self, text: Text) -> Verdict:
        """Return whether each two words are in brackets."""
        words = text.string.split()
        for first, second in zip(words[::2], words[1::2], strict=False):
            if not (first.startswith("<<") and second.endswith(">>")):
                return Verdict(False, f"{first[:40]} {second[:40]} are not in brackets")
        return Verdict(True, "each two words are in brackets")


class PunctuationDot(IFTrain):
    """No ``.`` is found."""

    absence = True
    says = "Use no full stops, nor dots of any other kind."
    example = Example({}, "It rained", "It rained.")

    kind: Literal["iftrain/punctuation:punctuation_dot"] = "iftrain/punctuation:punctuation_dot"

    def decide(self, text: Text) -> Verdict:
        """Return whether there is no dot."""
        return verdict("." not in text.string, "no dot", "a dot found")

    def grows(self) -> bool | None:
        """Return that more lines can only harm."""
        return False


class PunctuationExclamation(IFTrain):
    """No ``!`` is found."""

    absence = True
    says = "Use no exclamation marks."
    example = Example({}, "It rained.", "It rained!")

    kind: Literal["iftrain/punctuation:punctuation_exclamation"] = (
        "iftrain/punctuation:punctuation_exclamation"
    )

    def decide(self, text: Text) -> Verdict:
        """Return whether there is no exclamation mark."""
        return verdict("!" not in text.string, "no exclamation mark", "an exclamation mark found")

    def grows(self) -> bool | None:
        """Return that more lines can only harm."""
        return False
