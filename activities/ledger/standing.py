"""Knows what is shown of how a job stands: a provider's figures within their bounds, its log without secrets.

Providers of strangers are believed as little as their models: a strange figure is left out, and fails no job
that is paid.
"""

from __future__ import annotations

import math
from typing import Literal

from activities.models import JobStatus, log_line
from workflows.studio import JobStanding

_MOST = 10_000_000


def standing_of(status: JobStatus, usual_wait_s: float | None) -> JobStanding:
    """Of a job that is queued or running; `usual_wait_s` is how long models of its kind still take, by the
    catalogue, for a provider that does not say."""
    told = _figure(status.wait_s)
    wait_s = _figure(usual_wait_s) if told is None else told
    by: Literal["provider", "catalogue"] = "catalogue" if told is None else "provider"
    position = _figure(status.position)
    return JobStanding(
        state="queued" if status.state == "queued" else "running",
        position=None if position is None else int(position),
        percent=_figure(status.percent, 100),
        wait_s=wait_s,
        wait_by=None if wait_s is None else by,
        log=log_line(status.log),
    )


def _figure(said: object, most: float = _MOST) -> float | None:
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said < math.inf:
        return None
    return min(said, most)
