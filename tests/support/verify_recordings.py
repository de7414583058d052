"""The recording of a verification: a budget for some of the models, one of which fails."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHandle

from starter.films import Films
from tests.support.plain import Plain
from tests.support.standing import standing
from tests.support.verifying import begun, of_all

Rig = Callable[..., AbstractAsyncContextManager[Films]]


async def verified(rig: Rig, client: Client) -> WorkflowHandle[Any, Any]:
    """The third model is paid from what the first, which fails for nothing, was not charged."""
    models = ("fal-flux-schnell", "replicate-flux-schnell", "fal-flux-dev", "replicate-flux-dev")
    with tempfile.TemporaryDirectory() as folder, standing(Path(folder)) as standins:
        standins.order("fal", "submit", "failed", match="flux/schnell")
        async with rig(Plain(), standins.root):
            run = await begun(client, of_all(*models, budget="0.028"))
            told = await run.result()
    assert [one.state for one in told.verdicts] == ["failed", "verified", "verified", "not_run"]
    return run


RECORDINGS = (verified,)
