"""Replies kept on disk, so that none is paid for twice."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Semaphore, Thread
from typing import Any, ClassVar

import orjson

from crab.backends.base import Backend, Failure, Reply, Request, Usage
from crab.backends.live import as_live
from crab.errors import BackendError, UsageError

__all__ = ["Cached", "Store"]

_COUNTED = ("calls", "attempts", "prompt_tokens", "completion_tokens")
_PATIENCE = 60.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS replies (
    key BLOB PRIMARY KEY, model TEXT, template TEXT, written REAL, reply BLOB
) WITHOUT ROWID
"""


class Store:
    """Replies in an SQLite file, which several processes may use at a time.

    Args:
        path: The file; it is made where there is none.

    Raises:
        UsageError: The file is no store of replies, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(path, timeout=_PATIENCE, check_same_thread=False)
            _write_ahead(self._base)
            self._base.execute("PRAGMA synchronous = FULL")
            self._base.execute(_SCHEMA)
            self._base.execute("SELECT key, model, template, written, reply FROM replies LIMIT 0")
        except (sqlite3.Error, OSError) as error:
            if base := getattr(self, "_base", None):
                base.close()
            raise UsageError(f"cannot keep replies in {path}: {error}") from None

    def get(self, key: bytes) -> Reply | None:
        """Return the reply to a request, if there is one."""
        found = self._base.execute("SELECT reply FROM replies WHERE key = ?", (key,)).fetchone()
        return None if found is None else _read(found[0])

    def put(self, model: str, answered: Iterable[tuple[bytes, Request, Reply]]) -> list[Reply]:
        """Bring replies to disk; return what is there now: an earlier reply stands."""
        now = time.time()
        standing = []
        with self._base:
            for key, request, reply in answered:
                added = self._base.execute(
                    "INSERT OR IGNORE INTO replies VALUES (?, ?, ?, ?, ?)",
                    (key, model, request.template, now, _written(reply)),
                )
                earlier = None if added.rowcount else self.get(key)
                standing.append(replace(earlier, id=reply.id) if earlier else reply)
        return standing

    def sizes(self) -> list[tuple[str, str, int, int]]:
        """Return model, template, number of replies and their bytes, for each pair of them."""
        query = (
            "SELECT model, template, count(*), sum(length(reply)) FROM replies "
            "GROUP BY model, template ORDER BY model, template"
        )
        return self._base.execute(query).fetchall()

    def totals(self) -> dict[str, dict[str, int]]:
        """Return calls, attempts and tokens by the name of the template."""
        found: dict[str, dict[str, int]] = {}
        for template, data in self._base.execute("SELECT template, reply FROM replies"):
            reply = _read(data)
            sums = found.setdefault(template.partition(":")[0], dict.fromkeys(_COUNTED, 0))
            for name, number in zip(_COUNTED, (1, reply.attempts, *reply.usage), strict=True):
                sums[name] += number
        return found

    def clear(self, days: float = 0.0) -> int:
        """Delete the replies that are older than so many days; return how many there were."""
        limit = time.time() - 86_400 * days
        with self._base:
            deleted = self._base.execute(
                "DELETE FROM replies WHERE written <= ?", (limit,)
            ).rowcount
        self._base.execute("VACUUM")
        return deleted

    def close(self) -> None:
        """Close the file."""
        self._base.close()


def _write_ahead(base: sqlite3.Connection) -> None:
    """Switch to write-ahead logging: SQLite itself does not wait where others do so just now."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            base.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


class Cached(Backend):
    """A backend whose replies are kept: what was answered once is never asked again.

    A reply is on disk before it is yielded, and no more requests than the backend's ``concurrency``
    are out that have none there: a kill costs at most these. The key covers all that shapes a
    reply: the backend's identity, messages, sampling, schema and template. What failed for a
    passing reason is not kept.
    """

    live: ClassVar[bool] = True

    def __init__(self, inner: Backend, path: Path) -> None:
        self._inner = as_live(inner)
        self.concurrency = inner.concurrency
        self.path = path
        Store(path).close()

    @property
    def name(self) -> str:
        """The name of the backend whose replies are kept."""
        return self._inner.name

    def identity(self) -> Mapping[str, Any]:
        """Return the identity of the backend whose replies are kept."""
        return self._inner.identity()

    def close(self) -> None:
        """Close the backend whose replies are kept."""
        self._inner.close()

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Yield kept replies and new ones, each as soon as it is there and on disk."""
        outbox: SimpleQueue[Reply | _End] = SimpleQueue()
        asked: dict[str, tuple[bytes, Request]] = {}
        room = Semaphore(self.concurrency)
        stopped: list[bool] = []

        def unanswered() -> Iterator[Request]:
            identity = dict(self.identity())
            with closing(Store(self.path)) as reading:
                for request in requests:
                    key = _key(identity, request)
                    kept = reading.get(key)
                    if kept is not None:
                        outbox.put(replace(kept, id=request.id))
                        continue
                    room.acquire()
                    if stopped:
                        return
                    asked[request.id] = (key, request)
                    yield request

        with closing(Store(self.path)) as writing:
            work = partial(_pass_on, self._inner, unanswered(), outbox, stopped)
            thread = Thread(target=work, name="crab-cache", daemon=True)
            thread.start()
            end: _End | None = None
            try:
                while end is None:
                    found, end = _waiting(outbox)
                    answered = [
                        (*asked[reply.id], reply)
                        for reply in found
                        if reply.id in asked and not reply.cached and _lasts(reply)
                    ]
                    standing = {reply.id: reply for reply in writing.put(self.name, answered)}
                    for reply in found:
                        if asked.pop(reply.id, None):
                            room.release()
                        elif not reply.cached:
                            raise BackendError(f"{self.name} replies to {reply.id!r}, not asked")
                        yield standing.get(reply.id, reply)
            finally:
                stopped.append(True)
                room.release()
            if end.error is not None:
                raise end.error
            thread.join()


class _End:
    """All replies are there, or getting them failed."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def _pass_on(
    inner: Backend,
    requests: Iterator[Request],
    outbox: SimpleQueue[Reply | _End],
    stopped: list[bool],
) -> None:
    """Put the replies to the requests, and then the end, into ``outbox``."""
    try:
        for reply in inner.replies(requests):
            outbox.put(reply)
            if stopped:
                return
    except BaseException as error:
        outbox.put(_End(error))
    else:
        outbox.put(_End())


def _waiting(outbox: SimpleQueue[Reply | _End]) -> tuple[list[Reply], _End | None]:
    """Wait for a reply, and take all that are there; the end comes after them."""
    found: list[Reply] = []
    item = outbox.get()
    while True:
        if isinstance(item, _End):
            return found, item
        found.append(item)
        try:
            item = outbox.get_nowait()
        except Empty:
            return found, None


def _lasts(reply: Reply) -> bool:
    return reply.failure is None or reply.failure.lasting


def _key(identity: Mapping[str, Any], request: Request) -> bytes:
    """Return a digest of all that shapes the reply to a request."""
    messages, sampling = [tuple(turn) for turn in request.messages], tuple(request.sampling)
    shaping = (identity, messages, sampling, request.json_schema, request.template)
    data = orjson.dumps(shaping, option=orjson.OPT_SORT_KEYS)
    return blake2b(data, digest_size=16).digest()


def _written(reply: Reply) -> bytes:
    failure = tuple(reply.failure) if reply.failure else None
    fields = (reply.text, reply.finish, tuple(reply.usage), failure, reply.attempts)
    return orjson.dumps(fields)


def _read(data: bytes) -> Reply:
    text, finish, usage, failure, attempts = orjson.loads(data)
    failed = Failure(*failure) if failure else None
    return Reply("", text, finish, Usage(*usage), failed, cached=True, attempts=attempts)
