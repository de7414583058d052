"""Knows what a pipeline owes whoever ends it amid: what is there, why the rest is not, what it has cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from temporalio.client import WorkflowExecutionStatus

from tests.chaos.accounts import bounds
from tests.chaos.filming import Reel
from tests.chaos.stopping import End, steps_of
from workflows.pipeline import PipelineRequest, PipelineResult
from workflows.studio.report import Progress

# Said where the bucket refuses what is to be delivered: then what is there lies where only steps find it.
_UNDELIVERED = "could not be delivered"


def meant(reels: Sequence[Reel]) -> Counter[tuple[str, str]]:
    """How many runs somebody meant to end, by the kind of production and how."""
    return Counter((reel.production.noun, end.how) for reel in reels for end in reel.ends)


def in_time(reels: Sequence[Reel]) -> Counter[tuple[str, str]]:
    """How many of them were ended by that, before they had ended by themselves."""
    return Counter((reel.production.noun, end.how) for reel in reels for end in reel.ends if end.came_in_time)


def wrong_ends(
    reels: Sequence[Reel], there: Collection[str], attempts: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """What is not as it has to be of the pipelines that were ended amid; `there` is all that is delivered."""
    for reel in reels:
        if not isinstance(reel.request, PipelineRequest):
            continue
        mine = [row for row in attempts if row["payer"] == reel.id]
        for end in reel.ends:
            wrong = [*_told(reel.request, end, mine)]
            wrong += [f"it names {key}, which is not there" for key in _named(end) if key not in there]
            yield from (f"{reel.id}, ended by {end.how}: {words}" for words in wrong)


def _told(request: PipelineRequest, end: End, attempts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if isinstance(end.result, PipelineResult):
        yield from _result(request, end.result)
        if end.counted_at is not None:
            least, most = bounds(attempts, end.counted_at)
            if not least <= end.result.spent_usd <= most:
                rows = [dict(row) for row in attempts]
                yield f"it says {end.result.spent_usd}, the ledger {least} to {most}: {rows}"
    elif end.progress is not None:
        yield from _canceled(end, end.progress)
    elif end.status == WorkflowExecutionStatus.COMPLETED:
        yield "it has completed without a result"


def _result(request: PipelineRequest, result: PipelineResult) -> Iterator[str]:
    made = [one for one in result.steps if one.object]
    if [one.id for one in result.steps] != [one.id for one in request.steps]:
        yield f"it tells of other steps than were asked for: {result}"
    if result.whole != (len(made) == len(request.steps)):
        yield f"it says whole={result.whole} of {result.steps}"
    if any(bool(one.object) == bool(one.why) for one in result.steps):
        yield f"what is not there says why, and nothing else does: {result.steps}"
    if any(_UNDELIVERED in one for one in result.warnings):
        return
    if bool(result.output) != bool(made) or bool(result.manifest) != bool(made):
        yield f"what is there is delivered: {result}"


def _canceled(end: End, told: Progress) -> Iterator[str]:
    """It has no result: its progress and its memo say the same."""
    made = [one for one in steps_of(told) if one.state in ("made", "reused")]
    if told.status != "canceled" or any(one.state in ("running", "held") for one in steps_of(told)):
        yield f"it is over, and says {told}"
    if bool(told.delivered) != bool(made) and not any(_UNDELIVERED in one for one in told.warnings):
        yield f"what is there is delivered: {told}"
    if (end.memo.get("status"), end.memo.get("output")) != ("canceled", told.delivered):
        yield f"its memo says {dict(end.memo)}, and it {told}"


def _named(end: End) -> list[str]:
    """The objects that a person is told of."""
    if isinstance(end.result, PipelineResult):
        named = [end.result.output, end.result.manifest, *(one.object for one in end.result.steps)]
    else:
        named = [end.progress.delivered] if end.progress else []
    return [key for key in named if key]
