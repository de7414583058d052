"""From a file with a line an item, and what is typed beside it, to the request of a batch: every line is
read and checked before anything is uploaded, or any server started."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starter.live import plain
from starter.pipeline_file import Put
from starter.tables import Table, table_of, upload
from workflows.batch import BATCH, BatchRequest
from workflows.studio import FieldProblem, InvalidRequest

_NAME_CHARACTERS = 80
# A template has fewer bytes than the request that it becomes, of which servers take no more.
_TEMPLATE_BYTES = 2_000_000


@dataclass(frozen=True, kw_only=True)
class AskedBatch:
    """One that is right in every line. `lines` say anything, and ask for `items`; `puts` put the files that
    it names by their keys."""

    request: BatchRequest
    items: int
    lines: int
    puts: Sequence[Put] = ()

    @property
    def path(self) -> Path | None:
        """Where its lines are read; None where they came with the request."""
        return None

    @property
    def id(self) -> str:
        """The batch's workflow id, which follows from the request."""
        return BATCH.id_of(self.request)


@dataclass(frozen=True, kw_only=True)
class BatchFile(AskedBatch):
    """The same of a file with a line an item."""

    table: Table

    @property
    def path(self) -> Path | None:
        return self.table.path


@contextmanager
def opened(file: str | Path, template: Mapping[str, Any] | None = None, **asked: Any) -> Iterator[BatchFile]:
    """`asked` are the other fields of the request; without a `name` it is called as the file. Raises
    `InvalidRequest` with every line that is wrong, by its number."""
    from activities.batch import Lines, checked

    path, said = Path(file), {name: value for name, value in asked.items() if value is not None}
    with tempfile.TemporaryDirectory(prefix="reel-") as folder:
        table = table_of(path, Path(folder))
        fields = {"name": _called(path), "source": table.key, "template": template, **said}
        # An amount may be a Decimal.
        wanted = json.dumps({name: value for name, value in fields.items() if value is not None}, default=str)
        request = BATCH.parse(wanted.encode())
        lines = Lines(request, table.path)
        try:
            items, problems = checked(lines)
        except InvalidRequest as error:
            raise InvalidRequest(_of_file(error, path)) from None
        if problems:
            raise problems.error
        puts = [lambda store: upload(store, table)]
        yield BatchFile(request=request, items=items, lines=lines.count, puts=puts, table=table)


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
