"""Writes with every cut the page that tells of it, beside it in the bucket, so that anybody can link it.

It is told by what knows: the run itself, asked by a query; its history, while it is there; the ledger. No
film waits for it for long, or fails for it.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.client import WorkflowHandle, WorkflowQueryFailedError
from temporalio.service import RPCError

from activities.film.report_page import page
from activities.film.reported import ReportedFilm, shots_of
from activities.starting import request_of
from activities.studio import Studio, bars, bought_by
from workflows.film import FILM, DeliverFilm, VideoRequest, rows_of
from workflows.studio import Progress, RowProgress, VersionProgress

log = logging.getLogger(__name__)

#: The name of the page beside the film's.
REPORT, FILM_FILE = "report.html", "film.mp4"
# A page of 24 shots takes one and a half seconds of a core, and four on two that others use as well: nobody
# waits longer for his film because of a page.
_PATIENCE_S = 10.0
# A worker answers within milliseconds; without its answer the page tells what the cut itself says.
_QUERY_LIMIT = timedelta(seconds=3)


class Telling:
    """Of the films that are delivered by one process."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    async def put(self, step: DeliverFilm, cut: int, key: str) -> str | None:
        """Puts the page of the cut of that number under the key, and returns it; None where it cannot be
        written now, which is logged."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                told = await self._told(step, cut)
                html = await asyncio.to_thread(page, told, FILM_FILE, told.progress.standins)
                return await self._studio.store.put_text(html, "text/html; charset=utf-8", key)
        except Exception as error:  # Whatever is wrong with a page, the film is there.
            log.warning("no report is written of cut %s of %s: %r", cut, step.film_id, error)
            return None

    async def _told(self, step: DeliverFilm, cut: int) -> ReportedFilm:
        info, size = activity.info(), (step.format.width, step.format.height)
        handle = activity.client().get_workflow_handle(
            info.workflow_id or step.film_id, run_id=info.workflow_run_id
        )
        progress = _as_cut(await _progress(handle), step, cut)
        request = await request_of(handle, FILM)
        return ReportedFilm(
            id=step.film_id,
            prompt=request.prompt if isinstance(request, VideoRequest) else "",
            progress=progress,
            shots=tuple(await shots_of(self._studio, progress.beats, size)),
            frame=size,
            bars=await bars(handle),
            bought=await bought_by(self._studio, step.film_id),
            is_over=False,
        )


async def _progress(handle: WorkflowHandle[Any, Any]) -> Progress:
    """How its run stands; of one whose workers do not answer, nothing."""
    with suppress(RPCError, WorkflowQueryFailedError):
        told: Progress = await handle.query("progress", result_type=Progress, rpc_timeout=_QUERY_LIMIT)
        return told
    return Progress(status="rendering")


def _as_cut(told: Progress, step: DeliverFilm, cut: int) -> Progress:
    """The same, as this cut shows it: its run goes on meanwhile."""
    known = {row.id: row for row in told.beats}
    planned = zip(rows_of(step.plan), step.beats, strict=True)
    rows = tuple(
        (known.get(row.id) or row).model_copy(
            update={
                "versions": _versions(known.get(row.id) or row, beat.shows, (*beat.chunks, beat.storyboard)),
                "why": beat.why if beat.placeholder else "",
            }
        )
        for row, beat in planned
    )
    warnings = told.warnings or step.warnings
    return told.model_copy(update={"beats": rows, "cut": cut, "title": step.plan.title, "warnings": warnings})


def _versions(row: RowProgress, shows: str, made_of: tuple[str | None, ...]) -> tuple[VersionProgress, ...]:
    others = [one.model_copy(update={"shown": one.name == shows}) for one in row.versions]
    if any(one.shown for one in others):
        return tuple(others)
    object = next(filter(None, made_of), None)
    return (*others, VersionProgress(name=shows, state="finished", shown=True, object=object))
