"""From a file with a line an item, and what is typed beside it, to the request of a batch: every line is
read and checked before anything is uploaded, or any server started."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starter.live import plain
from workflows.batch import BATCH, BatchRequest
from workflows.studio import FieldProblem, InvalidRequest

_AT_ONCE = 1 << 20
_NAME_CHARACTERS = 80
# A template has fewer bytes than the request that it becomes, of which servers take no more.
_TEMPLATE_BYTES = 2_000_000
_MIMES = {"csv": "text/csv", "jsonl": "application/x-ndjson"}


@dataclass(frozen=True)
class BatchFile:
    """A file that is right in every line. `path` is a copy of it, which nobody changes meanwhile; `lines` say
    anything, and ask for `items`."""

    request: BatchRequest
    path: Path
    mime: str
    items: int
    lines: int

    @property
    def id(self) -> str:
        """The batch's workflow id, which follows from the request."""
        return BATCH.id_of(self.request)

    @property
    def key(self) -> str:
        """Under which it is uploaded: its content's hash."""
        assert self.request.source is not None, "it was read from a file"
        return self.request.source


@contextmanager
def opened(file: str | Path, template: Mapping[str, Any] | None = None, **asked: Any) -> Iterator[BatchFile]:
    """`asked` are the other fields of the request; without a `name` it is called as the file. Raises
    `InvalidRequest` with every line that is wrong, by its number."""
    from activities.batch import Lines, checked, format_of

    path, said = Path(file), {name: value for name, value in asked.items() if value is not None}
    with tempfile.TemporaryDirectory(prefix="reel-") as folder:
        copy = Path(folder) / "lines"
        digest = _copied(path, copy)
        kind = format_of(path.name, copy)
        fields = {"name": _called(path), "source": f"uploads/{digest}.{kind}", "template": template, **said}
        request = BATCH.parse(json.dumps({k: v for k, v in fields.items() if v is not None}).encode())
        lines = Lines(request, copy)
        try:
            items, problems = checked(lines)
        except InvalidRequest as error:
            raise InvalidRequest(_of_file(error, path)) from None
        if problems:
            raise problems.error
        yield BatchFile(request, copy, _MIMES[kind], items, lines.count)


def read_template(file: str) -> dict[str, Any]:
    """The object in a file of JSON. Raises `InvalidRequest`."""
    how = 'name a file with one request in JSON, such as {"prompt": "A 15 second film about ${product}"}'
    try:
        with Path(file).open("rb") as opened:
            said = opened.read(_TEMPLATE_BYTES + 1)
        if len(said) > _TEMPLATE_BYTES:
            raise _wrong("template", f"{file} has more than {_TEMPLATE_BYTES:,} bytes", how)
        value = json.loads(said.decode("utf-8-sig"))
    except OSError as error:
        raise _wrong("template", f"{file} cannot be read: {error.strerror}", how) from None
    except (ValueError, RecursionError) as error:
        raise _wrong("template", f"{file} is not JSON: {error}", how) from None
    if not isinstance(value, dict):
        raise _wrong("template", f"{file} is no JSON object", how)
    return value


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
                    raise _wrong("file", f"{path} has more than {MAX_BYTES:,} bytes", "cut it in parts")
                digest.update(part)
                target.write(part)
    except OSError as error:
        how = "name a CSV or a JSONL, with a line for each item"
        raise _wrong("file", f"{path} cannot be read: {error.strerror}", how) from None
    return digest.hexdigest()


def _called(path: Path) -> str:
    """As people call the file."""
    words = plain(path.stem.encode(errors="replace").decode()).replace("_", " ").replace("-", " ").split()
    return " ".join(words)[:_NAME_CHARACTERS].strip() or "Batch"


def _of_file(error: InvalidRequest, path: Path) -> list[FieldProblem]:
    """A file is told by its name, and not by the key that it has not got yet."""
    return [
        one.model_copy(update={"field": str(path)}) if one.field == "source" else one for one in error.fields
    ]


def _wrong(field: str, problem: str, suggestion: str) -> InvalidRequest:
    return InvalidRequest((FieldProblem(field=field, problem=problem, suggestion=suggestion),))
