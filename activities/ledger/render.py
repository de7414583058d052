"""Knows the one way anything is ever made: look it up, claim it, make it, store it, or wait for whoever does.

One process in the whole fleet makes a recipe; the others wait for its result. A dead or hung maker is
replaced. What is there costs nothing and moves no bytes.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

from activities.faults import JobFailed, StillWaiting
from activities.ledger.artifact import Stored, artifact_of, is_there
from activities.ledger.claim import Attempt, Claim, Waiting, claimed, through_outage, uninterrupted
from activities.ledger.recipe import Recipe
from activities.ledger.renders import Ledger, Row
from activities.ledger.work import Abandoned, Made, Work, Workspace
from activities.running import production
from activities.storage import ObjectMissing
from workflows.studio import Artifact, Media, Part

__all__ = ["Abandoned", "Attempt", "Made", "Renderer", "StillWaiting", "Work"]

log = logging.getLogger(__name__)
Make = Callable[[Work], Awaitable[Made]]


class Renderer:
    """Renders recipes for one process. `instance` names the process in its claims, and has no colon."""

    def __init__(self, ledger: Ledger, workspace: Workspace, instance: str) -> None:
        if ":" in instance:
            raise ValueError("an instance has no colon: it ends there in the claim's name")
        self._ledger, self._workspace, self._instance = ledger, workspace, instance

    async def has(self, recipe: Recipe) -> bool:
        """Whether it was made already."""
        row = await self._ledger.look(recipe.key)
        return row is not None and row.done

    async def made(self, recipe: Recipe) -> Artifact | None:
        """What was made of it already; whether the bucket still has it is not asked."""
        row = await self._ledger.look(recipe.key)
        return artifact_of(row) if row is not None and row.done else None

    async def render(
        self, recipe: Recipe, make: Make, attempt: Attempt, *, stage: str, total: int = 0
    ) -> Artifact:
        """The artifact of a recipe whose making costs nothing, made here, elsewhere, or long ago.

        `make` may run again after a crash, and must give the same bytes' worth each time. `stage` and
        `total` (frames to come) are for whoever watches. Raises what `make` raises, `StillWaiting` when
        somebody else takes long, `ProviderUnavailable` while database or bucket is away, and lets
        cancellation pass once the claim is given back or stopped.
        """
        key, owner = recipe.key, f"{self._instance}:{uuid.uuid4()}"
        # What is new needs no look: it is ours, and nothing has been made of it.
        claim = await claimed(
            self._ledger, key, lambda: self._ledger.enter(key, recipe.canonical, production(), owner)
        )
        waiting = Waiting(self._ledger, key)
        while True:
            if claim is None:
                row = await self._ledger.look(key)
                if row and row.done:
                    if artifact := await self._found(row):
                        return artifact
                    continue
                claim = await claimed(self._ledger, key, lambda: self._ledger.claim(key, owner))
            if claim is None:
                attempt.report(f"{stage}: waiting for the worker that makes it", 0, 0)
                await waiting.a_little()
                continue
            try:
                async with self._workspace.cache.scratch() as folder:
                    artifact = await self._drive(claim, key, folder, make, attempt, stage, total)
            except BaseException:
                await uninterrupted(claim.release())
                raise
            if artifact:
                return artifact
            log.info("the claim on %s was taken over", key)
            claim, waiting = None, Waiting(self._ledger, key)

    async def _found(self, row: Row) -> Artifact | None:
        """The artifact of a done row; None when its bytes are gone and the row is open again. A row that
        cannot be read says nothing about its bytes, and is left as it is."""
        artifact = artifact_of(row)
        if await is_there(self._workspace.store, artifact):
            return artifact
        if row.made_by is not None or row.attempts:
            raise ObjectMissing(f"{row.object} was paid for and is no longer in the bucket; restore it")
        if await self._ledger.reopen(row):
            log.warning(
                "%s of recipe %s is not in the bucket any more; it is made again", row.object, row.key
            )
        return None

    async def _drive(
        self, claim: Claim, key: str, folder: Path, make: Make, attempt: Attempt, stage: str, total: int
    ) -> Artifact | None:
        """Makes it under the claim; None when the claim was lost on the way."""
        work = Work(folder, self._workspace)
        attempt.report(stage, 0, total)
        job = asyncio.create_task(self._produce(work, make))
        try:
            if not await claim.keep(job, work, attempt, stage, total):
                return None
            object, stored = _result(job)
            if not await claim.finish(object, stored.model_dump(mode="json")):
                return None
            return Artifact(key=key, object=object, **dict(stored))
        except asyncio.CancelledError:
            # Only a stop that somebody asked for is one; after a deploy, and whatever else, others go on.
            stop = attempt.why_cancelled() == "stop"
            await uninterrupted(claim.stop() if stop else claim.release())
            raise
        except Exception:
            await uninterrupted(claim.release())
            raise
        finally:
            await uninterrupted(work.end(job, self._ledger.times.wind_down))

    async def _produce(self, work: Work, make: Make) -> tuple[str, Stored]:
        """Makes it and puts every file into the bucket, before anybody is told."""
        made = await make(work)
        object = await self._put(work, made.path, made.media)
        parts = {
            name: Part(object=await self._put(work, path, media), media=media)
            for name, (path, media) in made.parts.items()
        }
        return object, Stored(media=made.media, parts=parts, facts=dict(made.facts))

    async def _put(self, work: Work, path: Path, media: Media) -> str:
        times, store = self._ledger.times, self._workspace.store
        with work.waiting():
            name = await through_outage(lambda: self._ledger.name_of(media.sha256), times)
            # The name is of the bytes that were measured: others are refused.
            object = await through_outage(
                lambda: store.put_file(path, media.mime, key=name, moved=work.alive), times
            )
        work.alive()
        await self._workspace.cache.add(object, path)
        return object


def _result(job: asyncio.Task[tuple[str, Stored]]) -> tuple[str, Stored]:
    # A maker that cancels itself must not look as if somebody had cancelled the activity.
    if job.cancelled():
        raise JobFailed("the work cancelled itself")
    return job.result()
