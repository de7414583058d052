"""Knows how files and folders are made that only their owner may read: keys, prompts and photos lie there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, Any


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, readable by its owner alone from its first byte."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def private_folder(path: Path) -> None:
    """A folder that only its owner may enter, whoever may enter the one above; one that exists is left as
    it is, for somebody may have opened it on purpose."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def private_file(path: Path, mode: str, encoding: str | None = None) -> IO[Any]:
    """A file opened in this mode, readable by its owner alone where it has to be made."""
    return open(path, mode, encoding=encoding, opener=lambda name, flags: os.open(name, flags, 0o600))
