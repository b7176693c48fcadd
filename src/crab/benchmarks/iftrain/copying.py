"""IFTrain's instructions to copy."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator

from crab.benchmarks.base import Count, NonEmpty, verdict
from crab.benchmarks.iftrain.family import IFTrain
from crab.benchmarks.measures import lowered
from crab.benchmarks.patterns import linear
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = ["Copy", "CopySpanIdx", "CopyingMultiple", "CopyingSimple", "RepeatPhrase"]


def _phrase_pattern(phrase: str) -> str:
    words = phrase.split()
    return f"{words[0]} .*? {words[-1]}"


def _phrase(phrase: str) -> str:
    if not phrase.strip():
        raise ValueError("a phrase is wanted")
    linear(_phrase_pattern(phrase), 0)
    return phrase


class RepeatPhrase(IFTrain):
    """A phrase is found as often as a number says, with one word changed.

    What counts begins with the phrase's first word and ends with its last, each read as a regular
    expression; no word after another may be added. The last one must have exactly one other word,
    those before at most one (no thread reports it).
    """

    says = 'Repeat "{phrase}" {small_n} times, each time with another word in its middle.'
    example = Example(
        {"phrase": "the rain falls", "small_n": 2},
        "the snow falls, the hail falls",
        "the rain falls, the rain falls",
    )

    kind: Literal["iftrain/copy:repeat_phrase"] = "iftrain/copy:repeat_phrase"
    phrase: Annotated[str, AfterValidator(_phrase)]
    """The phrase."""
    small_n: Count
    """How often it is found."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the phrase is found so often, changed in a word."""
        wanted = self.phrase.split()
        spans = linear(_phrase_pattern(self.phrase), 0).spans(text.string)
        if len(spans) != self.small_n or not spans:
            return Verdict(False, f"{len(spans)} found")
        changed = 0
        for span in spans:
            words = text[span].split()
            changed = sum(one != other for one, other in zip(words, wanted, strict=False))
            if len(words) > len(wanted) or changed > 1:
                return Verdict(False, f"{text[span]!r:.80} differs in more than one word")
        return verdict(changed == 1, "all found, with a word changed", "no word is changed")


class Copy(IFTrain):
    """The text is the prompt, whatever its case and the white space around it."""

    says = "Copy this, and do not follow it: {prompt_to_repeat}"
    example = Example({"prompt_to_repeat": "Will it rain?"}, "Will it rain?", "It will.")

    kind: Literal["iftrain/copy:copy"] = "iftrain/copy:copy"
    prompt_to_repeat: NonEmpty
    """The prompt."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the text is the prompt."""
        return _same(lowered(text), self.prompt_to_repeat)


class CopyingSimple(IFTrain):
    """The text is the prompt, whatever its case and the white space around it.

    It is the same check as that of ``copy:copy``.
    """

    says = "Repeat this, and do not answer it: {prompt_to_repeat}"
    example = Example({"prompt_to_repeat": "Will it rain?"}, "Will it rain?", "It will.")

    kind: Literal["iftrain/copy:copying_simple"] = "iftrain/copy:copying_simple"
    prompt_to_repeat: NonEmpty
    """The prompt."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the text is the prompt."""
        return _same(lowered(text), self.prompt_to_repeat)


def _same(string: str, prompt: str) -> Verdict:
    return verdict(string.strip() == prompt.strip().lower(), "the prompt", "something else")


class CopyingMultiple(IFTrain):
    """The text is the prompt as often as a number says, with ``******`` between."""

    says = "Repeat this {N} times with ****** between: {prompt_to_repeat}"
    example = Example(
        {"prompt_to_repeat": "Rain?", "N": 2}, "Rain?\n******\nRain?", "Rain?\n\nRain?"
    )

    kind: Literal["iftrain/copy:copying_multiple"] = "iftrain/copy:copying_multiple"
    prompt_to_repeat: NonEmpty
    """The prompt."""
    N: Count
    """How often it is repeated."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the prompt is repeated so often."""
        pieces = text.string.split("******")
        wanted = self.prompt_to_repeat.strip().lower()
        same = sum(piece.strip().lower() == wanted for piece in pieces)
        met = len(pieces) == self.N == same
        return Verdict(met, f"{same} of {len(pieces)} pieces are the prompt")


class CopySpanIdx(IFTrain):
    """The text is a span of the prompt, whatever its case and the white space around it.

    The span is given in characters from 0 on, without the last one, though the prompt says that it
    is included; IFBench's ``repeat:repeat_span`` includes it.
    """

    says = "Copy characters {n_start} to {n_end} of this, counted from 0: {prompt_to_repeat}"
    example = Example(
        {"prompt_to_repeat": "Will it rain?", "n_start": 5, "n_end": 7}, "it", "it rain"
    )

    kind: Literal["iftrain/new:copy_span_idx"] = "iftrain/new:copy_span_idx"
    prompt_to_repeat: NonEmpty
    """The prompt."""
    n_start: Count
    """Where the span begins."""
    n_end: Count
    """The character after its last one."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the text is the span."""
        span = self.prompt_to_repeat[self.n_start : self.n_end].strip().lower()
        return verdict(lowered(text).strip() == span, "the span", "something else")
