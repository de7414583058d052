"""The keys of the embedded servers: drawn once a home, and read by their owner alone."""

from __future__ import annotations

import secrets
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from infra.errors import ServerError
from infra.private import write_private


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
