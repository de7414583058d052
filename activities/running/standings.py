"""Knows when a production is told how its step stands at a provider: what heartbeats say never reaches it.

Each telling is a signal, four events of a history and a workflow task: quick jobs are not told of at all, and
long ones less and less often.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from temporalio import activity

from workflows.studio import STEP_STANDING, JobStanding, StepStanding

log = logging.getLogger(__name__)

#: A job is told of once it has taken so many seconds; most images are there by then.
AFTER_S = 10.0
#: And again after so many, or once a quarter of its age has passed since: in an hour some 15 times.
AGAIN_S = 30.0
_SHARE = 4
# Heartbeats wait for it, and must not be late themselves.
_LIMIT = timedelta(seconds=5)


class Standings:
    """What the production has been told of the step that this activity makes."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._due = 0.0
        self._told = JobStanding()

    def due(self, standing: JobStanding, now: float) -> bool:
        """Whether it is to be told that at `now`, in seconds; to be asked again and again."""
        if standing.state is None:
            return False
        if self._since is None:
            self._since, self._due = now, now + AFTER_S
        if now < self._due or standing == self._told:
            return False
        self._due = now + max(AGAIN_S, (now - self._since) / _SHARE)
        self._told = standing
        return True

    async def tell(self, step: str, standing: JobStanding) -> None:
        """Tells it where it is due. Nothing depends on its being heard."""
        info = activity.info()
        if not step or info.workflow_id is None or not self.due(standing, time.monotonic()):
            return
        try:
            said = StepStanding(step=step, **standing.model_dump())
            # To this very run: another one may have a step of the same name.
            run = activity.client().get_workflow_handle(info.workflow_id, run_id=info.workflow_run_id)
            await run.signal(STEP_STANDING, said, rpc_timeout=_LIMIT)
        except Exception as error:
            # Its run may have ended. Heartbeats go on, whatever it was.
            log.debug("%s was not told how %s stands: %s", info.workflow_id, step, error)
