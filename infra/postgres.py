"""Knows how the ledger's PostgreSQL is connected to: directly, or through a pooler that gives every
transaction to whichever of its connections is free.

Behind such a pooler a session is nobody's: a named statement, a setting or a session's lock would be met by
another client. So nothing of ours is left in one. Statements have no name and go out together with their
values, locks end with their transaction, and nothing is reset when a connection goes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import asyncpg

from infra.errors import Unreachable

# A database that is up takes a connection at once; asyncpg would wait a minute for one that is silent.
CONNECT_S = 5.0
# What platforms write behind a URL so that a client names no statements. Ours never does, and asyncpg would
# send whatever it does not know as a setting of the server, which poolers refuse.
_FOR_CLIENTS = frozenset({"statement_cache_size", "prepared_statement_cache_size", "pgbouncer"})


async def connect(url: str) -> asyncpg.Connection:
    """One connection; raises what asyncpg.connect does."""
    return await asyncpg.connect(understood(url), timeout=CONNECT_S, statement_cache_size=0)


def pool(url: str, *, most: int = 10) -> Any:
    """A pool of one to `most` connections; enter or await it."""
    return asyncpg.create_pool(
        understood(url),
        min_size=1,
        max_size=most,
        timeout=CONNECT_S,
        statement_cache_size=0,
        reset=_leave_as_it_is,
    )


def understood(url: str) -> str:
    """The URL without what only tells a client to name no statements."""
    parts = urlsplit(url)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in asked if name not in _FOR_CLIENTS]
    # Left as it stands where nothing goes: the rest of it may be written in more ways than one.
    return url if kept == asked else parts._replace(query=urlencode(kept)).geturl()


async def _leave_as_it_is(_: object) -> None:
    # asyncpg's own statement would reset, and unlock, the session of another client of the pooler.
    pass


@contextmanager
def usable(configured: bool) -> Iterator[None]:
    """Turns what keeps the database from being used into `Unreachable`, which names its setting where it is
    `configured`, and holds no password."""
    which = "PostgreSQL that REEL_DATABASE_URL names" if configured else "embedded PostgreSQL"
    try:
        yield
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Unreachable(f"The {which} cannot be used: {error or type(error).__name__}") from error
    except ValueError as error:
        # Its words may quote what was taken for the port: a piece of the password.
        raise Unreachable(
            f"The {which} cannot be used: it has the form postgresql://user:password@host:port/database, in "
            "which a password's special characters are written as %40 and the like"
        ) from error
