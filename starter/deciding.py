"""A person's decision about a film, sent from a terminal, and what is printed of what comes of it. Quick to
import, which `directing`, which does it, is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from starter import report
from starter.answering import answered
from starter.endings import code_of, told
from starter.interrupts import interruptible
from starter.live import View
from starter.options import settings_of
from starter.outcome import err, line, print_json

if TYPE_CHECKING:
    from starter.pipeline_running import Ran


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
                if answer.ending is None and answer.ran is None:
                    return await answered(session, film, answer.words, as_json)
    if answer.ran is not None:
        return _told_of(film, answer.words, answer.ran, as_json)
    assert answer.ending is not None
    if as_json:
        print_json({"answer": answer.words, "started": True, **report.as_json(answer.ending)})
        return code_of(answer.ending)
    line(f"{film}: {answer.words}")
    return told(answer.ending, as_json)


def _told_of(id: str, words: str, ran: Ran, json: bool) -> int:
    from starter import pipeline_running

    if json:
        print_json({"answer": words, "started": True, **pipeline_running.as_json(ran)})
        return pipeline_running.code_of(ran)
    line(f"{id}: {words}")
    return pipeline_running.tell(ran, json)
