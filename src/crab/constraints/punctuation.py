"""Punctuation: which marks a response does without, and how often it uses the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from random import Random
from typing import Annotated, ClassVar, Literal, Self

from pydantic import StringConstraints

from crab.constraints.base import Constraint, Example, Rule, Verdict
from crab.constraints.bounds import Bounded, Measure
from crab.text import Span, Text

__all__ = ["MARKS", "NoPunctuation", "Punctuation", "PunctuationCount"]

Mark = Annotated[str, StringConstraints(pattern=r"^[^\w\s]$")]

MARKS: dict[str, str] = {
    ",": ",，、،﹐﹑︐",
    ".": ".。．｡",
    ";": ";；؛",
    ":": ":：",
    "!": "!！¡",
    "?": "?？؟¿",
    "—": "—–―",
    "(": "()（）",
    '"': '"“”„«»「」『』＂',
}
"""Each mark with every form of it in other scripts; ``(`` and ``"`` stand for both of a pair."""


_FEWEST_WORDS = 30
_DOUBTFUL: dict[str, tuple[str, ...]] = {
    ",": (),
    ";": (),
    ":": (),
    "—": ("--", "─", "⸺", " - ", "\n- "),
    "(": ("[", "【", "〔"),
    '"': ("'", "‘", "’", "‚", "‹", "›", "`"),
}
"""The marks that are proposed as absent, with what some would call the same mark."""


class Punctuation(Constraint):
    """Which punctuation marks the response uses or avoids."""

    family: ClassVar[str] = "punctuation"
    hint: ClassVar[str] = (
        "Punctuation marks that the response must not use, or how often it must use one. "
        "Name the mark itself."
    )


class NoPunctuation(Punctuation, Rule):
    """The response holds no ``mark``, in none of the forms that other scripts give it.

    The forms are those of ``MARKS``; a mark that is not listed there has only itself.

    >>> NoPunctuation(mark=",").check("雨、风").reason
    '1 found'
    """

    absence: ClassVar[bool] = True
    hint: ClassVar[str] = "A punctuation mark that must not occur."
    example: ClassVar[Example] = Example({"mark": ","}, "Rain and wind.", "Rain, then wind.")

    kind: Literal["no_punctuation"] = "no_punctuation"
    mark: Mark
    """The punctuation mark: one character."""

    def check(self, text: str | Text) -> Verdict:
        """Return whether the mark is absent; the spans are its occurrences."""
        spans = _marks(Text.of(text), self.mark)
        return Verdict(not spans, f"{len(spans)} found" if spans else "none found", tuple(spans))

    def topics(self) -> frozenset[str]:
        """Return the mark."""
        return frozenset({self.mark})

    def facts(self) -> Mapping[str, tuple[float, float]]:
        """Return that the mark occurs zero times."""
        return {PunctuationCount.subject(mark=self.mark).quantity: (0, 0)}

    def fitted(self, text: str | Text) -> Self | None:
        """Return the rule where the text has some length and nothing like the mark."""
        return self if self.mark in _absent(Text.of(text)) else None

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield one mark that a text of some length does without."""
        absent = _absent(Text.of(text))
        if absent:
            yield cls(mark=absent[0] if absent[0] == "," else rng.choice(absent))


class PunctuationCount(Punctuation, Bounded):
    """The response holds ``mark`` between ``at_least`` and ``at_most`` times.

    Every form of the mark counts, as for ``no_punctuation``.

    >>> PunctuationCount(mark=",", at_most=1).check("Rain, wind, sun").reason
    '2 marks'
    """

    hint: ClassVar[str] = "How often a punctuation mark must occur."
    unit: ClassVar[str] = "marks"
    weight: ClassVar[float] = 0.4
    sides: ClassVar[tuple[str, ...]] = ("between", "at_least", "at_most")
    example: ClassVar[Example] = Example(
        {"mark": ",", "at_least": 2}, "Rain, wind, sun.", "Rain, then wind."
    )

    kind: Literal["punctuation_count"] = "punctuation_count"
    mark: Mark
    """The punctuation mark: one character."""

    def topics(self) -> frozenset[str]:
        """Return the mark."""
        return frozenset({self.mark})

    def measure(self, text: Text) -> Measure:
        """Count the mark in all of its forms; others see one form alone, or a row as one mark."""
        spans = _marks(text, self.mark)
        rows = sum(before[1] != after[0] for before, after in pairwise(spans)) + bool(spans)
        return Measure.items(spans, text.string.count(self.mark), rows)

    def counts_in(self, text: Text) -> bool:
        """Return whether the text has some length, and the mark without anything like it."""
        return self.mark in _present(text)

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield one of the marks that the text uses."""
        present = _present(text)
        if present:
            yield cls.subject(mark=rng.choice(present))


def _absent(text: Text) -> list[str]:
    """Return the marks that a text of some length does without, and without their like."""
    if len(text.words) < _FEWEST_WORDS:
        return []
    string = f"\n{text.string}"
    return [
        mark
        for mark, forms in _DOUBTFUL.items()
        if not any(form in string for form in (*MARKS[mark], *forms))
    ]


def _present(text: Text) -> list[str]:
    """Return the marks that a text of some length uses, where nothing like them stands there."""
    if len(text.words) < _FEWEST_WORDS:
        return []
    string = text.string
    return [
        mark
        for mark in ",;:—"
        if any(form in string for form in MARKS[mark][:2])
        and not any(form in string for form in _DOUBTFUL[mark])
    ]


def _marks(text: Text, mark: str) -> list[Span]:
    string, spans = text.string, []
    for form in MARKS.get(mark, mark):
        at = string.find(form)
        while at >= 0:
            spans.append((at, at + 1))
            at = string.find(form, at + 1)
    return sorted(spans)
