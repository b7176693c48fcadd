"""Tests of `crab.engines.local`: a function over items, in order, in one or several processes."""

from __future__ import annotations

import math
import operator
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from crab.engines.local import ordered_map
from crab.errors import CrabError

# A new process knows only what can be imported there: `partial(partial, f)` makes `partial(f)`.
INCREMENT: Callable[[], Callable[[int], int]] = partial(partial, operator.add, 1)
ROOT: Callable[[], Callable[[int], float]] = partial(partial, math.sqrt)
EXIT: Callable[[], Callable[[int], None]] = partial(partial, os._exit)
SLEEP: Callable[[], Callable[[float], None]] = partial(partial, time.sleep)


class Counted:
    """Items that know how many of them have been read."""

    def __init__(self, items: Any) -> None:
        self.items = iter(items)
        self.read = 0

    def __iter__(self) -> Iterator[Any]:
        for item in self.items:
            self.read += 1
            yield item


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("size", [0, 1, 7, 50])
def test_order_is_kept(workers: int, size: int) -> None:
    """Results come in the order of the items, one for each, on any number of workers."""
    assert list(ordered_map(INCREMENT, range(size), workers)) == list(range(1, size + 1))


def test_a_slow_item_keeps_its_place() -> None:
    """Items that are done sooner wait for those before them."""
    rng = random.Random(1)
    made: Callable[[], Callable[[Any], Any]] = partial(partial, sorted)
    items = [[rng.random() for _ in range(200_000 if n % 5 == 0 else 2)] for n in range(12)]
    assert list(ordered_map(made, items, 2)) == [sorted(item) for item in items]


@pytest.mark.parametrize("workers", [1, 2])
def test_little_is_read_ahead(workers: int) -> None:
    """Of endless items, only a bounded number is read before the first result is taken."""
    items = Counted(iter(int, 1))
    results = ordered_map(INCREMENT, items, workers)
    for taken in range(1, 21):
        assert next(results) == 1
        assert items.read <= taken + 4 * workers
    results.close()  # type: ignore[attr-defined]
    assert items.read <= 20 + 4 * workers


def test_nothing_happens_before_the_first_result_is_asked_for() -> None:
    """The call itself reads nothing and starts nothing."""
    items = Counted(range(3))
    ordered_map(INCREMENT, items, 1)
    assert items.read == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_exceptions_come_through(workers: int) -> None:
    """What the function raises comes up in the place of its result."""
    results = ordered_map(ROOT, [4, 9, -1, 16], workers)
    assert [next(results), next(results)] == [2.0, 3.0]
    with pytest.raises(ValueError, match="math domain error"):
        next(results)
    assert list(results) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_exceptions_of_the_items_come_through(workers: int) -> None:
    """What the items raise comes up too, and no process stays behind."""

    def items() -> Iterator[int]:
        yield 1
        raise OSError("disk gone")

    before = threading.active_count()
    with pytest.raises(OSError, match="disk gone"):
        list(ordered_map(INCREMENT, items(), workers))
    assert threading.active_count() == before


def test_a_worker_that_dies_is_an_error() -> None:
    """Where a worker process dies, the error says so and why that may be."""
    with pytest.raises(CrabError, match=r"a worker process died.* fewer workers"):
        list(ordered_map(EXIT, [3, 3], 2))


def test_a_function_that_cannot_be_made_is_an_error() -> None:
    """Where the function cannot be made in a worker, the run fails and does not hang."""
    made: Callable[[], Callable[[Any], Any]] = partial(math.sqrt, -1)  # type: ignore[assignment]
    with pytest.raises((CrabError, ValueError)):
        list(ordered_map(made, [1, 2], 2))


def test_closing_early_ends_the_workers() -> None:
    """Whoever stops taking results waits for no more than what is running."""
    before = threading.active_count()
    results = ordered_map(SLEEP, [0.01] * 1_000, 2)
    next(results)
    began = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 5
    assert threading.active_count() == before


def test_one_worker_is_this_process() -> None:
    """With one worker the function is made here, once, and need not be picklable."""
    made = []

    def make() -> Callable[[int], int]:
        made.append(os.getpid())
        return lambda item: item * 2

    assert list(ordered_map(make, range(4), 1)) == [0, 2, 4, 6]
    assert made == [os.getpid()]


def test_several_workers_are_other_processes() -> None:
    """With two workers nothing runs in this process."""
    pid: Callable[[], Callable[[Any], Any]] = partial(
        eval, "lambda item: __import__('os').getpid()"
    )
    found = set(ordered_map(pid, range(8), 2))
    assert os.getpid() not in found
    assert 1 <= len(found) <= 2
