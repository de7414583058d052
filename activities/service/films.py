"""The Nexus service `reel.films`."""

from __future__ import annotations

from nexusrpc.handler import StartOperationContext, service_handler, sync_operation
from temporalio import nexus
from temporalio.common import RawValue
from temporalio.nexus import WorkflowRunOperationContext, workflow_run_operation

from activities.film import refuse_edit
from activities.service.asking import Kind
from activities.service.steered import Steered
from activities.starting import Update
from workflows.film import FILM, VideoRequest, VideoResult
from workflows.service import SERVICE, Decided, ReelFilms

_SHOT = {"shot": "hero_shot"}
_STEP = {"step": FILM.example_step}


@service_handler(name=SERVICE)
class FilmService(Steered):
    """What `ReelFilms` tells its callers; a test holds the two together."""

    kind = Kind(
        FILM,
        ReelFilms,
        "film-ceramic-coffee-mug-3f9a2c",
        values={
            "set_budget": {"usd": "7.50"},
            "accept_risk": _STEP,
            "give_up": _STEP,
            "retake": _SHOT,
            "use": {**_SHOT, "version": "draft-1"},
            "upgrade": {"shots": ["hero_shot"], "profile": "final"},
            "approve": {"shots": ["hero_shot"]},
        },
        begins={
            **dict.fromkeys(("retake", "use", "upgrade", "approve")),
            "set_budget": lambda progress: progress.lacks_money,
        },
    )

    async def check(self, request: VideoRequest, id: str, update: Update) -> None:
        # What it is not directed by needs no look at its plan.
        if update.name in FILM.updates:
            await refuse_edit(self.studio, request, id, update.name, update.value)

    @workflow_run_operation
    async def make(
        self, context: WorkflowRunOperationContext, sent: RawValue
    ) -> nexus.WorkflowHandle[VideoResult]:
        return await self.kind.begun(context, sent)

    @sync_operation
    async def retake(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await self.decide(context, "retake", sent)

    @sync_operation
    async def use(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await self.decide(context, "use", sent)

    @sync_operation
    async def upgrade(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await self.decide(context, "upgrade", sent)
