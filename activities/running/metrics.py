"""What one worker counts of its own work, by the Temporal SDK's meters; over all workers the sums are right.

Where no metrics are asked for, these meters count nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from temporalio import activity
from temporalio.common import MetricMeter

from activities.models import FAILURES
from workflows.studio import Artifact

ARTIFACTS, ERRORS = "video_generation_artifacts_total", "video_generation_provider_errors_total"
_ARTIFACTS = "What steps have brought, by whether it was made for them or found in the ledger."
_ERRORS = "Failures that providers have answered with, by their kind; each answer counts."


def count_brought(result: object) -> None:
    """Counts what an activity returns, where that is an artifact, or says which it has. To be called in the
    activity, as it ends well: an attempt whose result is lost counts, and so does the next one, which finds
    what it made."""
    brought = result if isinstance(result, Artifact) else getattr(result, "artifact", None)
    if isinstance(brought, Artifact):
        counter = activity.metric_meter().create_counter(ARTIFACTS, _ARTIFACTS)
        counter.add(1, {"outcome": "found" if brought.reused else "made"})


def errors_of(meter: MetricMeter, provider: str, models: Iterable[str]) -> Callable[[str, str], None]:
    """What is to be told of each failure of a provider: the model's id, or nothing, and its kind. Those of
    the models that it is known to sell are shown from the beginning: the first is an increase, too."""
    counter = meter.create_counter(ERRORS, _ERRORS).with_additional_attributes({"provider": provider})

    def count(model: str, kind: str, times: int = 1) -> None:
        counter.add(times, {"model": model, "kind": kind})

    for model in models:
        for failure in FAILURES:
            count(model, failure.__name__, 0)
    return count
