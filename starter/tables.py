"""A caller's table, CSV or JSONL: copied, named by its content, and put where a request can name it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workflows.studio import FieldProblem, InvalidRequest

if TYPE_CHECKING:
    # A slow import, for commands that upload nothing.
    from activities.storage import ObjectStore

_AT_ONCE = 1 << 20
_MIMES = {"csv": "text/csv", "jsonl": "application/x-ndjson"}


@dataclass(frozen=True)
class Table:
    """`path` is a copy, which nobody changes meanwhile; under `key` it lies in the bucket."""

    path: Path
    key: str
    mime: str


def table_of(path: Path, folder: Path) -> Table:
    """The table in a file, copied into the folder. Raises `InvalidRequest`."""
    from activities.batch import format_of

    copy = folder / "lines"
    digest = _copied(path, copy)
    kind = format_of(path.name, copy)
    return Table(copy, f"uploads/{digest}.{kind}", _MIMES[kind])


async def upload(store: ObjectStore, table: Table) -> str:
    """Puts the table, unless it is there, and returns its key. Raises what the bucket raises."""
    if not await store.exists(table.key):
        await store.put_file(table.path, table.mime, key=table.key)
    return table.key


def _copied(path: Path, copy: Path) -> str:
    """The SHA-256 of what was copied, in hexadecimal digits."""
    from activities.batch import MAX_BYTES

    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as source, copy.open("wb") as target:
            while part := source.read(_AT_ONCE):
                size += len(part)
                # A pipe or a device might never end.
                if size > MAX_BYTES:
                    raise _wrong(f"{path} has more than {MAX_BYTES:,} bytes", "cut it in parts")
                digest.update(part)
                target.write(part)
    except OSError as error:
        how = "name a CSV or a JSONL, with a line for each item"
        raise _wrong(f"{path} cannot be read: {error.strerror}", how) from None
    if not size:
        raise _wrong(f"{path} is empty", "name a CSV or a JSONL, with a line for each item")
    return digest.hexdigest()


def _wrong(problem: str, suggestion: str) -> InvalidRequest:
    return InvalidRequest((FieldProblem(field="file", problem=problem, suggestion=suggestion),))
