"""A person's decision about a film, sent from a terminal, and what is printed of what comes of it. Quick to
import, which `directing`, which does it, is not."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from starter import report
from starter.endings import code_of, told
from starter.errors import NoAnswer
from starter.interrupts import interruptible
from starter.live import View
from starter.options import settings_of
from starter.outcome import MADE, err, line, print_json
from starter.waits import what_now

if TYPE_CHECKING:
    from starter.session import Session


async def decide(
    home: str | None, film: str, name: str, value: Mapping[str, object], output: str | None, as_json: bool
) -> int:
    """Sends an update of that name. A film that has ended begins again with it, and is followed to its end;
    returns the exit status."""
    with interruptible() as interruptions:
        from starter.directing import Update, direct
        from starter.session import open_session

        settings = settings_of(home, film)
        with View(err, quiet=as_json) as view:
            interruptions.say = view.say
            async with open_session(settings) as session:
                interruptions.before_exit = session.stack.abandon
                answer = await direct(session, Update(film, name, value, output), view, interruptions)
                if answer.ending is None:
                    return await answered(session, film, answer.words, as_json)
    if as_json:
        print_json({"answer": answer.words, "started": True, **report.as_json(answer.ending)})
        return code_of(answer.ending)
    line(f"{film}: {answer.words}")
    return told(answer.ending, as_json)


async def answered(session: Session, id: str, words: str, as_json: bool) -> int:
    """Prints what a production that runs has answered, and what becomes of it now."""
    now = await now_of(session, id)
    if as_json:
        print_json({"id": id, "answer": words, "started": False, "now": now})
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
