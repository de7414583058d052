"""A caller's video: looked at, named by its content, and put where a request can name it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workflows.studio import FieldProblem, InvalidRequest

if TYPE_CHECKING:
    # Slow imports, for commands that upload nothing.
    from activities.library import Kept
    from activities.storage import ObjectStore


def clip_of(path: Path, field: str) -> Kept:
    """The video in a file. Raises `InvalidRequest`, in which it is called `field`."""
    from activities.library import kept_clip
    from activities.media import NotAClip

    try:
        return kept_clip(path)
    except NotAClip as error:
        suggestion = "use an MP4, a MOV or a WebM of at most 200 MB"
        problem = FieldProblem(field=field, problem=str(error), suggestion=suggestion)
        raise InvalidRequest((problem,)) from error


async def upload(store: ObjectStore, clip: Kept) -> str:
    """Puts the video, unless it is there, and returns its key. Raises what the bucket raises, which takes no
    other bytes under that name."""
    if not await store.exists(clip.key):
        await store.put_file(clip.path, clip.media.mime, key=clip.key)
    return clip.key
