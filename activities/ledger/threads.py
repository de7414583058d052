"""Knows the threads that compute: as many as there are slots, whatever hangs in one of them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import Executor, Future
from contextvars import copy_context
from functools import partial
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Threads(Executor):
    """Runs at most `count` calls at once, each in a thread of its own; the others wait in order.

    Nobody can end a thread of Python, but a call that hangs can be given up: then another runs in its
    place. What hangs does not keep the process from ending either.
    """

    def __init__(self, count: int) -> None:
        if count < 1:
            raise ValueError("calls need a thread to run in")
        self._free = count
        self._waiting: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._running: set[Future[Any]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Raises RuntimeError after `shutdown`."""
        call: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("the threads were shut down")
            # What it logs there is about the same as here.
            self._waiting.append((call, partial(copy_context().run, fn, *args, **kwargs)))
            self._start()
        return call

    def give_up(self, call: Future[Any]) -> None:
        """`call` hangs: what waits may run in its place, now and whenever it ends after all."""
        with self._lock:
            self._leave(call)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Takes nothing more; what was given up is not waited for."""
        with self._lock:
            self._closed = True
            waiting = [call for call, _ in self._waiting]
            running = list(self._running)
        if cancel_futures:
            for call in waiting:
                call.cancel()
        if wait:
            futures.wait([*running, *waiting])

    def _start(self) -> None:
        while self._waiting and self._free:
            call, work = self._waiting.popleft()
            if not call.set_running_or_notify_cancel():
                continue
            self._free -= 1
            self._running.add(call)
            thread = threading.Thread(target=self._run, args=(call, work), name="media", daemon=True)
            try:
                thread.start()
            except RuntimeError as error:
                # The system has no thread left: that fails one call, not all that come after it.
                self._running.remove(call)
                self._free += 1
                call.set_exception(error)

    def _run(self, call: Future[Any], work: Callable[[], Any]) -> None:
        try:
            call.set_result(work())
        except BaseException as error:
            call.set_exception(error)
        with self._lock:
            self._leave(call)

    def _leave(self, call: Future[Any]) -> None:
        if call in self._running:
            self._running.remove(call)
            self._free += 1
            self._start()
