"""Requests that become ready one by one, for backends that answer a batch at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from queue import SimpleQueue
from time import monotonic, sleep

import pytest

from crab.backends.base import Reply, Request
from crab.backends.live import as_live
from crab.backends.openai import OpenAI
from crab.backends.scripted import ScriptedBackend
from crab.errors import BackendError


class Batches(ScriptedBackend):
    """Notes how large each batch is."""

    def __init__(self, concurrency: int, short: int = 0) -> None:
        super().__init__(lambda request: request.id, concurrency)
        self.sizes: list[int] = []
        self.short = short
        self.closed = False

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Answer the batch, but for the last few."""
        batch = list(requests)
        self.sizes.append(len(batch))
        yield from super().replies(batch[: len(batch) - self.short])

    def close(self) -> None:
        """Remember it."""
        self.closed = True


def numbered(count: int) -> Iterator[Request]:
    """Requests."""
    return (Request(str(number), ()) for number in range(count))


def gone(name: str) -> bool:
    """Wait until no thread has this name."""
    end = monotonic() + 5
    while any(thread.name == name for thread in threading.enumerate()):
        if monotonic() > end:
            return False
        sleep(0.005)
    return True


def test_a_live_backend_is_itself() -> None:
    """What reads its requests as they become ready needs nothing around it."""
    backend = OpenAI("m", base_url="http://127.0.0.1:9/v1")
    assert as_live(backend) is backend
    live = as_live(ScriptedBackend(lambda request: ""))
    assert live.live
    assert as_live(live) is live


@pytest.mark.parametrize("count", [0, 1, 7, 100])
def test_every_request_is_answered_once_in_batches(count: int) -> None:
    """No batch is larger than the concurrency, and none is empty."""
    backend = Batches(7)
    replies = list(as_live(backend).replies(numbered(count)))
    assert [reply.id for reply in replies] == [str(number) for number in range(count)]
    assert sum(backend.sizes) == count
    assert all(1 <= size <= 7 for size in backend.sizes)


def test_what_is_ready_does_not_wait_for_what_is_not() -> None:
    """A request that depends on a reply is answered in a later batch."""
    backend = Batches(4)
    inbox: SimpleQueue[Request | None] = SimpleQueue()
    replies = as_live(backend).replies(iter(inbox.get, None))
    for number in range(5):
        inbox.put(Request(str(number), ()))
        assert next(replies).id == str(number)
    inbox.put(None)
    assert list(replies) == []
    assert backend.sizes == [1] * 5


def test_it_looks_like_the_backend_within() -> None:
    """Name, identity, concurrency and closing are those of the backend."""
    backend = Batches(5)
    with as_live(backend) as live:
        assert (live.name, live.concurrency) == ("scripted", 5)
        assert live.identity() == backend.identity()
    assert backend.closed


def test_requests_are_not_read_far_ahead() -> None:
    """No more requests are read than three batches beyond those answered."""
    read = []

    def requests() -> Iterator[Request]:
        for request in numbered(1000):
            read.append(request)
            yield request

    replies = as_live(Batches(4)).replies(requests())
    for _ in range(20):
        next(replies)
    sleep(0.05)
    assert len(read) <= 20 + 3 * 4 + 1


def test_a_batch_without_all_its_replies_is_an_error() -> None:
    """A backend that leaves a request without a reply is named, and nobody waits for ever."""
    inbox: SimpleQueue[Request | None] = SimpleQueue()
    inbox.put(Request("a", ()))
    replies = as_live(Batches(4, short=1)).replies(iter(inbox.get, None))
    with pytest.raises(BackendError, match="scripted left 1 requests without a reply"):
        next(replies)
    inbox.put(None)


def test_an_error_in_the_requests_comes_after_the_replies() -> None:
    """What was read before the error is answered."""

    def requests() -> Iterator[Request]:
        yield from numbered(3)
        raise ZeroDivisionError

    found = []
    with pytest.raises(ZeroDivisionError):
        found.extend(reply.id for reply in as_live(Batches(2)).replies(requests()))
    replies = as_live(Batches(2)).replies(requests())
    assert [next(replies).id for _ in range(3)] == ["0", "1", "2"]


def test_no_thread_is_left_when_it_ends_early() -> None:
    """Who wants no more replies leaves no thread that reads requests."""
    replies = as_live(Batches(2)).replies(numbered(10**6))
    next(replies)
    replies.close()  # type: ignore[attr-defined]
    assert gone("crab-requests")
