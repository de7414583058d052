"""Models verified on the stand-ins, for tests: the real workflow, whose verdicts are read by field."""

from __future__ import annotations

import itertools
from decimal import Decimal

from temporalio.client import Client, WorkflowHandle

from workflows.studio.calls import STUDIO_QUEUE
from workflows.upkeep.verify import VERIFIER, Verdict, Verdicts, VerifyModels, VerifyWorkflow

DAY = "2026-11-27"
#: A deployment of a test's own shares no job and no verdict with any other's.
_deployments = itertools.count(1)


def of_all(*models: str, budget: str = "20", deployment: str = "") -> VerifyModels:
    own = deployment or f"test-{next(_deployments)}"
    return VerifyModels(day=DAY, budget_usd=Decimal(budget), models=models, deployment=own)


async def begun(client: Client, asked: VerifyModels) -> WorkflowHandle[VerifyWorkflow, Verdicts]:
    id = f"{VERIFIER}-{asked.deployment}"
    return await client.start_workflow(VerifyWorkflow.run, asked, id=id, task_queue=STUDIO_QUEUE)


async def verified(client: Client, asked: VerifyModels) -> dict[str, Verdict]:
    """By model."""
    told = await (await begun(client, asked)).result()
    return {one.model: one for one in told.verdicts}


def differing(verdict: Verdict) -> dict[str, tuple[str, str]]:
    """What the catalogue says and what was seen, by field."""
    return {one.field: (one.says, one.seen) for one in verdict.findings if one.differs}
