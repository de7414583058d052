"""What becomes of a pipeline that a person directs from a terminal: what is sent of what was typed, what it
would come to, and the run that it begins where the pipeline has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from temporalio.exceptions import ApplicationError

from activities.pipeline import estimated_pipeline, estimated_pipeline_edit
from activities.studio import Estimate
from starter.errors import InvalidAnswer, NoSuchFilm
from starter.interrupts import Interruptions
from starter.live import View
from starter.making import leaving
from starter.pipeline_running import Ran, followed_here, ran_of
from starter.productions import request_of
from starter.refused import turned_down
from starter.run import Run
from starter.session import Session
from workflows.pipeline import PipelineRequest

#: What a person calls a part of a film, by what it is of a pipeline.
_CALLED = {"shot": "step", "shots": "steps"}
#: What only films have.
_OF_FILMS = {"chunk": "chunks", "sheet": "sheets", "plan": "plans"}


def as_sent(name: str, value: Mapping[str, object]) -> dict[str, object]:
    """What was typed about shots, about steps. Raises `InvalidAnswer` for what no pipeline has."""
    for field, what in _OF_FILMS.items():
        if field in value:
            raise InvalidAnswer(
                f"A pipeline has no {what}: name one of its steps, as `reel versions` lists them"
            )
    sent = {_CALLED.get(field, field): one for field, one in value.items()}
    if name == "retake" and "step" not in sent:
        raise InvalidAnswer("Name the step that is made anew: `reel retake ID STEP`")
    return sent


async def shown(
    session: Session, run: Run[Any], name: str, value: Mapping[str, object]
) -> tuple[str, Estimate]:
    """What the update of that name would come to: in words, and what the pipeline would cost then. Raises
    `NoSuchFilm`, `NotWaiting` as the pipeline would refuse it, `InvalidRequest`."""
    request = await request_of(run)
    if not isinstance(request, PipelineRequest):
        raise NoSuchFilm(f"{run.id} cannot be directed: it was not started with a pipeline's request.")
    try:
        return await estimated_pipeline_edit(await session.open_studio(), request, run.id, name, value)
    except ApplicationError as error:
        raise turned_down(error) from None


async def approved(session: Session, run: Run[Any]) -> tuple[str, Estimate]:
    """What is still to be made of it once all of it is approved. Raises `NoSuchFilm`, `InvalidRequest`."""
    request = await request_of(run)
    if not isinstance(request, PipelineRequest):
        raise NoSuchFilm(f"{run.id} cannot be directed: it was not started with a pipeline's request.")
    shown = await estimated_pipeline(await session.open_studio(), request, run.id)
    return "Once all of it is approved, what is not there yet is made:", shown


async def begun(
    session: Session,
    run: Run[Any],
    name: str,
    value: Mapping[str, object],
    view: View,
    interruptions: Interruptions,
) -> tuple[str, Ran]:
    """Begins another run with it, and follows that to its end; its answer, and how it ended. Raises as
    `shown` does before it begins one, and what following a pipeline raises."""
    # Before it begins again: what it refuses then has begun a run for nothing.
    await shown(session, run, name, value)
    await session.host()
    stop = asyncio.Event()
    interruptions.on_interrupt = stop.set
    with leaving(interruptions, view, run.id):
        words, again = await session.productions.ask(run, name, value)
        view.say(words)
        result = await followed_here(session, again, view, interruptions, stop)
    interruptions.ending()
    return words, ran_of(session, again.id, result, {}, is_paid=result.spent_usd > 0)
