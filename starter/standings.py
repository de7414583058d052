"""Knows how the steps of a production stand at their providers: what their activities' heartbeats say."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from pydantic import ValidationError

from workflows.studio import JobStanding, Progress, RowProgress, StepProgress, StepStanding

if TYPE_CHECKING:
    # A slow import, for commands that ask no server.
    from temporalio.client import WorkflowExecutionDescription


def with_standings(progress: Progress, description: WorkflowExecutionDescription) -> Progress:
    """The progress, its running steps told how they stand by now. Heartbeats never enter the history, so that
    its workflow is told of them only now and then; whoever asks the server for the pending activities hears
    each."""
    told = standings(description)
    rows = tuple(row.model_copy(update={"steps": _noted(row.steps, told)}) for row in progress.beats)
    return progress.model_copy(update={"beats": rows, "film_steps": _noted(progress.film_steps, told)})


def standings(description: WorkflowExecutionDescription) -> dict[str, JobStanding]:
    """By the name of the step."""
    told: dict[str, JobStanding] = {}
    for pending in description.raw_description.pending_activities:
        for payload in pending.heartbeat_details.payloads[:1]:
            with suppress(ValidationError):
                # Encoded by a codec that this client does not have, it is no JSON.
                said = StepStanding.model_validate_json(payload.data)
                if said.step and (said.words or said.log):
                    told[said.step] = said
    return told


def running_notes(row: RowProgress) -> str:
    """What runs in a row, each with what its provider says, and the last line of its log."""
    return ", ".join(
        " ".join(filter(None, (step.label.split(" · ")[-1], standing_words(step))))
        for step in row.steps
        if step.state == "running"
    )


def standing_words(step: StepProgress) -> str:
    """How it stands at its provider; empty where nobody says."""
    log = step.standing.log if step.standing else ""
    return ": ".join(filter(None, (step.note, log)))


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


def _noted(steps: tuple[StepProgress, ...], told: Mapping[str, JobStanding]) -> tuple[StepProgress, ...]:
    return tuple(
        step.model_copy(update={"note": told[step.name].words, "standing": told[step.name]})
        if step.state == "running" and step.name in told
        else step
        for step in steps
    )
