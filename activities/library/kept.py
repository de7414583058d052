"""Knows as what a caller's file is kept: a photo as a new PNG of its pixels, a video as it came."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from activities.media import kind_of_photo, probe, verify_clip, verify_photo
from workflows.studio import Media

_ENDINGS = {"video/mp4": "mp4", "video/quicktime": "mov", "video/webm": "webm"}


@dataclass(frozen=True)
class Kept:
    """`path` is the file to keep, `came` the type of the one that came, by its bytes."""

    path: Path
    media: Media
    came: str

    @property
    def key(self) -> str:
        """Under which it lies in the bucket, as requests name it."""
        return f"uploads/{self.media.sha256}.{_ENDINGS.get(self.media.mime, 'png')}"


def kept_photo(path: Path, folder: Path) -> Kept:
    """Upright, in sRGB, without what else was in the file; written into the folder. Raises `NotAPhoto`;
    blocks."""
    came, photo = kind_of_photo(path), folder / "photo.png"
    photo.write_bytes(verify_photo(path))
    return Kept(photo, probe(photo, "image/png"), came)


def kept_clip(path: Path) -> Kept:
    """The file itself. Raises `NotAClip`; blocks."""
    media = verify_clip(path)
    return Kept(path, media, media.mime)
