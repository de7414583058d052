"""What a verification of models says: to people as tables, to programs as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.table import Table

from starter.live import STANDINS, plain
from starter.outcome import line, out, print_json
from workflows.studio import usd

if TYPE_CHECKING:
    # Slow imports, for commands that look at nothing.
    from activities.upkeep import LastVerified
    from starter.verifying import Due
    from workflows.upkeep import Verdict

_STATES = {"verified": "● verified", "differs": "✕ differs", "failed": "✕ failed", "not_run": "· not run"}
_STYLES = {"verified": "green", "differs": "bold red", "failed": "bold red", "not_run": "dim"}


def print_due(every: Sequence[Due], budget: Decimal | None, as_json: bool, standins: bool) -> None:
    """What a run would cost, and when each model was verified last."""
    whole = sum((one.usd for one in every), Decimal(0))
    if as_json:
        told = [_due_json(one) for one in every]
        print_json({"dry_run": True, "usd": _plain(whole), "models": told, "standins": standins})
        return
    table = _table("Model", "Job", "Price", "Last verified")
    for one in every:
        table.add_row(
            one.job.model.id, one.job.what, "today's" if one.found else usd(one.usd), said(one.last)
        )
    out.print(table, highlight=False)
    line(f"All of it costs up to {usd(whole)}." if every else "No key of any provider is set here.")
    if budget is not None and budget < whole:
        line(f"The budget pays for a part: the cheapest of them, up to {usd(budget)}.")
    if standins:
        line(f"! {STANDINS}")


def _due_json(one: Due) -> dict[str, Any]:
    return {
        "model": one.job.model.id,
        "provider": one.job.model.provider,
        "job": one.job.what,
        "usd": _plain(one.usd),
        **last_json(one.last),
    }


def last_json(last: LastVerified | None) -> dict[str, Any]:
    """For what `reel models` says, too."""
    return {
        "verified": last.day.isoformat() if last else None,
        "differed": [one.model_dump(exclude={"differs"}) for one in last.differed] if last else [],
    }


def said(last: LastVerified | None) -> str:
    """When a model was verified last, in a cell."""
    if last is None:
        return "never"
    fields = ", ".join(one.field for one in last.differed)
    return f"{last.day.isoformat()}{f', but for {fields}' if fields else ''}"


def print_verdicts(every: Sequence[Verdict], as_json: bool, standins: bool) -> None:
    """What became of each model; of what differs, both sides."""
    paid = sum((one.usd for one in every), Decimal(0))
    if as_json:
        told = [{**one.model_dump(mode="json"), "usd": _plain(one.usd)} for one in every]
        print_json({"well": is_well(every), "usd": _plain(paid), "verdicts": told, "standins": standins})
        return
    table = _table("Model", "", "Paid", "Seen")
    for one in every:
        state = f"[{_STYLES[one.state]}]{_STATES[one.state]}[/]"
        table.add_row(one.model, state, usd(one.usd) if one.usd else "", plain(_seen(one)))
    out.print(table, highlight=False)
    if not every:
        line("No key of any provider is set here, nor at any worker.")
        return
    counts = {state: sum(one.state == state for one in every) for state in ("verified", "differs", "failed")}
    line(", ".join(f"{count} {state}" for state, count in counts.items()) + f"; {usd(paid)} paid today.")
    if standins:
        line(f"! {STANDINS}")


def is_well(every: Sequence[Verdict]) -> bool:
    """Whether all that was asked for came back as the catalogue says."""
    return not any(one.state in ("differs", "failed") for one in every)


def _seen(one: Verdict) -> str:
    if one.state == "verified":
        return "; ".join(f"{found.field} {found.seen}" for found in one.findings)
    wrong = [
        f"{found.field}: the catalogue says {found.says}, seen was {found.seen}" for found in one.findings
    ]
    differing = [words for words, found in zip(wrong, one.findings, strict=True) if found.differs]
    return "\n".join(differing) or one.words


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, justify="right" if name in ("Price", "Paid") else "left", overflow="fold")
    return table


def _plain(amount: Decimal) -> str:
    """Exact, for a program."""
    return f"{amount.normalize():f}" if amount else "0"
