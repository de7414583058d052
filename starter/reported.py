"""Knows how a production is reported of that anybody started: by its run, its history, what it was asked for
and the ledger."""

from __future__ import annotations

from shlex import quote
from typing import Any

from activities.film import ReportedFilm, shots_of
from activities.pipeline import ReportedPipeline, steps_of
from activities.studio import Reported, bars, bought_by
from starter.errors import NoSuchFilm
from starter.films import film_request
from starter.productions import request_of
from starter.run import Run
from starter.session import Session
from workflows.film import FILM
from workflows.pipeline import PIPELINE, PipelineRequest
from workflows.studio import FrameFormat


async def reported(session: Session, run: Run[Any]) -> ReportedFilm:
    """Makes and buys nothing. Raises `NoSuchFilm`, `NoAnswer`, `Unreachable`."""
    check_reported(run)
    request = await film_request(run, "reported")
    told, format = await _told(session, run), FrameFormat.of(request)
    size = (format.width, format.height)
    shots = tuple(await shots_of(await session.open_studio(), told.progress.beats, size))
    return ReportedFilm(
        told.id, told.progress, told.bars, told.bought, prompt=request.prompt, shots=shots, frame=size
    )


async def reported_pipeline(session: Session, run: Run[Any]) -> ReportedPipeline:
    """As `reported`."""
    check_reported(run)
    request = await request_of(run)
    if not isinstance(request, PipelineRequest):
        raise NoSuchFilm(f"{run.id} cannot be reported: it was not started with a pipeline's request.")
    told = await _told(session, run)
    steps = await steps_of(await session.open_studio(), request, told.progress.beats, told)
    return ReportedPipeline(told.id, told.progress, told.bars, told.bought, steps=steps)


async def _told(session: Session, run: Run[Any]) -> Reported:
    progress, studio = await session.progress(run), await session.open_studio()
    return Reported(run.id, progress, await bars(run.handle), await bought_by(studio, run.id))


def check_reported(run: Run[Any]) -> None:
    """Raises `NoSuchFilm` for what no report is written of, with what tells of it instead."""
    if run.production not in (FILM, PIPELINE):
        id = quote(run.id)
        raise NoSuchFilm(
            f"{run.id} is a {run.production.noun}, and has no report: `reel status {id}` tells how it "
            f"stands, `reel costs {id}` what it has cost, and `reel save {id}` saves what it delivered."
        )
