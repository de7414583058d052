"""From a film that was asked for before to one that is forked from it: what it is, and what it would cost."""

from __future__ import annotations

from dataclasses import dataclass, replace

from activities.estimates import ESTIMATES
from activities.film import FilmStudio, FoundPlan, is_ruled, latest_plan
from activities.models import Miscast
from activities.studio import Estimate
from starter.brief import Brief, check_id
from starter.editor import edited_file, in_editor
from starter.edits import Edits, edited, whole
from starter.errors import NoSuchFilm
from starter.films import film_request
from starter.place import place_for
from starter.session import Session
from workflows.film import FILM, Source, VideoRequest, film_id
from workflows.studio import InvalidRequest


@dataclass(frozen=True)
class TypedFork:
    """A fork as it was typed. `id` and `output` are as for every film; `edit` opens an editor."""

    film: str
    edits: Edits
    edit: bool = False
    id: str | None = None
    output: str | None = None


@dataclass(frozen=True)
class Fork:
    """What would be made, and what of that is there; `film` is what it is forked from."""

    film: str
    brief: Brief
    shown: Estimate


async def fork_of(session: Session, typed: TypedFork) -> Fork:
    """Makes nothing. Raises `NoSuchFilm` for a film that is none or has no plan yet, `InvalidRequest` with
    every wrong field."""
    check_id(typed.id)
    studio = FilmStudio.of(await session.open_studio())
    before = await film_request(await session.productions.find(typed.film), "forked")
    found = await _plan(studio, typed.film, before)
    request = await _request(typed, before, found)
    name = typed.id or film_id(request)
    brief = Brief(request, name, {}, place_for(typed.output, name))
    shown = await ESTIMATES[FILM.workflow](studio, request, name, before)
    if typed.edits.add and not _by_rules(studio, before):
        note = "The new beats are chosen by the rules, though a model planned the others."
        shown = shown.model_copy(update={"notes": (*shown.notes, note)})
    return Fork(typed.film, brief, shown)


async def _plan(studio: FilmStudio, film: str, request: VideoRequest) -> FoundPlan:
    try:
        found = await latest_plan(studio, film, request)
    except Miscast as error:
        raise InvalidRequest(error.fields) from error
    if found is None:
        raise NoSuchFilm(f"{film} has no plan yet: `reel watch` shows when it has.")
    return found


async def _request(typed: TypedFork, before: VideoRequest, found: FoundPlan) -> VideoRequest:
    edits, source = typed.edits, Source(film=typed.film, plan=found.artifact.key)
    if not typed.edit:
        return edited(before, source, found.plan, edits).request
    shown = whole(found.plan) if edits.plan is None else edits.plan
    with edited_file(shown, typed.film) as path:
        edits = replace(edits, plan=await in_editor(path))
        return edited(before, source, found.plan, edits).request


def _by_rules(studio: FilmStudio, request: VideoRequest) -> bool:
    profile = studio.catalogue.profile(request.profile)
    return is_ruled(request, studio.catalogue.model(request.models.planner or profile.planner))
