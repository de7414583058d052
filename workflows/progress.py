"""What a film tells about itself: the answer to the `progress` query and the page in the Web UI.

`Board` is the workflow's own record of its steps; `markdown` is pure. The page keeps to what every
renderer of Temporal's current details shows alike: headings, tables, lists, inline code; no images, no HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from workflows.contract import Artifact, Plan
from workflows.money import usd
from workflows.report import BeatProgress, Progress, Status, StepProgress, StepState

_MARK: dict[StepState, str] = {
    "waiting": "·",
    "running": "▸",
    "made": "●",
    "reused": "○",
    "failed": "✕",
    "held": "?",
}


@dataclass
class _Step:
    """`place` is the beat it belongs to; None for a step of the whole film."""

    label: str
    place: str | None
    weight: int
    state: StepState = "waiting"
    object: str | None = None
    model: str | None = None


class Board:
    """The steps of one run in the order they were expected. Deterministic, changed only by the workflow."""

    def __init__(self) -> None:
        self.status: Status = "planning"
        self.plan: Plan | None = None
        self.warnings: list[str] = []
        self.notes: dict[str, str] = {}
        self._steps: dict[str, _Step] = {}
        self._made_weight = 0
        self._making_since: datetime | None = None
        #: While nothing runs and a person is waited for: since when, and how long that was so before.
        self._idle_since: datetime | None = None
        self._idle_before = timedelta()
        self._done = 0.0

    def expect(self, name: str, label: str, weight: int, place: str | None = None) -> None:
        """Announces a step; a second announcement renames it, keeping its state."""
        old = self._steps.get(name)
        fresh = _Step(label, place, weight)
        if old:
            fresh = replace(fresh, state=old.state, object=old.object, model=old.model)
        self._steps[name] = fresh

    def label(self, name: str) -> str:
        return self._steps[name].label

    def model(self, name: str) -> str | None:
        return self._steps[name].model

    def asks(self, name: str, model: str) -> None:
        """The step is asked of this paid model now."""
        self._steps[name].model = model

    def start(self, name: str, now: datetime) -> None:
        self._steps[name].state = "running"
        self._making_since = self._making_since or now

    def finish(self, name: str, artifact: Artifact) -> None:
        step = self._steps[name]
        step.state, step.object = ("reused" if artifact.reused else "made"), artifact.object
        if not artifact.reused:
            self._made_weight += step.weight
        self._advance()

    def fail(self, name: str) -> None:
        self._steps[name].state = "failed"

    def hold(self, name: str) -> None:
        """The step waits for a person."""
        self._steps[name].state = "held"

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

    def tick(self, now: datetime, paused: bool) -> None:
        """What has just changed changed at `now`. To be called after every change, for the expected time."""
        states = {step.state for step in self._steps.values()}
        idle = "running" not in states and (paused or "held" in states)
        if self._idle_since is not None and not idle:
            self._idle_before += now - self._idle_since
        self._idle_since = (self._idle_since or now) if idle else None

    @property
    def made(self) -> int:
        return sum(step.state == "made" for step in self._steps.values())

    @property
    def reused(self) -> int:
        return sum(step.state == "reused" for step in self._steps.values())

    def snapshot(self, started: datetime, now: datetime) -> Progress:
        """All that the board knows at `now`; both times as the workflow tells them."""
        total, done = self._weights()
        return Progress(
            status=self.status,
            title=self.plan.title if self.plan else "",
            beats=self._beats(),
            film_steps=self._of(None),
            done=1.0 if self.status == "completed" else self._done,
            elapsed_s=round((now - started).total_seconds(), 3),
            expected_s=self._expected(started, now, total - done),
            made=self.made,
            reused=self.reused,
            warnings=tuple(self.warnings),
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

    def _of(self, place: str | None) -> tuple[StepProgress, ...]:
        return tuple(
            StepProgress(
                name=name,
                label=step.label,
                state=step.state,
                weight=step.weight,
                object=step.object,
                model=step.model,
            )
            for name, step in self._steps.items()
            if step.place == place
        )

    def _beats(self) -> tuple[BeatProgress, ...]:
        return tuple(
            BeatProgress(
                id=beat.id,
                title=beat.title,
                seconds=beat.seconds,
                camera=beat.camera,
                steps=self._of(beat.id),
                note=self.notes.get(beat.id, ""),
            )
            for beat in (self.plan.beats if self.plan else ())
        )


# ---- the page --------------------------------------------------------------------------------

# Some UI servers put the page into a URL, and proxies cut headers at 8 KB.
_PAGE_BYTES = 4000
# The page is about 60 characters wide: longer cells break into many lines.
_CELL, _SENTENCE = 40, 160
# A failure is told whole, what happened and what to do, as far as the page's bytes allow in any script.
_REASON = 400
# The self-hosted UI draws tables without cell padding; an em space at the end of a cell stands for it.
_PAD = "\u2003"
# Keeps the short cells on one line.
_STAY = "\u00a0"
_LEGEND = _PAD.join(("● made", "○ found finished", "▸ running", "· waiting", "? held", "✕ failed"))
# The UI fills in the names in braces. One page opens from here; the tabs above lead to the rest.
_RUN = "/namespaces/{namespace}/workflows/{workflowId}/{runId}"
_LINKS = " · ".join(
    f"[{words}]({_RUN}/{page})"
    for words, page in (
        ("Timeline", "timeline"),
        ("Pending activities", "pending-activities"),
        ("Event history", "history"),
    )
)
# Prose in which no renderer of markdown finds anything to do: words, with marks that end or join them.
_PROSE = re.compile(r"(?!\d+[.)])[^\W_](?:[^\W_]|[ ,’'“”–—…?!%()·/]|[.:;](?= |$)|(?<=[^\W_])[-_](?=[^\W_]))*")


def markdown(progress: Progress) -> str:
    """The page an operator reads: under 4,000 bytes, and nothing that somebody else wrote is ever markup.

    Where a long film does not fit, whole rows are left out and counted.
    """
    head = [f"## {_words(progress.title, _CELL * 2) or 'A film'}", _headline(progress)]
    if progress.waiting_for:
        head.append(f"**Waits for** {_words(progress.waiting_for)}")
    if progress.error:
        head.append(f"**Why it fails** {_words(progress.error.words, _REASON)}")
    rows = [_beat_row(number, beat) for number, beat in enumerate(progress.beats, 1)]
    seconds = sum(beat.seconds for beat in progress.beats)
    foot = [_row("Film", f"{seconds} s", progress.film_steps)] if progress.film_steps else []
    legend = "\n\n".join((_LEGEND, _LINKS)) if rows or foot else ""
    # What joins the blocks is counted with them.
    room = _PAGE_BYTES - _bytes("".join([*head, *foot, legend])) - 16
    warnings = [f"- {_words(text)}" for text in progress.warnings]
    noted = _fitting(["**Warnings**", "", *warnings], 2, room // 2, lambda left: f"- and {left} more")
    lines = [*_TABLE, *rows]
    beats = _fitting(lines, 2, room - _bytes(noted), lambda left: _line(f"and {left} more", *[""] * 3))
    table = "\n".join(filter(None, [beats or "\n".join(_TABLE), *foot])) if rows or foot else ""
    return "\n\n".join(filter(None, [*head, table, legend, noted]))


def _headline(progress: Progress) -> str:
    steps = len(progress.film_steps) + sum(len(beat.steps) for beat in progress.beats)
    state = "paused" if progress.paused else progress.status
    said = [f"**{state.capitalize()}**", f"{progress.done:.0%}"]
    if steps:
        said.append(f"{progress.made + progress.reused} of {steps} steps")
    if progress.reused:
        said.append(f"{progress.reused} found finished")
    spent = max(progress.spent_usd, progress.cost_usd)
    limit = progress.budget_usd
    # Some renderers set what stands between two dollar signs as a formula.
    said.append(usd(spent) if limit is None else f"{usd(spent)[1:]} of {usd(limit)[1:]} USD")
    if progress.expected_s is not None and not progress.paused:
        said.append(f"about {_span(progress.expected_s)} in all")
    return " · ".join(said)


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _beat_row(number: int, beat: BeatProgress) -> str:
    name = f"{number}{_STAY}{_words(beat.id, _CELL)}"
    shot = f"{beat.seconds} s {_words(beat.camera.replace('_', ' '), _CELL)}"
    return _row(name, shot, beat.steps, beat.note)


def _row(name: str, shot: str, steps: Sequence[StepProgress], note: str = "") -> str:
    # The row names the beat already: of a step's label only the last part is news.
    news = [(step.state, step.label.rpartition(" · ")[2]) for step in steps]
    failed = [f"{what} failed" for state, what in news if state == "failed"]
    running = [what for state, what in news if state == "running"]
    held = [f"{what} waits for you" for state, what in news if state == "held"]
    now = ", ".join([*([note] if note else failed), *held, *running])
    marks = "".join(_MARK[step.state] for step in steps[:_CELL])
    return _line(name, shot.replace(" ", _STAY), marks, _words(now, _CELL * 2))


def _line(*cells: str) -> str:
    return "| " + " | ".join(f"{cell}{_PAD}" for cell in cells) + " |"


# An em space in the line of dashes would make a table no table.
_TABLE = (_line("Beat", "Shot", "Steps", "Now"), "| " + " | ".join([":---"] * 4) + " |")


def _fitting(lines: Sequence[str], head: int, room: int, more: Callable[[int], str]) -> str:
    """The lines in at most `room` bytes: all of them, or whole ones and `more` with how many are left out.

    The first `head` of them always stay; nothing where there are no others.
    """
    for kept in range(len(lines), head - 1, -1):
        rest = [more(len(lines) - kept)] if kept < len(lines) else []
        text = "\n".join([*lines[:kept], *rest])
        if _bytes(text) <= room:
            break
    return text if len(lines) > head else ""


def _bytes(text: str) -> int:
    return len(text.encode())


def _words(text: str, limit: int = _SENTENCE) -> str:
    """Somebody's words on one line: plain where they are prose and nothing else, else as inline code."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    if not line or _PROSE.fullmatch(line):
        return line
    # Inside code a table still ends its cell at a bar, and the UI still fills in `{runId}`.
    return f"`{line.translate(_TAME)}`"


_TAME = str.maketrans({"`": "'", "|": "/", "{": "(", "}": ")"})
