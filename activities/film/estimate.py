"""Knows what a film would cost: rehearsed by the steps that make it, and priced by what is not there yet."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from temporalio.exceptions import ApplicationError

from activities.film.keeping import wordings
from activities.film.plan import asked_of, kept_plan, planned_film
from activities.film.planning.compose import ENGINE, compose
from activities.film.planning.library import Library
from activities.film.recipes import plan_answer, read_plan, ruled_plan
from activities.film.rehearsal import Rehearsal, rehearsing
from activities.film.studio import FilmStudio, is_ruled
from activities.ledger import artifact_of, is_there
from activities.models import Cast, Miscast, Model
from activities.studio import Estimate, EstimatedStep, Studio
from workflows.film import Crew, Film, Plan, PlannedFilm, VideoRequest, budget_of
from workflows.studio import Artifact, BudgetEdit, CannotBeMade, InvalidRequest, Media, cause_of


async def estimated(opened: Studio, request: VideoRequest, film: str) -> Estimate:
    """The estimate of a request for the film of that id. Nothing is fetched, made or paid: what is in an
    image on the web is not known, so that nothing that was made from it is found. Raises `InvalidRequest` for
    models that cannot make it."""
    studio = FilmStudio.of(opened)
    try:
        models = await studio.keeping.cast(film, request, studio.providers)
    except Miscast as error:
        raise InvalidRequest(error.fields) from error
    account = await studio.accounts.account(film, BudgetEdit(by="request", usd=request.budget_usd))
    request = _unfetched(request)
    planned = await _planned(studio, film, request, models)
    plan, key = planned.film.plan, planned.film.artifact.key
    shots = wordings(plan, planned.film.format, models)
    words = await studio.keeping.all_words(film, asked_of(request, models.planner), key, shots)
    rehearsal = Rehearsal(studio, words)
    said = await _rehearsed(planned.film, request, rehearsing(film, rehearsal, account.choices))
    kept = await studio.keeping.notes(film, request, models, shots, words)
    steps = (planned.step, *rehearsal.priced)
    return Estimate(
        seconds=plan.seconds,
        paid=models.paid,
        budget_usd=budget_of(request, account),
        spent_usd=sum((payment.usd for payment in account.payments), Decimal(0)),
        price_usd=sum((step.price_usd for step in steps if not step.found), Decimal(0)),
        steps=steps,
        recipes=(*planned.recipes, *rehearsal.keys),
        notes=(*planned.film.warnings, *planned.notes, *kept, *said),
    )


async def _rehearsed(planned: PlannedFilm, request: VideoRequest, crew: Crew) -> Sequence[str]:
    """What a run would say of it, as far as that is known."""
    try:
        await Film(planned, request, crew).make()
    except (ApplicationError, CannotBeMade) as error:
        return (*crew.board.warnings, f"It would fail: {cause_of(error).message}")
    return tuple(crew.board.warnings)


class _Planned(NamedTuple):
    """A plan that is there, or that would come about; its step, and the recipes that it is read from."""

    film: PlannedFilm
    step: EstimatedStep
    recipes: Sequence[str]
    notes: Sequence[str] = ()


async def _planned(studio: FilmStudio, film: str, request: VideoRequest, models: Cast) -> _Planned:
    """The plan that the film has, else the one that the rules would make."""
    planner = models.planner

    async def of(plan: Plan, key: str) -> PlannedFilm:
        artifact = Artifact(key=key, object="", media=Media(mime="", bytes=0, sha256=""))
        return await planned_film(studio, film, request, models, plan, artifact, studio.providers)

    if kept := await kept_plan(studio, film, request, models):
        key = kept.artifact.key
        return _Planned(await of(kept.plan, key), _step(planner, Decimal(0), True), [key], kept.notes)
    by_rules = is_ruled(request, planner)
    if by_rules:
        asked, price = ruled_plan(request, planner, ENGINE), Decimal(0)
        named = [asked.key]
    else:
        asked, price = plan_answer(request, planner), planner.price()
        named = [asked.key, read_plan(planner, asked.key, ENGINE).key]
    rows = [await studio.ledger.look(key) for key in named]
    step = _step(planner, price, rows[0] is not None and rows[0].done)
    if (row := rows[-1]) and row.done and await is_there(studio.store, artifact_of(row)):
        return _Planned(await of(await studio.plan(artifact_of(row)), named[-1]), step, named)
    notes = () if by_rules else ("The plan does not exist yet: another one may have other beats.",)
    plan = compose(request, Library.for_request(request))
    return _Planned(await of(plan, named[-1]), step, named, notes)


def _step(planner: Model, price: Decimal, found: bool) -> EstimatedStep:
    return EstimatedStep(
        label="Plan", model=planner.id, price_usd=price, typical_s=planner.typical_s, found=found
    )


def _unfetched(request: VideoRequest) -> VideoRequest:
    """The request with an upload's key in the place of every address."""
    references = [each.model_copy(update={"image": _key(each.image)}) for each in request.references]
    product = _key(request.product) if request.product else None
    return request.model_copy(update={"product": product, "references": tuple(references)})


def _key(image: str) -> str:
    known = image.startswith("uploads/")
    return image if known else f"uploads/{hashlib.sha256(image.encode()).hexdigest()}.png"
