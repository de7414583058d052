"""Knows how a film is reported of that anybody started: by its run, its history, its plan and the ledger."""

from __future__ import annotations

from shlex import quote
from typing import Any

from activities.film import Reported, bought_by, shots_of
from activities.studio import bars
from starter.errors import NoSuchFilm
from starter.films import film_request
from starter.run import Run
from starter.session import Session
from workflows.film import FILM
from workflows.studio import FrameFormat


async def reported(session: Session, run: Run[Any]) -> Reported:
    """Makes and buys nothing. Raises `NoSuchFilm`, `NoAnswer`, `Unreachable`."""
    check_reported(run)
    request = await film_request(run, "reported")
    progress, studio = await session.progress(run), await session.open_studio()
    format = FrameFormat.of(request)
    size = (format.width, format.height)
    return Reported(
        id=run.id,
        prompt=request.prompt,
        progress=progress,
        shots=tuple(await shots_of(studio, progress.beats, size)),
        frame=size,
        bars=await bars(run.handle),
        bought=await bought_by(studio, run.id),
    )


def check_reported(run: Run[Any]) -> None:
    """Raises `NoSuchFilm` for what no report is written of, with what tells of it instead."""
    if run.production is not FILM:
        id = quote(run.id)
        raise NoSuchFilm(
            f"{run.id} is a {run.production.noun}, and has no report: `reel status {id}` tells how it "
            f"stands, `reel costs {id}` what it has cost, and `reel save {id}` saves what it delivered."
        )
