"""The commands that decide about a batch: what goes on, what is tried again, and that it ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import typer
from pydantic import ValidationError

from starter.batch_options import BatchId, Items, State, Waits, Words, done, state_of
from starter.errors import InvalidAnswer
from starter.interrupts import interruptible
from starter.live import View, plain
from starter.options import AsJson, Home, settings_of
from starter.outcome import err, line, print_json, run
from workflows.batch import Selection

if TYPE_CHECKING:
    # A slow import, for commands that ask no server.
    from starter.session import Session

app = typer.Typer()
#: What is wrong with a field, and what to write instead.
_WRONG = {
    "items": "are no items: write at most 1,000 ids, numbers or ranges, such as 3 5-9",
    "words": "cannot be looked for: write up to 1,000 printable characters",
}


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
    # Before any server is started for it.
    value = _chosen(items, state, words)
    with interruptible() as interruptions, View(err, quiet=as_json) as view:
        from starter.batch_deciding import decide

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


def _chosen(items: Sequence[str], state: str | None, words: str) -> dict[str, object]:
    """What is sent. Raises `InvalidAnswer` for what no batch could read."""
    said = {"items": tuple(items), "state": None if state is None else state_of(state), "words": words}
    try:
        chosen = Selection.model_validate(said)
    except ValidationError as error:
        field = str(error.errors(include_url=False)[0]["loc"][0])
        what = (
            "names items: ids, numbers or ranges such as 3-17" if field == "items" else "is text of a request"
        )
        raise InvalidAnswer(f"{plain(said[field])[:40]} cannot be used: it {what}") from None
    return chosen.model_dump(mode="json", exclude_defaults=True)
