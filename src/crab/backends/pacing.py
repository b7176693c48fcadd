"""How many requests may be under way, and when the next may start: limits, refusals, waits."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic

__all__ = ["Gate", "backoff", "retry_after"]

_WINDOW = 40
_FEWEST = 10
_TOLERATED = 0.1


class Gate:
    """Lets requests through: so many at a time, so many a minute, so many tokens a minute.

    The number at a time adapts: where over a tenth of the latest requests are refused for being too
    many, it falls by half of their share; every success raises it again by one part of itself. A
    few refusals are noise and change nothing.
    """

    def __init__(
        self,
        most: int,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.most = most
        self.limit = float(most)
        self.in_flight = 0
        self._clock = clock
        self._pace = 60 / requests_per_minute if requests_per_minute else 0.0
        self._token_pace = 60 / tokens_per_minute if tokens_per_minute else 0.0
        self._next = self._next_tokens = self._not_before = 0.0
        self._recent: deque[bool] = deque(maxlen=_WINDOW)
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def enter(self, tokens: int) -> None:
        """Wait until a request of about so many tokens may start."""
        while True:
            wait = max(self._not_before, self._next, self._next_tokens) - self._clock()
            if wait > 0:
                await asyncio.sleep(wait)
            elif self.in_flight >= max(int(self.limit), 1):
                turn = asyncio.get_running_loop().create_future()
                self._waiting.append(turn)
                try:
                    await turn
                except asyncio.CancelledError:
                    self._wake()
                    raise
            else:
                break
        now = self._clock()
        self.in_flight += 1
        self._next = max(self._next, now) + self._pace
        self._next_tokens = max(self._next_tokens, now) + tokens * self._token_pace

    def leave(self, *, refused: bool, tokens: int = 0) -> None:
        """End a request that took so many tokens more than it was let in with."""
        self.in_flight -= 1
        self._next_tokens += tokens * self._token_pace
        self._recent.append(refused)
        if not refused:
            self.limit = min(self.limit + 1 / self.limit, self.most)
        elif len(self._recent) >= _FEWEST:
            share = sum(self._recent) / len(self._recent)
            if share > _TOLERATED:
                self.limit = max(self.limit * (1 - share / 2), 1.0)
                self._recent.clear()
        self._wake()

    def _wake(self) -> None:
        """Let as many go on as there is room for."""
        room = max(int(self.limit), 1) - self.in_flight
        while self._waiting and room > 0:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                room -= 1

    def hold(self, seconds: float) -> None:
        """Let nothing start for so long."""
        self._not_before = max(self._not_before, self._clock() + seconds)


def backoff(attempt: int, draw: float) -> float:
    """Return how long to wait after a failed attempt, the first being 1: doubling, with jitter.

    Args:
        attempt: The number of the attempt that failed.
        draw: A random number in [0, 1).

    >>> backoff(1, 0.5), backoff(3, 0.5), backoff(30, 0.5)
    (0.2, 0.8, 30.0)
    """
    return min(0.2 * 2.0 ** min(attempt - 1, 10), 30.0) * (0.5 + draw)


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for (RFC 9110); None for no number.

    >>> retry_after("2.5"), retry_after("soon"), retry_after(None)
    (2.5, None, None)
    >>> retry_after("Wed, 21 Oct 2015 07:28:00 GMT", datetime(2015, 10, 21, 7, 27, tzinfo=UTC))
    60.0
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            then = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        then = then if then.tzinfo else then.replace(tzinfo=UTC)
        seconds = (then - (now or datetime.now(UTC))).total_seconds()
    return max(seconds, 0.0) if seconds < float("inf") else None
