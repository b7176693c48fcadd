"""Requests that become ready one by one, for backends that answer a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from queue import Empty, SimpleQueue
from threading import Semaphore, Thread
from typing import Any, ClassVar

from crab.backends.base import Backend, Reply, Request
from crab.errors import BackendError

__all__ = ["Around", "as_live"]


class _End:
    """The requests are at their end, or reading them failed."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def _feeding(
    requests: Iterable[Request],
    inbox: SimpleQueue[Request | _End],
    room: Semaphore,
    stopped: list[bool],
) -> None:
    """Start a thread that moves requests into ``inbox``, one for each place in ``room``."""

    def feed() -> None:
        try:
            for request in requests:
                room.acquire()
                if stopped:
                    break
                inbox.put(request)
        except BaseException as error:
            inbox.put(_End(error))
        else:
            inbox.put(_End())

    Thread(target=feed, name="crab-requests", daemon=True).start()


class Around(Backend):
    """A backend around another one: whoever asks it asks that one, in some other way."""

    live: ClassVar[bool] = True

    def __init__(self, inner: Backend) -> None:
        self._inner = inner
        self.concurrency = inner.concurrency

    @property
    def name(self) -> str:
        """The name of the backend inside."""
        return self._inner.name

    def identity(self) -> Mapping[str, Any]:
        """Return the identity of the backend inside."""
        return self._inner.identity()

    def close(self) -> None:
        """Close the backend inside."""
        self._inner.close()


class _Live(Around):
    """A backend that takes what is ready, as a batch, whenever the one before is answered."""

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        inbox: SimpleQueue[Request | _End] = SimpleQueue()
        room = Semaphore(2 * self.concurrency)
        stopped: list[bool] = []
        _feeding(requests, inbox, room, stopped)
        try:
            yield from self._batches(inbox, room)
        finally:
            stopped.append(True)
            room.release()

    def _batches(self, inbox: SimpleQueue[Request | _End], room: Semaphore) -> Iterator[Reply]:
        end: _End | None = None
        while end is None:
            batch: list[Request] = []
            item: Request | _End = inbox.get()
            while True:
                if isinstance(item, _End):
                    end = item
                    break
                batch.append(item)
                room.release()
                if len(batch) == self.concurrency:
                    break
                try:
                    item = inbox.get_nowait()
                except Empty:
                    break
            if batch:
                left = {request.id for request in batch}
                for reply in self._inner.replies(batch):
                    left.discard(reply.id)
                    yield reply
                if left:
                    raise BackendError(f"{self.name} left {len(left)} requests without a reply")
        if end.error is not None:
            raise end.error


def as_live(backend: Backend) -> Backend:
    """Return a backend that reads its requests as they become ready: itself where it does so."""
    return backend if backend.live else _Live(backend)
