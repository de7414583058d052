"""Knows how a production stands: its steps, in the order they were expected, and what of them is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from workflows.studio.facts import Artifact
from workflows.studio.report import Progress, RowProgress, Status, StepProgress, StepState
from workflows.studio.standing import JobStanding


@dataclass
class _Step:
    """`row` is the id of the row it belongs to; None for a step of the whole production. One that runs again
    is `counted` as before: as made where it was ever made, else as found."""

    label: str
    row: str | None
    weight: int
    state: StepState = "waiting"
    object: str | None = None
    model: str | None = None
    counted: Literal["", "made", "reused"] = ""
    standing: JobStanding | None = None


class Board:
    """The steps of one run in the order they were expected. Deterministic, changed only by the workflow."""

    def __init__(self) -> None:
        self.status: Status = "planning"
        self.title = ""
        #: In their order, as they were planned: what happens to them is told by `expect` and `notes`.
        self.rows: tuple[RowProgress, ...] = ()
        self.warnings: list[str] = []
        self.notes: dict[str, str] = {}
        self._steps: dict[str, _Step] = {}
        self._made_weight = 0
        self._making_since: datetime | None = None
        #: While nothing runs and a person is waited for: since when, and how long that was so before.
        self._idle_since: datetime | None = None
        self._idle_before = timedelta()
        self._done = 0.0
        #: The newest cut: its number, and the keys of its object and of the page that tells of it.
        self.cut: int | None = None
        self.delivered: str | None = None
        self.report: str | None = None

    def expect(self, name: str, label: str, weight: int, row: str | None = None) -> None:
        """Announces a step; a second announcement renames it, keeping its state."""
        old = self._steps.get(name, _Step(label, row, weight))
        self._steps[name] = replace(old, label=label, row=row, weight=weight)

    def label(self, name: str) -> str:
        return self._steps[name].label

    def model(self, name: str) -> str | None:
        return self._steps[name].model

    def asks(self, name: str, model: str) -> None:
        """The step is asked of this paid model now."""
        self._steps[name].model = model

    def start(self, name: str, now: datetime) -> None:
        self._steps[name].state, self._steps[name].standing = "running", None
        self._making_since = self._making_since or now

    def finish(self, name: str, artifact: Artifact) -> None:
        step = self._steps[name]
        step.state, step.object = ("reused" if artifact.reused else "made"), artifact.object
        step.counted = step.counted or "reused" if artifact.reused else "made"
        if not artifact.reused:
            self._made_weight += step.weight
        self._advance()

    def stands(self, name: str, standing: JobStanding) -> bool:
        """How it stands at its provider; False where it is not under way, for what is told may come late."""
        if not self.is_under_way(name):
            return False
        self._steps[name].standing = JobStanding.model_validate(standing.model_dump())
        return True

    def fail(self, name: str) -> None:
        self._steps[name].state = "failed"

    def again(self, name: str) -> None:
        """The step is to be made once more."""
        self._steps[name].state, self._steps[name].object = "waiting", None
        self.notes.pop(name, None)

    def hold(self, name: str) -> None:
        """The step waits for a person, or at a cap."""
        self._steps[name].state = "held"

    def is_held(self, row: str) -> bool:
        """Whether a step of the row waits so."""
        return any(step.row == row and step.state == "held" for step in self._steps.values())

    @property
    def states(self) -> dict[str, StepState]:
        """How every step stands, by its name."""
        return {name: step.state for name, step in self._steps.items()}

    def is_under_way(self, name: str) -> bool:
        """Whether the step is being made, and waits for nobody."""
        return name in self._steps and self._steps[name].state == "running"

    def unfinished(self, row: str) -> tuple[str, ...]:
        """The names of its steps that are not made yet."""
        done = ("made", "reused")
        return tuple(name for name, step in self._steps.items() if step.row == row and step.state not in done)

    def interrupt(self) -> None:
        """Nothing runs any more: what had begun waits for another run."""
        for step in self._steps.values():
            if step.state in ("running", "held"):
                step.state = "waiting"

    def drop(self, name: str) -> None:
        """A step that turned out not to be needed."""
        self._steps.pop(name, None)
        self._advance()

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def warn_once(self, text: str) -> None:
        """The same, unless it says so already: every cut of a film may."""
        if text not in self.warnings:
            self.warn(text)

    def tick(self, now: datetime, paused: bool) -> None:
        """What has just changed changed at `now`. To be called after every change, for the expected time."""
        states = {step.state for step in self._steps.values()}
        idle = "running" not in states and (paused or "held" in states)
        if self._idle_since is not None and not idle:
            self._idle_before += now - self._idle_since
        self._idle_since = (self._idle_since or now) if idle else None

    @property
    def made(self) -> int:
        """Steps that were made in this run, each once."""
        return sum(step.counted == "made" for step in self._steps.values())

    @property
    def reused(self) -> int:
        """Steps that were only found finished."""
        return sum(step.counted == "reused" for step in self._steps.values())

    def snapshot(self, started: datetime, now: datetime) -> Progress:
        """All that the board knows at `now`; both times as the workflow tells them."""
        total, done = self._weights()
        return Progress(
            status=self.status,
            title=self.title,
            beats=self._rows(),
            film_steps=self._of(None),
            done=1.0 if self.status == "completed" else self._done,
            elapsed_s=round((now - started).total_seconds(), 3),
            expected_s=self._expected(started, now, total - done),
            made=self.made,
            reused=self.reused,
            warnings=tuple(self.warnings),
            cut=self.cut,
            delivered=self.delivered,
            report=self.report,
        )

    def _weights(self) -> tuple[int, int]:
        """Of all steps, and of the finished ones."""
        steps = self._steps.values()
        finished = sum(step.weight for step in steps if step.state in ("made", "reused"))
        return sum(step.weight for step in steps), finished

    def _advance(self) -> None:
        # A chunk found to be needed adds to what is left; a bar that goes back would look like lost work.
        total, finished = self._weights()
        self._done = max(self._done, round(finished / total, 4) if total else 0.0)

    def _expected(self, started: datetime, now: datetime, left: int) -> float | None:
        # Found steps cost no time, so only what was made in this run tells how fast the rest will go; and
        # of the first eighth much was building scenes and starting encoders.
        total, _ = self._weights()
        made = self._made_weight
        if not made or made * 8 < total or self._making_since is None or self.status != "rendering":
            return None
        if self._idle_since is not None:
            # Nobody knows how long a person takes.
            return None
        pace = (now - self._making_since - self._idle_before).total_seconds() / made
        return round((now - started).total_seconds() + pace * left, 1)

    def _of(self, row: str | None) -> tuple[StepProgress, ...]:
        return tuple(
            StepProgress(
                name=name,
                label=step.label,
                state=step.state,
                weight=step.weight,
                object=step.object,
                model=step.model,
                **_standing(step),
            )
            for name, step in self._steps.items()
            if step.row == row
        )

    def _rows(self) -> tuple[RowProgress, ...]:
        return tuple(
            row.model_copy(update={"steps": self._of(row.id), "note": self.notes.get(row.id, "")})
            for row in self.rows
        )


def _standing(step: _Step) -> dict[str, Any]:
    standing = step.standing if step.state == "running" else None
    return {"standing": standing, "note": standing.words} if standing else {}
