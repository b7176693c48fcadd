"""Tests of `crab.randomness`: streams that names and seeds alone determine."""

from __future__ import annotations

import pickle
import random
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crab.randomness import Stream, derived

SEEDS = st.integers(0, 2**64 - 1)


def test_the_stream_is_splitmix64() -> None:
    """The words are those that the published algorithm gives for the seed 1234567."""
    stream = Stream(1234567)
    assert [stream.getrandbits(64) for _ in range(5)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


def test_fewer_and_more_bits() -> None:
    """Fewer bits are the first of a word; more come from several words."""
    first, second = Stream(1234567).getrandbits(64), 3203168211198807973
    assert Stream(1234567).getrandbits(0) == 0
    assert Stream(1234567).getrandbits(1) == first >> 63
    assert Stream(1234567).getrandbits(63) == first >> 1
    assert Stream(1234567).getrandbits(65) == (first << 64 | second) >> 63
    assert Stream(1234567).getrandbits(128) == first << 64 | second


@given(SEEDS)
def test_random_lies_in_the_unit_interval(seed: int) -> None:
    """The numbers lie in [0, 1), and the same seed gives the same ones."""
    stream = Stream(seed)
    numbers = [stream.random() for _ in range(20)]
    assert all(0 <= number < 1 for number in numbers)
    again = Stream()
    again.seed(seed)
    assert [again.random() for _ in range(20)] == numbers


def test_draws_are_even() -> None:
    """Of many draws, each of six faces gets its share."""
    stream = Stream(3)
    counts = Counter(stream.randint(1, 6) for _ in range(60_000))
    assert sorted(counts) == [1, 2, 3, 4, 5, 6]
    assert all(9_500 < count < 10_500 for count in counts.values())
    mean = sum(stream.random() for _ in range(60_000)) / 60_000
    assert 0.49 < mean < 0.51


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng: rng.choice("abcdef"),
        lambda rng: rng.sample(range(100), 5),
        lambda rng: rng.uniform(0.8, 1.0),
        lambda rng: rng.choices("abc", weights=[1, 2, 3], k=4),
        lambda rng: rng.randbytes(9),
        lambda rng: sorted(range(9), key=lambda _: rng.random()),
        lambda rng: rng.gauss(0, 1),
        lambda rng: rng.triangular(),
    ],
    ids=["choice", "sample", "uniform", "choices", "randbytes", "order", "gauss", "triangular"],
)
def test_every_way_to_draw(draw: Callable[[Stream], object]) -> None:
    """What a `Random` can draw, a stream can draw: alike for the same seed, unlike for others."""
    drawn = [draw(Stream(seed)) for seed in range(20)]
    assert [draw(Stream(seed)) for seed in range(20)] == drawn
    assert len({repr(one) for one in drawn}) > 2


def test_seeding_anew_forgets_everything() -> None:
    """A stream that is seeded again is as good as a new one, whatever it drew before."""
    stream = Stream(1)
    stream.gauss(0, 1)
    stream.seed(2)
    fresh = Stream(2)
    assert [stream.gauss(0, 1), stream.random()] == [fresh.gauss(0, 1), fresh.random()]


def test_the_state_goes_on() -> None:
    """A stream goes on from a state that was taken, and through pickle."""
    stream = Stream(8)
    stream.random()
    state = stream.getstate()
    copy = pickle.loads(pickle.dumps(stream))  # noqa: S301 - written one call before
    numbers = [stream.random() for _ in range(3)]
    stream.setstate(state)
    assert [stream.random() for _ in range(3)] == numbers
    assert [copy.random() for _ in range(3)] == numbers


@pytest.mark.parametrize("seed", [-1, 0, 2**64, 2**70 + 3])
def test_any_integer_is_a_seed(seed: int) -> None:
    """Seeds outside 64 bits are cut to them."""
    assert Stream(seed).random() == Stream(seed % 2**64).random()


def test_the_global_generator_is_left_alone() -> None:
    """Drawing from a stream does not touch the module's generator."""
    state = random.getstate()
    stream = Stream(1)
    stream.random()
    stream.shuffle([1, 2, 3])
    assert random.getstate() == state


def test_derived_seeds_do_not_change() -> None:
    """Derived seeds are fixed for all time: data sets made before must come out the same."""
    # printf '0\\0id-1\\0combine' | b2sum -l 64
    assert derived(0) == 0x842B7D9D43CDDF75
    assert derived(0, "id-1", "combine") == 0x5277486B32869245


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((0, "a"), (1, "a")),
        ((0, "a"), (0, "b")),
        ((0, "ab", "c"), (0, "a", "bc")),
        ((0, "a", "b"), (0, "b", "a")),
        ((0,), (0, "")),
        ((1, "2"), (12,)),
        ((-1, "a"), (1, "a")),
        ((0, "\ud800"), (0, "\ud801")),
    ],
)
def test_names_are_told_apart(
    one: tuple[int, *tuple[str, ...]], other: tuple[int, *tuple[str, ...]]
) -> None:
    """Another seed, another name or another order gives another seed."""
    assert derived(*one) == derived(*one)
    assert derived(*one) != derived(*other)
