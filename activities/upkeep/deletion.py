"""Deleting a production: what nothing else needs of it goes, from the ledger and then from the bucket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from temporalio import activity
from temporalio.client import WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.faults import JobFailed, ProviderUnavailable, StillWaiting
from activities.ledger import LettingGo, Need
from activities.models import folder_of
from activities.running import ActivityAttempt, translated
from activities.storage import ObjectStore, folder_name
from activities.studio import Stage, Studio
from activities.upkeep.marks import Marks
from activities.upkeep.tally import Tally
from activities.upkeep.uploads import Uploads
from infra.refusals import passes
from workflows.productions import PRODUCTIONS
from workflows.studio import STUDIO_QUEUE
from workflows.upkeep import NO_PRODUCTION, RESTORED, STILL_RUNS, Deleted, DeleteProduction

_INPUTS = "images sent along"
#: The folders of what was delivered: of a film, and of a pipeline.
_DELIVERED = ("cuts", "steps")
_RESTORED = (
    "The ledger was restored from a backup, and does not know what productions began to need since: begin "
    "them again, then delete with --after-restore (after_restore), which settles it for all."
)
# As many as the bucket's threads: more would wait there, and run late.
_AT_ONCE = 8
# Another deletion of the same production is over within seconds, or dead after two minutes.
_LOOK_AGAIN_S = 5.0


class Deletion:
    def __init__(self, ledger: LettingGo, store: ObjectStore, marks: Marks) -> None:
        self._ledger, self._store, self._marks = ledger, store, marks
        self._uploads = Uploads(ledger, store)

    @classmethod
    def of(cls, studio: Studio) -> Deletion:
        database = studio.storage.database
        return cls(LettingGo(database), studio.store, Marks(database, studio.store))

    @activity.defn(name="delete_production")
    @translated
    async def delete_production(self, step: DeleteProduction) -> Deleted:
        """Begun again after a crash, it goes on: what is gone already is not counted twice."""
        if not step.after_restore and await self._marks.restored():
            raise _refused(RESTORED, _RESTORED)
        if step.after_restore and not step.dry_run:
            await self._marks.settle()
        if step.dry_run:
            noun = await self._ended(step.production)
            tally = await self._looked(step, noun)
            return tally.told(step)
        owner = activity.info().workflow_run_id or ""
        # First held off, then looked at: a run that begins from here on waits until all is over.
        if not await self._ledger.begin(step.production, owner):
            raise StillWaiting(_LOOK_AGAIN_S)
        try:
            noun = await self._ended(step.production)
        except BaseException:
            await self._ledger.end(step.production, owner)
            raise
        tally = await self._deleted(step, noun, owner)
        # Where it fails before, whoever begins waits a little longer: a request may still be on its way.
        await self._ledger.end(step.production, owner)
        return tally.told(step)

    async def _ended(self, id: str) -> str:
        """The noun of a production that has ended, or whose history has expired."""
        noun = await self._ledger.known(id)
        try:
            found = await activity.client().get_workflow_handle(id).describe()
        except RPCError as error:
            if passes(error):
                raise ProviderUnavailable("Temporal does not tell whether it runs") from error
            if error.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT) or noun is None:
                raise _refused(NO_PRODUCTION, f"There is no production {id[:200]} here.") from error
            return noun
        production = PRODUCTIONS.get(found.workflow_type)
        if production is None:
            raise _refused(NO_PRODUCTION, f"{id} is no production but a {found.workflow_type}.")
        if found.status == WorkflowExecutionStatus.RUNNING:
            raise _refused(
                STILL_RUNS, f"The {production.noun} {id} still runs: stop it first, with `reel stop {id}`."
            )
        return production.noun

    async def _looked(self, step: DeleteProduction, noun: str) -> Tally:
        tally = await self._begun(step, noun)
        needs = await self._ledger.needs(step.production)
        inputs = await self._inputs(needs)
        for need in needs:
            tally.artifact(need, said := _expected(need))
            for size in inputs[need.key].values() if said == "gone" else ():
                tally.goes(_INPUTS, size)
        for key, size in (await self._own(step, noun, tally)).items():
            tally.goes(_noun_of(key), size)
        uploads = await self._uploads.of(step.production, needs, activity.client())
        for size, why in uploads.values():
            tally.upload(size, why)
        return tally

    async def _deleted(self, step: DeleteProduction, noun: str, owner: str) -> Tally:
        film, attempt, tally = step.production, ActivityAttempt(), await self._begun(step, noun)
        needs = await self._ledger.needs(film)
        # Asked while the ledger still knows which they are.
        uploads = await self._uploads.of(film, needs, activity.client())
        own = await self._own(step, noun, tally)
        await self._ledger.forget(film, owner, step.keep_cuts)
        for done in range(0, len(needs), _AT_ONCE):
            await self._kept_off(film, owner)
            attempt.report("letting go", done, len(needs))
            await self._let_go(film, owner, needs[done : done + _AT_ONCE], tally)
        left = await self._ledger.left(film)
        for key, size in own.items():
            tally.goes(_noun_of(key), size)
        for size, why in uploads.values():
            tally.upload(size, why)
        await self._remove(film, owner, [*left, *own, *(key for key, (_, why) in uploads.items() if not why)])
        await self._ledger.removed(list(left))
        return tally

    async def _let_go(self, film: str, owner: str, needs: Sequence[Need], tally: Tally) -> None:
        # What is put there from now on belongs to somebody who begins to need it.
        inputs = await self._inputs(needs)
        for need in needs:
            said = await self._ledger.let_go(film, owner, need.key, inputs[need.key])
            if said == "lost":
                raise JobFailed("the deletion was silent for too long; it begins again")
            tally.artifact(need, said)
            for size in inputs[need.key].values() if said == "gone" else ():
                tally.goes(_INPUTS, size)

    async def _begun(self, step: DeleteProduction, noun: str) -> Tally:
        tally = Tally(before=await self._ledger.deleted_before(step.production))
        if noun == "batch" and (items := await self._ledger.items(step.production)):
            tally.stays("items", 0, "each is a production of its own: delete it by its own id", items)
        return tally

    async def _own(self, step: DeleteProduction, noun: str, tally: Tally) -> dict[str, int]:
        """What lies under its own name, and is to go, by object; in bytes."""
        wing = "batches" if noun == "batch" else "videos"
        folder = f"{wing}/{folder_name(step.production, noun)}/"
        found = {key: size for key, (size, _) in (await self._store.entries(folder)).items()}
        if step.keep_cuts:
            kept = {key: found.pop(key) for key in list(found) if _noun_of(key) in _DELIVERED}
            for key, size in kept.items():
                tally.stays(_noun_of(key), size, "kept, as asked")
        return found

    async def _inputs(self, needs: Sequence[Need]) -> dict[str, dict[str, int]]:
        """By the key of each need what the bucket has of the images that went along with its submits, in
        bytes; of those too that were never sent, for they are put before a submit is entered."""
        found = dict[str, dict[str, int]]((need.key, {}) for need in needs)

        async def look(key: str) -> None:
            there = await self._store.entries(folder_of(key))
            found[key] = {name: size for name, (size, _) in there.items()}

        for begin in range(0, len(needs), _AT_ONCE):
            await asyncio.gather(*(look(need.key) for need in needs[begin : begin + _AT_ONCE]))
        return found

    async def _remove(self, film: str, owner: str, objects: list[str]) -> None:
        for begin in range(0, len(objects), _AT_ONCE):
            latest = await self._kept_off(film, owner)
            ActivityAttempt().report("removing from the bucket", begin, len(objects))
            some = objects[begin : begin + _AT_ONCE]
            await asyncio.gather(*(self._store.discard(one, latest) for one in some))

    async def _kept_off(self, film: str, owner: str) -> float:
        """Holds off whoever begins, and returns until when something may be sent, on the monotonic clock:
        half of what is promised, for the rest of it may be on its way."""
        since = time.monotonic()
        if not await self._ledger.renew(film, owner):
            raise JobFailed("the deletion was silent for too long; it begins again")
        return since + self._ledger.lasts_s / 2


def _expected(need: Need) -> str:
    return "under way" if need.under_way else "needed" if need.others else "gone"


def _noun_of(key: str) -> str:
    return next((noun for noun in _DELIVERED if f"/{noun}/" in key), "pages and tables")


def _refused(type: str, message: str) -> ApplicationError:
    return ApplicationError(message, type=type, non_retryable=True)


STAGES = (Stage(Deletion.delete_production, (STUDIO_QUEUE,)),)
