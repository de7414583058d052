"""From a film that was asked for before to one that is forked from it: what it is, and what it would cost."""

from __future__ import annotations

from dataclasses import dataclass, replace

from activities.estimates import ESTIMATES
from activities.film import FilmStudio, FoundPlan, is_ruled, latest_plan, with_ways
from activities.models import Miscast
from activities.studio import Estimate
from starter.brief import check_id
from starter.editor import edited_file, in_editor
from starter.edits import Edits, edited, whole
from starter.errors import NoSuchFilm
from starter.films import film_request
from starter.session import Session
from workflows.film import FILM, Source, VideoRequest
from workflows.studio import InvalidRequest


@dataclass(frozen=True)
class Fork:
    """What would be made, under which id, and what of that is there; `film` is what it is forked from."""

    film: str
    request: VideoRequest
    id: str
    shown: Estimate


async def fork_of(
    session: Session, film: str, edits: Edits, id: str | None = None, *, edit: bool = False
) -> Fork:
    """Makes nothing; `edit` opens an editor. Raises `NoSuchFilm` for a film that is none or has no plan yet,
    `InvalidRequest` with every wrong field."""
    check_id(id)
    studio = FilmStudio.of(await session.open_studio())
    before = await film_request(await session.productions.find(film), "forked")
    found = await _plan(studio, film, before)
    source = Source(film=film, plan=found.artifact.key)
    request = await (_in_editor if edit else _as_said)(before, source, found, edits)
    name = await session.productions.name_of(FILM, request, id)
    shown = await ESTIMATES[FILM.workflow](studio, request, name, before)
    shown = await with_ways(studio, request, name, shown)
    if edits.add and not _by_rules(studio, before):
        note = "What is added is chosen by the rules, though a model planned the others."
        shown = shown.model_copy(update={"notes": (*shown.notes, note)})
    return Fork(film, request, name, shown)


async def _plan(studio: FilmStudio, film: str, request: VideoRequest) -> FoundPlan:
    try:
        found = await latest_plan(studio, film, request)
    except Miscast as error:
        raise InvalidRequest(error.fields) from error
    if found is None:
        raise NoSuchFilm(f"{film} has no plan yet: `reel watch` shows when it has.")
    return found


async def _as_said(before: VideoRequest, source: Source, found: FoundPlan, edits: Edits) -> VideoRequest:
    return edited(before, source, found.plan, edits).request


async def _in_editor(before: VideoRequest, source: Source, found: FoundPlan, edits: Edits) -> VideoRequest:
    shown = whole(found.plan) if edits.plan is None else edits.plan
    with edited_file(shown, source.film) as path:
        edits = replace(edits, plan=await in_editor(path))
        return edited(before, source, found.plan, edits).request


def _by_rules(studio: FilmStudio, request: VideoRequest) -> bool:
    profile = studio.catalogue.profile(request.profile)
    return is_ruled(request, studio.catalogue.model(request.models.planner or profile.planner))
