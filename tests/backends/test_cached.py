"""Replies kept on disk."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from crab.backends.base import Failure, Reply, Request, Sampling, Turn, Usage
from crab.backends.cached import Cached
from crab.backends.openai import OpenAI
from crab.backends.scripted import ScriptedBackend
from crab.backends.store import Store
from crab.errors import BackendError, UsageError

from .faulty_server import ContentFilter, FaultyServer, Html

Started = Callable[..., FaultyServer]
ASKED = Request("a", (Turn("user", "Hi there"),), template="propose:1")

CLIENT = """
import sys
from pathlib import Path
from crab.backends.base import Request, Turn
from crab.backends.cached import Cached
from crab.backends.openai import OpenAI

url, path, first, last = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
print("ready", flush=True)
sys.stdin.readline()
with OpenAI("crab-test", base_url=url, concurrency=4) as inner:
    backend = Cached(inner, path)
    requests = (Request(str(n), (Turn("user", str(n)),)) for n in range(first, last))
    for reply in backend.replies(requests):
        assert reply.failure is None, reply.failure
        print(reply.id, flush=True)
"""


def numbered(numbers: Iterable[int]) -> Iterator[Request]:
    """Requests."""
    return (Request(str(n), (Turn("user", str(n)),)) for n in numbers)


def client(server: FaultyServer, path: Path, first: int, last: int) -> subprocess.Popen[str]:
    """Start a process that asks for replies when it is told to."""
    process = subprocess.Popen(
        [sys.executable, "-c", CLIENT, server.url, str(path), str(first), str(last)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def kept(path: Path) -> int:
    """Return how many replies a file holds, as somebody else sees it."""
    with closing(Store(path)) as store:
        return sum(row[2] for row in store.sizes())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where replies are kept."""
    return tmp_path / "deep" / "replies.sqlite"


def test_a_reply_is_asked_for_once(path: Path) -> None:
    """The second time the reply comes from disk, under the id of the second request."""
    backend = ScriptedBackend(lambda request: Reply(request.id, "Ho", "length", Usage(2, 1), None))
    [new] = Cached(backend, path).replies([ASKED])
    assert new == Reply("a", "Ho", "length", Usage(2, 1))
    [old] = Cached(backend, path).replies([replace(ASKED, id="b")])
    assert old == Reply("b", "Ho", "length", Usage(2, 1), cached=True)
    assert len(backend.asked) == 1


class Named(ScriptedBackend):
    """A backend with an identity of its choice."""

    def __init__(self, **identity: Any) -> None:
        super().__init__(lambda request: str(identity))
        self._identity = identity

    def identity(self) -> dict[str, Any]:
        """Return what it was given."""
        return self._identity


@pytest.mark.parametrize(
    "other",
    [
        replace(ASKED, messages=(Turn("user", "Hi there!"),)),
        replace(ASKED, messages=(Turn("system", "Hi there"),)),
        replace(ASKED, messages=(Turn("user", "Hi"), Turn("user", " there"))),
        replace(ASKED, sampling=Sampling(temperature=0.5)),
        replace(ASKED, sampling=Sampling(top_p=0.5)),
        replace(ASKED, sampling=Sampling(max_tokens=9)),
        replace(ASKED, sampling=Sampling(seed=0)),
        replace(ASKED, json_schema="{}"),
        replace(ASKED, template="propose:2"),
        replace(ASKED, template=""),
    ],
)
def test_another_request_has_another_reply(path: Path, other: Request) -> None:
    """Each thing that shapes a reply is part of what it is kept under."""
    backend = ScriptedBackend(lambda request: "Ho")
    found = [next(Cached(backend, path).replies([one])) for one in (ASKED, other, ASKED, other)]
    assert [reply.cached for reply in found] == [False, False, True, True]


def test_another_model_has_another_reply(path: Path) -> None:
    """The model, the address and the further fields of the body are part of it too."""
    models = [
        OpenAI("m", base_url="http://a/v1"),
        OpenAI("n", base_url="http://a/v1"),
        OpenAI("m", base_url="http://b/v1"),
        OpenAI("m", base_url="http://a/v1", body={"reasoning_effort": "low"}),
    ]
    backends = [Named(**model.identity()) for model in models]
    found = [next(Cached(one, path).replies([ASKED])) for one in [*backends, *backends]]
    assert [reply.cached for reply in found] == [False] * 4 + [True] * 4
    assert [reply.text for reply in found[:4]] == [reply.text for reply in found[4:]]


def test_how_fast_it_is_asked_does_not_matter(path: Path) -> None:
    """Concurrency, patience and headers shape no reply."""
    one = OpenAI("m", base_url="http://a/v1")
    other = OpenAI("m", base_url="http://a/v1/", concurrency=1, timeout=1, headers={"X": "y"})
    assert one.identity() == other.identity()


def test_a_reply_is_on_disk_before_it_is_yielded(faulty_server: Started, path: Path) -> None:
    """At the moment of each reply, somebody else finds it in the file."""
    with OpenAI("crab-test", base_url=faulty_server().url, concurrency=3) as inner:
        for count, reply in enumerate(Cached(inner, path).replies(numbered(range(30))), 1):
            assert reply.failure is None
            assert kept(path) >= count


def test_only_lasting_failures_are_kept(faulty_server: Started, path: Path) -> None:
    """What the model will never say is not asked for again; what failed in passing is."""
    faults = {"0": Html(), "1": ContentFilter(), "2": ContentFilter(refused=True)}
    server = faulty_server(faults=lambda n, body: faults.get(body["messages"][0]["content"]))
    for again in (False, True):
        with OpenAI("crab-test", base_url=server.url, patience=0.01) as inner:
            found = {reply.id: reply for reply in Cached(inner, path).replies(numbered(range(4)))}
        kinds = {one: reply.failure and reply.failure.kind for one, reply in found.items()}
        filtered = "content_filter"
        assert kinds == {"0": "bad_reply", "1": filtered, "2": filtered, "3": None}
        assert [found[one].cached for one in "0123"] == [False, again, again, again]
        assert kept(path) == 3
    assert Counter(one.body["messages"][0]["content"] for one in server.seen)["1"] == 1


def test_kept_failures_are_whole(path: Path) -> None:
    """A failure comes back from disk with all that is known of it."""
    failed = Reply("a", failure=Failure("refused", "No.", True), usage=Usage(3, 4), attempts=2)
    backend = Cached(ScriptedBackend(lambda request: failed), path)
    assert list(backend.replies([ASKED])) == [failed]
    assert list(backend.replies([ASKED])) == [replace(failed, cached=True)]


@pytest.mark.parametrize("count", [0, 1, 3, 50])
def test_the_same_request_many_times(path: Path, count: int) -> None:
    """Requests that are the same but for their id all get the same reply, and one is kept."""
    said = iter(range(1000))
    backend = Cached(ScriptedBackend(lambda request: str(next(said)), 4), path)
    found = list(backend.replies(replace(ASKED, id=str(n)) for n in range(count)))
    assert sorted(int(reply.id) for reply in found) == list(range(count))
    assert len({reply.text for reply in found}) == min(count, 1)
    assert kept(path) == min(count, 1)


def test_kept_and_new_replies_mix(faulty_server: Started, path: Path) -> None:
    """What is kept comes from disk, the rest from the server, each request once."""
    server = faulty_server()
    with OpenAI("crab-test", base_url=server.url, concurrency=4) as inner:
        backend = Cached(inner, path)
        assert len(list(backend.replies(numbered(range(0, 60, 2))))) == 30
        found = list(backend.replies(numbered(range(60))))
    assert sorted(int(one.id) for one in found) == list(range(60))
    assert {int(one.id) % 2 for one in found if one.cached} == {0}
    assert set(Counter(str(one.body["messages"]) for one in server.seen).values()) == {1}


def test_no_more_are_out_than_the_concurrency(faulty_server: Started, path: Path) -> None:
    """What is read ahead but not yet on disk is at most as many as can be under way."""
    server = faulty_server()
    with OpenAI("crab-test", base_url=server.url, concurrency=4) as inner:
        replies = Cached(inner, path).replies(numbered(range(100)))
        for _ in range(10):
            next(replies)
        sleep(0.1)
        count = len(server.seen)
        assert count - kept(path) <= 4
        replies.close()  # type: ignore[attr-defined]


def test_it_looks_like_the_backend_within(path: Path) -> None:
    """Name, identity, concurrency and closing are those of the backend."""
    closed = []

    class Closing(Named):
        def close(self) -> None:
            """Remember it."""
            closed.append(True)

    with Cached(Closing(name="x", depth=3), path) as backend:
        assert (backend.name, backend.concurrency, backend.live) == ("scripted", 8, True)
        assert backend.identity() == {"name": "x", "depth": 3}
    assert closed == [True]


def test_errors_come_after_what_was_answered(path: Path) -> None:
    """Where the backend or the requests break, what came before is yielded and kept."""

    def script(request: Request) -> str:
        if request.id == "3":
            raise BackendError("wrong key")
        return "Ho"

    def broken() -> Iterator[Request]:
        yield from numbered(range(10, 13))
        raise ZeroDivisionError

    backend = Cached(ScriptedBackend(script, 1), path)
    for requests, error in ((numbered(range(9)), BackendError), (broken(), ZeroDivisionError)):
        found: list[Reply] = []
        replies = backend.replies(requests)
        with pytest.raises(error):
            found.extend(replies)
        assert len(found) == 3
    assert kept(path) == 6


def test_closing_early_leaves_no_thread(faulty_server: Started, path: Path) -> None:
    """Who wants no more replies leaves no thread, even if the server never answers again."""
    server = faulty_server()
    with OpenAI("crab-test", base_url=server.url, concurrency=4) as inner:
        for _ in range(3):
            replies = Cached(inner, path).replies(numbered(range(1000)))
            next(replies)
            replies.close()  # type: ignore[attr-defined]
    end = monotonic() + 5
    while any(one.name.startswith("crab") for one in threading.enumerate()):
        assert monotonic() < end
        sleep(0.005)


@pytest.mark.slow
def test_several_processes_share_a_file(faulty_server: Started, path: Path) -> None:
    """Processes that begin at the same time on a file that is not there all keep their replies."""
    server = faulty_server()
    clients = [client(server, path, 20 * n, 20 * n + 40) for n in range(4)]
    for one in clients:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    for n, one in enumerate(clients):
        out, err = one.communicate(timeout=60)
        assert (one.returncode, err) == (0, "")
        assert sorted(map(int, out.split())) == list(range(20 * n, 20 * n + 40))
    assert kept(path) == 100
    count = len(server.seen)
    with OpenAI("crab-test", base_url=server.url) as inner:
        assert all(reply.cached for reply in Cached(inner, path).replies(numbered(range(100))))
    assert len(server.seen) == count


@pytest.mark.slow
def test_a_kill_loses_only_what_is_under_way(faulty_server: Started, path: Path) -> None:
    """After kill -9, all that was yielded is there, and what is asked again is what was out."""
    server = faulty_server(latency=0.02)
    process = client(server, path, 0, 200)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    seen = [int(process.stdout.readline()) for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    seen.extend(map(int, process.communicate(timeout=30)[0].split()))
    assert process.returncode == -signal.SIGKILL
    with OpenAI("crab-test", base_url=server.url, concurrency=4) as inner:
        found = {int(one.id): one for one in Cached(inner, path).replies(numbered(range(200)))}
    assert len(found) == 200
    assert all(found[n].cached for n in seen)
    assert len(server.seen) <= 200 + 4


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    """A file of another kind, a folder and another program's table are named, and left alone."""
    text = tmp_path / "notes.txt"
    text.write_text("These are my notes.\n" * 100)
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as base:
        base.execute("CREATE TABLE replies (id INTEGER PRIMARY KEY, mail TEXT)")
    for path in (text, tmp_path, other, text / "replies.sqlite"):
        with pytest.raises(UsageError, match=f"cannot keep replies in {path}"):
            Store(path)
        with pytest.raises(UsageError, match="cannot keep replies"):
            Cached(ScriptedBackend(lambda request: ""), path)
    assert text.read_text() == "These are my notes.\n" * 100


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    """A file that was made beforehand can be used."""
    (tmp_path / "r.sqlite").touch()
    assert kept(tmp_path / "r.sqlite") == 0


def entry(number: int, template: str, reply: Reply) -> tuple[bytes, Request, Reply]:
    """Return what is put into a store."""
    return str(number).encode(), replace(ASKED, template=template), reply


def test_an_earlier_reply_stands(path: Path) -> None:
    """Where there is a reply already, it is what everybody gets, under the id of the new one."""
    with closing(Store(path)) as one, closing(Store(path)) as other:
        first, second = Reply("a", "Ho"), Reply("b", "Hum")
        assert one.put("m", [entry(1, "p:1", first)]) == [first]
        assert other.put("m", [entry(1, "p:1", second)]) == [Reply("b", "Ho", cached=True)]
        assert one.get(b"1") == Reply("", "Ho", cached=True)
        assert one.get(b"2") is None


def test_sizes_totals_and_clearing(path: Path) -> None:
    """Replies are counted by model and template, summed up by template, and deleted by age."""
    with closing(Store(path)) as store:
        assert (store.sizes(), store.totals()) == ([], {})
        store.put("m", [entry(1, "propose:1", Reply("a", "x", usage=Usage(5, 7), attempts=3))])
        store.put("m", [entry(2, "propose:2", Reply("b", "y", usage=Usage(1, 1)))])
        store.put("n", [entry(3, "judge:1", Reply("c", "é", usage=Usage(2, 2)))])
        rows = store.sizes()
        names = [("m", "propose:1", 1), ("m", "propose:2", 1), ("n", "judge:1", 1)]
        assert [row[:3] for row in rows] == names
        assert all(row[3] > 10 for row in rows)
        sums = {"calls": 2, "attempts": 4, "prompt_tokens": 6, "completion_tokens": 8}
        assert store.totals()["propose"] == sums
        assert store.totals()["judge"]["calls"] == 1
        assert store.clear(1) == 0
        store._base.execute(
            "UPDATE replies SET written = written - 2 * 86400 WHERE key = ?", (b"1",)
        )
        store._base.commit()
        assert store.clear(1) == 1
        assert store.clear() == 2
        assert store.sizes() == []


@pytest.mark.slow
def test_opening_at_the_same_time_again_and_again(tmp_path: Path) -> None:
    """Many that open, write and close one file at the same time never find it locked."""
    errors: list[BaseException] = []

    def work(path: Path, ready: threading.Barrier, name: int) -> None:
        ready.wait()
        try:
            for turn in range(3):
                with closing(Store(path)) as store:
                    store.put("m", [entry(100 * name + turn, "p:1", Reply("a", "x"))])
        except BaseException as error:
            errors.append(error)

    for turn in range(10):
        path, ready = tmp_path / f"{turn}.sqlite", threading.Barrier(6)
        threads = [threading.Thread(target=work, args=(path, ready, n)) for n in range(6)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert errors == []
        assert kept(path) == 18
