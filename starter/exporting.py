"""Knows how a cut leaves the studio for another editor: a file for every version of its shots, the sound, and
timelines that name them.

Files of media are named by what they hold, so that one that is there is never made again, and timelines that
were exported before keep theirs.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from os.path import relpath
from pathlib import Path
from urllib.parse import quote

from activities.film import CutList, ShotVersion
from activities.media import Piece, whole_shot
from activities.storage import ObjectMissing, ObjectStore
from starter.errors import CannotSave
from starter.interchange import Kind, NoTimecode, check_rate, timeline, write
from workflows.studio import FieldProblem, InvalidRequest, Part

#: What a file of each kind begins with, so that nothing else is written over.
_SIGNS: Mapping[Kind, bytes] = {"otio": b"OTIO_SCHEMA", "xml": b"<xmeml", "edl": b"TITLE:"}
_LOOKED_AT = 400


@dataclass(frozen=True)
class Exported:
    """What was written; `media` is the folder."""

    cut: CutList
    timelines: tuple[Path, ...]
    media: Path


def place_of(kind: Kind, typed: str) -> Path:
    """Where a timeline goes. Raises `InvalidRequest` where that is no place for it."""
    path = Path(typed).expanduser()
    if path.suffix.lower() != f".{kind}":
        raise _wrong(kind, f"{path.name} does not end in .{kind}", f"such as {path.stem or 'cut'}.{kind}")
    if not path.parent.is_dir():
        raise _wrong(kind, f"there is no folder {path.parent}", "make it, or name another")
    try:
        if path.exists() and not _is_ours(path, kind):
            raise _wrong(
                kind, f"{path} is there already and is no timeline of this kind", "name another file"
            )
    except OSError as error:
        raise _wrong(kind, f"{path} cannot be read: {error.strerror}", "name another file") from error
    return path


def _is_ours(path: Path, kind: Kind) -> bool:
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    return not start or _SIGNS[kind] in start


def _wrong(kind: Kind, problem: str, suggestion: str) -> InvalidRequest:
    return InvalidRequest((FieldProblem(field=kind, problem=problem, suggestion=suggestion),))


async def export(cut: CutList, store: ObjectStore, places: Mapping[Kind, Path]) -> Exported:
    """Writes media and timelines. Raises `CannotSave`, `InvalidRequest` for a rate that a kind does not know,
    and what bucket and encoder raise."""
    for kind in places:
        try:
            check_rate(kind, cut.format.fps)
        except NoTimecode as error:
            raise _wrong(kind, str(error), "name an .otio file instead") from error
    first = next(iter(places.values()))
    folder = first.with_name(f"{first.stem}-media")
    try:
        folder.mkdir(exist_ok=True)
        files = await _media(cut, store, folder)
        for kind, path in places.items():
            await asyncio.to_thread(_write, _with(cut, files), files, kind, path)
    except OSError as error:
        where = error.filename or folder
        raise CannotSave(f"The timeline cannot be written: {where}: {error.strerror}.") from error
    return Exported(_with(cut, files), tuple(places.values()), folder)


def _write(cut: CutList, files: Mapping[str, Path], kind: Kind, path: Path) -> None:
    """Whole or not at all. OpenTimelineIO names media from where it lies itself, so that both may be moved
    together; the others know absolute addresses alone."""
    if kind == "otio":
        where = {key: quote(Path(relpath(file, path.parent)).as_posix()) for key, file in files.items()}
    else:
        where = {key: file.absolute().as_uri() for key, file in files.items()}
    with tempfile.TemporaryDirectory(prefix=".reel-", dir=path.parent) as folder:
        part = Path(folder) / path.name
        write(timeline(cut, where), part, kind)
        part.replace(path)


async def _media(cut: CutList, store: ObjectStore, folder: Path) -> dict[str, Path]:
    """By the keys of versions and of the sound; of versions that the cut does not show, those that were not
    deleted."""
    files: dict[str, Path] = {}
    for shot in cut.shots:
        for version in shot.versions:
            files[version.key] = folder / f"{shot.id}-{version.name}-{version.key[:8]}.mp4"
            if files[version.key].exists():
                continue
            try:
                await _shot(cut, version, store, files[version.key])
            except ObjectMissing:
                if version is shot.versions[0]:
                    raise
                del files[version.key]
    if cut.sound:
        files[cut.sound] = folder / f"sound-{cut.sound.rpartition('/')[2][:8]}.m4a"
        if not files[cut.sound].exists():
            with tempfile.TemporaryDirectory(prefix=".reel-", dir=folder) as beside:
                part = Path(beside) / "sound.m4a"
                await store.get_file(cut.sound, part)
                part.replace(files[cut.sound])
    return files


def _with(cut: CutList, files: Mapping[str, Path]) -> CutList:
    """Its shots in the versions that there are files of."""
    shots = [
        replace(shot, versions=tuple(one for one in shot.versions if one.key in files)) for shot in cut.shots
    ]
    return replace(cut, shots=tuple(shots))


async def _shot(cut: CutList, version: ShotVersion, store: ObjectStore, out: Path) -> None:
    # Beside its place, so that the last step is a rename within one file system.
    with tempfile.TemporaryDirectory(prefix=".reel-", dir=out.parent) as folder:
        here = Path(folder)
        head, body, tail = [
            await _fetched(part, store, here / name)
            for name, part in (("head", version.head), ("body", version.body), ("tail", version.tail))
        ]
        assert body is not None
        made = here / "shot.mp4"
        await asyncio.to_thread(whole_shot, head, body, tail, made, cut.format, lambda _: None)
        made.replace(out)


async def _fetched(part: Part | None, store: ObjectStore, path: Path) -> Piece | None:
    if part is None:
        return None
    await store.get_file(part.object, path)
    return Piece(path, part.media.frames or 0)
