"""Worker versioning by a setting, off in every other test: a film stays with the release that began it."""

from __future__ import annotations

import asyncio

from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client
from temporalio.common import VersioningBehavior
from temporalio.service import RPCError

from activities.wiring import Parts, open_studio
from infra.embedded.stack import Stack
from infra.settings import Settings
from starter.films import Films
from tests.support.plain import Plain
from worker import hosting, make_workers
from workflows.film.contract import BeatDraft, PlanDraft, VideoRequest

DEPLOYMENT = "reelwright-test"


async def make_current(client: Client, build_id: str) -> None:
    """As `temporal worker deployment set-current-version` does, once the version is known."""
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace,
        deployment_name=DEPLOYMENT,
        build_id=build_id,
        ignore_missing_task_queues=True,
    )
    while True:
        try:
            await client.workflow_service.set_worker_deployment_current_version(request)
            return
        except RPCError:
            await asyncio.sleep(0.2)


async def test_a_film_stays_with_the_release_that_began_it(
    stack: Stack, settings: Settings, client: Client, request_of_its_own: VideoRequest
) -> None:
    provider = Plain()
    versioned = settings.model_copy(update={"deployment": DEPLOYMENT, "build_id": "one"})
    plan = PlanDraft(beats=(BeatDraft(id="hero_shot", seconds=5),))
    request = request_of_its_own.model_copy(update={"plan": plan})
    async with (
        open_studio(stack, versioned, Parts(local_models={provider.name: provider})) as studio,
        hosting(make_workers(client, studio, versioned)),
    ):
        await make_current(client, "one")
        film = await Films(client).start(request)
        assert (await film.result()).status == "completed"
        info = (await film.describe()).raw_description.workflow_execution_info.versioning_info
        assert VersioningBehavior(info.behavior) is VersioningBehavior.PINNED
        assert info.deployment_version.build_id == "one"
