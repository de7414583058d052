"""`reel setup`: makes a Temporal namespace ready, as far as it can be, for what operators look for."""

from __future__ import annotations

import typer

from starter.interrupts import interruptible
from starter.options import AsJson, Home, settings_of
from starter.outcome import FAILED, MADE, line, print_json, run

app = typer.Typer()


@app.command(epilog="Such as: TEMPORAL_ADDRESS=temporal:7233 TEMPORAL_NAMESPACE=films reel setup")
def setup(home: Home = None, as_json: AsJson = False) -> None:
    """Register the search attributes that productions are found by. What does not fit is left out, and said;
    films are made all the same."""
    run(lambda: _setup(home, as_json), as_json)


async def _setup(home: str | None, as_json: bool) -> int:
    with interruptible():
        from starter.session import open_session

        async with open_session(settings_of(home)) as session:
            told = await session.register()
    refused = {name: why for name, why in told.items() if why}
    registered = [name for name in told if name not in refused]
    if as_json:
        print_json({"registered": registered, "refused": refused})
    else:
        line(f"Registered: {', '.join(registered) or 'all were there'}")
        for name, why in refused.items():
            line(f"Without {name}: {why}")
    return FAILED if refused else MADE
