"""A file that a caller names, before anybody asks what is in it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from workflows.studio import FieldProblem, InvalidRequest


def there(path: Path, field: str) -> None:
    """Raises `InvalidRequest`, in which it is called `field`, where there is none. What there is and cannot
    be used, whoever reads it says."""
    try:
        with suppress(ValueError, NotADirectoryError, PermissionError):
            path.stat()
    except FileNotFoundError:
        problem = FieldProblem(field=field, problem=f"there is no file {path}", suggestion="check the path")
        raise InvalidRequest((problem,)) from None
