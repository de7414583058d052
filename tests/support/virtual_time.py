"""Time that passes only while nobody works: hours of waiting in an instant, the same in every run.

The loop's clock stands still while a statement, a thread or a transfer is under way, however slow the machine
is, and leaps to the next timer when all of them wait. PostgreSQL tells the same time: its own schema shadows
`clock_timestamp()`.
"""

from __future__ import annotations

import asyncio
import secrets
import selectors
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from types import SimpleNamespace
from typing import Any, Self, TypeVar, TypeVarTuple

import asyncpg

from activities.ledger.threads import Threads
from activities.storage.database import Database
from infra.schema import migrate

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

BEGINNING = datetime(2026, 11, 21, tzinfo=UTC)
# Real seconds for which the loop listens at a time while work is under way.
_LISTEN_S = 0.05
# Longer than any connection takes to end behind everybody's back.
_PATIENCE_S = 5.0

CLOCK = """
CREATE SCHEMA told;
CREATE FUNCTION told.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
  AS $$ SELECT current_setting('told.now')::timestamptz $$;
"""
#: Every unqualified name is looked for here first: the clock, and the tables.
_PATH = {"search_path": "told,pg_catalog"}


class NothingHappens(Exception):
    """Everybody waits, and nobody for a timer: it would last for ever."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is its own."""

    def __init__(self) -> None:
        self._now = 0.0
        self.under_way = 0
        super().__init__(_Selector(self))

    def time(self) -> float:
        return self._now

    def leap(self, seconds: float) -> None:
        self._now += seconds

    def datetime(self) -> datetime:
        return BEGINNING + timedelta(seconds=self._now)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Time stands still inside."""
        self.under_way += 1
        try:
            yield
        finally:
            self.under_way -= 1

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        call = super().run_in_executor(executor, func, *args)
        self.under_way += 1
        call.add_done_callback(lambda _: self._one_less())
        return call

    def _one_less(self) -> None:
        self.under_way -= 1


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        if timeout is not None and timeout <= 0:
            return super().select(timeout)
        if self._loop.under_way:
            return super().select(_LISTEN_S)
        if ready := super().select(0):
            return ready
        if timeout is not None:
            self._loop.leap(timeout)
        elif not (ready := super().select(_PATIENCE_S)):
            raise NothingHappens
        return ready


#: Whose clock the virtual one replaces: the ledger's engine and what it buys through.
_OURS = ("activities.ledger.", "activities.models.", "activities.running.", "activities.storage.")


class VirtualThreads(Threads):
    """Threads for which time stands still."""

    def __init__(self, count: int, loop: VirtualLoop) -> None:
        super().__init__(count)
        self._loop = loop

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        call = super().submit(fn, *args, **kwargs)
        self._loop.under_way += 1
        call.add_done_callback(lambda _: self._loop.call_soon_threadsafe(self._loop._one_less))
        return call


class VirtualDatabase(Database):
    """Real statements; time stands still while one is answered."""

    def __init__(self, pool: asyncpg.Pool, loop: VirtualLoop) -> None:
        super().__init__(pool)
        self._loop = loop

    async def rows(self, statement: str, *values: object) -> list[Any]:
        with self._loop.working():
            return await super().rows(statement, *values)


@asynccontextmanager
async def virtual_pool(stack_url: str, loop: VirtualLoop) -> AsyncIterator[asyncpg.Pool]:
    """Connections to a database of its own, with the schema as released, that tells the loop's time."""
    name = f"virtual_{secrets.token_hex(4)}"
    url = stack_url.rsplit("/", 1)[0] + f"/{name}"

    async def tell(connection: Any) -> None:
        await connection.execute("SELECT set_config('told.now', $1, false)", loop.datetime().isoformat())

    async def leave_as_it_is(connection: Any) -> None:
        pass

    with loop.working():
        outside = await asyncpg.connect(stack_url)
        await outside.execute(f"CREATE DATABASE {name}")
        inside = await asyncpg.connect(url)
        await inside.execute(CLOCK)
        await inside.execute(f"ALTER DATABASE {name} SET search_path = {_PATH['search_path']}")
        await inside.execute(f"ALTER DATABASE {name} SET told.now = '{BEGINNING.isoformat()}'")
        await inside.close()
        await migrate(url)
        # Idle connections are ended by a timer, of which there are many in an instant here.
        pool = await asyncpg.create_pool(
            url, min_size=4, max_size=4, max_inactive_connection_lifetime=0, setup=tell, reset=leave_as_it_is
        )
    try:
        yield pool
    finally:
        with loop.working():
            await pool.close()
            await outside.execute(f"DROP DATABASE {name} WITH (FORCE)")
            await outside.close()


async def all_leave() -> None:
    """Ends whoever is still about. Once the pool has closed, the end of a claim would be said again and again
    while time stands still, for ever."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for each in others:
        each.cancel()
    if others:
        # Longer than anybody is frozen.
        await asyncio.wait(others, timeout=1000)


@contextmanager
def told(loop: VirtualLoop, *dated: Any) -> Iterator[None]:
    """Inside, the studio's own modules read the loop's clock; so do the `dated` modules their dates."""

    class Dates(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(loop.datetime().timestamp(), tz)

    clock = SimpleNamespace(**{**vars(time), "monotonic": loop.time})
    ours = [
        module
        for name, module in sys.modules.items()
        if name.startswith(_OURS) and getattr(module, "time", None) is time
    ]
    if not ours:
        raise AssertionError("no module's clock was found: they have moved, and would wait for real")
    before = [(module, "time", time) for module in ours] + [
        (module, "datetime", datetime) for module in dated
    ]
    now: list[tuple[Any, str, Any]] = [(module, "time", clock) for module in ours]
    now += [(module, "datetime", Dates) for module in dated]
    for module, name, value in now:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)


def in_virtual_time(main: Callable[[VirtualLoop], Any]) -> Any:
    """Runs `main(loop)` on a virtual loop of its own."""
    loop = VirtualLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(main(loop))
