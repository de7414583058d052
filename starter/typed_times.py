"""Schedules as people type them: names, times, policies, and a request in a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starter.spans import span
from workflows.batch import BATCH
from workflows.productions import PRODUCTIONS
from workflows.studio import FieldProblem, InvalidRequest, Production, UnknownZone, number

if TYPE_CHECKING:
    # A slow import, for commands that ask no server.
    from starter.timing import Overlap, Timing

#: As `starter.timing` knows them, for `--help`.
OVERLAPS = ("skip", "buffer-one", "buffer-all", "allow-all", "cancel-other")
# As in a workflow's id, a part of which it becomes.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", re.ASCII)
# The server takes no larger payload, and a request of the longest legal texts is far shorter.
_REQUEST_BYTES = 2_000_000


def timing(
    cron: Iterable[str], every: str | None, time_zone: str, jitter: str | None, overlap: str, catch_up: str
) -> Timing:
    """Raises `InvalidRequest`, as all of these do, naming the option."""
    from starter.timing import Timing

    expressions = tuple(cron)
    if bool(expressions) == (every is not None):
        raise _wrong(
            "cron", "exactly one of --cron and --every is wanted", 'such as --cron "0 6 * * *" or --every 6h'
        )
    return Timing(
        cron=expressions,
        every=None if every is None else span(every, "every"),
        time_zone=time_zone,
        jitter=None if jitter is None else span(jitter, "jitter"),
        overlap=overlap_of(overlap),
        catch_up=span(catch_up, "catch-up"),
    )


def overlap_of(typed: str) -> Overlap:
    from starter.timing import OVERLAPS

    for name in OVERLAPS:
        if name == typed:
            return name
    raise _wrong("overlap", f"{typed[:40]!r} is no policy", f"one of {', '.join(OVERLAPS)}")


def time(typed: str, field: str) -> datetime:
    """A moment; UTC where no zone is named."""
    try:
        at = datetime.fromisoformat(typed.strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        how = "such as 2026-11-01 or 2026-11-01T06:00:00Z"
        raise _wrong(field, f"{typed[:40]!r} is no time", how) from None


def production_of(typed: str) -> Production[Any, Any]:
    for one in PRODUCTIONS.values():
        if one.noun == typed:
            return one
    known = ", ".join(one.noun for one in PRODUCTIONS.values())
    raise _wrong("production", f"{typed[:40]!r} is not made here", f"one of {known}")


def read(path: Path) -> bytes:
    """The request in a file, as it stands; of YAML, as pipelines are written, in JSON."""
    if path.suffix.lower() in (".yaml", ".yml"):
        from starter import pipeline_file

        return json.dumps(pipeline_file.read(path)).encode()
    try:
        if path.stat().st_size > _REQUEST_BYTES:
            raise _wrong(
                "request", f"{path} has more than {_REQUEST_BYTES:,} bytes", "name a file with one request"
            )
        return path.read_bytes()
    except OSError as error:
        raise _wrong(
            "request", f"{path} cannot be read: {error.strerror}", "name a file with one request in JSON"
        ) from None


def request(
    production: Production[Any, Any], asked: bytes, name: str, time_zone: str, budget: str | None
) -> dict[str, Any]:
    """What each run of the schedule is sent."""
    from starter.timing import request_for

    if not _NAME.fullmatch(name):
        raise _wrong(
            "name", f"{name[:40]!r} is no name", "letters, digits, -, _ and ., up to 100, such as morning"
        )
    usd = None if budget is None else number(budget)
    if budget is not None and usd is None:
        raise _wrong("budget-per-run", f"{budget[:40]!r} is no sum", "US dollars, such as 2.50")
    try:
        said = request_for(production, asked, name, time_zone, None if usd is None else Decimal(str(usd)))
        if production is BATCH:
            _check_items(said, name)
        return said
    except UnknownZone as error:
        field = "time-zone" if error.name == time_zone else "request"
        raise _wrong(field, str(error), "one of the tz database, such as Europe/Berlin") from None


def _check_items(said: dict[str, Any], name: str) -> None:
    """What no run could make of a batch's own items is told now; a source is read when a run begins."""
    from activities.batch import Lines, checked
    from starter.timing import at_some_time

    batch = BATCH.parse(at_some_time(said, name))
    if batch.items is not None:
        _, problems = checked(Lines(batch))
        if problems:
            raise problems.error


def _wrong(field: str, problem: str, suggestion: str) -> InvalidRequest:
    return InvalidRequest((FieldProblem(field=field, problem=problem, suggestion=suggestion),))
