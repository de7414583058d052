"""Keeps the newest cut of a film in a person's folder: each in the place of the one before, whole or not at
all.

What lies there is replaced only while it is what was written there for this film; a file that somebody has
changed, or put there, stays. The first cut of a command alone goes over what its `--output` names itself.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from starter.errors import CannotSave
from starter.place import Place, digits_of, place_for, save
from workflows.studio import Progress

Fetch = Callable[[str, Path], Awaitable[None]]


class Memory:
    """Where one film's file was written last, and what: kept in the home."""

    def __init__(self, home: Path, film_id: str) -> None:
        self._file = home / "places" / f"{digits_of(film_id)}.json"
        self._film_id = film_id

    def place(self, asked: Place) -> Place:
        """`asked`, or the very file of before where that lies in the same folder and is what was written."""
        before = self._path()
        if asked.exact or before is None or before.parent != asked.path.parent.absolute():
            return asked
        return Place(before, True) if self.is_ours(before) else asked

    def again(self, output: str | None) -> Place:
        """The place of a film that was made before: where it lies, unless another is named. Raises
        `InvalidRequest`."""
        before = self._path()
        if output is not None or before is None or not before.parent.is_dir():
            return self.place(place_for(output, self._film_id))
        return Place(before, self.is_ours(before))

    def wrote(self, path: Path) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        told = {"path": str(path.absolute()), "sha256": _digest(path)}
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(told))
        part.replace(self._file)

    def _told(self) -> dict[str, str]:
        # A home of an earlier release has none; one that is cut short is as good as none.
        with suppress(OSError, ValueError):
            told = json.loads(self._file.read_text())
            return {name: str(each) for name, each in told.items()}
        return {}

    def _path(self) -> Path | None:
        told = self._told()
        return Path(told["path"]) if "path" in told else None

    def is_ours(self, path: Path) -> bool:
        """Whether it is as we wrote it."""
        with suppress(OSError):
            return _digest(path) == self._told().get("sha256")
        return False


class Keeping:
    """Of one film that is made, as its cuts come. `say` tells the person at the terminal; `known` is how
    it stood before it began again: of the cut that it had nothing is told."""

    def __init__(
        self,
        memory: Memory,
        place: Place,
        fetch: Fetch,
        say: Callable[[str], None],
        known: Progress | None = None,
    ) -> None:
        self._memory, self._place, self._fetch, self._say = memory, place, fetch, say
        #: The newest cut there is, its number first, and the key of what lies in the place.
        self._newest: tuple[int, str] | None = None
        self.cut_before = known.cut if known else None
        self._saved = (known.delivered if known else None) or ""
        self._last: Path | None = None
        self._saving: asyncio.Task[None] | None = None

    def show(self, progress: Progress) -> None:
        """Begins to save a cut that has come, beside whatever else goes on; that of the end is left to
        `end`."""
        if progress.status != "rendering" or progress.cut is None or not progress.delivered:
            return
        self._newest = progress.cut, progress.delivered
        if self._saving is None or self._saving.done():
            self._saving = asyncio.create_task(self._save())

    async def end(self, video: str | None) -> Path | None:
        """Saves what the film ended with; None where that is nothing. Raises `CannotSave`."""
        await self.leave()
        return None if video is None else await self._put(video)

    async def leave(self) -> None:
        """Nothing is written any more; what lies there is whole."""
        if self._saving is not None:
            self._saving.cancel()
            await asyncio.wait({self._saving})

    async def _save(self) -> None:
        while self._newest is not None and self._newest[1] != self._saved:
            number, video = self._newest
            self._saved = video
            try:
                path = await self._put(video)
            except CannotSave as error:
                # The end may find room, or says it once more and fails.
                self._say(str(error))
            except Exception:
                # The bucket is away for a moment: the next cut, or the end, is saved.
                return
            else:
                self._say(f"Cut {number} can be watched: {path}")

    async def _put(self, video: str) -> Path:
        path = await save(await self._where(), video, self._fetch)
        self._last = path
        await asyncio.to_thread(self._memory.wrote, path)
        return path

    async def _where(self) -> Place:
        """Over the cut before, unless somebody has changed that since."""
        if self._last is not None and await asyncio.to_thread(self._memory.is_ours, self._last):
            return Place(self._last, True)
        return self._place if self._last is None else Place(self._place.path, False)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
