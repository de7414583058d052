"""Where a film's file goes: a readable name, and never in the place of something else.

A name that we choose never replaces another file: a number is added. A file that somebody names with
`--output` is replaced only if it is a film; the very same film is left as it is.
"""

from __future__ import annotations

import filecmp
import hashlib
import re
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from starter.errors import CannotSave
from workflows.studio import FieldProblem, InvalidRequest

# Film ids are anybody's; what is left of one after this is safe and readable on every file system.
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_NAME_LIMIT = 100
# Windows opens a device under these, whatever follows after a dot; other systems' folders reach it too.
_DEVICES = re.compile(r"(?:CON|PRN|AUX|NUL|(?:COM|LPT)[0-9])", re.IGNORECASE)
# As the studio names a film that nobody has named.
_DERIVED = re.compile(r"film-(?:[a-z0-9-]+-)?[0-9a-f]{6}")
# Tells ids apart of which the same is left: a hundred films of one folder hardly share six digits.
_DIGITS = 6


@dataclass(frozen=True)
class Place:
    """A path that could be written when it was looked at; `exact` where somebody named the very file."""

    path: Path
    exact: bool

    def of(self, film_id: str) -> Place:
        """The same for another film; a very file that somebody named stays that."""
        return (
            self if self.exact else Place(self.path.with_name(f"{_name(film_id)}{self.path.suffix}"), False)
        )


def place_for(output: str | None, film_id: str, suffix: str = ".mp4") -> Place:
    """`output` is a file, a folder, or None for the current folder; `suffix` is how the file's name ends.
    Raises `InvalidRequest`."""
    if output is not None and not output.strip():
        raise wrong_output("is empty", "name a file or a folder, or leave it out")
    path = Path(output or ".").expanduser()
    try:
        place = Place(path / f"{_name(film_id)}{suffix}", False) if path.is_dir() else Place(path, True)
        _check(place, suffix, folder=bool(output) and str(output).endswith("/"))
    except OSError as error:
        raise wrong_output(f"{path} cannot be written: {error.strerror}", "name another file") from error
    return place


def _name(film_id: str) -> str:
    """A file's name for the film; two ids never have the same, for what had to go leaves a few digits."""
    if _DERIVED.fullmatch(film_id) and len(film_id) <= _NAME_LIMIT:
        return film_id.removeprefix("film-")
    kept = _UNSAFE.sub("-", film_id).strip("-")[:_NAME_LIMIT] or "film"
    if kept == film_id and not _DERIVED.fullmatch(f"film-{kept}") and not _DEVICES.fullmatch(kept):
        return kept
    return f"{kept}-{digits_of(film_id)[:_DIGITS]}"


def digits_of(film_id: str) -> str:
    """Sixteen hexadecimal digits for a film in names of files: ids are anybody's, those are ours."""
    return hashlib.sha256(film_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _check(place: Place, suffix: str, folder: bool) -> None:
    path = place.path
    if folder and place.exact:
        if path.exists():
            raise wrong_output(f"{path} is a file, and no folder", "name a folder")
        raise wrong_output(f"there is no folder {path}", "make it, or name another")
    if not path.parent.is_dir():
        raise wrong_output(f"there is no folder {path.parent}", "make it, or name another")
    if place.exact and path.suffix.lower() != suffix:
        raise wrong_output(f"{path.name} does not end in {suffix}", f"such as {path.stem or 'film'}{suffix}")
    if place.exact and path.exists():
        if not path.is_file():
            raise wrong_output(f"{path} is no file", "name a file, or a folder")
        if suffix != ".mp4":
            # Nobody could tell whose it is.
            raise wrong_output(f"{path} is there already", "name another file")
        if not _is_film(path):
            raise wrong_output(f"{path} is there already and is no film", "name another file")
    # Asking for permissions is not enough: file systems refuse for reasons of their own.
    with tempfile.TemporaryFile(dir=path.parent):
        pass


def _is_film(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(8)
    return not start or start[4:] == b"ftyp"


async def save(place: Place, video: str, fetch: Callable[[str, Path], Awaitable[None]]) -> Path:
    """Writes the object `video` to its place, whole or not at all; returns the path. Raises `CannotSave`."""
    try:
        # Beside its place, so that the last step is a rename within one file system.
        with tempfile.TemporaryDirectory(prefix=".reel-", dir=place.path.parent) as folder:
            part = Path(folder) / "film.mp4"
            await fetch(video, part)
            for path in _candidates(place):
                if path.is_file() and filecmp.cmp(part, path, shallow=False):
                    return path
                if place.exact or not path.exists():
                    return part.replace(path)
            raise AssertionError("there is always another number")
    except OSError as error:
        raise CannotSave(
            f"The film is made, but {place.path} cannot be written: {error.strerror}. "
            "The same command, naming another file, writes it, and makes nothing again."
        ) from error


def _candidates(place: Place) -> Iterator[Path]:
    yield place.path
    for number in count(2):
        yield place.path.with_stem(f"{place.path.stem}-{number}")


def wrong_output(problem: str, suggestion: str) -> InvalidRequest:
    return InvalidRequest((FieldProblem(field="output", problem=problem, suggestion=suggestion),))
