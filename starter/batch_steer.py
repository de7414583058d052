"""The commands that decide about a batch: what goes on, what is tried again, and that it ends; and the
arguments that these share with the others of `reel batch`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar, get_args

import typer

from starter.errors import InvalidAnswer
from starter.interrupts import interruptible
from starter.live import View, plain
from starter.options import AsJson, Home, settings_of
from starter.outcome import MADE, err, line, print_json, run
from workflows.batch import ItemState

if TYPE_CHECKING:
    # A slow import, for commands that ask no server.
    from starter.session import Session

app = typer.Typer()
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


@app.command(epilog="Example: reel batch approve batch-mugs-3f9a2c 3 5-9")
def approve(
    batch: BatchId,
    items: Items = None,
    words: Words = "",
    wait: Waits = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Let items go on that wait for approval: all, or those that are named."""
    run(lambda: _decide(home, batch, "approve", items or (), None, words, wait, as_json), as_json)


@app.command(epilog="Example: reel batch retry batch-mugs-3f9a2c --state failed")
def retry(
    batch: BatchId,
    items: Items = None,
    state: State = None,
    words: Words = "",
    wait: Waits = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Try again what failed or came to its limit: all, or those that are named. What is finished stays."""
    run(lambda: _decide(home, batch, "retry", items or (), state, words, wait, as_json), as_json)


async def _decide(
    home: str | None,
    id: str,
    name: Literal["approve", "retry"],
    items: Sequence[str],
    state: str | None,
    words: str,
    waits: bool,
    as_json: bool,
) -> int:
    with interruptible() as interruptions:
        from starter.batch_deciding import decide
        from starter.batches import selection

        # Before any server is started for it.
        value = selection(items, None if state is None else state_of(state), words)
        with View(err, quiet=as_json) as view:
            interruptions.say = view.say
            return await decide(settings_of(home, id), id, name, value, waits, view, interruptions, as_json)


@app.command(epilog="Example: reel batch stop batch-mugs-3f9a2c")
def stop(batch: BatchId, home: Home = None, as_json: AsJson = False) -> None:
    """Stop what runs, and begin nothing more; `reel batch run` with the same file goes on."""

    async def stopped(session: Session) -> str:
        await session.batches.batch(batch).describe()
        return await session.steer(batch, "stop")

    def told(status: str) -> None:
        print_json({"id": batch, "status": status}) if as_json else line(f"{batch} {status}")

    run(lambda: done(home, batch, stopped, told), as_json)


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
