"""What Ctrl-C, SIGTERM and a closed terminal mean at each moment of one command."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

# A second Ctrl-C means at once: what does not unwind within this is left to the operating system.
AT_ONCE_S = 3.0
#: What a shell expects of a command that Ctrl-C ended.
LEFT = 130


class Interruptions:
    """The first Ctrl-C does what `on_interrupt` says, a second one ends the process at once. SIGTERM and a
    closed terminal do what `on_leave` says. Both by default leave: they cancel the command's task, so that it
    ends in order."""

    def __init__(self) -> None:
        self._task = asyncio.current_task()
        self._hasty: asyncio.Task[None] | None = None
        self._interrupts = 0
        #: Whether the command was told to leave.
        self.left = False
        self.on_interrupt: Callable[[], None] = self.leave
        self.on_leave: Callable[[], None] = self.leave
        #: Tells the person at the terminal something.
        self.say: Callable[[str], None] = lambda words: print(words, file=sys.stderr, flush=True)
        #: Awaited on the second Ctrl-C, before the process ends however far it is.
        self.before_exit: Callable[[], Awaitable[None]] | None = None

    def leave(self) -> None:
        """Cancels the command's task, once."""
        if not self.left and self._task:
            self.left = True
            self._task.cancel()

    def ending(self) -> None:
        """From now on everything ends by itself: only a second Ctrl-C hurries it."""
        self.on_interrupt = self.on_leave = lambda: None

    def interrupt(self) -> None:
        self._interrupts += 1
        # Who has left already, and presses again, does not want to wait either.
        if self._interrupts == 1 and not self.left:
            self.on_interrupt()
        elif self._hasty is None:
            self.say("Ending at once: what is finished is kept.")
            self._hasty = asyncio.ensure_future(self._at_once())

    def hang_up(self) -> None:
        """The terminal is gone: writing to it would fail, and end us before we end in order."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(nowhere, stream)
        self.on_leave()

    async def _at_once(self) -> None:
        try:
            if self.before_exit:
                await asyncio.wait_for(self.before_exit(), AT_ONCE_S)
        finally:
            os._exit(LEFT)


@contextmanager
def interruptible() -> Iterator[Interruptions]:
    """Signals reach the running task in order, instead of raising KeyboardInterrupt anywhere."""
    loop, interruptions = asyncio.get_running_loop(), Interruptions()
    loop.add_signal_handler(signal.SIGINT, interruptions.interrupt)
    loop.add_signal_handler(signal.SIGTERM, lambda: interruptions.on_leave())
    loop.add_signal_handler(signal.SIGHUP, interruptions.hang_up)
    # Never removed: the process ends soon, and a signal on its last metres must not kill it half done.
    yield interruptions
