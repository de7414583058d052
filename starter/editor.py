"""A plan in somebody's own editor, as JSON, and back."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starter.brief import read_plan
from workflows.studio import FieldProblem, InvalidRequest

# Where neither variable says another: whatever else a machine has, it has this.
_USUAL = "vi"


@contextmanager
def edited_file(plan: Any, film: str) -> Iterator[Path]:
    """A file with the plan, readable by its owner alone. It goes with the block, but where something was
    written that cannot be used: then it stays, and the error names it."""
    handle, name = tempfile.mkstemp(prefix=f"{film[:80].replace('/', '-')}-", suffix=".json")
    path, before = Path(name), json.dumps(plan, indent=2, ensure_ascii=False) + "\n"
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(before)
    keep = False
    try:
        yield path
    except InvalidRequest as error:
        keep = path.exists() and path.read_bytes() != before.encode()
        if not keep:
            raise
        kept = FieldProblem(
            field="plan",
            problem=f"what you wrote is kept in {path}",
            suggestion="correct it there, and name it with --plan",
        )
        raise InvalidRequest([*error.fields, kept]) from error
    finally:
        if not keep:
            path.unlink(missing_ok=True)


async def in_editor(path: Path) -> Any:
    """What is in the file once the editor has been closed. Raises `InvalidRequest`."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or _USUAL
    try:
        process = await asyncio.create_subprocess_exec(*shlex.split(editor), str(path))
        code = await process.wait()
    except (OSError, ValueError) as error:
        raise _wrong(f"the editor {editor} cannot be started: {error}") from error
    if code:
        raise _wrong(f"the editor {editor} ended with {code}")
    return read_plan(str(path))


def _wrong(problem: str) -> InvalidRequest:
    suggestion = "set VISUAL or EDITOR to one that waits until its file is closed"
    return InvalidRequest([FieldProblem(field="edit", problem=problem, suggestion=suggestion)])
