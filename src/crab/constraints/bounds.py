"""Rules that bound a measurement: what was measured, how to check it, which bounds to propose."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import ceil, floor, inf
from random import Random
from typing import Annotated, Any, ClassVar, Self, cast

from pydantic import Field, model_validator

from crab.constraints.base import Rule, Verdict
from crab.readings import Interval
from crab.text import Span, Text

__all__ = ["Bound", "Bounded", "Measure", "close"]

Bound = Annotated[int, Field(ge=0)]
_NOT_MEASURED = frozenset({"kind", "version", "at_least", "at_most"})


@dataclass(frozen=True, slots=True)
class Measure:
    """What a rule measured in one text, and how far other fair readings reach."""

    smallest: float
    """The smallest value; where one thing is counted, the count."""
    largest: float
    """The largest value; where one thing is counted, the count."""
    low: float
    """No fair reading gives a smaller value."""
    high: float
    """No fair reading gives a larger value."""
    spans: tuple[Span, ...] = ()
    """The evidence."""

    @classmethod
    def count(cls, value: float, reading: Interval, spans: tuple[Span, ...] = ()) -> Self:
        """Return the measure of a single count with the interval of its readings."""
        return cls(value, value, min(value, reading.low), max(value, reading.high), spans)

    @classmethod
    def items(cls, spans: list[Span], *others: int) -> Self:
        """Return the measure of things counted one by one, with what other readings count."""
        counts = (len(spans), *others)
        return cls(len(spans), len(spans), min(counts), max(counts), tuple(spans))


def close(low: float, high: float) -> bool:
    """Return whether two readings agree well enough to set a bound on them.

    >>> close(100, 130), close(100, 131), close(1, 3), close(1, 4)
    (True, False, True, False)
    """
    return high <= 1.3 * low or high - low <= 2


class Bounded(Rule):
    """A rule that a measurement lies between ``at_least`` and ``at_most``, both included."""

    unit: ClassVar[str]
    """What is measured, in the plural, for the verdict's reason."""
    each: ClassVar[str] = ""
    """Where every one of several things keeps the bounds: what such a thing is called."""
    small: ClassVar[int] = 1
    """The smallest lower bound worth proposing."""
    sides: ClassVar[tuple[str, ...]] = ("exactly", "between", "at_least", "at_most")
    """The forms of bounds that are proposed."""

    at_least: Bound | None = None
    """The lower bound, included."""
    at_most: Bound | None = None
    """The upper bound, included."""

    @model_validator(mode="after")
    def _has_bounds(self) -> Self:
        low, high = self.at_least, self.at_most
        if low is None and high is None:
            raise ValueError("give at_least, at_most or both")
        if low is not None and high is not None and low > high:
            raise ValueError(f"at_least ({low}) is greater than at_most ({high})")
        if low == 0 and high is None:
            raise ValueError("at_least 0 restricts nothing")
        return self

    @abstractmethod
    def measure(self, text: Text) -> Measure | None:
        """Return what the text measures; None where it holds nothing to measure."""

    def check(self, text: str | Text) -> Verdict:
        """Return whether the measurement keeps the bounds."""
        found = self.measure(Text.of(text))
        if found is None:
            return Verdict(False, f"no {self.each or self.unit}")
        met = (self.at_least is None or found.smallest >= self.at_least) and (
            self.at_most is None or found.largest <= self.at_most
        )
        return Verdict(met, self._reason(found), found.spans)

    def _reason(self, found: Measure) -> str:
        if not self.each:
            return f"{found.smallest:.10g} {self.unit}"
        return f"{found.smallest:.10g} to {found.largest:.10g} {self.unit} in each {self.each}"

    @property
    def quantity(self) -> str:
        """The name of what is measured: the kind with its fields other than the bounds."""
        own = self.measured_fields()
        return f"{self.kind}{sorted(own.items())}" if own else self.kind

    def facts(self) -> Mapping[str, tuple[float, float]]:
        """Return the bounds of the quantity."""
        return {self.quantity: (self.at_least or 0, inf if self.at_most is None else self.at_most)}

    def measured_fields(self) -> dict[str, Any]:
        """Return the fields that say what is measured: those other than the bounds."""
        return {name: value for name, value in self if name not in _NOT_MEASURED}

    @classmethod
    def subject(cls, **fields: Any) -> Self:
        """Return a rule without bounds, to measure with."""
        return cast("Self", cls.model_construct(**fields) if fields else _bare(cls))

    @classmethod
    def subjects(cls, text: Text, rng: Random) -> Iterator[Self]:
        """Yield rules without bounds for what is worth measuring in the text."""
        yield cls.subject()

    @classmethod
    def propose(cls, text: str | Text, rng: Random) -> Iterator[Self]:
        """Yield rules with bounds that every fair reading of the text keeps."""
        text = Text.of(text)
        for subject in cls.subjects(text, rng):
            found = subject.measure(text)
            if found is None:
                continue
            low, high = subject.bounds(found, rng)
            if low is not None or high is not None:
                yield cls(**subject.measured_fields(), at_least=low, at_most=high)

    def fitted(self, text: str | Text) -> Self | None:
        """Return the rule where all readings keep its bounds, else with the nearest that they keep.

        None where the text holds nothing worth bounds, or the readings lie too far apart.
        """
        text = Text.of(text)
        found = self.measure(text) if self.counts_in(text) else None
        if found is None or found.high < self.small:
            return None
        below, above = close(found.low, found.smallest), close(found.largest, found.high)
        if not self.each:
            below = above = close(found.low, found.high)
        low, high = self.at_least, self.at_most
        if (low is not None and not below) or (high is not None and not above):
            return None
        if low is not None and low == high and found.low == found.high:
            low = high = int(found.low)
        if low is not None and low > found.low:
            low = _round_down(found.low, 0.0)
        if high is not None and high < found.high:
            high = _round_up(found.high, 0.0)
        if low is not None and low < self.small:
            low = None
        if (low, high) == (self.at_least, self.at_most):
            return self
        if low is None and high is None:
            return None
        return type(self)(**self.measured_fields(), at_least=low, at_most=high)

    def counts_in(self, text: Text) -> bool:
        """Return whether the text is one of which bounds on this measurement are worth stating."""
        own = self.measured_fields()
        return any(one.measured_fields() == own for one in self.subjects(text, Random(0)))

    def bounds(self, found: Measure, rng: Random) -> tuple[int | None, int | None]:
        """Return bounds that people would set, outside every reading; (None, None) for none."""
        if found.high < self.small:
            return None, None
        if self.each:
            below, above = close(found.low, found.smallest), close(found.largest, found.high)
        else:
            below = above = close(found.low, found.high)
        exact = "exactly" in self.sides and found.low == found.high and self.small <= found.low <= 8
        if exact and below and (found.low == 1 or rng.random() < 0.4):
            return int(found.low), int(found.low)
        slack = rng.random()
        low = _round_down(found.low, slack) if below and found.low >= self.small else None
        high = _round_up(found.high, 7 * slack % 1) if above else None
        if low is not None and low < self.small:
            low = None
        forms = [
            form
            for form, fits in (
                ("between", low is not None and high is not None and low < high),
                ("at_least", low is not None),
                ("at_most", high is not None),
            )
            if fits and form in self.sides
        ]
        if not forms:
            return None, None
        form = forms[int(rng.random() * len(forms))]
        return (None if form == "at_most" else low), (None if form == "at_least" else high)


def _step(value: float) -> int:
    for limit, step in ((10, 1), (40, 5), (120, 10), (300, 25), (1000, 50), (3000, 100)):
        if value < limit:
            return step
    return 500


def _round_down(value: float, slack: float) -> int:
    """Return a round number a little below ``value``, never above it."""
    lowered = value * (1 - 0.2 * slack) if value >= 10 else value - (slack > 2 / 3)
    step = _step(value)
    return max(floor(lowered / step) * step, 0)


def _round_up(value: float, slack: float) -> int:
    """Return a round number a little above ``value``, never below it."""
    raised = value * (1 + 0.25 * slack) if value >= 10 else value + (slack > 2 / 3)
    step = _step(value)
    return ceil(raised / step) * step


@cache
def _bare(cls: type[Bounded]) -> Bounded:
    return cls.model_construct()  # type: ignore[call-arg]
