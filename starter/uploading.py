"""`reel upload`: hands a file in, for requests to name: a photo, or the table of a batch."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from starter.interrupts import interruptible
from starter.options import AsJson, Home, settings_of
from starter.outcome import MADE, line, print_json, run
from workflows.studio import FieldProblem, InvalidRequest

app = typer.Typer()
_TABLES = {".csv": "text/csv", ".jsonl": "application/x-ndjson"}
# A hundred thousand lines, the most that a batch takes, of a kilobyte each.
_TABLE_BYTES = 100 << 20


@app.command(epilog="Example: reel upload mug.jpg, or: reel upload spring.csv")
def upload(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A PNG, JPEG or WebP photo; a CSV or JSONL table.")
    ],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Hand in a photo, or the table of a batch, and print the key by which requests name it."""
    run(lambda: _upload(home, Path(file), as_json), as_json)


async def _upload(home: str | None, path: Path, as_json: bool) -> int:
    # Before any server is started for it.
    mime = _TABLES.get(path.suffix.lower())
    body = _table(path) if mime else _photo(path)
    with interruptible():
        from starter.delivered import open_bucket
        from starter.photos import upload as put
        from starter.session import open_session

        async with open_session(settings_of(home)) as session, open_bucket(session) as store:
            if mime is None:
                key = await put(store, body)
            else:
                key = f"uploads/{hashlib.sha256(body).hexdigest()}{path.suffix.lower()}"
                await store.put_file(path, mime, key=key)
    if as_json:
        print_json({"key": key, "bytes": len(body)})
    else:
        line(key)
    return MADE


def _photo(path: Path) -> bytes:
    from starter.photos import photo_of

    if not path.is_file():
        raise _wrong(path, "is no file", "name a photo, or a table")
    return photo_of(path, "file")


def _table(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if not 0 < size <= _TABLE_BYTES:
            raise _wrong(path, f"has {size:,} bytes", f"a table has 1 to {_TABLE_BYTES:,}")
        body = path.read_bytes()
        body.decode()
    except OSError as error:
        raise _wrong(path, f"cannot be read: {error.strerror}", "name another file") from error
    except UnicodeDecodeError as error:
        raise _wrong(path, f"is no text in UTF-8 (byte {error.start})", "save it as UTF-8") from error
    return body


def _wrong(path: Path, problem: str, suggestion: str) -> InvalidRequest:
    return InvalidRequest((FieldProblem(field="file", problem=f"{path} {problem}", suggestion=suggestion),))
