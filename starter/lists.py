"""`reel list`: the productions of a namespace, by how they stand, whose they are and what they wait for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from starter.columns import in_columns
from starter.errors import InvalidAnswer
from starter.interrupts import interruptible
from starter.live import plain
from starter.options import AsJson, Home, settings_of
from starter.outcome import MADE, line, out, print_json, run
from starter.spans import span
from workflows.studio import usd

if TYPE_CHECKING:
    from starter.columns import Columns
    from starter.finding import Found, Wanted
    from starter.session import Session

app = typer.Typer()

# ---- by what productions are found, in every command that finds some -----------------------------

Status = Annotated[
    list[str] | None,
    typer.Option(metavar="STATUS", help="Such as waiting, rendering, stopped or failed; repeatable."),
]
User = Annotated[str, typer.Option(metavar="NAME", help="Whose they are.")]
Label = Annotated[
    list[str] | None,
    typer.Option(metavar="LABEL", help="A label that they bear; repeatable: all of them."),
]
Waits = Annotated[
    str, typer.Option(metavar="any|budget|risk|review|cap", help="What they wait for a person for.")
]
Begun = Annotated[
    str, typer.Option("--since", metavar="AGO", help="Begun no longer ago than this: 30m, 6h, 7d or 2w.")
]
Batch = Annotated[str, typer.Option(metavar="ID", help="The batch whose items they are.")]


@app.command(
    "list",
    epilog="Such as: reel list --waits any · reel list --status failed --user anna --since 7d",
)
def list_(
    status: Status = None,
    user: User = "",
    label: Label = None,
    waits: Waits = "",
    since: Begun = "",
    batch: Batch = "",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """List what is made here, and what waits; the newest hundred. A batch stands for its items, unless these
    are asked for by any option."""

    async def listed() -> int:
        return await _list(home, wanted_of(status, user, label, waits, since, batch), as_json)

    run(listed, as_json)


def wanted_of(
    status: Sequence[str] | None, user: str, label: Sequence[str] | None, waits: str, since: str, batch: str
) -> Wanted:
    """What was typed. Raises `InvalidAnswer`, `InvalidRequest`."""
    from starter.finding import Wanted

    ago = span(since, "since") if since else None
    return Wanted(_states(status or ()), user, label or (), _reason(waits), ago, batch=batch)


async def _list(home: str | None, wanted: Wanted, as_json: bool) -> int:
    with interruptible():
        from starter.deleted import all_deleted
        from starter.session import open_session

        async with open_session(settings_of(home)) as session:
            found = await session.productions.listed(await apart(session, wanted))
            gone = await all_deleted(session, found)
    if as_json:
        print_json([{**found_json(one), "deleted": one.id in gone} for one in found])
    elif found:
        out.print(_table(found, gone), highlight=False)
    else:
        line("Nothing of the kind.")
    return MADE


async def apart(session: Session, wanted: Wanted) -> Wanted:
    """Without the items of batches where all that is made is asked for: of the newest hundred productions two
    hundred are one batch's."""
    if wanted.status or wanted.user or wanted.labels or wanted.waits or wanted.batch:
        return wanted
    batches = await session.productions.listed(replace(wanted, kinds=("batch",)))
    return replace(wanted, apart=[one.id for one in batches])


def found_json(one: Found) -> dict[str, Any]:
    """One for a program: times in UTC."""
    times = {"started": one.started.isoformat(), "ended": one.ended.isoformat() if one.ended else None}
    return {**asdict(one), **times}


def _table(found: list[Found], gone: Collection[str]) -> Columns:
    """A line each."""
    told = {
        "": [one.production for one in found],
        "Id": [one.id for one in found],
        "Status": [f"{standing_of(one)}{', deleted' if one.id in gone else ''}" for one in found],
        "Spent": [_spent(one) for one in found],
        "Whose": [one.user for one in found],
        "Labels": [", ".join(one.labels) for one in found],
        "Begun": [began(one) for one in found],
    }
    return in_columns(told, folded=("Whose", "Labels"))


def standing_of(one: Found) -> str:
    """In words: what waits, for what."""
    return f"waiting for {', '.join(one.waits)}" if one.status == "waiting" else one.status


def began(one: Found) -> str:
    """In the zone of whoever looks."""
    return one.started.astimezone().strftime("%d %b %H:%M")


def _spent(one: Found) -> str:
    """Of what may cost money: also that it has cost none yet."""
    if one.cost_usd is None or not (one.cost_usd or one.budget_usd):
        return ""
    return usd(Decimal(str(one.cost_usd)))


def _states(typed: Sequence[str]) -> Sequence[Any]:
    from starter.finding import State

    for each in typed:
        if each not in get_args(State):
            raise InvalidAnswer(f"--status {plain(each)[:40]}: one of {', '.join(get_args(State))}")
    return typed


def _reason(typed: str) -> str:
    known = ("any", "budget", "risk", "review", "cap")
    if typed and typed not in known:
        raise InvalidAnswer(f"--waits {plain(typed)[:40]}: one of {', '.join(known)}")
    return typed
