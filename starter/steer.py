"""The commands that steer a production: its signals, and the updates that only a person sends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from pydantic import ValidationError

from starter.answering import answered, now_of
from starter.deciding import decide
from starter.errors import InvalidAnswer
from starter.interrupts import interruptible
from starter.options import AnyId, AsJson, Home, StepName, settings_of
from starter.outcome import MADE, line, print_json, run
from workflows.studio import SetBudget, number

if TYPE_CHECKING:
    from starter.run import Run

app = typer.Typer()
Usd = Annotated[str, typer.Argument(metavar="USD", help="What it may cost in all.")]


@app.command()
def pause(film: AnyId, home: Home = None, as_json: AsJson = False) -> None:
    """Let running steps finish and start none."""
    run(lambda: _signal(home, film, "pause", as_json), as_json)


@app.command()
def resume(film: AnyId, home: Home = None, as_json: AsJson = False) -> None:
    """Go on after a pause."""
    run(lambda: _signal(home, film, "resume", as_json), as_json)


@app.command()
def stop(film: AnyId, home: Home = None, as_json: AsJson = False) -> None:
    """Cancel what runs and end it; what is finished is kept."""
    run(lambda: _signal(home, film, "stop", as_json), as_json)


# An amount below 0 is told as one, not as an option that there is not.
@app.command(context_settings={"ignore_unknown_options": True})
def budget(film: AnyId, usd: Usd, home: Home = None, as_json: AsJson = False) -> None:
    """Change what it may cost in all; what waits for money, or ended for want of it, goes on."""

    async def set_budget() -> int:
        # Before any server is started for it.
        amount = amount_of(usd)
        return await decide(home, film, "set_budget", {"usd": str(amount)}, None, as_json)

    run(set_budget, as_json)


@app.command("accept-risk")
def accept_risk(film: AnyId, step: StepName, home: Home = None, as_json: AsJson = False) -> None:
    """Go on with a held step, at the risk of paying for it twice."""
    run(lambda: _update(home, film, lambda found: found.accept_risk(step), as_json), as_json)


@app.command("give-up")
def give_up(film: AnyId, step: StepName, home: Home = None, as_json: AsJson = False) -> None:
    """Give a waiting step up; the rest goes on without it where it can."""
    run(lambda: _update(home, film, lambda found: found.give_up(step), as_json), as_json)


def amount_of(usd: str) -> Decimal:
    """What was typed, as USD. Raises `InvalidAnswer`."""
    try:
        return SetBudget.model_validate({"usd": number(usd)}).usd
    except ValidationError:
        raise InvalidAnswer(f"{usd[:40]} is no amount of USD, 0 to 100,000: write it as 7.50") from None


async def _signal(home: str | None, id: str, how: Literal["pause", "resume", "stop"], as_json: bool) -> int:
    with interruptible():
        from starter.session import open_session

        async with open_session(settings_of(home, id)) as session:
            status = await session.steer(id, how)
            if as_json:
                print_json({"id": id, "status": status})
                return MADE
            line(f"{id} {status}")
            if how == "resume" and (words := await now_of(session, id)):
                line(words)
    return MADE


async def _update(home: str | None, id: str, ask: Callable[[Run[Any]], Awaitable[str]], as_json: bool) -> int:
    with interruptible():
        from starter.session import open_session

        async with open_session(settings_of(home, id)) as session:
            return await answered(session, id, await session.decide(id, ask), as_json)
