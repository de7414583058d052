"""Knows how a beat's words come to lie over its footage: drawn as for the animatic, laid in the one pass."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from activities.animatic import Lettered, Palette, lettered, palette_of, tracks
from activities.media import Overlay, Picture, write_overlay
from workflows.film import Shot


class BeatLettering:
    """A `Lettering`: the words of one beat, `frames` long with its handle, drawn into `folder`."""

    def __init__(self, shot: Shot, photo: Path | None, frames: int, folder: Path) -> None:
        self._shot, self._photo, self._frames, self._folder = shot, photo, frames, folder
        self._palette: Palette | None = None
        self._drawn: Lettered | None = None

    def draw(self, seen: Sequence[Picture], whole: bool) -> Sequence[Overlay]:
        """Raises `InvalidInput` where the photo is none."""
        if self._palette is None:
            self._palette = palette_of(self._shot, self._photo)
        self._drawn = lettered(self._shot, self._palette, [_bgr(each) for each in seen], whole)
        made = []
        for number, track in enumerate(tracks(self._drawn.captions, self._shot.format.fps, self._frames)):
            path = self._folder / f"words-{number}.mov"
            write_overlay(track.pictures, path, self._shot.format.fps)
            size = track.width, track.height
            made.append(Overlay(path, track.x, track.y, *size, track.since, track.until))
        return made

    def reads_on(self, seen: Sequence[Picture]) -> bool:
        return self._drawn is not None and self._drawn.reads_on([_bgr(each) for each in seen])


def _bgr(picture: Picture) -> Picture:
    return np.ascontiguousarray(picture[..., ::-1])
