"""What a terminal and a program are told of a batch that has begun."""

from __future__ import annotations

from shlex import quote
from typing import Any

from starter.batch_counts import counted
from starter.batch_deciding import code_of
from starter.batch_running import Begun
from starter.batch_standing import commands
from starter.live import STANDINS, plain
from starter.outcome import MADE, line, print_json
from starter.waits import ways_on
from workflows.studio import usd


def told(begun: Begun, as_json: bool) -> int:
    """Prints it; returns the exit code."""
    if as_json:
        print_json(_json(begun))
    else:
        _print(begun)
    return code_of(begun.watched) if begun.watched else MADE


def _json(begun: Begun) -> dict[str, Any]:
    progress = begun.progress.model_dump(mode="json", exclude={"beats", "film_steps"})
    return {
        "id": begun.batch.id,
        "started": begun.batch.started,
        "differs": list(begun.differs),
        "web_ui": begun.page,
        **progress,
        "standins": begun.standins or begun.progress.standins,
        "whole": begun.watched.whole if begun.watched else None,
    }


def _print(begun: Begun) -> None:
    id, progress = begun.batch.id, begun.progress
    line(id)
    if not begun.batch.started:
        differs = f", with another {', '.join(begun.differs)}" if begun.differs else ""
        line(f"It runs already{differs}.")
    line(f"{progress.items:,} item{'' if progress.items == 1 else 's'}: {_price(begun)}")
    if begun.standins:
        line(f"! {STANDINS}")
    for wait in progress.waits:
        line(f"? waits for {plain(wait.words)}")
    for way in ways_on(id, progress):
        line(f"  {way}")
    if begun.watched:
        line(f"{begun.watched.status}: {counted(progress.counts)}")
        for command, why in commands(id, progress):
            line(f"  {command}  {why}")
    elif begun.ends:
        line(f"No worker runs here: `reel watch {quote(id)}` goes on with it, and so does `reel up`.")
    else:
        line(f"`reel batch show {quote(id)}` tells how it stands, `reel watch {quote(id)}` follows it.")
        if begun.page:
            line(begun.page)


def _price(begun: Begun) -> str:
    progress = begun.progress
    if not progress.most_usd:
        return "free" if progress.budget_usd is None else "nothing more to pay"
    most = f", at most {usd(progress.most_usd)}" if progress.most_usd != progress.price_usd else ""
    limit = f", of {usd(progress.budget_usd)}" if progress.budget_usd is not None else ""
    return f"{usd(progress.price_usd)}{most}{limit}"
