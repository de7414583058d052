"""The commands that steer a film: its signals, and the updates that only a person sends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from pydantic import ValidationError

from starter.errors import InvalidAnswer, NoAnswer
from starter.interrupts import interruptible
from starter.options import FilmId, Home, StepName, number, settings_of
from starter.outcome import MADE, line, run
from starter.waits import what_now
from workflows.studio import SetBudget

if TYPE_CHECKING:
    from starter.run import Run
    from starter.session import Session

app = typer.Typer()
Usd = Annotated[str, typer.Argument(metavar="USD", help="What the film may cost in all.")]


@app.command()
def pause(film: FilmId, home: Home = None) -> None:
    """Let running steps finish and start none."""
    run(lambda: _signal(home, film, "pause"))


@app.command()
def resume(film: FilmId, home: Home = None) -> None:
    """Go on after a pause."""
    run(lambda: _signal(home, film, "resume"))


@app.command()
def stop(film: FilmId, home: Home = None) -> None:
    """Cancel what runs and end the film; what is finished is kept."""
    run(lambda: _signal(home, film, "stop"))


# An amount below 0 is told as one, not as an option that there is not.
@app.command(context_settings={"ignore_unknown_options": True})
def budget(film: FilmId, usd: Usd, home: Home = None) -> None:
    """Change what a film may cost in all; what waits for money goes on."""

    async def set_budget() -> int:
        # Before any server is started for it.
        amount = _amount(usd)
        return await _update(home, film, lambda found: found.set_budget(amount))

    run(set_budget)


@app.command("accept-risk")
def accept_risk(film: FilmId, step: StepName, home: Home = None) -> None:
    """Go on with a held step, at the risk of paying for it twice."""
    run(lambda: _update(home, film, lambda found: found.accept_risk(step)))


@app.command("give-up")
def give_up(film: FilmId, step: StepName, home: Home = None) -> None:
    """Give a waiting step up; the film goes on without it where it can."""
    run(lambda: _update(home, film, lambda found: found.give_up(step)))


def _amount(usd: str) -> Decimal:
    try:
        return SetBudget.model_validate({"usd": number(usd)}).usd
    except ValidationError:
        raise InvalidAnswer(f"{usd[:40]} is no amount of USD, 0 to 100,000: write it as 7.50") from None


async def _signal(home: str | None, id: str, how: Literal["pause", "resume", "stop"]) -> int:
    with interruptible():
        from starter.session import open_session

        async with open_session(settings_of(home, id)) as session:
            line(f"{id} {await session.steer(id, how)}")
            if how == "resume":
                await _tell(session, id)
    return MADE


async def _update(home: str | None, id: str, ask: Callable[[Run[Any]], Awaitable[str]]) -> int:
    with interruptible():
        from starter.session import open_session

        async with open_session(settings_of(home, id)) as session:
            line(f"{id}: {await session.decide(id, ask)}")
            await _tell(session, id)
    return MADE


async def _tell(session: Session, id: str) -> None:
    """What becomes of the film now; nothing where nobody answers for it."""
    with suppress(NoAnswer):
        progress = await session.progress(await session.productions.find(id))
        if words := what_now(id, progress, worked_on=not session.ends_servers):
            line(words)
