"""How a production is counted at its end, by the meter of the Temporal SDK.

Nothing is counted while a history is replayed, or while a worker drops a run: each end counts on the one
worker that decided it, and the sum over all workers is right. Where a server does not take that decision, for
a signal came in between, the same end is decided and counted once more. A counter begins at 0 with each
worker's process, as Prometheus expects.
"""

from __future__ import annotations

from typing import Literal, get_args

from temporalio import workflow
from temporalio.common import MetricMeter

#: How it ended. What does not validate is `invalid`: the caller's mistake, and no failure of the studio's.
CountedAs = Literal["completed", "stopped", "canceled", "failed", "invalid"]
TOTAL, DURATION = "video_generation_total", "video_generation_duration_seconds"
_TOTAL = "Productions that have ended, by how they did."
_DURATION = "From the start of a production's run to its end, waits for people included."


def count_end(kind: str, ended: CountedAs) -> None:
    """To be called in the workflow, once, when nothing can change its end any more. `kind` is its noun."""
    meter, labels = workflow.metric_meter(), {"kind": kind, "status": ended}
    took = workflow.now() - workflow.info().start_time
    meter.create_counter(TOTAL, _TOTAL).add(1, labels)
    meter.create_histogram_float(DURATION, _DURATION, "seconds").record(took.total_seconds(), labels)


def begin_at_zero(meter: MetricMeter, kind: str) -> None:
    """Shows a worker's counters before anything has ended: the first failure is an increase then, too.
    `meter` has the labels that the SDK gives to what is counted in a workflow."""
    for status in get_args(CountedAs):
        meter.create_counter(TOTAL, _TOTAL).add(0, {"kind": kind, "status": status})
