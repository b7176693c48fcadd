"""Many talks with one model at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crab.backends.base import Backend, Failure, Reply, Request, Turn
from crab.backends.cached import Cached
from crab.backends.conversing import Talk, converse
from crab.backends.limited import Limited
from crab.backends.openai import OpenAI
from crab.backends.scripted import ScriptedBackend
from crab.errors import BackendError, CallLimit

from .faulty_server import FaultyServer, Reset, Slow, Status

Started = Callable[..., FaultyServer]


def request(name: str) -> Request:
    """A request that says its name."""
    return Request(name, (Turn("user", name),))


def script(asked: Request) -> str:
    """Answer with the name, in brackets."""
    return f"[{asked.messages[-1].content}]"


def talk(name: str, rounds: Iterable[int]) -> Talk[list[str]]:
    """Ask so many requests in each round; what is asked depends on what was said before."""
    said: list[str] = []
    for number, count in enumerate(rounds):
        asked = tuple(request(f"{name}.{number}.{one}.{len(said)}") for one in range(count))
        replies = yield asked
        assert [reply.id for reply in replies] == [one.id for one in asked]
        said.extend(reply.text for reply in replies)
    return said


def alone(name: str, rounds: Iterable[int]) -> list[str]:
    """Return what a talk comes to where each request is asked by itself."""
    one, said = talk(name, rounds), ()
    try:
        asked = next(one)
        while True:
            said = tuple(Reply(each.id, script(each)) for each in asked)
            asked = one.send(said)
    except StopIteration as end:
        return end.value


def is_first(body: dict[str, Any]) -> bool:
    """Whether it is the first request of the first talk."""
    return str(body["messages"][-1]["content"]).startswith("0.0.")


def gone(name: str) -> bool:
    """Wait until no thread has this name."""
    end = monotonic() + 5
    while any(thread.name == name for thread in threading.enumerate()):
        if monotonic() > end:
            return False
        sleep(0.005)
    return True


@pytest.fixture
def openai(faulty_server: Started) -> Iterator[Callable[..., tuple[OpenAI, FaultyServer]]]:
    """Opens a backend in front of a server that answers by the script."""
    opened: list[OpenAI] = []

    def open_one(concurrency: int, **options: object) -> tuple[OpenAI, FaultyServer]:
        server = faulty_server(lambda body: f"[{body['messages'][-1]['content']}]", **options)
        opened.append(OpenAI("crab-test", base_url=server.url, concurrency=concurrency))
        return opened[-1], server

    yield open_one
    for one in opened:
        one.close()


SHAPES = st.lists(st.lists(st.integers(0, 4), max_size=4), max_size=30)


@settings(deadline=None, max_examples=60)
@given(SHAPES, st.integers(1, 9))
def test_talks_come_to_what_they_would_alone(shapes: list[list[int]], concurrency: int) -> None:
    """However many talks are held at a time, each comes to the same, in the order of the talks."""
    backend = ScriptedBackend(script, concurrency)
    found = list(converse((talk(str(n), one) for n, one in enumerate(shapes)), backend))
    assert found == [alone(str(n), one) for n, one in enumerate(shapes)]
    assert len(backend.asked) == sum(map(sum, shapes))


@pytest.mark.parametrize("kept", [False, True])
def test_talks_with_a_faulty_server(
    openai: Callable[..., tuple[OpenAI, FaultyServer]], tmp_path: Path, kept: bool
) -> None:
    """Faults of the server change nothing in what talks come to, with kept replies or without."""
    shapes = [[n % 3, (n * 7) % 4, 1] for n in range(40)]
    faults = [(0.05, Status(500, "0.01")), (0.05, Status(429, "0.01")), (0.05, Reset())]
    inner, server = openai(8, faults=faults)
    backend: Backend = Cached(inner, tmp_path / "r.sqlite") if kept else inner
    expected = [alone(str(n), one) for n, one in enumerate(shapes)]
    talks = [talk(str(n), one) for n, one in enumerate(shapes)]
    assert list(converse(talks, backend)) == expected
    count = len(server.seen)
    assert count > sum(map(sum, shapes))
    if kept:
        talks = [talk(str(n), one) for n, one in enumerate(shapes)]
        assert list(converse(talks, backend)) == expected
        assert len(server.seen) == count


@pytest.mark.parametrize(
    "rounds", [[], [0], [0, 0, 0], [0, 2, 0, 1, 0], [50], [1] * 50, [0] * 500 + [1]]
)
def test_rounds_may_be_empty_many_or_large(rounds: list[int]) -> None:
    """A talk that asks nothing in a round is sent nothing, and goes on."""
    talks = (talk(str(n), rounds) for n in range(5))
    found = list(converse(talks, ScriptedBackend(script, 3)))
    assert found == [alone(str(n), rounds) for n in range(5)]


def test_no_talks_come_to_nothing() -> None:
    """Without talks nobody is asked."""
    backend = ScriptedBackend(script)
    assert list(converse([], backend)) == []
    assert backend.asked == []


def test_talks_that_ask_nothing_keep_their_place() -> None:
    """Talks that return at once stand between those that ask, in order."""
    shapes: list[list[int]] = [[] if n % 10 else [1] for n in range(5000)]
    found = converse(
        (talk(str(n), one) for n, one in enumerate(shapes)), ScriptedBackend(script, 2)
    )
    for n, said in enumerate(found):
        assert said == ([f"[{n}.0.0.0]"] if n % 10 == 0 else [])
    assert n == 4999


def test_every_reply_is_told() -> None:
    """``on_reply`` is called with each request and its reply, failures too."""
    told: list[tuple[str, Reply]] = []
    backend = ScriptedBackend(
        lambda asked: Failure("x", "y") if asked.id.startswith("1.0.") else "ok", 4
    )
    talks = (talk(str(n), [1, 1]) for n in range(3))
    list(converse(talks, backend, lambda asked, reply: told.append((asked.id, reply))))
    assert all(name == reply.id for name, reply in told)
    assert len(told) == 6
    assert sum(reply.failure is not None for _, reply in told) == 1


def test_a_slow_talk_holds_no_other(openai: Callable[..., tuple[OpenAI, FaultyServer]]) -> None:
    """While the first talk waits for its reply, dozens of others come to their end."""
    asked_meanwhile: list[int] = []
    slow = Slow(0.8)
    backend, server = openai(4, faults=lambda n, body: slow if is_first(body) else None)
    talks = (talk(str(n), [1, 1]) for n in range(100))
    found = converse(talks, backend)
    assert next(found) == alone("0", [1, 1])
    asked_meanwhile.append(len(server.seen))
    assert asked_meanwhile[0] > 150
    assert len(list(found)) == 99


@pytest.mark.parametrize("take", [0, 1, 500])
def test_few_talks_are_open(take: int) -> None:
    """Talks are begun as there is room, and no more than 32 for each place are held."""
    begun = 0

    def talks() -> Iterator[Talk[list[str]]]:
        nonlocal begun
        for n in range(10_000):
            begun += 1
            yield talk(str(n), [1] if n % 2 else [])

    backend = ScriptedBackend(script, 2)
    found = converse(talks(), backend)
    for _ in range(take):
        next(found)
    assert begun <= take + 32 * 2
    assert len(backend.asked) <= take + 32 * 2
    found.close()  # type: ignore[attr-defined]


def test_a_stuck_talk_bounds_what_is_asked(
    openai: Callable[..., tuple[OpenAI, FaultyServer]],
) -> None:
    """Where the first talk does not come to its end, those behind it do not pile up for ever."""
    slow = Slow(1.0)
    backend, server = openai(1, faults=lambda n, body: slow if is_first(body) else None)
    backend.concurrency = 2
    found = converse((talk(str(n), [1]) for n in range(5000)), backend)
    next(found)
    assert len(server.seen) <= 32 * 2
    found.close()  # type: ignore[attr-defined]


class Odd(ScriptedBackend):
    """A backend that does not do as it should."""

    def __init__(self, way: str, *, live: bool) -> None:
        super().__init__(script, 4)
        self.way = way
        self.live = live  # type: ignore[misc]

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Answer two requests, then go wrong."""
        for reply in super().replies(requests):
            third = len(self.asked) == 3
            if third and self.way == "ends":
                return
            if third and self.way == "raises":
                raise BackendError("no more")
            yield Reply("nobody", "") if third and self.way == "wrong" else reply


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("ends", r"scripted left \d+ requests without a reply"),
        ("wrong", "scripted replies to 'nobody'"),
        ("raises", "no more"),
    ],
)
def test_a_backend_that_goes_wrong_is_an_error(
    tmp_path: Path, live: bool, kept: bool, way: str, words: str
) -> None:
    """A backend that ends early, answers what was not asked or raises ends all; nobody waits."""
    backend: Backend = Odd(way, live=live)
    if kept:
        backend = Cached(backend, tmp_path / "r.sqlite")
    with pytest.raises(BackendError, match=words):
        list(converse((talk(str(n), [5, 1]) for n in range(9)), backend))
    assert gone("crab-requests")


@pytest.mark.parametrize("live", [False, True])
def test_an_error_in_a_talk_comes_through(
    openai: Callable[..., tuple[OpenAI, FaultyServer]], live: bool
) -> None:
    """What a talk raises, at its beginning or later, is raised; no thread is left."""

    def broken() -> Talk[list[str]]:
        yield (request("x"),)
        raise ZeroDivisionError

    def unbegun() -> Talk[list[str]]:
        raise KeyError("unbegun")
        yield ()

    backend: Backend = openai(4)[0] if live else ScriptedBackend(script, 4)
    with pytest.raises(ZeroDivisionError):
        list(converse([talk("a", [1, 1]), broken(), talk("b", [1])], backend))
    with pytest.raises(KeyError, match="unbegun"):
        list(converse([talk("a", [1, 1]), unbegun()], backend))
    assert gone("crab-requests")


def test_an_error_among_the_talks_comes_through() -> None:
    """What reading the talks raises is raised."""

    def talks() -> Iterator[Talk[list[str]]]:
        yield talk("a", [1])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(converse(talks(), ScriptedBackend(script)))


def test_an_error_in_a_talk_stops_the_asking(
    openai: Callable[..., tuple[OpenAI, FaultyServer]],
) -> None:
    """After an error nothing more is asked, even while somebody still holds the error."""
    backend, server = openai(2, latency=0.02)

    def broken() -> Talk[list[str]]:
        yield (request("x"),)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as held:
        list(converse([broken(), *(talk(str(n), [50]) for n in range(9))], backend))
    count = len(server.seen)
    sleep(0.15)
    assert held.value
    assert len(server.seen) <= count + 2


@pytest.mark.parametrize("kept", [False, True])
def test_closing_early_stops_the_asking(
    openai: Callable[..., tuple[OpenAI, FaultyServer]], tmp_path: Path, kept: bool
) -> None:
    """Who wants no more results ends the asking, and leaves no thread that reads requests."""
    inner, server = openai(2, latency=0.02)
    backend: Backend = Cached(inner, tmp_path / "r.sqlite") if kept else inner
    found = converse((talk(str(n), [3, 3]) for n in range(500)), backend)
    for _ in range(3):
        next(found)
    found.close()  # type: ignore[attr-defined]
    assert gone("crab-requests")
    assert gone("crab-cache")
    sleep(0.05)
    count = len(server.seen)
    sleep(0.1)
    assert len(server.seen) == count < 60


def test_the_limit_comes_through_with_talks_open() -> None:
    """Where no more calls are allowed, the talks that came to their end are there, then the error.

    The others are given up.
    """
    found = []
    replies = converse(
        (talk(str(n), [1, 1]) for n in range(20)), Limited(ScriptedBackend(script), 9)
    )
    with pytest.raises(CallLimit):
        found.extend(replies)
    again = converse((talk(str(n), [1]) for n in range(4)), Limited(ScriptedBackend(script, 1), 4))
    assert len(list(again)) == 4
