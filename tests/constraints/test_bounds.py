"""Tests of `crab.constraints.bounds`: what is measured, which bounds hold, which to propose."""

from __future__ import annotations

from math import inf
from random import Random
from typing import Any, ClassVar, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crab.constraints import (
    Constraint,
    KeywordCount,
    SentenceCount,
    WordCount,
    WordsPerSentence,
    registry,
)
from crab.constraints.bounds import Bounded, Measure, close
from crab.readings import Interval
from crab.text import Text

COUNTS = st.integers(0, 5_000)


@pytest.fixture(autouse=True)
def _own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds that a test defines are unknown again after it."""
    monkeypatch.setattr(registry, "_classes", dict(registry._classes))


def define(measured: Measure | None, **attributes: Any) -> type[Bounded]:
    """Define a kind that measures the same in every text."""

    class Weather(Constraint):
        family: ClassVar[str] = "weather"
        hint: ClassVar[str] = "Weather."

    class DropCount(Weather, Bounded):
        unit: ClassVar[str] = "drops"
        kind: Literal["drop_count"] = "drop_count"

        def measure(self, text: Text) -> Measure | None:
            return measured

    for name, value in attributes.items():
        setattr(DropCount, name, value)
    return DropCount


def proposed(measured: Measure | None, **attributes: Any) -> set[tuple[int | None, int | None]]:
    """Return the bounds that a kind proposes for many seeds."""
    kind = define(measured, **attributes)
    rules = [rule for seed in range(100) for rule in kind.propose("rain", Random(seed))]
    assert all(rule.check("rain").met for rule in rules)
    return {(rule.at_least, rule.at_most) for rule in rules}


def counted(value: float, low: float | None = None, high: float | None = None) -> Measure:
    """Return the measure of a count between two readings."""
    return Measure(value, value, value if low is None else low, value if high is None else high)


def test_measure_of_a_count() -> None:
    """A count lies in the interval of its readings, which is widened to hold it."""
    assert Measure.count(5, Interval(4, 7)) == Measure(5, 5, 4, 7)
    assert Measure.count(3, Interval(4, 7)) == Measure(3, 3, 3, 7)
    assert Measure.count(9, Interval(4, 7), ((0, 1),)) == Measure(9, 9, 4, 9, ((0, 1),))


def test_measure_of_items() -> None:
    """Items are counted by their spans; other counts widen the interval."""
    assert Measure.items([(0, 1), (2, 3)]) == Measure(2, 2, 2, 2, ((0, 1), (2, 3)))
    assert Measure.items([(0, 1)], 4, 0) == Measure(1, 1, 0, 4, ((0, 1),))
    assert Measure.items([]) == Measure(0, 0, 0, 0, ())


@pytest.mark.parametrize(
    ("low", "high", "fits"),
    [
        *((0, 0, True), (0, 2, True), (0, 3, False), (1, 3, True), (1, 4, False), (6, 8, True)),
        (6, 9, False),
        *((10, 13, True), (10, 14, False), (100, 130, True), (100, 131, False)),
        *((7.5, 9.75, True), (7.5, 9.8, False)),
    ],
)
def test_close(low: float, high: float, fits: bool) -> None:
    """Readings agree where the higher is at most 1.3 times the lower, or 2 more."""
    assert close(low, high) is fits


@pytest.mark.parametrize(
    ("at_least", "at_most", "problem"),
    [
        (None, None, "give at_least, at_most or both"),
        (3, 2, r"at_least \(3\) is greater than at_most \(2\)"),
        (0, None, "at_least 0 restricts nothing"),
        (-1, None, "greater than or equal to 0"),
        (None, -1, "greater than or equal to 0"),
        (1.5, None, "integer"),
        ("many", None, "integer"),
    ],
)
def test_bounds_that_are_none(at_least: Any, at_most: Any, problem: str) -> None:
    """Bounds that say nothing, contradict themselves or are no counts are refused."""
    with pytest.raises(ValidationError, match=problem):
        WordCount(at_least=at_least, at_most=at_most)


@pytest.mark.parametrize(
    ("at_least", "at_most"), [(1, None), (None, 0), (0, 0), (0, 5), (2, 2), (2, 3), (None, 9)]
)
def test_bounds_that_are_some(at_least: int | None, at_most: int | None) -> None:
    """One bound is enough, both may be equal, and none at all of something can be asked for."""
    rule = WordCount(at_least=at_least, at_most=at_most)
    assert (rule.at_least, rule.at_most) == (at_least, at_most)


@pytest.mark.parametrize(
    ("at_least", "at_most", "met"),
    [
        *((4, None, True), (5, None, False), (None, 4, True), (None, 3, False)),
        *((4, 4, True), (3, 5, True), (5, 5, False), (3, 3, False), (0, 4, True)),
        (None, 0, False),
    ],
)
def test_both_bounds_are_included(at_least: int | None, at_most: int | None, met: bool) -> None:
    """A measure on a bound keeps it, and one past it does not."""
    verdict = WordCount(at_least=at_least, at_most=at_most).check("It rained all day.")
    assert verdict == (met, "4 words", ())


@pytest.mark.parametrize(
    ("at_least", "at_most", "met"),
    [
        (2, None, True),
        (3, None, False),
        (None, 5, True),
        (None, 4, False),
        (2, 5, True),
        (3, 5, False),
    ],
)
def test_each_thing_keeps_the_bounds(at_least: int | None, at_most: int | None, met: bool) -> None:
    """Where every one of several things is bound, the smallest and the largest decide."""
    verdict = WordsPerSentence(at_least=at_least, at_most=at_most).check(
        "We left. It rained all day long."
    )
    assert verdict == (met, "2 to 5 words in each sentence", ())


@pytest.mark.parametrize("at_most", [0, 5])
def test_nothing_to_measure_is_not_met(at_most: int) -> None:
    """Where nothing is there to measure, no bound is kept; the reason says what is missing."""
    assert WordsPerSentence(at_most=at_most).check("# Title") == (False, "no sentence", ())
    assert define(None)(at_most=at_most).check("") == (False, "no drops", ())


def test_reasons_show_plain_numbers() -> None:
    """Whole numbers are shown as such, others to ten digits."""
    assert define(counted(12.0))(at_most=50).check("").reason == "12 drops"
    assert define(counted(7.125))(at_most=50).check("").reason == "7.125 drops"
    assert define(counted(1_234_567))(at_least=1).check("").reason == "1234567 drops"


def test_evidence_is_in_the_verdict() -> None:
    """What was counted is shown, whether the bounds are kept or not."""
    found = KeywordCount(word="rain", at_least=3).check("rain, rain")
    assert found == (False, "2 occurrences", ((0, 4), (6, 10)))


def test_quantity_tells_what_is_measured() -> None:
    """Rules of one kind measure the same where their other fields are the same."""
    assert WordCount(at_most=3).quantity == WordCount(at_least=1).quantity == "word_count"
    rain, snow = (KeywordCount(word=word, at_least=1) for word in ("rain", "snow"))
    assert rain.quantity != snow.quantity
    assert rain.quantity == KeywordCount(word="RAIN", at_most=9).quantity


@pytest.mark.parametrize(
    ("rule", "interval"),
    [
        (SentenceCount(at_least=2), (2, inf)),
        (SentenceCount(at_most=5), (0, 5)),
        (SentenceCount(at_least=2, at_most=5), (2, 5)),
        (SentenceCount(at_most=0), (0, 0)),
    ],
)
def test_facts(rule: Bounded, interval: tuple[float, float]) -> None:
    """The fact that a rule states is the interval of its quantity."""
    assert rule.facts() == {"sentence_count": interval}


def test_a_subject_measures_without_bounds() -> None:
    """A rule without bounds measures what the rule with them measures."""
    text = Text("rain, rain")
    subject = KeywordCount.subject(word="rain")
    assert (subject.at_least, subject.at_most, subject.word) == (None, None, "rain")
    assert subject.measure(text) == KeywordCount(word="rain", at_least=1).measure(text)
    assert WordCount.subject().measure(text).smallest == 2


@given(COUNTS, COUNTS, COUNTS, st.integers(0, 2**32))
def test_bounds_hold_for_every_reading(one: int, two: int, three: int, seed: int) -> None:
    """Whatever the readings, the bounds lie outside them, and near them."""
    low, value, high = sorted((one, two, three))
    rule = WordCount.subject()
    at_least, at_most = rule.bounds(counted(value, low, high), Random(seed))
    if not close(low, high) or high < WordCount.small:
        assert (at_least, at_most) == (None, None)
    if at_least is not None:
        assert max(WordCount.small, low / 2 - 1) <= at_least <= low
    if at_most is not None:
        assert high <= at_most <= 1.5 * high + 1


@given(COUNTS, st.integers(0, 2**32))
def test_large_counts_always_get_a_bound(value: int, seed: int) -> None:
    """Where all readings agree on a count that is not small, some bound is proposed."""
    at_least, at_most = WordCount.subject().bounds(counted(value), Random(seed))
    assert (at_least, at_most) == (None, None) or value >= WordCount.small
    if value >= 20:
        assert (at_least, at_most) != (None, None)


@given(COUNTS, COUNTS, COUNTS, COUNTS, st.integers(0, 2**32))
def test_bounds_of_each_hold_for_every_reading(
    one: int, two: int, three: int, four: int, seed: int
) -> None:
    """Where each of several things is bound, the side on which readings differ is left out."""
    low, smallest, largest, high = sorted((one, two, three, four))
    at_least, at_most = WordsPerSentence.subject().bounds(
        Measure(smallest, largest, low, high), Random(seed)
    )
    if at_least is not None:
        assert close(low, smallest)
        assert WordsPerSentence.small <= at_least <= low
    if at_most is not None:
        assert close(largest, high)
        assert at_most >= high


@pytest.mark.parametrize(
    ("measured", "attributes", "expected"),
    [
        (None, {}, set()),
        (counted(0), {}, set()),
        (counted(1), {}, {(1, 1)}),
        (counted(2), {"sides": ("exactly", "at_least")}, {(2, 2), (2, None), (1, None)}),
        (counted(2), {"sides": ("at_least",), "small": 2}, {(2, None)}),
        (counted(2), {"sides": ("at_most",)}, {(None, 2), (None, 3)}),
        (counted(2), {"sides": ("at_least",), "small": 3}, set()),
        (counted(3), {"sides": ("at_least",), "small": 3}, {(3, None)}),
        (counted(3), {"sides": ("between",)}, {(2, 3), (2, 4), (3, 4)}),
        (counted(2, 2, 3), {"sides": ("exactly",)}, set()),
        (counted(2, 2, 5), {}, set()),
        (counted(8), {"sides": ("exactly",)}, {(8, 8)}),
        (counted(9), {"sides": ("exactly",)}, set()),
        (counted(12), {"sides": ("at_least",)}, {(10, None), (5, None)}),
        (counted(12), {"sides": ("at_most",)}, {(None, 15)}),
        (
            Measure(3, 20, 3, 40),
            {"each": "cloud", "sides": ("at_least", "at_most")},
            {(3, None), (2, None)},
        ),
        (
            Measure(9, 20, 3, 21),
            {"each": "cloud", "sides": ("at_least", "at_most")},
            {(None, 25), (None, 30)},
        ),
    ],
)
def test_proposals(
    measured: Measure | None,
    attributes: dict[str, Any],
    expected: set[tuple[int | None, int | None]],
) -> None:
    """The bounds that many seeds bring out are these, and all of these."""
    assert proposed(measured, **attributes) == expected


def test_the_same_seed_gives_the_same_bounds() -> None:
    """Bounds depend on the measure and the seed alone."""
    kind = define(counted(480, 470, 500))
    first = [list(kind.propose("rain", Random(seed))) for seed in range(20)]
    assert first == [list(kind.propose(Text("rain"), Random(seed))) for seed in range(20)]
    assert len({tuple(rules) for rules in first}) > 5
