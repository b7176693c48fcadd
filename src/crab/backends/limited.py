"""A bound on how often a model is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crab.backends.base import Backend, Reply, Request
from crab.backends.live import Around, as_live
from crab.errors import CallLimit

__all__ = ["Limited"]


class Limited(Around):
    """A backend that passes on so many requests; what is under way is still answered."""

    def __init__(self, inner: Backend, most: int) -> None:
        super().__init__(as_live(inner))
        self._left = self._most = most

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
