"""How outputs are made: one at a time, each once, and how a file is spoilt on purpose."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

from infra.standins.pictures.astray import ASTRAY
from infra.standins.pictures.changed import enlarged
from infra.standins.pictures.films import film
from infra.standins.pictures.forms import form_of
from infra.standins.pictures.pictures import image
from infra.standins.pictures.signed import signed
from infra.standins.spec import Spec

PAGE = b"<!doctype html><html><head><title>502 Bad Gateway</title></head><body><h1>502</h1></body></html>"


class Maker:
    """Makes outputs in a thread. Use it from one event loop."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        # Everything shares a few cores with the films' own encodes.
        self._hand = asyncio.Semaphore(1)

    async def made(self, spec: Spec, path: Path) -> Path:
        """The output of a spec at its path, made unless it is there."""
        async with self._hand:
            await asyncio.to_thread(_make, spec, path)
        return path

    async def made_for(self, is_wanted: Callable[[], bool], spec: Spec, path: Path) -> bool:
        """The same, where it is still wanted when its turn has come; whether it was."""
        async with self._hand:
            if not is_wanted():
                return False
            await asyncio.to_thread(_make, spec, path)
            return True

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this in the background."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Drop what has not begun."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _make(spec: Spec, path: Path) -> None:
    if path.exists():
        return
    draft = path.with_name(f".{os.getpid()}.{path.name}")
    if spec.kind == "video":
        (enlarged if spec.task else film)(spec, draft)
    else:
        draft.write_bytes(image(spec))
    draft.replace(path)


def delivered(spec: Spec, spoil: str | None) -> Spec:
    """What is made where this was asked for: in the form that its request gets, and otherwise than asked
    where that is its fate."""
    if spoil == "wrong_size":
        spec = replace(spec, width=spec.width // 4 * 2, height=spec.height // 4 * 2)
    if spec.kind != "video" or spec.task:
        return spec
    spec = replace(spec, form=form_of(spec))
    match spoil:
        case "wrong_duration":
            return replace(spec, frames=max(1, spec.frames * 3 // 5))
        case "landscape":
            return replace(spec, width=max(spec.width, spec.height), height=min(spec.width, spec.height))
        case "no_last_frame":
            # As models do that take one in silence: the camera goes wherever it likes.
            kept = {role: file for role, file in spec.inputs.items() if role != "last_frame"}
            return replace(spec, inputs=kept)
        case "fade_out" | "uneven":
            return replace(spec, end=spoil)
        case str() if spoil in ASTRAY:
            return replace(spec, astray=spoil)
    return spec


def spoilt(data: bytes, how: str | None, mime: str) -> bytes:
    """A file as a bad day delivers it; or, `signed`, one whose maker has signed it."""
    match how:
        case "signed":
            return signed(data, mime)
        case "html":
            return PAGE
        case "truncated":
            return data[: len(data) * 3 // 5]
        case "corrupt":
            # The head stays, so that only who decodes all of it finds out.
            third = len(data) // 3
            return data[:third] + bytes(255 - byte for byte in data[third : 2 * third]) + data[2 * third :]
        case _:
            return data
