"""A bounded pool of threads for the use cases, with a bounded queue before it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from idverify.domain.errors import DomainError, Reason

Result = TypeVar("Result")


class WorkerPool:
    """Keeps CPU work and database waits off the event loop.

    The threads compute at the same time because ONNX Runtime, Numba and SQLite release the interpreter lock. All
    methods but :meth:`close` are called on the event loop, so the count needs no lock.

    Args:
        name: of the threads.
        workers: threads.
        queue_length: calls that may wait while all threads are busy.
    """

    def __init__(self, name: str, workers: int, queue_length: int) -> None:
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._capacity = workers + queue_length
        self._admitted = 0

    async def run(self, work: Callable[[], Result]) -> Result:
        """Do ``work`` in a thread. If cancelled, work that waits is never begun, work begun runs to its end.

        Raises:
            DomainError: SERVER_BUSY if the queue is full.
        """
        if self._admitted >= self._capacity:
            raise DomainError(Reason.SERVER_BUSY, "too many calls are waiting; try again shortly")
        return await self._begun(work)

    def _begun(self, work: Callable[[], Result]) -> asyncio.Future[Result]:
        """Give the work to a thread.

        The future of the thread is in no frame that waits: an exception in it has a traceback, which has the frames,
        which would have the future; and in that cycle the request would stay in memory until a collection finds it.
        """
        loop = asyncio.get_running_loop()
        future = self._executor.submit(work)
        self._admitted += 1
        future.add_done_callback(lambda done: self._released(loop, done))
        return asyncio.wrap_future(future)

    def close(self) -> None:
        """Drop what waits, and wait for what runs."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _released(self, loop: asyncio.AbstractEventLoop, done: Future[Result]) -> None:
        """Give the place back when the thread is free again, which may be long after the caller has gone."""
        del done
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._give_back)

    def _give_back(self) -> None:
        self._admitted -= 1
