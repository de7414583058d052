"""What a request says of the time that its run was scheduled for: `${date}`, `${time}` and `${run}` in its
words, and `"take": "each_run"`.

The time is the one with which the server ends the id of a scheduled workflow, and never a clock's: a run that
is resumed, backfilled, or directed after its end, means the same. Without such a time nothing is replaced.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: The value of `take` that makes something new in every run.
EACH_RUN = "each_run"
_TIME = re.compile(r"-(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\Z", re.ASCII)
# The zone stands in the words: of a schedule its request reaches the run, and its own zone does not.
_NAMED = re.compile(r"\$\{(date|time|run)(?: ([A-Za-z0-9_+/-]{1,64}))?\}", re.ASCII)


class UnknownZone(Exception):
    """No time zone is called that. Name one of the tz database, such as Europe/Berlin."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no time zone {name[:64]}")
        self.name = name


class Scheduled(NamedTuple):
    """When a run was to begin, in UTC."""

    at: datetime

    @property
    def take(self) -> int:
        """A take that no other run of a schedule has: seconds since 1970."""
        return int(self.at.timestamp())

    def words(self, text: str) -> str:
        """The text, with the time in place of what names it; a zone that nobody knows stays as it is."""
        return _NAMED.sub(self._named, text)

    def _named(self, found: re.Match[str]) -> str:
        what, zone = found.groups()
        try:
            at = self.at.astimezone(zone_of(zone or "UTC"))
        except UnknownZone:
            return found[0]
        return at.strftime({"date": "%Y-%m-%d", "time": "%H:%M", "run": "%Y%m%dT%H%M%S"}[what])


def zone_of(name: str) -> ZoneInfo:
    """Raises `UnknownZone`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A folder of the database, or a path out of it, is no zone either.
        raise UnknownZone(name) from None


def scheduled_for(id: str) -> Scheduled | None:
    """The time at the end of a workflow's id; None where there is none."""
    if (found := _TIME.search(id)) is None:
        return None
    try:
        return Scheduled(datetime.fromisoformat(found[1]))
    except ValueError:
        # The 31st of February is somebody's own id.
        return None


def at_its_time(data: bytes | None, id: str) -> bytes | None:
    """The request in `data`, raw JSON, as the run of that id means it; what is no JSON as it is."""
    scheduled = scheduled_for(id)
    if scheduled is None or data is None or not _names_it(data):
        return data
    try:
        said = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_object)
        return json.dumps(_meant(said, scheduled)).encode()
    except (ValueError, RecursionError):
        # Whoever parses it says what is wrong with it.
        return data


def _names_it(data: bytes) -> bool:
    # An encoder may write any of these characters as its number.
    return EACH_RUN.encode() in data or b"${" in data or b"\\u" in data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a name is given more than once")
    return value


def _meant(value: Any, scheduled: Scheduled) -> Any:
    if isinstance(value, str):
        return scheduled.words(value)
    if isinstance(value, list):
        return [_meant(each, scheduled) for each in value]
    if isinstance(value, dict):
        # A production may hold requests of others, each of which has a take of its own.
        return {
            name: scheduled.take if (name, each) == ("take", EACH_RUN) else _meant(each, scheduled)
            for name, each in value.items()
        }
    return value


def in_zone(request: dict[str, Any], zone: str) -> dict[str, Any]:
    """The request for a schedule of that zone: its words name the zone where they name none. Raises
    `UnknownZone`, for a zone in its words too: they would reach models, and be paid, as they stand."""
    zone_of(zone)
    placed: dict[str, Any] = _placed(request, zone)
    return placed


def _placed(value: Any, zone: str) -> Any:
    if isinstance(value, str):
        return _NAMED.sub(lambda found: f"${{{found[1]} {zone_of(found[2] or zone).key}}}", value)
    if isinstance(value, list):
        return [_placed(each, zone) for each in value]
    if isinstance(value, dict):
        return {name: _placed(each, zone) for name, each in value.items()}
    return value
