"""`reel upload`: hands a file in, for requests to name: a photo, a video, or the table of a batch."""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from starter.given import there
from starter.interrupts import interruptible
from starter.options import AsJson, Home, settings_of
from starter.outcome import MADE, line, print_json, run
from workflows.studio import FieldProblem, InvalidRequest

if TYPE_CHECKING:
    # A slow import, for commands that upload nothing.
    from activities.storage import ObjectStore

app = typer.Typer()
_TABLES = (".csv", ".jsonl")
_VIDEOS = (".mp4", ".m4v", ".mov", ".webm")
_PHOTOS = (".png", ".jpg", ".jpeg", ".webp")


@app.command(epilog="Example: reel upload mug.jpg, or: reel upload spring.csv")
def upload(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A PNG, JPEG or WebP photo; an MP4, MOV or WebM video; a CSV or JSONL table."
        ),
    ],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Hand in a photo, a video or the table of a batch, and print the key by which requests name it."""
    run(lambda: _upload(home, Path(file), as_json), as_json)


async def _upload(home: str | None, path: Path, as_json: bool) -> int:
    with interruptible(), tempfile.TemporaryDirectory(prefix="reel-") as folder:
        # Before any server is started for it.
        put, size = _read(path, Path(folder))
        from starter.delivered import open_bucket
        from starter.session import open_session

        async with open_session(settings_of(home)) as session, open_bucket(session) as store:
            key = await put(store)
    if as_json:
        print_json({"key": key, "bytes": size})
    else:
        line(key)
    return MADE


def _read(path: Path, folder: Path) -> tuple[Callable[[ObjectStore], Awaitable[str]], int]:
    """What puts the file into a bucket, and how many bytes that are. Raises `InvalidRequest`."""
    from starter import clips, photos, tables

    there(path, "file")
    if path.suffix.lower() in _TABLES:
        table = tables.table_of(path, folder)
        return lambda store: tables.upload(store, table), table.path.stat().st_size
    if path.suffix.lower() in _VIDEOS:
        clip = clips.clip_of(path, "file")
        return lambda store: clips.upload(store, clip), clip.media.bytes
    if path.suffix.lower() not in _PHOTOS:
        _look_for_a_photo(path)
    photo = photos.photo_of(path, "file")
    return lambda store: photos.upload(store, photo), len(photo)


def _look_for_a_photo(path: Path) -> None:
    """Raises `InvalidRequest` where a file of no name that is known does not begin as one."""
    from activities.media import NotAPhoto, kind_of_photo

    try:
        kind_of_photo(path)
    except NotAPhoto:
        how = "hand in a photo (PNG, JPEG, WebP), a video (MP4, MOV, WebM) or a table (CSV, JSONL)"
        problem = FieldProblem(field="file", problem=f"{path} is of no kind that is taken", suggestion=how)
        raise InvalidRequest((problem,)) from None
