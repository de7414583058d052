"""Knows how the ledger says that a cap is reached, and how that is said to people."""

from __future__ import annotations

import json
from collections.abc import Mapping
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
_WHO = {"studio": "the studio", "user": "the user {}", "label": "the label {}"}


def at_cap(reached: str) -> AtCap:
    """The error for what the ledger answers: JSON with scope, subject, kind, most, used and needs."""
    return AtCap(cap_in_words(reached))


def cap_in_words(reached: str) -> str:
    """What is full, what is waited for, and the command that raises it."""
    said: dict[str, Any] = json.loads(reached)
    most, used, needs = (Decimal(said[name]) for name in ("most", "used", "needs"))
    scope, subject = said["scope"], said["subject"]
    of = quote(f"{scope}:{subject}" if subject else scope)
    if said["kind"] == "once":
        return _at_once(_of(_WHO, scope, subject), of, most)
    return _a_day(_of(_WHOSE, scope, subject), of, most, used, needs)


def _of(words: Mapping[str, str], scope: str, subject: str) -> str:
    return words[scope].format(subject) if subject or scope == "studio" else _NOBODY


def _at_once(who: str, of: str, most: Decimal) -> str:
    raised = f"once `reel caps {of} {most.normalize() + 1:f}` lets one more run"
    if not most:
        return f"{who} may run no production: it begins {raised}"
    many = f"{most.normalize():f} production{'' if most == 1 else 's'}"
    return f"{who} may run {many} at once: it begins when one has ended, or {raised}"


def _a_day(whose: str, of: str, most: Decimal, used: Decimal, needs: Decimal) -> str:
    enough = (used + needs).quantize(Decimal("0.01"), ROUND_UP)
    # What is dearer than a whole day's cap fits on no other day either.
    when = "" if needs > most else "tomorrow, or "
    return (
        f"{whose} may cost {usd(most)} a day (of UTC), {usd(used)} of it are spent, and this costs "
        f"{usd(needs)}: it goes on {when}once `reel caps {of} {enough}/day` raises that"
    )
