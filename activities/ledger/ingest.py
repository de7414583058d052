"""Knows how a model's output comes home: fetched, measured, kept here, put into the bucket, done."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from pydantic import JsonValue

from activities.faults import JobFailed, ProviderUnavailable, StudioError
from activities.ledger.artifact import Stored
from activities.ledger.services import Services
from activities.ledger.submissions import Submission
from activities.media import MARKED, SEEN, Inspection, Unreadable, carries_manifest, inspect_output
from activities.models import Makes, Model, OutputFile
from workflows.studio import Media

log = logging.getLogger(__name__)

#: What is told of how it came about: how often whoever brought it home had asked for it, and how long after
#: its submit that was.
POLLS, SECONDS = "polls", "seconds"

# Ten seconds at 4K and 60 frames a second, lightly compressed, are under a third of this.
_LARGEST = 1 << 30
# A disk or a table of open files that is full passes, as does one that fails for a moment: what was paid for
# is neither lost nor bought again for it. Whatever else the system says of a file is a bug of ours.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO)


@contextmanager
def _on_this_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise ProviderUnavailable("there is no room left on this machine") from error


class _Arrived(NamedTuple):
    """What came back, and whether it carries a manifest of its maker's own."""

    found: Inspection
    marked: bool


class Arrival:
    """Brings outputs home. Everything it writes is a fact: it needs no claim, and may be done twice.
    `refused` hears, again and again, why the bucket does not take what is in hand: whoever has a claim keeps
    it there. `advance` hears of the bytes that have come."""

    def __init__(
        self,
        services: Services,
        refused: Callable[[StudioError], Awaitable[None]] | None = None,
        advance: Callable[[int], None] = lambda come: None,
    ) -> None:
        self._services, self._workspace = services, services.workspace
        self._refused, self._advance = refused or _patience, advance

    async def bring(
        self,
        submission: Submission,
        model: Model,
        output: OutputFile,
        cost: Decimal | None,
        told: Mapping[str, JsonValue] | None = None,
    ) -> None:
        """Stores one output and marks its recipe done, with what is `told` of how it came about. Raises
        `Unreadable` for a file that is not what it should be, `ProviderUnavailable` while this machine has no
        room, and what `fetch` raises; waits for our own servers, whatever they say."""
        with _on_this_disk():
            await self._bring(submission, model, output, cost, told or {})

    async def _bring(
        self,
        submission: Submission,
        model: Model,
        output: OutputFile,
        cost: Decimal | None,
        told: Mapping[str, JsonValue],
    ) -> None:
        async with self._workspace.cache.scratch() as folder:
            path = folder / "output"
            if output.data is not None:
                await asyncio.to_thread(path.write_bytes, output.data)
            elif output.url is not None:
                await self._services.fetch.get(
                    output.url,
                    path,
                    max_bytes=_LARGEST,
                    longest_s=self._services.times.fetch_longest,
                    advance=self._advance,
                )
            else:
                raise Unreadable("the model returned neither a file nor an address")
            arrived = await self._measured(path, model)
            # On this disk it outlives us, and whoever comes next here finds it.
            await self._workspace.cache.add(submission.object, path)
            await self._put(submission, path, arrived.found.media)
        await self._done(submission, model, arrived, cost, told)

    async def find(self, submission: Submission, model: Model) -> bool:
        """Marks the recipe done where the output lies in the bucket already, or on this disk: left there by
        somebody who did not live to say so. Raises `ProviderUnavailable` while this machine has no room."""
        with _on_this_disk():
            return await self._find(submission, model)

    async def _find(self, submission: Submission, model: Model) -> bool:
        there = await self._services.patiently(lambda: self._workspace.store.exists(submission.object))
        async with self._workspace.cache.scratch() as folder:
            path = folder / "output"
            try:
                if there:
                    await self._services.patiently(
                        lambda: self._workspace.store.get_file(submission.object, path)
                    )
                elif kept := await self._workspace.cache.kept(submission.object, folder):
                    path = kept
                else:
                    return False
                arrived = await self._measured(path, model)
            except (Unreadable, JobFailed):
                # Measured before it was put: something has been at it. The provider may still have it.
                log.exception("%s is there, but cannot be read", submission.object)
                return False
            if not there:
                await self._put(submission, path, arrived.found.media)
        await self._done(submission, model, arrived, submission.cost)
        return True

    async def _put(self, submission: Submission, path: Path, media: Media) -> None:
        """Bytes first: done means that the object is there."""
        await self._services.until_put(
            lambda: self._workspace.store.put_file(path, media.mime, key=submission.object), self._refused
        )

    async def _measured(self, path: Path, model: Model) -> _Arrived:
        return await asyncio.wrap_future(self._workspace.threads.submit(_looked_at, path, model.makes))

    async def _done(
        self,
        submission: Submission,
        model: Model,
        arrived: _Arrived,
        cost: Decimal | None,
        told: Mapping[str, JsonValue] | None = None,
    ) -> None:
        found = arrived.found
        facts: dict[str, JsonValue] = {"attempt": submission.n, "model": model.id, **(told or {})}
        if found.seen is not None:
            facts[SEEN] = found.seen.model_dump(mode="json")
        if model.makes in ("image", "video"):
            # Nobody needs to fetch it again to find out.
            facts[MARKED] = arrived.marked
        stored = Stored(media=found.media, facts=facts)
        written, usd = stored.model_dump(mode="json"), submission.usd(cost)
        await self._services.until_it_works(
            lambda: self._services.submissions.done(submission, written, usd, True)
        )
        log.info("attempt %s is stored", submission.name)


def _looked_at(path: Path, makes: Makes) -> _Arrived:
    found = inspect_output(path, makes)
    return _Arrived(found, makes in ("image", "video") and carries_manifest(path, found.media.mime))


async def _patience(why: StudioError) -> None:
    """Nobody to tell, and no claim to keep."""
