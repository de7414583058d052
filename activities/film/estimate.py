"""Knows what a film would cost: rehearsed by the steps that make it, and priced by what is not there yet."""

from __future__ import annotations

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
from activities.film.shown import of_any_plan
from activities.film.studio import FilmStudio, is_ruled, same_words
from activities.ledger import artifact_of, is_there
from activities.models import Cast, Miscast, Model
from activities.studio import Estimate, EstimatedArtifact, EstimatedStep, Studio, compared
from workflows.film import (
    Crew,
    Direction,
    Film,
    Plan,
    PlannedFilm,
    VideoRequest,
    budget_of,
    decisions,
    of_plan,
    plan_of,
)
from workflows.studio import Account, Artifact, BudgetEdit, CannotBeMade, InvalidRequest, Media, cause_of

_SIDES = ("least_usd", "most_usd")


async def estimated(
    opened: Studio, request: VideoRequest, film: str, former: VideoRequest | None = None
) -> Estimate:
    """The estimate of a request for the film of that id, compared with the film that it is forked from, as
    `former` asked for it, else as it was first asked for. Nothing is fetched, made or paid: what is in an
    image on the web that was never fetched is not known, so that nothing that was made from it is found.
    Raises `InvalidRequest` for models that cannot make it, `InvalidInput` for a source that is none."""
    studio = FilmStudio.of(opened)
    now = await _estimated(studio, request, film)
    if request.source is None:
        return now
    former = former or await studio.keeping.heritage.first_request(request.source.film)
    if former is None:
        return now
    before = await _estimated(studio, former, request.source.film)
    return compared(now, before, apart=[request.source.plan])


async def _estimated(studio: FilmStudio, request: VideoRequest, film: str) -> Estimate:
    try:
        models = await studio.keeping.cast(film, request, studio.providers)
    except Miscast as error:
        raise InvalidRequest(error.fields) from error
    account = await studio.accounts.account(film, BudgetEdit(by="request", usd=request.budget_usd))
    heritage = studio.keeping.heritage
    heir, source = await heritage.heir(film, request), await studio.source(request)
    if heir != film and source:
        begun = request, same_words(request, source)
        taken = {"choices": await heritage.choices(*begun), "edits": await heritage.edits(*begun)}
        account = account.model_copy(update=taken)
    request = of_plan(await studio.references.known(request), plan_of(account.edits))
    planned = await _planned(studio, film, request, models)
    plan, key = planned.film.plan, planned.film.artifact.key
    if heir != film and request.source:
        key = request.source.plan
    shots = wordings(plan, planned.film.format, models)
    words = await studio.keeping.all_words(heir, asked_of(request, models.planner), key, shots)
    rehearsal = Rehearsal(studio, words, heir)
    said = await _rehearsed(planned.film, request, account, rehearsing(film, rehearsal, account.choices))
    kept = await studio.keeping.notes(film, request, models, shots, words)
    artifacts = (planned.step, *rehearsal.shown.artifacts)
    missing = [each for each in artifacts if not each.found]
    least, most = (sum((getattr(each, side) for each in missing), Decimal(0)) for side in _SIDES)
    if not planned.is_certain:
        low, high = of_any_plan(plan.seconds, planned.film, studio.catalogue)
        least, most = planned.step.least_usd + low, planned.step.most_usd + high
    return Estimate(
        seconds=plan.seconds,
        paid=models.paid,
        budget_usd=budget_of(request, account),
        spent_usd=sum((payment.usd for payment in account.payments), Decimal(0)),
        price_usd=sum((each.price_usd for each in missing), Decimal(0)),
        steps=(EstimatedStep.model_validate(planned.step.model_dump()), *rehearsal.shown.steps),
        recipes=(*planned.recipes, *rehearsal.keys),
        notes=(*planned.film.warnings, *planned.notes, *kept, *said),
        least_usd=least,
        most_usd=most,
        typical_s=_typical_s(missing),
        artifacts=artifacts,
    )


def _typical_s(missing: Sequence[EstimatedArtifact]) -> int:
    """Beats are made side by side, and what is in one of them one after the other."""
    rows = {each.row for each in missing}
    seconds = {row: sum(each.typical_s for each in missing if each.row == row) for row in rows}
    plan = seconds.pop("", 0)
    return plan + max(seconds.values(), default=0)


async def _rehearsed(
    planned: PlannedFilm, request: VideoRequest, account: Account, crew: Crew
) -> Sequence[str]:
    """What a run would say of it, as far as that is known."""
    made = decisions(account.edits)
    shots = [beat.id for beat in planned.plan.beats]
    direction = Direction(shots, planned.rung or request.profile, plan_of(account.edits), made)
    try:
        await Film(planned, request, crew, direction, account).rehearse()
    except (ApplicationError, CannotBeMade) as error:
        return (*crew.board.warnings, f"It would fail: {cause_of(error).message}")
    return tuple(crew.board.warnings)


class _Planned(NamedTuple):
    """A plan that is there, or that would come about; its step, and the recipes that it is read from."""

    film: PlannedFilm
    step: EstimatedArtifact
    recipes: Sequence[str]
    notes: Sequence[str] = ()
    #: Whether the film will have this plan, and no other.
    is_certain: bool = True


async def _planned(studio: FilmStudio, film: str, request: VideoRequest, models: Cast) -> _Planned:
    """The plan that the film has, else the one that the rules would make."""
    planner = models.planner

    async def of(plan: Plan, key: str) -> PlannedFilm:
        artifact = Artifact(key=key, object="", media=Media(mime="", bytes=0, sha256=""))
        return await planned_film(studio, film, request, models, plan, artifact, studio.providers)

    if kept := await kept_plan(studio, film, request, models):
        key = kept.artifact.key
        return _Planned(await of(kept.plan, key), _step(planner, key, Decimal(0), True), [key], kept.notes)
    by_rules = is_ruled(request, planner)
    if by_rules:
        asked, price = ruled_plan(request, planner, ENGINE), Decimal(0)
        named = [asked.key]
    else:
        asked, price = plan_answer(request, planner), planner.price()
        named = [asked.key, read_plan(planner, asked.key, ENGINE).key]
    rows = [await studio.ledger.look(key) for key in named]
    step = _step(planner, named[-1], price, rows[0] is not None and rows[0].done)
    if (row := rows[-1]) and row.done and await is_there(studio.store, artifact_of(row)):
        return _Planned(await of(await studio.plan(artifact_of(row)), named[-1]), step, named)
    notes = () if by_rules else ("The plan does not exist yet: another one may have other beats.",)
    plan = compose(request, Library.for_request(request), await studio.source(request))
    return _Planned(await of(plan, named[-1]), step, named, notes, is_certain=by_rules)


def _step(planner: Model, key: str, price: Decimal, found: bool) -> EstimatedArtifact:
    """The plan; a model may be asked for it twice, and its bill follows from what it says."""
    return EstimatedArtifact(
        label="Plan",
        model=planner.id,
        price_usd=price,
        typical_s=planner.typical_s,
        found=found,
        what="plan",
        key=key,
        state="kept" if found else "new",
        least_usd=Decimal(0),
        most_usd=Decimal(0) if found else 2 * price,
    )
