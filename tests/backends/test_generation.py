"""Tests of `crab.backends.generation`: how tokens are drawn."""

from __future__ import annotations

from collections import Counter

import pytest

from crab.backends.base import Sampling
from crab.backends.generation import Row, drawn
from crab.randomness import Stream

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.hf

CHANCES = (0.4, 0.1, 0.0, 0.3, 0.2)
SCORES = torch.tensor(CHANCES).log()


def counts(temperature: float, top_p: float, draws: int = 4000) -> Counter[int | None]:
    """How often each token is drawn."""
    row = Row(Sampling(temperature, top_p), draws, Stream(7))
    return Counter(drawn(SCORES.unsqueeze(0), [row])[0] for _ in range(draws))


def test_tokens_come_as_often_as_they_are_probable():
    """Each token is drawn with its probability, and an impossible one never."""
    found = counts(1.0, 1.0)
    assert found[2] == 0
    for token, chance in enumerate(CHANCES):
        assert found[token] / 4000 == pytest.approx(chance, abs=0.03)


def test_temperature_sharpens():
    """At half the temperature a chance counts by its square."""
    found = counts(0.5, 1.0)
    assert found[0] / 4000 == pytest.approx(0.16 / 0.3, abs=0.03)


@pytest.mark.parametrize(
    ("top_p", "kept"),
    [(0.0, {0}), (0.3, {0}), (0.45, {0, 3}), (0.75, {0, 3, 4}), (0.95, {0, 1, 3, 4})],
)
def test_top_p_keeps_the_most_probable(top_p, kept):
    """The fewest tokens that together reach top_p are drawn from, and at least one."""
    assert set(counts(1.0, top_p)) == kept


def test_a_long_list_is_put_in_order_where_it_must_be():
    """A top_p that the short list of a flat vocabulary does not reach is taken from all of it."""
    flat = torch.linspace(0, 1e-3, 5000).unsqueeze(0)
    row = Row(Sampling(1.0, 0.9), 1, Stream(3))
    found = {drawn(flat, [row])[0] for _ in range(3000)}
    assert min(found) >= 490
    assert len(found) > 1500


def test_rows_are_drawn_apart():
    """A row's token is the same by itself, beside others, and at another place."""

    def rows() -> list[Row]:
        options = [(1.0, 1.0), (0.0, 0.5), (0.7, 0.6), (2.0, 0.99), (0.4, 0.3)]
        return [Row(Sampling(*each), 9, Stream(n)) for n, each in enumerate(options)]

    scores = torch.stack([SCORES.roll(n) for n in range(5)])
    together = drawn(scores, rows())
    backwards = drawn(scores.flip(0), rows()[::-1])
    assert backwards == together[::-1]
    assert together == [drawn(scores[n : n + 1], [row])[0] for n, row in enumerate(rows())]


@pytest.mark.parametrize("temperature", [0.0, 1e-9, 1e9])
def test_extreme_temperatures_are_numbers(temperature):
    """Near 0 the most probable token is taken, and heat makes no impossible one possible."""
    found = counts(temperature, 1.0, 300)
    assert None not in found
    assert found[2] == 0
    if temperature < 1:
        assert set(found) == {0}


@pytest.mark.parametrize("score", [float("nan"), float("inf"), float("-inf")])
def test_scores_may_be_no_numbers(score):
    """No token is drawn from scores without a highest number; the other rows are."""
    scores = torch.stack([torch.full((5,), score), SCORES])
    first, second = drawn(scores, [Row(Sampling(), 1, Stream(n)) for n in range(2)])
    assert first is None
    assert second == 0


def test_a_row_ends():
    """A row ends at an end token, at its limit, or where there is nothing to draw from."""
    row = Row(Sampling(), 3, Stream(1))
    row.take(5, {9})
    assert row.finish is None
    row.take(9, {9})
    assert (row.finish, row.tokens) == ("stop", [5, 9])
    row = Row(Sampling(), 1, Stream(1))
    row.take(5, {9})
    assert row.finish == "length"
    row = Row(Sampling(), 1, Stream(1))
    row.take(9, {9})
    assert row.finish == "stop"
    row = Row(Sampling(), 1, Stream(1))
    row.take(None, {9})
    assert row.failure is not None
    assert row.tokens == []
