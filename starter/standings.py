"""Knows how the steps of a production stand at their providers: what their activities' heartbeats say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from workflows.studio import Progress, RowProgress, StepProgress

if TYPE_CHECKING:
    # A slow import, for commands that ask no server.
    from temporalio.client import WorkflowExecutionDescription


def with_standings(progress: Progress, description: WorkflowExecutionDescription) -> Progress:
    """The progress, its running steps told how they stand. Heartbeats never enter the history, so no workflow
    knows of them; whoever asks the server for the pending activities does."""
    notes = standings(description)
    rows = tuple(row.model_copy(update={"steps": _noted(row.steps, notes)}) for row in progress.beats)
    return progress.model_copy(update={"beats": rows, "film_steps": _noted(progress.film_steps, notes)})


def standings(description: WorkflowExecutionDescription) -> dict[str, str]:
    """Words by the name of the step."""
    notes: dict[str, str] = {}
    for pending in description.raw_description.pending_activities:
        for payload in pending.heartbeat_details.payloads[:1]:
            said = _details(payload.data)
            step, words = said.get("step"), _words(said)
            if isinstance(step, str) and step and words:
                notes[step] = words
    return notes


def running_notes(row: RowProgress) -> str:
    """What runs in a row, each with what its provider says."""
    return ", ".join(
        " ".join(filter(None, (step.label.split(" · ")[-1], step.note)))
        for step in row.steps
        if step.state == "running"
    )


def row_notes(row: RowProgress, progress: Progress) -> str:
    """What runs in a row, and why it is left with less than was asked for."""
    why = progress.placeholder(row)
    left = f"not {row.wanted.name}: {why}" if why and row.wanted else ""
    # A row with versions says of each what became of it.
    return ", ".join(filter(None, (running_notes(row), left if row.versions else row.note)))


def cut_words(progress: Progress) -> str:
    """What the newest cut is; empty where there is none."""
    if progress.cut is None:
        return ""
    rows, whole, cut = len(progress.beats), progress.as_asked, f"cut {progress.cut} delivered"
    if whole == rows:
        return f"{cut}: the film, as asked"
    if whole:
        return f"{cut}: {whole} of {rows} shots as asked"
    is_drawn = all(row.shown and row.shown.name.startswith("animatic") for row in progress.beats)
    goes_on = "; it gets better from here" if progress.status == "rendering" else ""
    return f"{cut}: {'the animatic' if is_drawn else 'none of it as asked yet'}{goes_on}"


def _details(data: bytes) -> Mapping[str, object]:
    try:
        said = json.loads(data)
    except ValueError:
        # Encoded by a codec that this client does not have.
        return {}
    return said if isinstance(said, dict) else {}


def _words(said: Mapping[str, object]) -> str:
    position, percent, wait_s = said.get("position"), said.get("percent"), said.get("wait_s")
    words = []
    if isinstance(position, int):
        words.append(f"{position} ahead in the queue" if position else "next in the queue")
    if isinstance(percent, float | int) and percent:
        words.append(f"{percent:.0f} %")
    if isinstance(wait_s, float | int):
        words.append(f"about {wait_s:.0f} s left")
    return ", ".join(words)


def _noted(steps: tuple[StepProgress, ...], notes: Mapping[str, str]) -> tuple[StepProgress, ...]:
    return tuple(
        step.model_copy(update={"note": notes[step.name]})
        if step.state == "running" and step.name in notes
        else step
        for step in steps
    )
