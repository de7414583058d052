"""The arguments that the commands of batches share, and how such a command asks the servers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar, get_args

import typer

from starter.errors import InvalidAnswer
from starter.interrupts import interruptible
from starter.live import plain
from starter.options import settings_of
from starter.outcome import MADE
from workflows.batch import ItemState

if TYPE_CHECKING:
    # A slow import, for commands that ask no server.
    from starter.session import Session

T = TypeVar("T")
BatchId = Annotated[str, typer.Argument(metavar="ID", help="The batch's id, such as batch-mugs-3f9a2c.")]
Items = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ITEM]…", help="Ids, numbers or ranges such as 3-17; default all."),
]
State = Annotated[str | None, typer.Option(metavar="STATE", help=f"One of {', '.join(get_args(ItemState))}.")]
Words = Annotated[
    str, typer.Option(metavar="WORDS", help="Only those with these words in their id or request.")
]
Waits = Annotated[bool, typer.Option("--wait", help="Follow it to its end, working on it as well.")]
After = Annotated[int, typer.Option("--after", metavar="N", min=0, help="Begin beyond the item of number N.")]


async def done(
    home: str | None, id: str | None, ask: Callable[[Session], Awaitable[T]], told: Callable[[T], None]
) -> int:
    """Asks the servers, then tells a person or a program what they said."""
    with interruptible():
        from starter.session import open_session

        async with open_session(settings_of(home, id)) as session:
            answer = await ask(session)
    told(answer)
    return MADE


def state_of(typed: str) -> ItemState:
    for state in get_args(ItemState):
        if state == typed:
            return state  # type: ignore[no-any-return]
    raise InvalidAnswer(f"--state {plain(typed)[:40]}: one of {', '.join(get_args(ItemState))}")
