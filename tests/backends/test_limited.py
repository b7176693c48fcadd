"""A bound on how often a model is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crab.backends.base import Backend, Reply, Request, Turn
from crab.backends.cached import Cached
from crab.backends.limited import Limited
from crab.backends.openai import OpenAI
from crab.backends.scripted import ScriptedBackend
from crab.backends.store import Store
from crab.errors import CallLimit

from .faulty_server import FaultyServer, Status

Started = Callable[..., FaultyServer]


def numbered(count: int) -> Iterator[Request]:
    """Requests."""
    return (Request(str(n), (Turn("user", f"Number {n}"),)) for n in range(count))


def answered(backend: Backend, count: int) -> tuple[list[Reply], bool]:
    """Return the replies to so many requests, and whether the limit was reached."""
    found = []
    replies = backend.replies(numbered(count))
    while True:
        try:
            found.append(next(replies))
        except StopIteration:
            return found, False
        except CallLimit:
            return found, True


@pytest.mark.parametrize(
    ("most", "count", "asked", "over"),
    [(0, 3, 0, True), (1, 3, 1, True), (9, 30, 9, True), (30, 30, 30, False), (99, 30, 30, False)],
)
@pytest.mark.parametrize("kept", [False, True])
def test_exactly_so_many_requests_reach_the_server(
    faulty_server: Started,
    tmp_path: Path,
    most: int,
    count: int,
    asked: int,
    over: bool,
    kept: bool,
) -> None:
    """All that are let through are answered, and kept; the next one is the limit."""
    server = faulty_server(latency=0.01)
    with OpenAI("crab-test", base_url=server.url, concurrency=4) as openai:
        limited: Backend = Limited(openai, most)
        backend = Cached(limited, tmp_path / "r.sqlite") if kept else limited
        replies, reached = answered(backend, count)
    assert (len(replies), reached, len(server.seen)) == (asked, over, asked)
    assert all(reply.failure is None for reply in replies)
    if kept:
        with closing(Store(tmp_path / "r.sqlite")) as store:
            assert sum(row[2] for row in store.sizes()) == asked


def test_kept_replies_do_not_count(faulty_server: Started, tmp_path: Path) -> None:
    """A run that goes on after the limit asks only for what is missing."""
    server = faulty_server()
    for expected, over in [(5, True), (10, True), (12, False)]:
        with OpenAI("crab-test", base_url=server.url) as openai:
            backend = Cached(Limited(openai, 5), tmp_path / "r.sqlite")
            replies, reached = answered(backend, 12)
        assert (len(replies), reached) == (expected, over)
    assert len(server.seen) == 12


def test_asking_again_after_a_fault_is_the_same_call(faulty_server: Started) -> None:
    """The limit counts requests, however often the server has to be asked."""
    server = faulty_server(faults=lambda n, body: Status(500, "0.01") if n < 4 else None)
    with OpenAI("crab-test", base_url=server.url, concurrency=2) as openai:
        replies, reached = answered(Limited(openai, 3), 5)
    assert (len(replies), reached, len(server.seen)) == (3, True, 7)


def test_the_limit_holds_over_several_calls() -> None:
    """What one call of ``replies`` used is not there for the next."""
    backend = Limited(ScriptedBackend(lambda request: request.id), 5)
    assert len(answered(backend, 3)[0]) == 3
    replies, reached = answered(backend, 3)
    assert (len(replies), reached) == (2, True)


def test_the_error_says_the_limit() -> None:
    """The error names the number."""
    backend = Limited(ScriptedBackend(lambda request: request.id), 5)
    with pytest.raises(CallLimit, match="the limit of 5 model calls is reached"):
        list(backend.replies(numbered(6)))


def test_it_looks_like_the_backend_within() -> None:
    """Name, identity, concurrency and closing are those of the backend."""
    closed = []

    class Closing(ScriptedBackend):
        def close(self) -> None:
            """Remember it."""
            closed.append(True)

    inner = Closing(lambda request: "", 5)
    with Limited(inner, 3) as backend:
        assert (backend.name, backend.concurrency, backend.live) == ("scripted", 5, True)
        assert backend.identity() == inner.identity()
    assert closed == [True]
