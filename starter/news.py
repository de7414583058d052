"""What has happened to a production since it was last looked at, a line each: for logs, and for terminals
that move no cursor."""

from __future__ import annotations

from collections.abc import Iterator

from starter.batch_counts import counted
from starter.standings import cut_words, standing_words
from starter.waits import waiting_for, ways_on
from workflows.batch import BatchProgress
from workflows.studio import Progress, StepProgress

_WORDS = {"made": "made", "reused": "found finished", "failed": "failed"}


class News:
    """Of the production `id`; with its single `steps`, or without. A `cut` that was there before is none."""

    def __init__(self, id: str, steps: bool = True, cut: int | None = None) -> None:
        self._id, self._steps = id, steps
        self._said: set[str] = {f"cut {cut}"}

    def lines(self, progress: Progress) -> Iterator[str]:
        """A line for whatever is new, each with how far it is."""
        for line in self._new(progress):
            yield f"{progress.done:4.0%}  {line}"
            if line.startswith("waits for "):
                yield from ways_on(self._id, progress)

    def end(self, status: str, done: float) -> Iterator[str]:
        """The same of its end, unless its last progress has told it: no worker may have answered by then."""
        if self._changes(status):
            yield f"{1.0 if status == 'completed' else done:4.0%}  {status}"

    def _new(self, progress: Progress) -> Iterator[str]:
        for step in all_steps(progress) if self._steps else ():
            if step.state in _WORDS and self._first(step.name):
                yield f"{step.label}  {_WORDS[step.state]}"
            elif (stands := _stands(step)) and self._first(f"{step.name} {stands}"):
                yield f"{step.label}  {standing_words(step)}"
        if isinstance(progress, BatchProgress) and self._first(words := counted(progress.counts)):
            yield words
        if progress.cut is not None and self._first(f"cut {progress.cut}"):
            yield cut_words(progress)
        if progress.waiting_for and self._first(f"waits {progress.waiting_for}"):
            yield f"waits for {waiting_for(progress)}"
        # What has failed says so itself at the end; what still runs beside it may take its time.
        if progress.error and progress.status != "failed" and self._first("error"):
            yield f"fails: {progress.error.words}"
        # After its steps: what is completed has stitched its film before.
        state = "paused" if progress.paused else progress.status
        if self._changes(state):
            yield state

    def _changes(self, state: str) -> bool:
        """Whether it stood otherwise before; from now on it stands so."""
        before = {one for one in self._said if one.startswith("state ")}
        self._said = self._said - before | {f"state {state}"}
        return f"state {state}" not in before

    def _first(self, what: str) -> bool:
        """Whether it was not said before; from now on it was."""
        is_new = what not in self._said
        self._said.add(what)
        return is_new


def _stands(step: StepProgress) -> str:
    """What is worth a line, once: that it waits at its provider, and that it is worked on."""
    if step.state != "running" or step.standing is None or not standing_words(step):
        return ""
    return step.standing.state or ""


def all_steps(progress: Progress) -> Iterator[StepProgress]:
    """Those of all rows, and of none."""
    for row in progress.beats:
        yield from row.steps
    yield from progress.film_steps
