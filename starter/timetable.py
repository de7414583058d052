"""What a terminal and a program are shown of schedules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.table import Table

from starter.live import plain
from starter.outcome import line, out

if TYPE_CHECKING:
    # A slow import, for commands that ask no server.
    from starter.scheduled import ScheduledRun, Standing
    from starter.schedules import Triggered

#: How the state of a run is said where its own word does not say it.
_STATES = {"unanswered": "running, but no worker answers", "expired": "ended, its history has expired"}


def standing_json(one: Standing) -> dict[str, Any]:
    """A schedule for a program; times are UTC, the runs the newest first."""
    return {
        "name": one.name,
        "noun": one.noun,
        "paused": one.paused,
        "note": one.note,
        "overlap": one.overlap,
        "catch_up_s": int(one.catch_up.total_seconds()),
        "next": [at.isoformat() for at in one.next],
        "waits": one.waiting.waits if one.waiting else "",
        "runs": [each._asdict() for each in one.runs],
    }


def print_all(found: Sequence[Standing]) -> None:
    """A row each: what it makes, when it begins the next, and what became of the last."""
    if not found:
        line("There are no schedules here: `reel schedule create` makes one.")
        return
    rows = _table("Schedule", "Makes", "Next run", "Last run", "State")
    for one in found:
        last = one.waiting or next(iter(one.runs), None)
        words = [_paused(one)] if one.paused else []
        rows.add_row(
            plain(one.name),
            one.noun,
            _at(one.next[0]) if one.next else "none",
            plain(last.id.removeprefix(f"{one.name}-")) if last else "none yet",
            plain("; ".join([*words, *([_state(last)] if last else [])])),
        )
    out.print(rows, highlight=False)


def print_one(one: Standing) -> None:
    """Its next times, its last runs, and what a person can do about those that wait."""
    line(f"{one.name} makes a {one.noun} each time{f': {_paused(one)}' if one.paused else ''}.")
    if one.next:
        line(f"Next: {', '.join(map(_at, one.next))}")
    elif not one.paused:
        line("Next: none, for no time fits it any more.")
    minutes = one.catch_up.total_seconds() / 60
    line(f"While a run goes on: {one.overlap or 'as it was made elsewhere'}.")
    line(f"Runs that were missed begin up to {minutes:g} min late.")
    if one.runs:
        rows = _table("Last runs", "State")
        for each in one.runs:
            rows.add_row(plain(each.id), plain(_state(each)))
        out.print(rows, highlight=False)
    for way in [way for each in one.runs for way in each.ways]:
        # A command that is broken into lines is none.
        line(f"  {way}")


def print_triggered(name: str, what: Triggered) -> None:
    told = {
        "begun": f"{what.run} has begun.",
        "skipped": f"{name} begins no run now: {what.running or 'another'} goes on.",
        "buffered": f"{name} begins a run once {what.running or 'the other'} has ended.",
        "asked": f"{name} was asked for a run, and Temporal has not begun it yet.",
    }
    line(told[what.how])


def print_backfilled(name: str, times: Sequence[datetime]) -> None:
    first, last, count = _at(times[0]), _at(times[-1]), len(times)
    when = f"of {first}" if count == 1 else f"from {first} to {last}"
    line(f"{name} makes up for {count:,} {'run' if count == 1 else 'runs'} {when}.")


def _table(*heads: str) -> Table:
    rows = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        # A name that is broken into lines cannot be typed.
        rows.add_column(head, no_wrap=head != "State", overflow="fold")
    return rows


def _at(at: datetime) -> str:
    """In the zone of whoever looks."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M %Z")


def _paused(one: Standing) -> str:
    return "paused" if one.note in ("", "paused") else f"paused: {one.note}"


def _state(one: ScheduledRun) -> str:
    return f"waits for {one.waits}" if one.waits else _STATES.get(one.state, one.state)
