"""Knows how a page of ours is written: whole or not at all, and in the place of nobody's file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from importlib.resources import files
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from starter.errors import CannotSave


def part(*names: str) -> str:
    """Styles or scripts of pages, as they lie here."""
    return "".join(files("starter").joinpath(name).read_text() for name in names)


def loads_of(shown: Iterable[str]) -> str:
    """What a page may load that shows these: links, and files beside it."""
    links = [urlsplit(one) for one in shown if "://" in one]
    origins = sorted({f"{link.scheme}://{link.netloc}" for link in links})
    return "; ".join(" ".join((f"{what} 'self' file:", *origins)) for what in ("media-src", "img-src"))


def write_page(base: Path, kind: str, html: str, ours: str) -> Path:
    """Its path beside `base`, named by its `kind`. What begins with `ours` is replaced, and nothing else.
    Raises `CannotSave`."""
    try:
        for number in count(1):
            path = base.with_name(f"{base.name}-{kind}{f'-{number}' if number > 1 else ''}.html")
            if not path.exists() or _is(path, ours):
                break
        # Beside its place, so that the last step is a rename within one file system.
        with tempfile.TemporaryDirectory(prefix=".reel-", dir=path.parent) as folder:
            part = Path(folder) / path.name
            part.write_text(html, encoding="utf-8")
            return part.replace(path)
    except OSError as error:
        raise CannotSave(f"The page cannot be written beside {base}: {error.strerror}.") from error


def _is(path: Path, ours: str) -> bool:
    with path.open("rb") as file:
        return file.read(len(ours)) == ours.encode()
