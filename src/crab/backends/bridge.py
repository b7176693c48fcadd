"""From threads to an event loop and back: requests go in, replies come out as they are ready."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Semaphore, Thread, current_thread

from crab.backends.base import Reply, Request
from crab.errors import BackendError

__all__ = ["Bridge"]


class Bridge:
    """An event loop in a thread of its own, so that it matters not what runs in the caller's."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._open: set[SimpleQueue[Reply | int | BaseException]] = set()

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
        outbox: SimpleQueue[Reply | int | BaseException] = SimpleQueue()
        loop = self._running(outbox)
        room = Semaphore(most)
        tasks: set[asyncio.Task[None]] = set()
        stopped: list[bool] = []

        def start(request: Request) -> None:
            if not stopped:
                task = loop.create_task(_work(answer, request, outbox))
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
            self._open.discard(outbox)
            with suppress(RuntimeError):  # the loop is closed, and nothing under way
                loop.call_soon_threadsafe(_cancel, tasks)

    def close(self, finish: Callable[[], Awaitable[None]]) -> None:
        """Run ``finish`` in the loop, then end the thread and all that is under way."""
        with self._lock:
            loop, self._loop = self._loop, None
            thread, self._thread = self._thread, None
            left, self._open = self._open, set()
        if loop is None or thread is None:
            return

        async def end() -> None:
            try:
                await finish()
            finally:
                asyncio.get_running_loop().stop()

        asyncio.run_coroutine_threadsafe(end(), loop)
        if thread is not current_thread():
            thread.join()
        for outbox in left:
            outbox.put(BackendError("the backend was closed before every reply was there"))

    def _running(
        self, outbox: SimpleQueue[Reply | int | BaseException]
    ) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = Thread(
                    target=_serve, args=(self._loop,), name="crab-loop", daemon=True
                )
                self._thread.start()
            self._open.add(outbox)
            return self._loop


async def _work(
    answer: Callable[[Request], Awaitable[Reply]],
    request: Request,
    outbox: SimpleQueue[Reply | int | BaseException],
) -> None:
    try:
        outbox.put(await answer(request))
    except asyncio.CancelledError:
        raise
    except BaseException as error:
        outbox.put(error)


def _cancel(tasks: set[asyncio.Task[None]]) -> None:
    for task in list(tasks):
        task.cancel()


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        while left := asyncio.all_tasks(loop):
            _cancel(left)
            loop.run_until_complete(asyncio.wait(left))
        loop.close()
