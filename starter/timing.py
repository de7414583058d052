"""What a schedule is made of: when its runs begin, what becomes of those that overlap, what each is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal

from temporalio.client import ScheduleIntervalSpec, ScheduleOverlapPolicy, SchedulePolicy, ScheduleSpec

from workflows.studio import Production, at_its_time, in_zone

Overlap = Literal["skip", "buffer-one", "buffer-all", "allow-all", "cancel-other"]
OVERLAPS: Mapping[Overlap, ScheduleOverlapPolicy] = {
    "skip": ScheduleOverlapPolicy.SKIP,
    "buffer-one": ScheduleOverlapPolicy.BUFFER_ONE,
    "buffer-all": ScheduleOverlapPolicy.BUFFER_ALL,
    "allow-all": ScheduleOverlapPolicy.ALLOW_ALL,
    "cancel-other": ScheduleOverlapPolicy.CANCEL_OTHER,
}
# The server's own default of a year would buy films for a whole outage.
CATCH_UP = timedelta(minutes=10)
# Any time will do: whether a request can be used does not depend on when.
_SOME_TIME = "-2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Timing:
    """When runs begin: by `cron` expressions in `time_zone`, or `every` so often since 1970, UTC. `jitter`
    puts each off by a random time up to that; `catch_up` is how late a missed one still begins."""

    cron: tuple[str, ...] = ()
    every: timedelta | None = None
    time_zone: str = "UTC"
    jitter: timedelta | None = None
    overlap: Overlap = "skip"
    catch_up: timedelta = CATCH_UP

    def spec(self) -> ScheduleSpec:
        return ScheduleSpec(
            cron_expressions=self.cron,
            intervals=[ScheduleIntervalSpec(every=self.every)] if self.every else [],
            jitter=self.jitter,
            time_zone_name=self.time_zone,
        )

    def policy(self) -> SchedulePolicy:
        return SchedulePolicy(overlap=OVERLAPS[self.overlap], catchup_window=self.catch_up)


def request_for(
    production: Production[Any, Any],
    asked: bytes,
    name: str,
    time_zone: str = "UTC",
    budget_usd: Decimal | None = None,
) -> dict[str, Any]:
    """The request of a schedule of that name, as every run is sent it; `asked` is raw JSON, `budget_usd` what
    each run may cost in all. Raises `InvalidRequest` for what no run could use, `UnknownZone`."""
    production.parse(at_its_time(asked, name + _SOME_TIME))
    said = in_zone(json.loads(asked.decode("utf-8-sig")), time_zone)
    if budget_usd is not None:
        said["budget_usd"] = str(budget_usd)
        production.parse(at_some_time(said, name))
    return said


def at_some_time(said: Mapping[str, Any], name: str) -> bytes | None:
    """What a run of the schedule of that name could be asked for, as raw JSON."""
    return at_its_time(json.dumps(said).encode(), name + _SOME_TIME)
