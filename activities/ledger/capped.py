"""Knows how the ledger says that a cap is reached, and how that is said to people."""

from __future__ import annotations

import json
from decimal import ROUND_UP, Decimal
from shlex import quote
from typing import Any

from activities.faults import AtCap
from workflows.studio import usd

#: The code that the trigger of the migration raises.
AT_CAP = "RLCAP"
_WHOSE = {
    "studio": "all productions together",
    "user": "those of the user {}",
    "label": "those with the label {}",
    "provider": "what is bought of {}",
}
_NOBODY = "those that name no user"


def at_cap(reached: str) -> AtCap:
    """The error for what the ledger answers: JSON with scope, subject, kind, most, used and needs."""
    return AtCap(cap_in_words(reached))


def cap_in_words(reached: str) -> str:
    """What is full, and the command that raises it."""
    said: dict[str, Any] = json.loads(reached)
    most, used, needs = (Decimal(said[name]) for name in ("most", "used", "needs"))
    scope, subject = said["scope"], said["subject"]
    whose = _WHOSE[scope].format(subject) if subject or scope == "studio" else _NOBODY
    of = quote(f"{scope}:{subject}" if subject else scope)
    if said["kind"] == "once":
        many = f"{most.normalize():f} production{'' if most == 1 else 's'}"
        return (
            f"{whose} may be {many} at once: it begins when one has ended, or once "
            f"`reel caps {of} {most.normalize() + 1:f}` lets one more run"
        )
    enough = (used + needs).quantize(Decimal("0.01"), ROUND_UP)
    return (
        f"{whose} may cost {usd(most)} a day (of UTC), {usd(used)} of it are spent, and this costs "
        f"{usd(needs)}: it goes on tomorrow, or once `reel caps {of} {enough}/day` raises that"
    )
