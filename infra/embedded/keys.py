"""The keys of the embedded servers, and how files and folders are made that only their owner may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, Field, ValidationError

from infra.embedded.privilege import ServerError


class Keys(BaseModel):
    """Keys of the embedded servers, drawn once per home and readable by its owner alone."""

    postgres_password: str = Field(repr=False, min_length=1)
    s3_access_key: str = Field(min_length=1)
    s3_secret_key: str = Field(repr=False, min_length=1)

    @classmethod
    def of(cls, home: Path) -> Keys:
        """The home's keys, drawn on first use. Call under the stack's lock. Raises ServerError where the file
        is broken, without a word of what stands in it."""
        path = home / "secrets.json"
        if not path.exists():
            # As long as those of AWS, because clients check: 20 and 40 characters.
            drawn = cls(
                postgres_password=secrets.token_urlsafe(24),
                s3_access_key="REEL" + secrets.token_hex(8).upper(),
                s3_secret_key=secrets.token_hex(20),
            )
            write_private(path, drawn.model_dump_json())
        try:
            return cls.model_validate_json(path.read_bytes())
        except ValidationError as error:
            wrong = {str(one["loc"][0]) for one in error.errors() if one["loc"]}
            why = (
                f"{' and '.join(sorted(wrong))} in it cannot be used"
                if wrong
                else "it is no whole JSON object"
            )
        except OSError as error:
            why = str(error.strerror)
        raise ServerError(
            f"{path} cannot be read: {why}. It holds the keys of the servers in this data directory, and "
            f"without them {home / 'postgres'} opens to nobody. Bring the file back from a backup, or begin "
            "anew in another data directory (--home, REEL_HOME)."
        )


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
