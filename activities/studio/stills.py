"""Knows how to take one still of what was made, small enough to be sent within a page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2

from activities.media import Unreadable, measured, picture_at
from activities.studio.studio import Studio

# Sharp on a phone, and in a column of a wide screen; a film of 24 shots stays under 2 MB.
_WIDTH = 720
_QUALITY = 82
# Into a shot: titles have come in by then, and a fade has passed.
_FRAME = 19


@dataclass(frozen=True)
class Picture:
    """A JPEG, and what it shows: `storyboard`, or the version of which it is a frame."""

    caption: str
    jpeg: bytes


async def still(studio: Studio, object: str, size: tuple[int, int] | None) -> bytes | None:
    """A JPEG of the object: of a picture all of it, of footage one frame near its beginning. `size` is the
    film's, width and height; without one a picture keeps its shape, and footage is none. None where it is
    neither any more, raises what `ObjectStore` raises."""
    return await _still(studio, object, lambda path: _jpeg(path, size and _fitting(size)))


async def any_still(studio: Studio, object: str) -> bytes | None:
    """The same of a picture or of footage of whatever shape, in that."""
    return await _still(studio, object, lambda path: _jpeg(path, _shape(path)))


async def _still(studio: Studio, object: str, of: Callable[[Path], bytes | None]) -> bytes | None:
    cache = studio.storage.cache
    async with cache.scratch() as folder:
        # What was made on this machine is there.
        path = await cache.get(object, folder, lambda path: studio.store.get_file(object, path))
        return await asyncio.to_thread(of, path)


def _shape(path: Path) -> tuple[int, int] | None:
    try:
        facts = measured(path)
    except Unreadable:
        return None
    return _fitting((facts.width, facts.height)) if facts.width and facts.height else None


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    width = min(_WIDTH, size[0])
    return width, round(size[1] * width / size[0] / 2) * 2


def _jpeg(path: Path, size: tuple[int, int] | None) -> bytes | None:
    picture = cv2.imread(str(path))
    if picture is None:
        if size is None:
            return None
        try:
            frame = picture_at(path, _FRAME, size)
        except Unreadable:
            return None
        picture = cv2.cvtColor(frame, cv2.COLOR_RGB2BGR)
    size = size or _fitting((picture.shape[1], picture.shape[0]))
    picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    written, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return data.tobytes() if written else None
