"""Format: the family of kinds about lists, headings, tables and the like; what they share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from random import Random
from typing import ClassVar, Self

from crab.constraints.base import Constraint, Rule
from crab.constraints.bounds import Bounded, Measure
from crab.constraints.marks import marks
from crab.text import Text

__all__ = ["NOTHING", "Counted", "Fixed", "Format"]

NOTHING = Measure(0, 0, 0, 0)
"""What is measured where nothing is there to count."""


class Format(Constraint):
    """Which shape and which marks the response has."""

    family: ClassVar[str] = "format"
    hint: ClassVar[str] = (
        "The shape of the response: its lists, headings, tables, code blocks, links, placeholders, "
        "sections, bold and italic text, always with numbers; a title; a postscript; JSON output; "
        "or that it is plain text. Never what the response is about."
    )


class Counted(Format, Bounded):
    """A number of things; no bounds are proposed where a fair reading finds too few of them."""

    traces: ClassVar[tuple[str, ...]] = ()
    """A text without any of these holds nothing to count."""
    code_alike: ClassVar[bool] = True
    """Whether lines of code that lack a fence may look like what is counted."""

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield the rule without bounds where the text may hold what it counts."""
        if any(trace in text.string for trace in cls.traces) and not (
            cls.code_alike and marks(text).loose_code
        ):
            yield cls.subject()

    def bounds(self, found: Measure, rng: Random) -> tuple[int | None, int | None]:
        """Return bounds where every reading finds enough of what is counted."""
        return (None, None) if found.low < self.small else super().bounds(found, rng)


class Fixed(Format, Rule):
    """A rule without fields to choose."""

    @classmethod
    @abstractmethod
    def likely(cls, text: Text) -> bool:
        """Whether the rule is worth a check and every other reading agrees with it."""

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield the rule where it is likely and met."""
        text = Text.of(text)
        if cls.likely(text):
            rule = cls.model_validate({})
            if rule.check(text).met:
                yield rule
