"""Spans of time as people type them: `30m`, `1h`, `7d`."""

from __future__ import annotations

import re
from datetime import timedelta

from workflows.studio import FieldProblem, InvalidRequest

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
# Of digits alone nobody knows what is meant; and nothing here is as old as ten thousand weeks.
_SPAN = re.compile(r"(\d{1,4})([smhdw])", re.ASCII)


def span(typed: str, field: str) -> timedelta:
    """The span that was typed for the option `field`; never nothing. Raises `InvalidRequest`."""
    found = _SPAN.fullmatch(typed.strip().lower())
    if not found or not int(found[1]):
        problem = f"{typed[:40]!r} is no span of time"
        how = "a number with s, m, h, d or w behind it, such as 1h or 7d"
        raise InvalidRequest((FieldProblem(field=field, problem=problem, suggestion=how),))
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
