"""Knows how a statement reaches PostgreSQL: alone, repeated while the server is away, ended in time."""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import timedelta
from typing import Any

import asyncpg

from activities.faults import ProviderUnavailable

#: Either spelling of asyncpg's pool type: the bare class is generic only in its stubs.
Pool = Any

# A server that restarts is back within this; longer is a failure that Temporal's retry is there for.
_PATIENCE_S = 5.0
# One statement touches one row: an answer later than this will not come. A new connection is included.
_STATEMENT_S = 10.0
# With a thousand jobs a burst of statements waits for each other, not for the database: that is no silence of
# its. Longer, and the connections are too few or held by something that hangs; no lease is over by then.
_QUEUE_S = 15.0
# Classes of SQLSTATE that pass by themselves: the connection broke, another transaction was preferred, a
# resource ran out, an operator stepped in, the disk failed; and a server that a failover left read-only.
_PASSING_CLASSES = ("08", "40", "53", "57", "58")
_READ_ONLY = "25006"
# A pooler stands between: what a connection named is missing in the session that it was given, or taken.
_ANOTHERS = ("26000", "42P05")
# What asyncpg raises for a connection that ended behind its back, and for mistakes of its caller too.
_UNCLEAR = (asyncpg.InterfaceError, asyncpg.InternalClientError)


class Database:
    """Single autocommitted statements over an asyncpg pool, each of which may be sent again when its answer
    is lost. Raises `ProviderUnavailable` while the database is away or silent, and while every connection of
    the pool is in use, within fifteen seconds each; a statement that is wrong raises what asyncpg says."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        # Whoever waits for a connection of ours waits here, in order, before any clock of the database runs.
        self._places = asyncio.Semaphore(pool.get_max_size())

    async def rows(self, statement: str, *values: object) -> list[Any]:
        """The rows that one statement answers with."""
        patience, pause = _PATIENCE_S, 0.05
        while True:
            await self._place()
            since = time.monotonic()
            try:
                return await self._answer(statement, *values)
            except (OSError, asyncpg.PostgresError) as error:
                if not _passes(error):
                    raise
                patience -= time.monotonic() - since + pause
                if patience < 0:
                    raise ProviderUnavailable("the ledger's database does not answer") from error
            finally:
                self._places.release()
            await asyncio.sleep(pause)
            pause *= 2

    async def _place(self) -> None:
        """Until one of our connections is free for us."""
        if not self._places.locked():
            # It does not wait, and needs no clock.
            await self._places.acquire()
            return
        try:
            async with asyncio.timeout(_QUEUE_S):
                await self._places.acquire()
        except TimeoutError as error:
            raise ProviderUnavailable(self._all_in_use()) from error

    def _all_in_use(self) -> str:
        most = self._pool.get_max_size()
        return f"all {most} connections of this worker to the ledger's database are in use"

    async def _answer(self, statement: str, *values: object) -> list[Any]:
        latest = asyncio.get_running_loop().time() + _STATEMENT_S
        connection = await self._connection(latest)
        try:
            async with asyncio.timeout_at(latest):
                rows: list[Any] = await connection.fetch(statement, *values)
                return rows
        except asyncpg.PostgresError as error:
            if error.sqlstate in _ANOTHERS:
                # Sent again by this connection, it would name the same statement.
                _end(connection)
            raise
        except BaseException as error:
            # Left alone, the pool would ask a server that is silent to cancel, and wait for its answer.
            if _end(connection) and isinstance(error, _UNCLEAR):
                raise ConnectionError("the connection was closed") from error
            raise
        finally:
            # The pool ends a connection that it cannot take back; what was answered stays true.
            with contextlib.suppress(OSError, asyncpg.PostgresError, *_UNCLEAR):
                await self._pool.release(connection, timeout=_STATEMENT_S)

    async def _connection(self, latest: float) -> Any:
        try:
            async with asyncio.timeout_at(latest):
                return await self._pool.acquire()
        except TimeoutError as error:
            # Whoever looks at a database that is well would look in vain.
            if self._pool.get_size() == self._pool.get_max_size() and not self._pool.get_idle_size():
                raise ProviderUnavailable(self._all_in_use()) from error
            raise
        except asyncpg.InterfaceError as error:
            if self._pool.is_closing():
                raise ConnectionError("the pool is closed") from error
            raise


def _end(connection: Any) -> bool:
    """Ends a connection at once; whether it had ended before."""
    try:
        closed = bool(connection.is_closed())
        connection.terminate()
    except asyncpg.InterfaceError:
        # The pool has it back, as it has every connection that ended.
        return True
    return closed


def _passes(error: OSError | asyncpg.PostgresError) -> bool:
    if isinstance(error, OSError):
        return True
    code = error.sqlstate or ""
    return code == _READ_ONLY or code in _ANOTHERS or code.startswith(_PASSING_CLASSES)


def span(seconds: float) -> timedelta:
    """Seconds as the database takes them."""
    return timedelta(seconds=seconds)
