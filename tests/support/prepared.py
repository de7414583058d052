"""Knows how our own commands are started where all that they import has been imported before.

`python -m tests.support.prepared SOCKET` imports it once, then forks a process for every command that
`tests/support/calling.py` sends: with the caller's words, environment, folder and streams, and the same end.
"""

from __future__ import annotations

import atexit
import gc
import os
import runpy
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NoReturn

_CALLER = Path(__file__).with_name("calling.py")
# What `reel` imports of others, and of ours. Not what prints: a console reads what it prints on, and how wide
# that is, when it is made, so every command makes its own.
_IMPORTED = (
    *("worker", "starter.films", "starter.batches", "starter.productions", "starter.schedules"),
    *("typer", "rich.console", "rich.live", "rich.progress", "rich.table", "rich.markdown", "rich.panel"),
    *("openai", "replicate", "fal_client", "google.genai", "httpx", "jsonschema", "yaml"),
)
_once = threading.Lock()


def program(module: str = "starter.cli") -> Path:
    """A program named `reel` that does as `python -m MODULE` does, as long as this process lives."""
    with _once:
        return _program(module)


@cache
def _program(module: str) -> Path:
    script = _folder() / "reel"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -IS "{_CALLER}" "{_prepared()}" {module} "$@"\n')
    script.chmod(0o700)
    return script


def _folder() -> Path:
    # A socket's path is short: those of pytest's own folders may be too long.
    folder = Path(tempfile.mkdtemp(prefix="reel-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _prepared() -> Path:
    """Where the one that is prepared listens, once it does."""
    place = _folder() / "socket"
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, str(place)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None and process.stdout is not None
    assert process.stdout.readline() == b"ready\n", "nothing could be prepared"
    # It reads a pipe whose other end is ours, and so learns even of our kill -9.
    atexit.register(process.communicate)
    return place


class _Prepared:
    """Forks what is asked for, tells each caller how it ended, and ends what nobody waits for any more."""

    def __init__(self, place: str) -> None:
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(place)
        self.door.listen(64)
        self.callers: dict[int, socket.socket] = {}
        # The end of a child wakes the selector by what is written here.
        self.woken, self.waker = socket.socketpair()
        self.waker.setblocking(False)
        signal.set_wakeup_fd(self.waker.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.events = selectors.DefaultSelector()
        for watched in (self.door, self.woken, sys.stdin.buffer):
            self.events.register(watched, selectors.EVENT_READ)

    def serve(self) -> None:
        """Until whoever started it has ended."""
        while True:
            for key, _ in self.events.select():
                if key.fileobj is self.door:
                    self._fork(self.door.accept()[0])
                elif key.fileobj is self.woken:
                    self.woken.recv(4096)
                    self._reap()
                elif key.data is None:
                    return
                elif key.data in self.callers:
                    # Its caller was killed, and meant it.
                    self.events.unregister(key.fileobj)
                    os.kill(key.data, signal.SIGKILL)

    def _fork(self, caller: socket.socket) -> None:
        said, streams = _asked(caller)
        if said is None:
            caller.close()
        elif (pid := os.fork()) == 0:
            self._leave(caller)
            _become(said, streams)
        else:
            self.callers[pid] = caller
            self.events.register(caller, selectors.EVENT_READ, pid)
            # Whoever was killed meanwhile is seen to have been.
            with suppress(OSError):
                caller.sendall(pid.to_bytes(4, "big"))
        for stream in streams:
            os.close(stream)

    def _leave(self, caller: socket.socket) -> None:
        """A child is told of nobody's end, and keeps nobody's line open."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self.events.close()
        for line in (self.door, self.woken, self.waker, caller, *self.callers.values()):
            line.close()

    def _reap(self) -> None:
        while self.callers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            caller = self.callers.pop(pid)
            with suppress(KeyError):
                self.events.unregister(caller)
            # Who was killed hears nothing.
            with suppress(OSError):
                caller.sendall((os.waitstatus_to_exitcode(status) % 256).to_bytes(4, "big"))
            caller.close()


def _asked(caller: socket.socket) -> tuple[list[str] | None, list[int]]:
    """What a caller sends, and its streams; nothing of one that was killed before it had sent all of it."""
    said, streams, *_ = socket.recv_fds(caller, 1 << 16, 3)
    length, said = int.from_bytes(said[:4], "big"), said[4:]
    while len(said) < length and (more := caller.recv(1 << 16)):
        said += more
    return (os.fsdecode(said).split("\0") if 0 < length == len(said) else None), streams


def _become(said: Sequence[str], streams: Sequence[int]) -> NoReturn:
    """What `calling.py` sends: the module, the folder, how many words, these, and the environment."""
    code = 1
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        sys.stdin, sys.stdout, sys.stderr = (os.fdopen(each, mode) for each, mode in enumerate("rww"))
        module, folder, count, *rest = said
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(dict(pair.split("=", 1) for pair in rest[int(count) :]))
        time.tzset()
        sys.argv = [module, *rest[: int(count)]]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    for name in _IMPORTED:
        import_module(name)
    # A child that went through all of these would copy them.
    gc.collect()
    gc.freeze()
    prepared = _Prepared(sys.argv[1])
    print("ready", flush=True)
    prepared.serve()
    os._exit(0)
