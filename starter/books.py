"""The ledger of a home, for commands that only ask it: no workflow and no bucket is needed for that."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from activities.faults import StudioError
from activities.opening import open_ledger
from activities.storage import Database
from activities.studio import Spending
from infra.embedded import PostgresServer, open_stack
from infra.errors import ServerError, StackError, Unreachable
from infra.log_lines import formatter_of
from infra.logging import LINE, log_to
from infra.settings import Settings
from starter.spans import span


@asynccontextmanager
async def open_books(settings: Settings) -> AsyncIterator[Spending | None]:
    """What was spent there; None, and nothing is started, in a home in which nothing was ever made. Raises
    `Unreachable`."""
    if never_used(settings):
        yield None
        return
    async with open_database(settings) as database:
        yield Spending(database)


def never_used(settings: Settings) -> bool:
    """Whether nothing was ever made in that home."""
    return settings.database_url is None and not (settings.home / PostgresServer.name).exists()


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The ledger's database, started where it has to be. Raises `Unreachable`."""
    # Everything goes to a file: the terminal belongs to the answer.
    log_to(settings.logs, formatter_of(settings, LINE))
    try:
        async with open_stack(settings) as stack, open_ledger(stack, settings) as database:
            yield database
    except (StackError, ServerError, StudioError) as error:
        raise Unreachable(str(error)) from error


def since_of(typed: str | None) -> datetime | None:
    """When a span such as 7d began; None where none was typed. Raises `InvalidRequest`."""
    if typed is None:
        return None
    began = datetime.now(UTC) - span(typed, "since")
    return began.replace(microsecond=0)
