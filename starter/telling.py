"""Runs a command of the operator's when a production that is watched waits, has a new cut or ends.

It is told on its stdin what webhooks post: a CloudEvent in JSON, on one line. Nothing that anybody wrote into
a request ever becomes one of its words, and no shell reads them.
"""

from __future__ import annotations

import asyncio
import json
import shlex
import shutil
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from activities.upkeep import event_of
from starter.errors import FilmFailed
from starter.productions import request_of
from starter.run import Run
from workflows.studio import (
    AnyOutcome,
    Failure,
    FieldProblem,
    Findable,
    InvalidRequest,
    Newsroom,
    Notice,
    Progress,
)

Say = Callable[[str], None]


def words_of(command: str) -> list[str]:
    """A command as it was typed, in words, as a shell would part them. Raises `InvalidRequest` where they
    name nothing that can be run."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise _wrong(f"{error}", "close every quotation mark") from None
    if not words or shutil.which(words[0]) is None:
        named = f"there is no command {words[0]}" if words else "no command is named"
        raise _wrong(named, "name a program and its arguments; for a pipe say: sh -c '…'")
    return words


class Telling:
    """Tells one command of one run, event by event and in their order, beside whoever follows it. Those that
    share a `turn` tell it one after the other."""

    def __init__(
        self,
        run: Run[Any],
        told: tuple[str, Findable],
        words: Sequence[str],
        say: Say,
        turn: asyncio.Lock | None = None,
    ) -> None:
        self._run, (self._run_id, self._found) = run, told
        self._words, self._say, self._turn = words, say, turn or asyncio.Lock()
        self._newsroom = Newsroom()
        self._last = Progress(status="planning")
        self._events = asyncio.Queue[dict[str, Any] | None]()
        self._telling = asyncio.create_task(self._tell())

    def show(self, progress: Progress) -> None:
        """What of it is news is told; at first, all that it finds."""
        self._last = progress
        for news in self._newsroom.news(progress):
            self._events.put_nowait(event_of(self._notice(news, progress)))

    def ended(self, result: AnyOutcome) -> None:
        """Where no worker was there to say so."""
        end = {"status": result.status, "delivered": self._run.production.delivered(result), "waits": ()}
        end["cut"] = getattr(result, "cut", None)
        self.show(self._last.model_copy(update={**end, "spent_usd": result.spent_usd}))

    def failed(self, error: FilmFailed) -> None:
        """The same of one that has no result."""
        status = "canceled" if error.type == "Cancelled" else "failed"
        why = Failure(type=error.type, problem=str(error))
        self.show(self._last.model_copy(update={"status": status, "error": why, "waits": ()}))

    async def end(self) -> None:
        """Returns once all of it is told."""
        self._events.put_nowait(None)
        await self._telling

    async def leave(self) -> None:
        """Ends the command, where it runs."""
        self._telling.cancel()
        await asyncio.wait([self._telling])

    def _notice(self, news: Any, progress: Progress) -> Notice:
        told = progress.model_dump(include=set(Notice.model_fields) & set(Progress.model_fields))
        return Notice(
            id=uuid.uuid4().hex,
            news=news,
            at=datetime.now(UTC),
            production=self._run.id,
            run=self._run_id,
            kind=self._run.production.noun,
            user=self._found.user,
            labels=tuple(self._found.labels),
            **told,
        )

    async def _tell(self) -> None:
        while (event := await self._events.get()) is not None:
            try:
                async with self._turn:
                    code = await self._ran(json.dumps(event).encode() + b"\n")
            except OSError as error:
                self._say(f"{self._words[0]} cannot be run: {error.strerror}")
                continue
            if code:
                self._say(f"{self._words[0]} ended with {code}, told of {event['type']}")

    async def _ran(self, event: bytes) -> int:
        process = await asyncio.create_subprocess_exec(*self._words, stdin=asyncio.subprocess.PIPE)
        try:
            # It may end without having read anything.
            with suppress(BrokenPipeError, ConnectionResetError):
                await process.communicate(event)
            return await process.wait()
        except asyncio.CancelledError:
            with suppress(ProcessLookupError):
                process.terminate()
            raise


@asynccontextmanager
async def telling(
    run: Run[Any], words: Sequence[str], say: Say, turn: asyncio.Lock | None = None
) -> AsyncIterator[Telling]:
    """Tells the command of the run until the block ends, and of how it failed where that is raised in it; of
    several runs in `turn`. Raises `NoSuchFilm`, `Unreachable`."""
    request = await request_of(run)
    found = Findable() if request is None else run.production.findable(request)
    one = Telling(run, ((await run.describe()).run_id, found), words, say, turn)
    try:
        yield one
    except FilmFailed as error:
        one.failed(error)
        await one.end()
        raise
    except BaseException:
        await one.leave()
        raise
    await one.end()


def _wrong(problem: str, suggestion: str) -> InvalidRequest:
    return InvalidRequest((FieldProblem(field="exec", problem=problem, suggestion=suggestion),))
