"""Knows which objects this machine already has on disk, and keeps them within a budget of bytes.

A folder of immutable files, named by their object keys. Readers get a hard link of their own: what is
thrown out under them stays theirs until they let go, whoever threw it out. A file enters by rename,
whole or not at all, so that any number of processes may share the folder, and die, at any moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import shutil
import threading
import time
import uuid
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from activities.storage.keys import checked, digest_of, immutable
from infra.private import private_folder

log = logging.getLogger(__name__)

# A full cache frees this share beyond what it must, and no process adds more than this share before it looks
# through the folder again: not every new file, and no more than one share over the budget for each neighbour.
_SLACK = 16


class Cache:
    """The cache of one worker process in a folder that several may share.

    `budget_bytes` bounds what lies there for later, to a sixteenth for each further process that shares it;
    files that somebody reads right now come on top. What processes that died left behind is removed when the
    next one starts.
    """

    def __init__(self, root: Path, budget_bytes: int) -> None:
        if budget_bytes <= 0:
            raise ValueError("a cache needs a budget")
        self._files, self._live = root / "files", root / "live"
        self._budget = budget_bytes
        # Bytes that may enter before the folder is looked through; at first nobody knows what is there.
        self._room = 0
        self._counting = threading.Lock()
        # Product photos are among what is kept here.
        for folder in (root, self._files, self._live):
            private_folder(folder)
        _remove_the_dead(self._live)
        self._home = self._live / uuid.uuid4().hex
        # Held as long as the process lives, let go by the kernel when it dies: so the dead are known.
        self._lock = FileLock(f"{self._home}.lock", thread_local=False)
        self._lock.acquire()
        self._home.mkdir()
        # Fetched once, however many ask at the same time.
        self._fetching: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    def close(self) -> None:
        """Removes what is this process's own; what it cached stays for the next."""
        shutil.rmtree(self._home, ignore_errors=True)
        self._lock.release()
        Path(self._lock.lock_file).unlink(missing_ok=True)

    @asynccontextmanager
    async def scratch(self) -> AsyncIterator[Path]:
        """A folder of one's own, empty, on the cache's file system; removed afterwards."""
        folder = self._home / uuid.uuid4().hex
        await asyncio.to_thread(folder.mkdir, parents=True)
        try:
            yield folder
        finally:
            await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))

    async def get(self, key: str, into: Path, fetch: Callable[[Path], Awaitable[None]]) -> Path:
        """The object as a file in the folder `into` (one of `scratch`): to read, never to write.

        `fetch(path)` downloads it where it is not here or no longer what its name promises, or where its
        bytes may change under their name; what it raises passes, and nothing is kept.
        """
        mine, keep = into / _name(checked(key)), immutable(key)
        async with self._fetching.setdefault(key, asyncio.Lock()):
            if mine.exists() or (keep and await asyncio.to_thread(self._link, key, mine)):
                return mine
            part = into / f"{uuid.uuid4().hex}.part"
            try:
                await fetch(part)
                part.rename(mine)
            finally:
                part.unlink(missing_ok=True)
            if keep:
                await asyncio.to_thread(self._adopt, key, mine)
        return mine

    async def kept(self, key: str, into: Path) -> Path | None:
        """The object as a file in the folder `into`, where it is here: to read, never to write."""
        mine = into / _name(checked(key))
        return mine if await asyncio.to_thread(self._link, key, mine) else None

    async def add(self, key: str, path: Path) -> None:
        """Keeps a file that was made here and goes into the bucket, so that nobody fetches it back.

        `path` lies in a folder of `scratch`, complete, and is not written any more.
        """
        if immutable(checked(key)):
            await asyncio.to_thread(self._adopt, key, path)

    def _link(self, key: str, mine: Path) -> bool:
        kept = self._files / _name(key)
        with contextlib.suppress(FileExistsError):
            try:
                os.link(kept, mine)
            except FileNotFoundError:
                return False
        if not _as_promised(key, mine):
            # Kept, it would fail all that is made from it, and even look like a bad input.
            log.error("%s was damaged on this disk; it is fetched anew", key)
            for path in (mine, kept):
                path.unlink(missing_ok=True)
            return False
        # The time of last use lives in the file system: restarts and other processes know it too.
        with contextlib.suppress(FileNotFoundError):
            _use(kept)
        return True

    def _adopt(self, key: str, path: Path) -> None:
        try:
            size = path.stat().st_size
            if size <= self._budget:
                self._enter(key, path)
                self._account(size)
        except OSError as error:
            # A full disk or another file system costs a download later, not the work that is done.
            log.warning("not cached: %s", error.strerror)

    def _enter(self, key: str, path: Path) -> None:
        # Bytes first, name second: after a power cut a name must not stand for an empty file.
        with path.open("rb") as file:
            os.fsync(file.fileno())
        part = self._home / f"{uuid.uuid4().hex}.part"
        os.link(path, part)
        # Used now, which is what a hard link of an older file would not say by itself.
        _use(part)
        # A reader who writes would write into everybody's copy.
        part.chmod(0o444)
        kept = self._files / _name(key)
        part.replace(kept)
        # Replacing a name by another link of the same file does nothing at all, so the part may remain.
        part.unlink(missing_ok=True)

    def _account(self, size: int) -> None:
        with self._counting:
            self._room -= size
            if self._room < 0:
                self._room = min(self._budget - self._shrink(), self._budget // _SLACK)

    def _shrink(self) -> int:
        """Throws out the least recently used until the budget holds; returns the bytes that are left."""
        kept: list[tuple[int, int, str]] = []
        with os.scandir(self._files) as entries:
            for entry in entries:
                # Another process may be throwing out the same one.
                with contextlib.suppress(FileNotFoundError):
                    facts = entry.stat()
                    kept.append((facts.st_mtime_ns, facts.st_size, entry.path))
        total = sum(size for _, size, _ in kept)
        if total <= self._budget:
            return total
        goal = self._budget - self._budget // _SLACK
        kept.sort()
        # The newest is what somebody is about to use; it stays even where it alone is over the goal.
        for _, size, path in kept[:-1]:
            if total <= goal:
                break
            Path(path).unlink(missing_ok=True)
            total -= size
        return total


def _name(key: str) -> str:
    # Keys have no percent sign, so two keys never share a name; and a person can still read it.
    return key.replace("/", "%")


def _as_promised(key: str, path: Path) -> bool:
    # A third of a second for 100 MB at worst: nothing beside what is then done with them.
    try:
        with path.open("rb") as file:
            return digest_of(key) in (None, hashlib.file_digest(file, "sha256").hexdigest())
    except OSError:
        return False


def _use(path: Path) -> None:
    # The kernel's own stamps are milliseconds apart, too coarse to tell which of two came first.
    now = time.time_ns()
    os.utime(path, ns=(now, now))


def _remove_the_dead(live: Path) -> None:
    """Removes the folders of processes that no longer hold their lock."""
    for lock_file in live.glob("*.lock"):
        lock = FileLock(lock_file)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        try:
            shutil.rmtree(lock_file.with_suffix(""), ignore_errors=True)
            lock_file.unlink(missing_ok=True)
        finally:
            lock.release()
