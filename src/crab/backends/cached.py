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
from typing import Any, ClassVar

import orjson

from crab.backends.base import Backend, Reply, Request
from crab.backends.live import as_live
from crab.backends.store import Store
from crab.errors import BackendError

__all__ = ["Cached"]


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
