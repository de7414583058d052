"""What a person does about a wait: the commands that answer it, the sum that would do, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_UP, Decimal
from shlex import quote

from workflows.studio import Answer, Progress

_CENT = Decimal("0.01")
_COMMANDS: Mapping[Answer, str] = {
    "resume": "reel resume {id}",
    "set_budget": "reel budget {id} {usd}",
    "accept_risk": "reel accept-risk {id} {step}",
    "give_up": "reel give-up {id} {step}",
}


def ways_on(id: str, progress: Progress) -> list[str]:
    """The commands with which a person answers what a production waits for, fit for a shell."""
    said = {"id": quote(id), "usd": enough_usd(progress)}
    ways = [
        _COMMANDS[answer].format(step=quote(wait.step), **said)
        for wait in progress.waits
        for answer in wait.answers
    ]
    return list(dict.fromkeys(ways))


def enough_usd(progress: Progress) -> str:
    """The least budget with which all that waits for money goes on, whatever becomes of what is being bought:
    USD in whole cents; the word USD where nothing waits for any."""
    needs = [wait.needs_usd for wait in progress.waits if wait.needs_usd is not None]
    least = progress.spent_usd + progress.reserved_usd + sum(needs, Decimal(0))
    return str(least.quantize(_CENT, ROUND_UP)) if needs else "USD"


def what_now(id: str, progress: Progress, worked_on: bool) -> str:
    """Whether a production goes on by itself after what a person has said, and else what it needs; empty
    where it has ended. `worked_on` says whether any worker is there for it."""
    if progress.status not in ("planning", "rendering"):
        return ""
    ways = ways_on(id, progress)
    if progress.paused and not ways:
        ways = [_COMMANDS["resume"].format(id=quote(id))]
    if ways:
        return "It waits: " + " or ".join(f"`{way}`" for way in ways)
    nobody = f"No worker runs here: `reel watch {quote(id)}` goes on with it."
    return "It goes on." if worked_on else nobody
