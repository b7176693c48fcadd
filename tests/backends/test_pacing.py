"""How many requests may be under way, and when the next may start."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from time import monotonic
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crab.backends.pacing import Gate, backoff, retry_after

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def timed(work: Coroutine[Any, Any, None]) -> float:
    """Run a coroutine; return the seconds that it took."""
    begin = monotonic()
    asyncio.run(asyncio.wait_for(work, 10))
    return monotonic() - begin


async def through(gate: Gate, count: int, tokens: int = 0, takes: float = 0.0) -> list[int]:
    """Send so many requests through the gate; return how many were under way as each began."""
    seen: list[int] = []

    async def one() -> None:
        await gate.enter(tokens)
        seen.append(gate.in_flight)
        await asyncio.sleep(takes)
        gate.leave(refused=False)

    await asyncio.gather(*(one() for _ in range(count)))
    return seen


@pytest.mark.parametrize("most", [1, 3, 16])
def test_no_more_than_the_bound_are_under_way(most: int) -> None:
    """So many requests are under way at a time as the bound says, and not more."""
    gate = Gate(most)
    assert max(asyncio.run(through(gate, 40, takes=0.002))) == most
    assert gate.in_flight == 0


@pytest.mark.parametrize(
    ("gate", "tokens"),
    [(Gate(10, requests_per_minute=1200), 0), (Gate(10, tokens_per_minute=60_000), 50)],
)
def test_requests_and_tokens_are_paced(gate: Gate, tokens: int) -> None:
    """After the first, each request waits for its share of the minute."""

    async def work() -> None:
        await through(gate, 6, tokens)

    assert 0.25 <= timed(work()) < 1.5


def test_tokens_that_were_not_taken_are_given_back() -> None:
    """A request that took fewer tokens than expected lets the next one start earlier."""
    gate = Gate(1, tokens_per_minute=6000)

    async def work() -> None:
        for _ in range(5):
            await gate.enter(1000)
            gate.leave(refused=False, tokens=-1000)

    assert timed(work()) < 1


def test_tokens_that_were_taken_beyond_are_waited_for() -> None:
    """A request that took more tokens than expected lets the next one start later."""
    gate = Gate(1, tokens_per_minute=60_000)

    async def work() -> None:
        await gate.enter(0)
        gate.leave(refused=False, tokens=200)
        await gate.enter(0)

    assert timed(work()) >= 0.18


def test_nothing_starts_while_held() -> None:
    """A gate that is held lets nothing through until the time is over; the longer hold counts."""
    gate = Gate(4)
    gate.hold(0.2)
    gate.hold(0.05)

    async def work() -> None:
        await through(gate, 3)

    assert timed(work()) >= 0.19


async def left(gate: Gate, refusals: list[bool]) -> None:
    """Let requests through one by one, refused or not."""
    for refused in refusals:
        await gate.enter(0)
        gate.leave(refused=refused)


def test_a_few_refusals_change_nothing() -> None:
    """One refusal in twenty leaves the bound as it is."""
    gate = Gate(32)
    asyncio.run(left(gate, ([False] * 19 + [True]) * 10))
    assert gate.limit == 32


def test_many_refusals_shrink_the_bound_and_successes_raise_it_again() -> None:
    """The bound falls by half under sustained refusals, to 1 at the least, and comes back."""
    gate = Gate(32)
    asyncio.run(left(gate, [True] * 10))
    assert gate.limit == 16
    asyncio.run(left(gate, [True] * 200))
    assert gate.limit == 1
    asyncio.run(left(gate, [False] * 30))
    assert 5 < gate.limit < 10
    asyncio.run(left(gate, [False] * 1000))
    assert gate.limit == 32


def test_a_share_of_refusals_shrinks_the_bound_by_half_of_it() -> None:
    """Where half of the latest are refused, the bound falls by a quarter."""
    gate = Gate(40)
    asyncio.run(left(gate, [False] * 5 + [True] * 5))
    assert gate.limit == 30


def test_who_gives_up_waiting_holds_nobody() -> None:
    """A request that is cancelled while it waits, or just when it may go on, lets the next on."""

    async def work(*, woken: bool) -> None:
        gate = Gate(1)
        await gate.enter(0)
        first, second = (asyncio.create_task(gate.enter(0)) for _ in range(2))
        await asyncio.sleep(0)
        if woken:
            gate.leave(refused=False)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        if not woken:
            gate.leave(refused=False)
        await asyncio.wait_for(second, 2)
        assert gate.in_flight == 1

    asyncio.run(work(woken=False))
    asyncio.run(work(woken=True))


@given(st.integers(1, 10**6), st.floats(0, 1, exclude_max=True))
def test_backoff_doubles_up_to_a_bound(attempt: int, draw: float) -> None:
    """Each wait is half to one and a half of a length that doubles, up to 30 seconds."""
    length = backoff(attempt, 0.5)
    assert length == pytest.approx(min(backoff(1, 0.5) * 2.0 ** min(attempt - 1, 20), 30))
    assert 0.5 * length <= backoff(attempt, draw) <= 1.5 * length


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("7", 7.0),
        ("0.25", 0.25),
        ("-3", 0.0),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0.0),
        ("Sun, 01 Mar 2026 12:00:05 -0000", 5.0),
        ("Sun, 01 Mar 2026 13:00:05 +0100", 5.0),
        ("Sun, 31 Feb 2026 12:00:05 GMT", None),
        ("Mon, 1 Jan 99999999999999999999 00:00:00 GMT", None),
        ("1 Jan 2020 1:1:1 +9999999999999999999999", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    """The header gives seconds, or a date in the future; anything else says nothing."""
    assert retry_after(value, NOW) == seconds


@given(st.one_of(st.text(), st.from_regex(r"\d{1,30} [A-Z][a-z]{2} \d+ \d+:\d+:\d+ [+-]\d+")))
def test_no_header_is_an_error(value: str) -> None:
    """Whatever the header holds, there is a finite number of seconds or none."""
    seconds = retry_after(value, NOW)
    assert seconds is None or (math.isfinite(seconds) and seconds >= 0)
