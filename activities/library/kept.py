"""Knows as what a caller's file is kept: a photo as a new PNG of its pixels, all else as it came."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from activities.faults import InvalidInput
from activities.media import kind_of_photo, probe, verify_clip, verify_photo
from activities.storage import sha256_of
from workflows.studio import Media

_ENDINGS = {
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "text/csv": "csv",
    "application/x-ndjson": "jsonl",
}
# Where a table's first cells stand.
_HEAD = 65_536
_WIDE = (b"\xff\xfe", b"\xfe\xff")


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


def kept_table(path: Path) -> Kept:
    """The file itself: what is wrong with its lines says the batch that names it. Raises `InvalidInput` for
    what is no text; blocks."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    # UTF-16, as spreadsheets export it, has a mark; else no text has a byte of 0.
    if not head.strip() or (b"\0" in head and not head.startswith(_WIDE)):
        raise InvalidInput("it cannot be used: it is no table. Send a CSV, or JSON with an object a line")
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    came = "application/x-ndjson" if begins.startswith(b"{") else "text/csv"
    media = Media(mime=came, bytes=path.stat().st_size, sha256=sha256_of(path))
    return Kept(path, media, came)
