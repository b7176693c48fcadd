"""Replies kept on disk, so that none is paid for twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Semaphore, Thread
from typing import Any

import orjson

from crab.backends.base import Backend, Reply, Request
from crab.backends.live import Around, as_live
from crab.backends.store import Store
from crab.errors import BackendError

__all__ = ["Cached"]


class Cached(Around):
    """A backend whose replies are kept: what was answered once is never asked again.

    A reply is on disk before it is yielded, and no more requests than the backend's ``concurrency``
    are out that have none there: a kill costs at most these. The key covers all that shapes a
    reply: the backend's identity, messages, sampling, schema and template. What failed for a
    passing reason is not kept.
    """

    def __init__(self, inner: Backend, path: Path) -> None:
        super().__init__(as_live(inner))
        self.path = path
        Store(path).close()

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Yield kept replies and new ones, each as soon as it is there and on disk."""
        exchange = _Exchange(self._inner, self.path)
        for work in (partial(exchange.ask, requests), exchange.keep):
            Thread(target=work, name="crab-cache", daemon=True).start()
        try:
            while not isinstance(item := exchange.outbox.get(), _End):
                yield item
        finally:
            exchange.stop()
        if item.error is not None:
            raise item.error


class _End:
    """All replies are there, or getting them failed."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


class _Exchange:
    """One asking: requests that nobody has answered go out, what comes back goes to disk and on."""

    def __init__(self, inner: Backend, path: Path) -> None:
        self.outbox: SimpleQueue[Reply | _End] = SimpleQueue()
        self._inner, self._path = inner, path
        self._fresh: SimpleQueue[Reply | _End] = SimpleQueue()
        self._asked: dict[str, tuple[bytes, Request]] = {}
        self._room = Semaphore(inner.concurrency)
        self._stopped = False

    def stop(self) -> None:
        """Ask for no more."""
        self._stopped = True
        self._room.release()

    def ask(self, requests: Iterable[Request]) -> None:
        """Pass on the requests that have no reply yet, until they or the backend are at an end."""
        end = _End()
        try:
            for reply in self._inner.replies(self._unanswered(requests)):
                self._fresh.put(reply)
                if self._stopped:
                    break
        except BaseException as error:
            end = _End(error)
        self._fresh.put(end)

    def _unanswered(self, requests: Iterable[Request]) -> Iterator[Request]:
        identity = dict(self._inner.identity())
        with closing(Store(self._path)) as store:
            for request in requests:
                key = _key(identity, request)
                kept = store.get(key)
                if kept is not None:
                    self.outbox.put(replace(kept, id=request.id))
                    continue
                self._room.acquire()
                if self._stopped:
                    return
                self._asked[request.id] = (key, request)
                yield request

    def keep(self) -> None:
        """Bring what comes back to disk, as much at a time as is there, and then pass it on."""
        end: _End | None = None
        try:
            with closing(Store(self._path)) as store:
                while end is None:
                    found, end = _waiting(self._fresh)
                    for reply in self._standing(found, store):
                        self.outbox.put(reply)
        except BaseException as error:
            end = _End(error)
        self.outbox.put(end)

    def _standing(self, replies: list[Reply], store: Store) -> Iterator[Reply]:
        """Write replies down; yield what is there now, and let as many requests out."""
        name = self._inner.name
        asked = [(self._asked.pop(reply.id, None), reply) for reply in replies]
        for entry, reply in asked:
            if entry is None and not reply.cached:
                raise BackendError(f"{name} replies to {reply.id!r}, which was not asked")
        answered = [
            (*entry, reply)
            for entry, reply in asked
            if entry and not reply.cached and (reply.failure is None or reply.failure.lasting)
        ]
        standing = {reply.id: reply for reply in store.put(name, answered)}
        for entry, reply in asked:
            if entry:
                self._room.release()
            yield standing.get(reply.id, reply)


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


def _key(identity: Mapping[str, Any], request: Request) -> bytes:
    """Return a digest of all that shapes the reply to a request."""
    messages, sampling = [tuple(turn) for turn in request.messages], tuple(request.sampling)
    shaping = (identity, messages, sampling, request.json_schema, request.template)
    data = orjson.dumps(shaping, option=orjson.OPT_SORT_KEYS)
    return blake2b(data, digest_size=16).digest()
