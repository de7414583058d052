"""Knows a film as far as it can be told before anything of it is made: its models, its account, its plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from activities.film.keeping import wordings
from activities.film.plan import FoundPlan, asked_of, kept_plan, planned_film
from activities.film.planning.compose import ENGINE, compose
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.library import Library
from activities.film.planning.scene_asking import refuse_many
from activities.film.prompts import Wording, Words
from activities.film.recipes import plan_answer, read_plan, ruled_plan
from activities.film.scene_lengths import with_scenes
from activities.film.studio import FilmStudio, is_ruled, same_words
from activities.ledger import artifact_of, is_there
from activities.models import Cast, Miscast
from activities.studio import EstimatedArtifact
from workflows.film import (
    Crew,
    Direction,
    Film,
    Plan,
    PlannedFilm,
    VideoRequest,
    decisions,
    of_plan,
    plan_of,
)
from workflows.studio import Account, Artifact, BudgetEdit, InvalidRequest, Media, ModelFacts

#: Who plans what no model is asked for, whichever the film names.
_RULES = "rules"


class Planned(NamedTuple):
    """A plan that is there, or that would come about; its step, and the recipes that it is read from."""

    film: PlannedFilm
    step: EstimatedArtifact
    recipes: Sequence[str]
    notes: Sequence[str] = ()
    #: Whether the film will have this plan, and no other.
    is_certain: bool = True


class Known(NamedTuple):
    """A film by its id; `heir` keeps what it is made from. `asked` is by what it keeps its plan."""

    id: str
    heir: str
    request: VideoRequest
    asked: Sequence[str]
    models: Cast
    account: Account
    planned: Planned

    def film(self, crew: Crew) -> Film:
        """The film as a run of it would begin."""
        return Film(self.planned.film, self.request, crew, self.direction, self.account)

    @property
    def direction(self) -> Direction:
        """What people want of its shots."""
        planned, made = self.planned.film, decisions(self.account.edits)
        shots, rung = [beat.id for beat in planned.plan.beats], planned.own_rung(self.request.profile)
        return Direction(shots, rung, plan_of(made), made)


async def account_of(studio: FilmStudio, request: VideoRequest, film: str) -> Account:
    """The film's account, as a run of the request would open it. Raises `InvalidInput` for a source that is
    none."""
    account = await studio.accounts.account(film, BudgetEdit(by="request", usd=request.budget_usd))
    heritage, source = studio.keeping.heritage, await studio.source(request)
    if source is None or await heritage.heir(film, request) == film:
        return account
    begun = request, same_words(request, source)
    taken = {"choices": await heritage.choices(*begun), "edits": await heritage.edits(*begun)}
    return account.model_copy(update=taken)


async def known(
    studio: FilmStudio, request: VideoRequest, film: str, account: Account, hosted: Collection[str] = ()
) -> Known:
    """Nothing is fetched, made or paid. `hosted` are the paid providers that may be at hand, by default this
    process's own. Raises `InvalidRequest` for models that cannot make it."""
    hosted = hosted or studio.providers.keys()
    try:
        models = await studio.keeping.cast(film, request, hosted)
    except Miscast as error:
        raise InvalidRequest(error.fields) from error
    request = await studio.references.known(request)
    wanted = of_plan(request, plan_of(decisions(account.edits)))
    (video,) = await studio.keeping.facts(film, [models.video], wanted)
    asked = asked_of(wanted, models.planner, video)
    kept = await kept_plan(studio, film, wanted, models, asked)
    try:
        scened = wanted if kept else _scened(wanted, models, video)
    except InvalidPlan as error:
        raise InvalidRequest(error.fields) from error
    planned = await _planned(studio, film, scened, models, hosted, kept)
    heir = await studio.keeping.heritage.heir(film, request)
    return Known(film, heir, request, asked, models, account, planned)


def _scened(request: VideoRequest, models: Cast, video: ModelFacts) -> VideoRequest:
    """The request with the scenes that it will be planned in. Raises `InvalidPlan`."""
    scened = with_scenes(request, video)
    if scened.method == "keyframes" and not is_ruled(scened, models.planner):
        refuse_many(scened, Library.for_request(scened))
    return scened


async def words_of(studio: FilmStudio, of: Known) -> tuple[Sequence[Wording], Mapping[str, Words]]:
    """What its shots are told, and the words that they were first asked in, by what was asked."""
    plan, source = of.planned.film, of.request.source
    key = source.plan if of.heir != of.id and source else plan.artifact.key
    shots = wordings(plan.plan, plan.format, of.models)
    return shots, await studio.keeping.all_words(of.heir, of.asked, key, shots)


async def _planned(
    studio: FilmStudio,
    film: str,
    request: VideoRequest,
    models: Cast,
    hosted: Collection[str],
    kept: FoundPlan | None,
) -> Planned:
    """The plan that the film has, else the one that the rules would make."""
    planner = models.planner

    async def of(plan: Plan, key: str) -> PlannedFilm:
        artifact = Artifact(key=key, object="", media=Media(mime="", bytes=0, sha256=""))
        return await planned_film(studio, film, request, models, plan, artifact, hosted)

    by_rules = is_ruled(request, planner)
    name, takes_s = (_RULES, 0) if by_rules and planner.work == "waits" else (planner.id, planner.typical_s)
    if kept:
        key = kept.artifact.key
        step = _step(name, takes_s, key, Decimal(0), True)
        return Planned(await of(kept.plan, key), step, [key], kept.notes)
    if by_rules:
        asked, price = ruled_plan(request, planner, ENGINE), Decimal(0)
        named = [asked.key]
    else:
        asked, price = plan_answer(request, planner), planner.price()
        named = [asked.key, read_plan(planner, asked.key, ENGINE).key]
    rows = [await studio.ledger.look(key) for key in named]
    step = _step(name, takes_s, named[-1], price, rows[0] is not None and rows[0].done)
    if (row := rows[-1]) and row.done and await is_there(studio.store, artifact_of(row)):
        return Planned(await of(await studio.plan(artifact_of(row)), named[-1]), step, named)
    # However a model tells them, there are as many scenes, and they last as long.
    is_certain = by_rules or request.method == "keyframes"
    other = "words" if is_certain else "beats"
    if request.sheets == "drawn":
        other += ", and other characters to draw"
    notes = () if by_rules else (f"The plan does not exist yet: another one may have other {other}.",)
    plan = compose(request, Library.for_request(request), await studio.source(request))
    return Planned(await of(plan, named[-1]), step, named, notes, is_certain=is_certain)


def _step(planner: str, typical_s: int, key: str, price: Decimal, found: bool) -> EstimatedArtifact:
    """The plan; a model may be asked for it twice, and its bill follows from what it says."""
    return EstimatedArtifact(
        label="Plan",
        model=planner,
        price_usd=price,
        typical_s=typical_s,
        found=found,
        what="plan",
        key=key,
        state="kept" if found else "new",
        least_usd=Decimal(0),
        most_usd=Decimal(0) if found else 2 * price,
    )
