"""From threads to an event loop and back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from queue import SimpleQueue
from time import monotonic, sleep
from typing import cast

import pytest

from crab.backends.base import Reply, Request
from crab.backends.bridge import Bridge
from crab.errors import BackendError

Replies = Generator[Reply, None, None]


def numbered(count: int) -> Iterator[Request]:
    """Requests."""
    return (Request(str(number), ()) for number in range(count))


async def nothing() -> None:
    """Finish with nothing to do."""


def threads() -> list[str]:
    """Names of the threads that crab has running."""
    return [one.name for one in threading.enumerate() if one.name.startswith("crab")]


def gone(name: str) -> bool:
    """Wait until no thread has this name."""
    end = monotonic() + 5
    while name in threads():
        if monotonic() > end:
            return False
        sleep(0.005)
    return True


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    """A bridge, closed after the test, which then leaves no thread."""
    one = Bridge()
    yield one
    one.close(nothing)
    assert "crab-loop" not in threads()
    assert gone("crab-requests")


class Model:
    """Answers after a while, and counts."""

    def __init__(self, takes: float = 0.0) -> None:
        self.takes = takes
        self.begun = self.now = self.most = self.cancelled = 0

    async def answer(self, request: Request) -> Reply:
        """Answer with the id."""
        self.begun += 1
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(self.takes)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.now -= 1
        return Reply(request.id, request.id)


@pytest.mark.parametrize(("count", "most"), [(0, 4), (1, 4), (50, 1), (50, 4), (50, 100)])
def test_every_request_is_answered_once(bridge: Bridge, count: int, most: int) -> None:
    """All replies come, and no more requests are under way than wanted."""
    model = Model(0.001)
    replies = list(bridge.replies(numbered(count), model.answer, most))
    assert sorted(int(reply.id) for reply in replies) == list(range(count))
    assert model.begun == count
    assert model.most <= most


def test_replies_come_as_soon_as_they_are_there(bridge: Bridge) -> None:
    """A slow request holds no other."""

    async def answer(request: Request) -> Reply:
        await asyncio.sleep(0.3 if request.id == "0" else 0)
        return Reply(request.id)

    ids = [reply.id for reply in bridge.replies(numbered(20), answer, 4)]
    assert ids[-1] == "0"


def test_requests_may_wait_for_replies(bridge: Bridge) -> None:
    """A request that comes only after the reply before it is answered too."""
    inbox: SimpleQueue[Request | None] = SimpleQueue()
    replies = bridge.replies(iter(inbox.get, None), Model().answer, 2)
    for number in range(5):
        inbox.put(Request(str(number), ()))
        assert next(replies).id == str(number)
    inbox.put(None)
    assert list(replies) == []


def test_two_may_use_it_at_a_time(bridge: Bridge) -> None:
    """Replies go to who asked."""
    model = Model(0.001)
    one, other = (bridge.replies(numbered(30), model.answer, 3) for _ in range(2))
    pairs = list(zip(one, other, strict=True))
    assert len(pairs) == 30


def test_it_works_in_a_running_loop(bridge: Bridge) -> None:
    """The caller may be in an event loop of its own, as in a notebook."""

    async def main() -> int:
        return len(list(bridge.replies(numbered(5), Model().answer, 2)))

    assert asyncio.run(main()) == 5


def test_an_error_in_an_answer_ends_all(bridge: Bridge) -> None:
    """What ``answer`` raises is raised to the caller; what is under way is cancelled."""
    model = Model(30)

    async def answer(request: Request) -> Reply:
        if request.id == "3":
            raise BackendError("wrong key")
        return await model.answer(request)

    with pytest.raises(BackendError, match="wrong key"):
        list(bridge.replies(numbered(100), answer, 4))
    end = monotonic() + 5
    while model.cancelled < 3 and monotonic() < end:
        sleep(0.005)
    assert (model.begun, model.cancelled) == (3, 3)


def test_an_error_in_the_requests_comes_through(bridge: Bridge) -> None:
    """What reading the requests raises is raised to the caller."""

    def requests() -> Iterator[Request]:
        yield from numbered(3)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(bridge.replies(requests(), Model().answer, 2))


def test_who_wants_no_more_ends_what_is_under_way(bridge: Bridge) -> None:
    """Closing early cancels what is under way, begins nothing more and leaves no thread."""
    model = Model(0.01)
    replies = cast("Replies", bridge.replies(numbered(10**6), model.answer, 5))
    with closing(replies):
        next(replies)
    assert gone("crab-requests")
    sleep(0.05)
    begun = model.begun
    sleep(0.05)
    assert model.begun == begun < 20
    assert model.now == 0


def test_closing_it_while_replies_are_awaited(capfd: pytest.CaptureFixture[str]) -> None:
    """Who still waits for a reply when it is closed gets an error, not silence; no task is lost."""
    bridge, model = Bridge(), Model(30)
    replies = cast("Replies", bridge.replies(numbered(3), model.answer, 5))
    found: list[BaseException] = []

    def wait() -> None:
        try:
            next(replies)
        except BackendError as error:
            found.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    while model.now < 3:
        sleep(0.005)
    bridge.close(nothing)
    waiting.join(5)
    assert "closed before every reply" in str(found[0])
    assert model.cancelled == 3
    assert capfd.readouterr().err == ""


def test_replies_may_be_closed_after_it() -> None:
    """The order in which replies and bridge are closed does not matter."""
    bridge = Bridge()
    replies = cast("Replies", bridge.replies(numbered(100), Model().answer, 5))
    next(replies)
    bridge.close(nothing)
    replies.close()
    assert gone("crab-requests")


def test_closing_runs_to_the_end() -> None:
    """What has to be finished is finished, in the loop, when closing returns; twice is no harm."""
    bridge, finished = Bridge(), []

    async def finish() -> None:
        await asyncio.sleep(0.02)
        finished.append(threading.current_thread().name)

    bridge.close(finish)
    list(bridge.replies(numbered(1), Model().answer, 1))
    bridge.close(finish)
    bridge.close(finish)
    assert finished == ["crab-loop"]
    assert "crab-loop" not in threads()


def test_it_may_be_used_again_after_it_was_closed(bridge: Bridge) -> None:
    """A closed bridge begins a new loop when it is asked again."""
    for _ in range(3):
        assert len(list(bridge.replies(numbered(4), Model().answer, 2))) == 4
        bridge.close(nothing)
