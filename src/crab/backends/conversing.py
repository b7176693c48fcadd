"""Many talks with one model at a time: each asks, waits for its replies, and asks again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Generic, TypeVar

from crab.backends.base import Backend, Reply, Request
from crab.backends.live import as_live
from crab.errors import BackendError

__all__ = ["Talk", "converse"]

T = TypeVar("T")

Talk = Generator[tuple[Request, ...], tuple[Reply, ...], T]
"""What one record asks of a model: it yields requests, is sent their replies in the same order, and
returns what came of them."""

_AHEAD = 4
_OPEN = 32


@dataclass(slots=True)
class _Open(Generic[T]):
    """A talk that has not come to its end, or has and waits for those before it."""

    talk: Talk[T]
    asked: tuple[Request, ...] | None = None
    replies: dict[str, Reply] = field(default_factory=dict)
    result: list[T] = field(default_factory=list)

    def go_on(self) -> tuple[Request, ...]:
        """Hand over the replies; return what is asked next, nothing at the end."""
        try:
            if self.asked is None:
                self.asked = next(self.talk)
            while not self.asked or self.replies:
                replies = tuple(self.replies[request.id] for request in self.asked)
                self.replies = {}
                self.asked = self.talk.send(replies)
        except StopIteration as end:
            self.result.append(end.value)
            self.asked = ()
        return self.asked


def converse(
    talks: Iterable[Talk[T]],
    backend: Backend,
    on_reply: Callable[[Request, Reply], None] | None = None,
) -> Iterator[T]:
    """Yield what each talk returns, in the order of the talks.

    So many talks are open that the backend always has enough to do, however slow single replies
    are: requests wait in front of it, and talks that are done wait for those before them.

    Args:
        talks: Begun one after another, as there is room.
        backend: Who replies.
        on_reply: Called with every reply and its request.

    Raises:
        BackendError: The backend can answer no request.
    """
    inbox: SimpleQueue[Request | None] = SimpleQueue()
    replies = as_live(backend).replies(iter(inbox.get, None))
    rest = iter(talks)
    order: deque[_Open[T]] = deque()
    waiting: dict[str, tuple[_Open[T], Request]] = {}

    def ask(one: _Open[T]) -> None:
        for request in one.go_on():
            waiting[request.id] = (one, request)
            inbox.put(request)

    more = True
    try:
        while more or order:
            while (
                more
                and len(waiting) < _AHEAD * backend.concurrency
                and len(order) < _OPEN * backend.concurrency
            ):
                talk = next(rest, None)
                if talk is None:
                    more = False
                else:
                    order.append(_Open(talk))
                    ask(order[-1])
            while order and order[0].result:
                yield order.popleft().result[0]
            if waiting:
                one, request, reply = _answered(backend, replies, waiting)
                if on_reply:
                    on_reply(request, reply)
                one.replies[reply.id] = reply
                if one.asked and len(one.replies) == len(one.asked):
                    ask(one)
    finally:
        inbox.put(None)
        if isinstance(replies, Generator):
            replies.close()


def _answered(
    backend: Backend, replies: Iterator[Reply], waiting: dict[str, tuple[_Open[T], Request]]
) -> tuple[_Open[T], Request, Reply]:
    reply = next(replies, None)
    if reply is None:
        raise BackendError(f"{backend.name} left {len(waiting)} requests without a reply")
    if reply.id not in waiting:
        raise BackendError(f"{backend.name} replies to {reply.id!r}, which was not asked")
    return (*waiting.pop(reply.id), reply)
