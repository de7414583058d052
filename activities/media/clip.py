"""Knows how a caller's video is told from what is none: by its bytes, whatever anybody calls it."""

from __future__ import annotations

import itertools
import stat
from pathlib import Path

from activities.media.inspection import container_of, is_whole
from activities.media.probing import BROKEN, Unreadable, opened, probe
from workflows.studio import Media

#: Minutes from a phone or a camera; more is a film, and wants to be cut first.
MOST_CLIP_BYTES = 200_000_000
_TYPES = ("video/mp4", "video/quicktime", "video/webm")
# Photos in HEIC and AVIF lie in the same boxes as an mp4, and say in the first of them what they are.
_PICTURES = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis")
_DO = "Send an MP4, a MOV or a WebM"
# A decoder that knows the format shows a picture within these; a file may begin with some that it drops.
_TRIED = 30


class NotAClip(Exception):
    """A file is no video that can be used; the message says why and what to do instead.

    Never worth a retry with the same file.
    """


def verify_clip(path: Path) -> Media:
    """The facts of a video: its type by its bytes, size, rate, and frames, counted without decoding them; the
    first is decoded. Blocks for about a second for each 100 MB. Raises `NotAClip`."""
    mime = _type(path)
    try:
        if not is_whole(path, mime):
            raise NotAClip("it is cut short: export or download it again, then send it")
        media = probe(path, mime)
        with opened(path, mime) as container:
            shown = next(itertools.islice(container.decode(video=0), _TRIED), None)
    except (Unreadable, *BROKEN) as error:
        raise NotAClip("it is broken inside: export or download it again, then send it") from error
    if shown is None or not media.frames or not media.fps:
        raise NotAClip(f"there is no picture in it. {_DO}")
    return media


def _type(path: Path) -> str:
    try:
        # Asked before opening: opening a pipe would wait for a writer.
        if not stat.S_ISREG(path.stat().st_mode):
            raise NotAClip(f"{path.name or 'the path'} is not a file but a folder or device: name the video")
        if path.stat().st_size > MOST_CLIP_BYTES:
            raise NotAClip(f"it has more than {MOST_CLIP_BYTES // 10**6} MB: cut it, or save it smaller")
        with path.open("rb") as file:
            start = file.read(4096)
    except FileNotFoundError as error:
        raise NotAClip(f"there is no file {path.name}: check the path") from error
    except (OSError, ValueError) as error:
        raise NotAClip(f"{path.name} cannot be opened: check its name and permissions") from error
    if start[4:8] == b"ftyp" and start[8:12] in _PICTURES:
        raise NotAClip(f"this is a photo in HEIC or AVIF. {_DO}")
    mime = container_of(start)
    if mime not in _TYPES:
        raise NotAClip(f"this is no video that is read here. {_DO}")
    return mime
