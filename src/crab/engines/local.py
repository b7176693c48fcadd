"""Map a function over items on this machine, in order, with a bounded number in flight."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, TypeVar

from crab.errors import CrabError

__all__ = ["ordered_map", "spread"]

T = TypeVar("T")
R = TypeVar("R")

_AHEAD = 4
_function: Callable[[Any], Any]


def ordered_map(
    make: Callable[[], Callable[[T], R]], items: Iterable[T], workers: int
) -> Iterator[R]:
    """Yield ``make()(item)`` for each item, in the order of the items.

    Args:
        make: Makes the function, once in each process; it must be picklable for several workers.
        items: Read only a little ahead of what is yielded.
        workers: The number of processes; 1 is this one.

    Raises:
        CrabError: A worker process died.
    """
    if workers == 1:
        yield from map(make(), items)
    else:
        yield from spread(make, items, workers)


def spread(
    make: Callable[[], Callable[[T], R]], items: Iterable[T], workers: int, ahead: int = _AHEAD
) -> Iterator[R]:
    """Yield what :func:`ordered_map` does, always from other processes, even from one alone.

    For each of them, ``ahead`` items are read before what is yielded.
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, initializer=_start, initargs=(make,))
    waiting: deque[Future[R]] = deque()
    try:
        for item in items:
            with _uninterrupted():
                waiting.append(pool.submit(_run, item))
            while waiting and (waiting[0].done() or len(waiting) >= workers * ahead):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise CrabError(
            "a worker process died: perhaps for want of memory (use fewer workers), or because a "
            "script that starts workers has no `if __name__ == '__main__':` around its main part"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: they inherit that it is held back here."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(make: Callable[[], Callable[[Any], Any]]) -> None:
    global _function  # noqa: PLW0603 - what the processes of a pool share is a global
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _function = make()


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, however it went."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run(item: Any) -> Any:
    return _function(item)
