"""Dialogue: how many lines are written as a speaker's name and speech."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import ClassVar, Literal, Self

from crab.constraints.base import Example
from crab.constraints.bounds import Bounded, Measure
from crab.constraints.format import Format
from crab.text import Text

__all__ = ["DialogueLines"]

_SPEECH = re.compile(
    r"[ \t]*[*_]{0,3}([^\W\d_][^\n\r:：*_.,;!?]{0,30})[*_]{0,3}[:：][*_]{0,3}[ \t]*\S"
)
_NO_SPEAKERS = frozenset(
    {"pro", "pros", "con", "cons", "upsides", "downsides", "advantages", "disadvantages"}
    | {"input", "output", "question", "answer", "before", "after", "cause", "effect"}
    | {"strength", "strengths", "weakness", "weaknesses", "problem", "solution", "example", "note"}
)


class DialogueLines(Format, Bounded):
    r"""The response has between ``at_least`` and ``at_most`` lines of the form ``Name: speech``.

    The line begins, marks of emphasis aside, with a letter; the name has at most 31 characters and
    no punctuation of sentences; something follows the colon on the same line.

    >>> DialogueLines(at_least=2).check("**Ann:** Tea?\nBob (yawning): Milk.").met
    True
    """

    hint: ClassVar[str] = "The number of lines of a dialogue, written as 'Name: speech'."
    unit: ClassVar[str] = "lines of dialogue"
    small: ClassVar[int] = 4
    sides: ClassVar[tuple[str, ...]] = ("exactly", "between", "at_least")
    example: ClassVar[Example] = Example(
        {"at_least": 2}, "Ann: Some tea?\nBob: Yes, please.", "Ann asks for tea. Bob agrees."
    )

    kind: Literal["dialogue_lines"] = "dialogue_lines"

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule where the text is little else than the lines of two to four speakers."""
        if text.string.count(":") + text.string.count("：") < cls.small:
            return
        speeches = [_SPEECH.match(text.string, *line) for line in text.lines]
        names = Counter([match[1] for match in speeches if match])
        few = 2 <= len(names) <= 4 and min(names.values()) >= 2
        if few and not any(name.strip().lower() in _NO_SPEAKERS for name in names):
            lines = [line for span in text.lines if (line := text[span].rstrip())]
            spoken = [line for line in lines if line.rstrip("*_\"'”’)] ")[-1:] in ".!?…。！？—"]
            if min(names.total(), len(spoken)) >= 0.75 * len(lines):
                yield cls.subject()

    def measure(self, text: Text) -> Measure:
        """Count the lines."""
        found = [_SPEECH.match(text.string, *line) for line in text.lines]
        return Measure.items([match.span() for match in found if match])
