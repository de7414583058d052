"""Knows what such a run has to prove: films that play, of all that was bought, at the price that was paid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import av
from temporalio.client import WorkflowExecutionStatus

from activities.storage.objects import ObjectStore
from tests.chaos.accounts import bounds, paid, read_at
from tests.chaos.endings import LISTED, UNLISTED, Cut
from tests.chaos.house import House, rows
from tests.chaos.verdict import ATTEMPTS
from tests.support.playing import played_from
from workflows.film.versions import RUNGS

_VERSIONS = "SELECT film, shot, name, made_at FROM film_version"
_VIDEO = (LISTED[1], UNLISTED[1])
# Both clocks are this machine's; an answer is on its way for a moment.
_MOMENT_S = 1.0


@dataclass
class Judged:
    """What was counted, and everything that is wrong."""

    wrong: list[str] = field(default_factory=list)
    films: int = 0
    played: int = 0
    frames: int = 0
    #: Shots by what the last cut shows; films by how Temporal says they ended, and by fate.
    shown: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    whys: Counter[str] = field(default_factory=Counter)
    chains: int = 0
    spent: Decimal = Decimal(0)
    accounts: int = 0


async def judge(house: House, cuts: Sequence[Cut], folder: Path) -> Judged:
    """Looks at everything that is left, once all films have ended."""
    judged = Judged(wrong=list(house.tally.surprises), films=len(cuts))
    attempts = [dict(row) for row in await rows(house.stack, ATTEMPTS)]
    versions = [dict(row) for row in await rows(house.stack, _VERSIONS)]
    store = ObjectStore.of(house.stack.s3)
    try:
        for cut in cuts:
            mine = [row for row in attempts if row["payer"] == cut.id]
            closed = await _ended(judged, house, cut)
            await _plays(judged, store, cut, folder)
            _best(judged, cut, [row for row in versions if row["film"] == cut.id], attempts, closed)
            await _account(judged, house, cut, mine)
    finally:
        store.close()
    return judged


async def _ended(judged: Judged, house: House, cut: Cut) -> datetime | None:
    described = await house.client.get_workflow_handle(cut.id).describe()
    status = described.status or WorkflowExecutionStatus.RUNNING
    judged.ended[f"{cut.fate}: {status.name.lower()}"] += 1
    wanted = {"cut off": ("COMPLETED", "CANCELED")}.get(cut.fate, ("COMPLETED",))
    if status.name not in wanted:
        judged.wrong.append(f"{_name(cut)} is {status.name}: {cut.failed}")
    return described.close_time


async def _plays(judged: Judged, store: ObjectStore, cut: Cut, folder: Path) -> None:
    beats = cut.request.plan.beats if cut.request.plan else ()
    wanted = sum(beat.seconds or 0 for beat in beats) * cut.request.fps
    if cut.video is None:
        judged.wrong.append(
            f"{_name(cut)} has no film: {cut.failed}; it says {cut.progress and cut.progress.warnings}"
        )
        return
    try:
        frames, samples = await played_from(store, cut.video, folder)
    except av.FFmpegError as error:
        judged.wrong.append(f"{_name(cut)} cannot be played: {error}")
        return
    if frames != wanted or not samples:
        judged.wrong.append(f"{_name(cut)} has {frames} of {wanted} frames, {samples} samples of sound")
        return
    judged.played += 1
    judged.frames += frames
    if cut.result is not None:
        _told(judged, cut)


def _told(judged: Judged, cut: Cut) -> None:
    """Each placeholder says why it is one, and what fills it; nothing else does."""
    assert cut.result is not None
    for beat in cut.result.beats:
        judged.whys[beat.why or "shows what was asked for"] += 1
        if not (bool(beat.why) == bool(beat.fill) == beat.placeholder):
            judged.wrong.append(f"{_name(cut)} says of {beat.id}: {beat}")
    if cut.result.whole == any(beat.placeholder for beat in cut.result.beats):
        judged.wrong.append(f"{_name(cut)} says whole={cut.result.whole}")


def _best(
    judged: Judged,
    cut: Cut,
    versions: Sequence[Mapping[str, Any]],
    attempts: Sequence[Mapping[str, Any]],
    closed: datetime | None,
) -> None:
    """What was finished when the film was to end is shown, or something better."""
    latest = cut.asked_at or closed
    for shot, word in cut.words.items():
        shown = cut.shown.get(shot, "")
        judged.shown[shown.partition("-")[0] or "nothing"] += 1
        there = [row["name"] for row in versions if row["shot"] == shot and _by(row["made_at"], latest)]
        # Every shot here is of one chunk.
        if any(_chunk(row, word) and _by(row["done_at"], latest) for row in attempts):
            judged.chains += 1
            there.append("draft-1")
        better = [name for name in there if _rank(name) > _rank(shown)]
        if better:
            judged.wrong.append(f"{_name(cut)} shows {shown or 'nothing'} of {shot}, and has {better}")


async def _account(judged: Judged, house: House, cut: Cut, mine: Sequence[Mapping[str, Any]]) -> None:
    """What it says it has cost is what the ledger said; of jobs that ended since, what they might have."""
    judged.spent += paid(mine)
    asked_at = await read_at(house.client.get_workflow_handle(cut.id))
    if cut.result is None or asked_at is None:
        return
    judged.accounts += 1
    sure, most = bounds(mine, asked_at)
    if not sure <= cut.result.spent_usd <= most:
        told = f"{cut.result.spent_usd}, the ledger {sure} to {most}"
        judged.wrong.append(f"{_name(cut)} says {told}: {[dict(row) for row in mine]}")


def _chunk(row: Mapping[str, Any], word: str) -> bool:
    return row["state"] == "done" and row["model"] in _VIDEO and word in row["request"]


def _by(moment: datetime | None, latest: datetime | None) -> bool:
    return moment is not None and (latest is None or (latest - moment).total_seconds() > _MOMENT_S)


def _rank(name: str) -> tuple[int, int]:
    rung, _, take = name.partition("-")
    return (RUNGS.index(rung), int(take)) if rung in RUNGS else (-1, 0)


def _name(cut: Cut) -> str:
    return f"{cut.id} ({cut.fate}, {', '.join(cut.answers) or 'never asked'})"
