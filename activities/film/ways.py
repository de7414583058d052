"""Knows what a film would cost and how long its models would take either way: its chunks one after the other,
or between anchors."""

from __future__ import annotations

from activities.film.estimate import estimated
from activities.studio import Estimate, Studio, Way
from workflows.film import Continuity, VideoRequest
from workflows.studio import InvalidRequest


async def with_ways(opened: Studio, request: VideoRequest, film: str, shown: Estimate) -> Estimate:
    """The estimate of the request for the film of that id, with both ways side by side; as it is where it is
    free, its models know one of them alone, or it has no beat of two chunks."""
    if request.method == "keyframes" or not shown.paid:
        return shown
    other: Continuity = "chained" if request.continuity == "anchored" else "anchored"
    try:
        there = await estimated(opened, request.model_copy(update={"continuity": other}), film)
    except InvalidRequest:
        return shown
    if not any(each.what.startswith("anchor ") for each in (*shown.artifacts, *there.artifacts)):
        return shown
    both = sorted([(request.continuity, shown), (other, there)], key=lambda way: way[0] == "anchored")
    ways = tuple(Way(name=name, price_usd=one.price_usd, typical_s=one.typical_s) for name, one in both)
    return shown.model_copy(update={"ways": ways})
