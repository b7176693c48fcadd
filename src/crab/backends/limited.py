"""A bound on how often a model is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from crab.backends.base import Backend, Reply, Request
from crab.backends.live import as_live
from crab.errors import CallLimit

__all__ = ["Limited"]


class Limited(Backend):
    """A backend that passes on so many requests; what is under way is still answered."""

    live: ClassVar[bool] = True

    def __init__(self, inner: Backend, most: int) -> None:
        self._inner = as_live(inner)
        self._left = self._most = most
        self.concurrency = inner.concurrency

    @property
    def name(self) -> str:
        """The name of the backend that is limited."""
        return self._inner.name

    def identity(self) -> Mapping[str, Any]:
        """Return the identity of the backend that is limited."""
        return self._inner.identity()

    def close(self) -> None:
        """Close the backend that is limited."""
        self._inner.close()

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Yield the replies to the requests that are passed on.

        Raises:
            CallLimit: There were more requests.
        """
        refused: list[Request] = []

        def passed() -> Iterator[Request]:
            for request in requests:
                if not self._left:
                    refused.append(request)
                    return
                self._left -= 1
                yield request

        yield from self._inner.replies(passed())
        if refused:
            raise CallLimit(f"the limit of {self._most} model calls is reached")
