"""What becomes of a run while the one before it waits for a person, by each overlap policy: which films there
are at the end. Schedules are made and triggered by `reel`, by the typed client and with plain JSON."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)

from activities.studio import Studio
from infra.embedded.stack import Stack
from starter.films import Films
from starter.productions import Productions
from starter.schedules import Schedules
from starter.timing import OVERLAPS, Overlap, Timing, request_for
from tests.conftest import Rig
from tests.support.plain import Plain
from tests.support.reel import PATIENCE_S, ran
from workflows.film import FILM

POLICIES: tuple[Overlap, ...] = get_args(Overlap)
NEVER = "0 0 1 1 *"
HELD = "chunk:hero_shot:0"
ASKED: Mapping[str, Any] = {
    "prompt": "A film about the bread of ${date}",
    "size": "360p",
    "fps": 8,
    "music": False,
    "take": "each_run",
    "plan": {"beats": [{"id": "hero_shot", "seconds": 5}]},
}
#: How many films a schedule has made that was triggered thrice, and how its first run ended. Where the first
#: is cancelled the others follow, each once the one before has ended.
MADE: Mapping[Overlap, tuple[int, str]] = {
    "skip": (1, "completed"),
    "buffer-one": (2, "completed"),
    "buffer-all": (3, "completed"),
    "allow-all": (3, "completed"),
    "cancel-other": (2, "canceled"),
}


class Three:
    """The same by each of the three ways; `plain` knows nothing of ours."""

    def __init__(self, client: Client, plain: Client, home: Path, theirs: dict[str, str]) -> None:
        self.schedules, self._plain = Schedules(client, Productions(client)), plain
        self._home, self._theirs = home, theirs
        (home.parent / "film.json").write_text(json.dumps(ASKED))

    async def reel(self, *words: str) -> Mapping[str, Any]:
        typed = ("schedule", *words, "--json")
        code, one = await ran(*typed, home=self._home, folder=self._home.parent, **self._theirs)
        assert code == 0, one.text
        return one.json

    async def create(self, name: str, how: str, policy: Overlap) -> None:
        if how == "reel":
            await self.reel("create", name, "film.json", "--cron", NEVER, "--overlap", policy)
        elif how == "typed":
            asked = request_for(FILM, json.dumps(ASKED).encode(), name)
            await self.schedules.create(name, FILM, asked, Timing(cron=(NEVER,), overlap=policy))
        else:
            action = ScheduleActionStartWorkflow("VideoWorkflow", ASKED, id=name, task_queue="reel")
            spec = ScheduleSpec(cron_expressions=[NEVER])
            overlap = ScheduleOverlapPolicy[policy.replace("-", "_").upper()]
            policies = SchedulePolicy(overlap=overlap, catchup_window=timedelta(minutes=10))
            await self._plain.create_schedule(name, Schedule(action=action, spec=spec, policy=policies))

    async def trigger(self, name: str, how: str) -> None:
        # A run is named by its second.
        await asyncio.sleep(1.1)
        if how == "reel":
            await self.reel("trigger", name)
        elif how == "typed":
            await self.schedules.trigger(name)
        else:
            await self._plain.get_schedule_handle(name).trigger()

    async def runs(self, name: str) -> list[str]:
        """How each stands, the first one first."""
        return [run.state for run in reversed((await self.schedules.show(name)).runs)]

    async def until(self, name: str, runs: int, *states: str) -> None:
        """So many have begun, and the last of them stands so."""
        async with asyncio.timeout(PATIENCE_S):
            while len(found := await self.runs(name)) < runs or found[-1] not in states:
                await asyncio.sleep(0.3)


@pytest.mark.slow
async def test_each_policy_makes_the_films_that_it_says(
    rig: Rig, client: Client, stack: Stack, theirs: dict[str, str], tmp_path: Path
) -> None:
    go, plain = threading.Event(), await Client.connect(stack.temporal_address)
    three = Three(client, plain, tmp_path / "home", theirs)
    names = await _made_by_all_three(three, plain)
    async with rig(Plain(hold={HELD: go})) as (studio, films):
        try:
            await asyncio.gather(*(_begun_and_paused(three, plain, names[each]) for each in POLICIES))
            go.set()
            for policy in POLICIES:
                await _triggered_twice_more(three, names[policy], policy)
            for policy in POLICIES:
                await _is_as_said(three, plain, names[policy], policy, (studio, films))
        finally:
            go.set()
            for name in names.values():
                await three.schedules.delete(name)


async def _made_by_all_three(three: Three, plain: Client) -> dict[Overlap, str]:
    """A schedule of each policy by each way; of each policy the one that is triggered."""
    chosen: dict[Overlap, str] = {}
    ways = ("reel", "typed", "plain")
    for place, policy in enumerate(POLICIES):
        for how in ways:
            name = f"{policy}-by-{how}"
            await three.create(name, how, policy)
            told = await plain.get_schedule_handle(name).describe()
            assert told.schedule.policy.overlap == OVERLAPS[policy], name
            assert (await three.schedules.show(name)).overlap == policy
            if how == ways[place % 3]:
                chosen[policy] = name
            else:
                await three.schedules.delete(name)
    return chosen


async def _begun_and_paused(three: Three, plain: Client, name: str) -> None:
    """Its first run waits for a person."""
    begun = await three.schedules.trigger(name)
    assert begun.how == "begun" and begun.run is not None, begun
    await plain.get_workflow_handle(begun.run).signal("pause")


async def _triggered_twice_more(three: Three, name: str, policy: Overlap) -> None:
    waiting = (await three.schedules.show(name)).waiting
    assert waiting is not None, "its first run waits"
    for number, how in enumerate(("reel", "plain"), 2):
        await three.trigger(name, how)
        if policy == "cancel-other":
            # A film that the next one finds running is cancelled for it.
            await three.until(name, number, "completed")


async def _is_as_said(
    three: Three, plain: Client, name: str, policy: Overlap, made: tuple[Studio, Films]
) -> None:
    (studio, films), (count, first) = made, MADE[policy]
    if first == "completed":
        shown = await three.schedules.show(name)
        await plain.get_workflow_handle(shown.runs[-1].id).signal("resume")
    await three.until(name, 3 if policy == "cancel-other" else count, "completed")
    async with asyncio.timeout(PATIENCE_S):
        while "running" in (states := await three.runs(name)):
            await asyncio.sleep(0.3)
    assert (states[0], states.count("completed")) == (first, count), (policy, states)
    shown = await three.schedules.show(name)
    results = [await films.film(run.id).result() for run in shown.runs if run.state == "completed"]
    videos = {result.video for result in results if result.video}
    assert len(videos) == count and all([await studio.store.exists(video) for video in videos])
