"""Follows several productions at once, each to its end: those that are named, or whatever a query finds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from temporalio.client import WorkflowExecutionStatus

from starter.crowd import Crowd
from starter.errors import Away, FilmFailed
from starter.finding import Wanted
from starter.run import WATCH_EVERY_S, Run
from starter.session import Session
from starter.telling import telling

# Each look is a workflow task of some ten milliseconds: so many a second leave a worker to its work, and of
# a hundred productions each is looked at every ten seconds.
_LOOKS_A_SECOND = 10.0
# Lists are a second or two behind anyway.
_LIST_EVERY_S = 2.0


@dataclass(frozen=True)
class Followed:
    """How one ended: `status`, the key of what it delivered, whether that is `whole`, and why it failed."""

    id: str
    status: str
    delivered: str | None = None
    whole: bool = False
    why: str = ""


class Following:
    """Those of one command, shown in a `crowd`; with `words`, a command is told of what happens to each, one
    thing after the other."""

    def __init__(self, session: Session, crowd: Crowd, words: Sequence[str] = ()) -> None:
        self._session, self._crowd, self._words = session, crowd, words
        self._turn = asyncio.Lock()
        self._under_way: dict[str, asyncio.Task[Followed]] = {}
        #: The runs that were followed to their ends.
        self._over: set[str] = set()

    async def these(self, ids: Iterable[str]) -> list[Followed]:
        """Follows them until all have ended. Raises `NoSuchFilm` before any is followed, `Unreachable`."""
        runs = [await self._session.productions.find(id) for id in dict.fromkeys(ids)]
        statuses = [(await run.describe()).status for run in runs]
        if WorkflowExecutionStatus.RUNNING in statuses:
            await self._work()
        try:
            for run in runs:
                self._begin(run)
            tasks = list(self._under_way.values())
            return list(await asyncio.gather(*tasks))
        finally:
            await self._leave()

    async def all(self, wanted: Wanted) -> None:
        """Follows whatever is `wanted`, from now on and until it is left: also what begins meanwhile. Raises
        `NotRegistered`, `Unreachable`."""
        wanted = replace(wanted, at_work=datetime.now(UTC))
        try:
            while True:
                try:
                    found = await self._session.productions.listed(wanted)
                except Away:
                    # What is followed says so itself, and goes on once the server is back.
                    found = []
                for one in reversed(found):
                    if one.id not in self._under_way and one.run not in self._over:
                        await self._work()
                        self._begin(await self._session.productions.find(one.id))
                await self._a_while()
        finally:
            await self._leave()

    def _begin(self, run: Run[Any]) -> None:
        self._crowd.begin(run.id)
        self._under_way[run.id] = asyncio.create_task(self._follow(run))

    async def _a_while(self) -> None:
        """Until lists may say something new. Raises what following one raised."""
        await asyncio.sleep(_LIST_EVERY_S)
        for id, task in list(self._under_way.items()):
            if task.done():
                del self._under_way[id]
                task.result()

    async def _work(self) -> None:
        """Works on them as well, where the servers are this home's own; elsewhere workers run."""
        if self._session.stack.temporal_embedded:
            await self._session.host()

    async def _follow(self, run: Run[Any]) -> Followed:
        try:
            async with (
                telling(run, self._words, self._say, self._turn) if self._words else nullcontext() as told
            ):
                async for progress in run.watch(self._every_s):
                    self._crowd.show(run.id, progress)
                    if told:
                        told.show(progress)
                result = await run.result()
                if told:
                    told.ended(result)
            whole = getattr(result, "whole", True)
            followed = Followed(run.id, result.status, run.production.delivered(result), whole)
        except FilmFailed as error:
            status = "canceled" if error.type == "Cancelled" else "failed"
            followed = Followed(run.id, status, why=str(error))
        self._over.add((await run.describe()).run_id)
        self._crowd.end(run.id, followed.status, followed.why)
        return followed

    def _every_s(self) -> float:
        return max(WATCH_EVERY_S, len(self._under_way) / _LOOKS_A_SECOND)

    def _say(self, words: str) -> None:
        self._crowd.say(words)

    async def _leave(self) -> None:
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
