"""What is printed of what a production answers to a person's decision, and of what becomes of it then."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from starter.errors import NoAnswer
from starter.outcome import MADE, line, print_json
from starter.waits import what_now

if TYPE_CHECKING:
    # A slow import, for commands that ask no server.
    from starter.session import Session


async def answered(session: Session, id: str, words: str, as_json: bool, started: bool = False) -> int:
    """Prints what a production has answered that runs, or that `started` again for it, and what becomes of it
    now."""
    now = await now_of(session, id)
    if as_json:
        print_json({"id": id, "answer": words, "started": started, "now": now})
    else:
        line(f"{id}: {words}")
        if now:
            line(now)
    return MADE


async def now_of(session: Session, id: str) -> str:
    """What becomes of it now, in words; empty where nobody answers for it."""
    with suppress(NoAnswer):
        progress = await session.progress(await session.productions.find(id))
        return what_now(id, progress, worked_on=not session.ends_servers)
    return ""
