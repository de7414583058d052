"""Knows how long a provider asks to be left alone, in whichever of the usual ways it says so."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Nobody is told to wait longer than this at once: ten minutes later what was wrong is looked at again, at the
# price of one request that is refused.
_LONGEST_S = 600.0
# Asked to wait no time, it would be asked again at once, and for ever.
_SHORTEST_S = 1.0
# Larger than any wait: a moment, in seconds since 1970.
_MOMENT = 1e9
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|us|ns|d|h|m|s)")
_UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def wait_s(headers: Mapping[str, str], usual_s: float, in_body: float | None = None) -> float:
    """Seconds to wait after an answer, from 1 to 600: as its headers ask (`retry-after-ms`, or `retry-after`
    as a number, a fraction or a date), else as its body does (`in_body`), else until its limits begin anew
    (`x-ratelimit-reset-*`), else `usual_s`."""
    said = {name.lower(): value.strip() for name, value in headers.items()}
    ways = (_in_ms(said), _retry_after(said), in_body, _resets(said))
    wanted = next((each for each in ways if each is not None and math.isfinite(each)), usual_s)
    return min(max(wanted, _SHORTEST_S), _LONGEST_S)


def seconds_in(said: str) -> float | None:
    """A duration such as `12.5`, `20ms` or `1m30.5s`, in seconds; None for anything else."""
    if (plain := _number(said)) is not None:
        return plain
    parts = list(_PART.finditer(said))
    if not parts or "".join(part[0] for part in parts) != said:
        return None
    return sum(float(part[1]) * _UNITS[part[2]] for part in parts)


def _in_ms(said: Mapping[str, str]) -> float | None:
    milliseconds = _number(said.get("retry-after-ms", ""))
    return None if milliseconds is None else milliseconds / 1000


def _retry_after(said: Mapping[str, str]) -> float | None:
    value = said.get("retry-after", "")
    seconds, moment = _number(value), _date(value)
    if seconds is not None or moment is None:
        return seconds
    # By the clock of whoever said it, where that is told: ours may be another.
    left = (moment - (_date(said.get("date", "")) or datetime.now(UTC))).total_seconds()
    # A moment that is past says nothing of the next one.
    return left if left > 0 else None


def _resets(said: Mapping[str, str]) -> float | None:
    """Until the last of the limits that are used up begins anew; of all, where none says that it is."""
    every = dict(_limits(said))
    spent = [wait for what, wait in every.items() if said.get(f"x-ratelimit-remaining-{what}") == "0"]
    return max(spent or every.values(), default=None)


def _limits(said: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    for name, value in said.items():
        head, _, what = name.partition("x-ratelimit-reset-")
        if head or not what or (seconds := seconds_in(value)) is None:
            continue
        if seconds > _MOMENT:
            seconds -= (_date(said.get("date", "")) or datetime.now(UTC)).timestamp()
        yield what, seconds


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
