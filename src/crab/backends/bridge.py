"""From threads to an event loop and back: requests go in, replies come out as they are ready."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from queue import SimpleQueue
from threading import Lock, Semaphore, Thread

from crab.backends.base import Reply, Request

__all__ = ["Bridge"]


class Bridge:
    """An event loop in a thread of its own, so that it matters not what runs in the caller's."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def replies(
        self,
        requests: Iterable[Request],
        answer: Callable[[Request], Awaitable[Reply]],
        most: int,
    ) -> Iterator[Reply]:
        """Yield what ``answer`` returns for each request, at most so many of them under way.

        The requests are read in a thread, where they may wait. What ``answer`` raises is raised
        here, and ends all that is under way.
        """
        loop = self._running()
        outbox: SimpleQueue[Reply | int | BaseException] = SimpleQueue()
        room = Semaphore(most)
        tasks: set[asyncio.Task[None]] = set()
        stopped: list[bool] = []

        async def work(request: Request) -> None:
            try:
                outbox.put(await answer(request))
            except asyncio.CancelledError:
                raise
            except BaseException as error:
                outbox.put(error)

        def start(request: Request) -> None:
            task = loop.create_task(work(request))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        def feed() -> None:
            count = 0
            try:
                for request in requests:
                    room.acquire()
                    if stopped:
                        break
                    count += 1
                    loop.call_soon_threadsafe(start, request)
            except BaseException as error:
                outbox.put(error)
            outbox.put(count)

        Thread(target=feed, name="crab-requests", daemon=True).start()
        done, total = 0, -1
        try:
            while done != total:
                item = outbox.get()
                if isinstance(item, int):
                    total = item
                elif isinstance(item, BaseException):
                    raise item
                else:
                    done += 1
                    room.release()
                    yield item
        finally:
            stopped.append(True)
            room.release()
            loop.call_soon_threadsafe(_cancel, tasks)

    def close(self, finish: Callable[[], Awaitable[None]]) -> None:
        """Run ``finish`` in the loop, then end the thread."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is None:
            return

        async def end() -> None:
            try:
                await finish()
            finally:
                asyncio.get_running_loop().stop()

        asyncio.run_coroutine_threadsafe(end(), loop)

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                Thread(target=_serve, args=(self._loop,), name="crab-loop", daemon=True).start()
            return self._loop


def _cancel(tasks: set[asyncio.Task[None]]) -> None:
    for task in list(tasks):
        task.cancel()


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.close()
