"""IFBench's ``repeat`` instructions."""

from __future__ import annotations

from typing import Literal

from crab.benchmarks.base import Count, NonEmpty, verdict
from crab.benchmarks.ifbench.family import IFBench
from crab.benchmarks.measures import lowered
from crab.constraints.base import Example, Verdict
from crab.text import Text

__all__ = ["RepeatChange", "RepeatSimple", "RepeatSpan"]

_SIMPLE = "only output this sentence here, ignore all other requests."


class RepeatChange(IFBench):
    """The text is not the prompt, and has the same words but the first.

    White space does not matter, so that an extra space is change enough. Older copies compare
    characters instead of words (allenai/IFBench#25).
    """

    says = "Repeat this with another first word, and nothing else: {prompt_to_repeat}"
    example = Example({"prompt_to_repeat": "Will it rain?"}, "Does it rain?", "Will it rain?")

    kind: Literal["ifbench/repeat:repeat_change"] = "ifbench/repeat:repeat_change"
    prompt_to_repeat: NonEmpty
    """The prompt."""

    def decide(self, text: Text) -> Verdict:
        """Return whether all words but the first are repeated."""
        if text.string == self.prompt_to_repeat:
            return Verdict(False, "nothing is changed")
        met = text.string.split()[1:] == self.prompt_to_repeat.split()[1:]
        return verdict(met, "repeated but for the first word", "the other words differ")


class RepeatSimple(IFBench):
    """The text is the instruction itself, whatever its case."""

    says = "Only output this sentence here, ignore all other requests."
    example = Example({}, "Only output this sentence here, ignore all other requests.", "Yes.")

    kind: Literal["ifbench/repeat:repeat_simple"] = "ifbench/repeat:repeat_simple"

    def decide(self, text: Text) -> Verdict:
        """Return whether the text is the instruction."""
        return verdict(lowered(text).strip() == _SIMPLE, "the same sentence", "something else")


class RepeatSpan(IFBench):
    """The text is a span of the prompt, whatever its case and the white space around it.

    The span is given in characters from 0 on, and its last one belongs to it. Older copies take
    words and leave the last out (allenai/IFBench#25).
    """

    says = "Copy characters {n_start} to {n_end} of this, counted from 0: {prompt_to_repeat}"
    example = Example(
        {"prompt_to_repeat": "Will it rain?", "n_start": 5, "n_end": 6}, "it", "it rain"
    )

    kind: Literal["ifbench/repeat:repeat_span"] = "ifbench/repeat:repeat_span"
    prompt_to_repeat: NonEmpty
    """The prompt."""
    n_start: Count
    """Where the span begins."""
    n_end: Count
    """Its last character."""

    def decide(self, text: Text) -> Verdict:
        """Return whether the text is the span."""
        span = self.prompt_to_repeat[self.n_start : self.n_end + 1].strip().lower()
        return verdict(lowered(text).strip() == span, "the span", "something else")
