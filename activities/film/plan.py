"""The planning stage: a request becomes a plan, together with the facts of every model it uses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import NamedTuple

from temporalio import activity

from activities.animatic import CJK_EXTRA, lacks_extra, shows_thing
from activities.faults import ProviderUnavailable
from activities.film.before import finished_before
from activities.film.keeping import FORMER_RULES, wordings
from activities.film.kept_keyframes import with_kept
from activities.film.origins import KeptPlan
from activities.film.plan_by_model import Drafting
from activities.film.planning.brief import NOT_CREATIVE
from activities.film.planning.characters import sheets_to_draw
from activities.film.planning.compose import ENGINE, compose
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.library import Library
from activities.film.recipes import plan_answer, plan_repair, read_plan, ruled_plan
from activities.film.rungs import own_rung, rung_of, rungs_of
from activities.film.scene_lengths import covering, promised_lengths, with_scenes
from activities.film.studio import PLAN_MIME, FilmStudio, is_ruled
from activities.ledger import Made, Recipe, Work, artifact_of, is_there
from activities.models import Cast, Catalogue, Model
from activities.running import finishing, translated
from activities.studio import ImportedReference, named_by
from workflows.film import (
    ComposePlan,
    Plan,
    PlannedFilm,
    Shot,
    VideoRequest,
    decisions,
    fingerprint,
    of_plan,
    plan_of,
)
from workflows.studio import Account, Artifact, FrameFormat, Media, ModelFacts, Payment


class Planning:
    def __init__(self, studio: FilmStudio) -> None:
        self._studio = studio

    @activity.defn(name="compose_plan")
    @translated
    async def compose_plan(self, step: ComposePlan) -> PlannedFilm:
        """Raises `Miscast` for models that cannot make this film, `InvalidInput` for an
        image that is none, `InvalidPlan` for a plan that breaks a rule; all before anything is paid, but
        for a model's answer that stays unsound after its repair."""
        studio, film = self._studio, step.terms.film
        if step.by_rules:
            rules = step.request.models.model_copy(
                update={"planner": studio.catalogue.profile("animatic").planner}
            )
            # What a film without a name plans is kept as no film's: the model is still to be asked.
            film, step = "", ComposePlan(request=step.request.model_copy(update={"models": rules}))
        models = await studio.cast(film, step.request)
        request = _with_uploads(step.request, await studio.references.imported(step.request))
        await studio.keeping.enter(film, request, models.paid)
        (video,) = await studio.keeping.facts(film, [models.video], request)
        asked = asked_of(request, models.planner, video)
        found = await kept_plan(studio, film, request, models, asked)
        account = await studio.accounts.account(film) if found else None
        if found and account:
            plan, artifact = found.plan, found.artifact
            payments = self._payments(account, request, models.planner, video)
        else:
            plan, artifact, payments = await self._planned(step, with_scenes(request, video), models)
        shots = wordings(plan, FrameFormat.of(request), models)
        kept = KeptPlan(artifact.key, found.engine if found else ENGINE)
        await studio.keeping.keep_plan(film, asked, kept, shots, request.source)
        words = await studio.keeping.all_words(film, asked, kept.key, shots)
        notes = await studio.keeping.notes(film, request, models, shots, words)
        hosted = await studio.sellers()
        made = await planned_film(studio, film, request, models, plan, artifact, hosted)
        if models.paid:
            await studio.keeping.keep_facts(film, request, made.offered("video"))
        notes = (*(found.notes if found else ()), *notes)
        told = {"payments": tuple(payments), "warnings": (*made.warnings, *notes)}
        # Of a film that was never planned nothing can be there.
        if account:
            told["before"] = await finished_before(studio, film, request, made, account, step.plan)
        return made.model_copy(update=told)

    def _payments(
        self, account: Account, request: VideoRequest, planner: Model, video: ModelFacts
    ) -> Sequence[Payment]:
        """Of the calls that planned it: this run may have made them, and died before it could say so."""
        answers = list[str]()
        if not is_ruled(request, planner):
            # What a later release reads otherwise, and refuses, no run of this one has asked for.
            with suppress(InvalidPlan):
                answers = _answers(with_scenes(request, video), planner)
        return [paid for paid in account.payments if paid.attempt.rpartition(":")[0] in answers]

    async def _planned(
        self, step: ComposePlan, request: VideoRequest, models: Cast
    ) -> tuple[Plan, Artifact, Sequence[Payment]]:
        """A caller's own plan is completed by the rules, whatever model plans the others."""
        if is_ruled(request, models.planner):
            library = Library.for_request(request)
            # Milliseconds; the compute pool's threads may be busy for minutes.
            recipe = ruled_plan(request, models.planner, ENGINE)
            source = await self._studio.source(request)
            artifact = await self._kept(recipe, lambda: compose(request, library, source))
            return await self._studio.plan(artifact), artifact, ()
        if models.planner.provider not in self._studio.providers:
            # Of a film that began when any worker planned: the next one to take it up may have the key.
            raise ProviderUnavailable(f"{models.planner.id} is asked by another worker, which has its key")
        drafting = Drafting(self._studio, request, models.planner, step.terms)
        plan, answer = await drafting.planned()
        with finishing(drafting.payments):
            artifact = await self._kept(read_plan(models.planner, answer.key, ENGINE), lambda: plan)
        return plan, artifact.model_copy(update={"reused": answer.reused}), drafting.payments

    async def _kept(self, recipe: Recipe, plan: Callable[[], Plan]) -> Artifact:
        async def make(work: Work) -> Made:
            text = plan().model_dump_json(indent=1).encode()
            out = work.dir / "plan.json"
            out.write_bytes(text)
            digest = hashlib.sha256(text).hexdigest()
            return Made(out, Media(mime=PLAN_MIME, bytes=len(text), sha256=digest))

        return await self._studio.render(recipe, make, "plan")


def _with_uploads(request: VideoRequest, images: Sequence[ImportedReference]) -> VideoRequest:
    """The request with every image under its upload's key; the product's comes first."""
    return named_by(request, [image.key for image in images])


class FoundPlan(NamedTuple):
    """The plan that a film was first given, by the rules of `engine`."""

    plan: Plan
    artifact: Artifact
    engine: str

    @property
    def notes(self) -> tuple[str, ...]:
        if self.engine == ENGINE:
            return ()
        rules = f"that of {self.engine}, though this release plans by other rules, {ENGINE}"
        return (f"Kept with the plan that it was first given, {rules}.",)


async def kept_plan(
    studio: FilmStudio, film: str, request: VideoRequest, models: Cast, asked: Sequence[str]
) -> FoundPlan | None:
    """The plan that a film keeps for what was `asked`: what other rules would plan is another film, and would
    be made, or bought, anew. None where it has none yet."""
    formerly = _formerly(request, models.planner)
    kept = await studio.keeping.plan(film, asked, formerly, models.paid)
    row = await studio.ledger.look(kept.key) if kept else None
    if kept is None or row is None or not row.done:
        return None
    artifact = artifact_of(row)
    if not await is_there(studio.store, artifact):
        return None
    return FoundPlan(await studio.plan(artifact), artifact, kept.engine)


async def latest_plan(studio: FilmStudio, film: str, request: VideoRequest) -> FoundPlan | None:
    """The plan that a film has for what was asked, and for what was decided since, whoever sells its models;
    None where it has none yet. Nothing is fetched, made or paid. Raises `Miscast`, and `InvalidPlan`."""
    models = await studio.keeping.cast(film, request, studio.catalogue.providers.keys())
    number = plan_of(decisions(await studio.memory.edits(film)))
    asked = of_plan(await studio.references.known(request), number)
    (video,) = await studio.keeping.facts(film, [models.video], asked)
    return await kept_plan(studio, film, asked, models, asked_of(asked, models.planner, video))


def asked_of(request: VideoRequest, planner: Model, video: ModelFacts) -> tuple[str, ...]:
    """By what a film keeps its plan: what that follows from; `request` names images by uploads. What a field
    added later is left at changes nothing.

    Of scenes that are bought there are two: by what the request says and `video` promises, whatever a later
    release reads in its prompt; and by the scenes that this one reads, whichever model makes them.
    """
    own = _asked(request, planner)
    lengths = promised_lengths(request, video)
    if not lengths:
        return (own,)
    asked = [f"{own}:{lengths}"]
    with suppress(InvalidPlan):
        asked.append(_asked(with_scenes(request, video), planner))
    return tuple(asked)


def _asked(request: VideoRequest, planner: Model) -> str:
    return f"{planner.id}:{fingerprint(request, leaving_out=NOT_CREATIVE).hex()}"


def _formerly(request: VideoRequest, planner: Model) -> Sequence[str]:
    """The keys that the plan may have had before a film kept its own."""
    if is_ruled(request, planner):
        return [ruled_plan(request, planner, FORMER_RULES).key]
    return [read_plan(planner, answer, FORMER_RULES).key for answer in _answers(request, planner)]


def _answers(request: VideoRequest, planner: Model) -> list[str]:
    """The keys of a planner's answer and of its repair."""
    answer = plan_answer(request, planner).key
    return [answer, plan_repair(planner, answer).key]


async def planned_film(
    studio: FilmStudio,
    film: str,
    request: VideoRequest,
    models: Cast,
    plan: Plan,
    artifact: Artifact,
    hosted: Collection[str],
) -> PlannedFilm:
    """The plan with the facts of every model that the film of that id is made with, and of those that its
    shots may be made with instead; `hosted` are the paid providers at hand."""
    videos = await studio.keeping.facts(film, models.videos, request)
    parts = {**_by_part(models, studio.catalogue, request), "video": videos}
    rung = own_rung(request, models)
    planned = PlannedFilm(
        plan=plan,
        artifact=artifact,
        format=FrameFormat.of(request),
        models={part: offered[0] for part, offered in parts.items()},
        fallbacks={part: tuple(offered[1:]) for part, offered in parts.items() if offered[1:]},
        rung=rung,
        sheets=sheets_to_draw(plan, request.product) if request.sheets == "drawn" else (),
        crossfade=request.crossfade,
        rungs=await rungs_of(studio, film, request, {rung: rung_of(parts)}, hosted),
        continuity=request.continuity,
        warnings=(*plan.warnings, *_unset(plan), *unplaced(plan, FrameFormat.of(request))),
    )
    made = covering(planned)
    made = made.model_copy(update={"warnings": (*made.warnings, *_unseen(made))})
    return await with_kept(studio, film, request, made)


def _unseen(planned: PlannedFilm) -> tuple[str, ...]:
    """Where sheets are asked for of whom it shows, and its own models could be shown none."""
    rung, beats = planned.rung or "animatic", planned.plan.beats
    is_asked = rung != "animatic" and any(sheet.kind != "style" for sheet in planned.sheets)
    if not is_asked or any(planned.sheets_of(rung, beat) for beat in beats):
        return ()
    return (
        "No sheet is drawn: no model of this film draws after pictures. `models.edit` names one that does.",
    )


def _unset(plan: Plan) -> tuple[str, ...]:
    """What a person must install for the film's words to be set; without it they are left out."""
    words = (plan.name or plan.product, *(beat.title for beat in plan.beats))
    if not any(map(lacks_extra, words)):
        return ()
    said = f"Chinese, Japanese and Korean words are set where {CJK_EXTRA} is installed"
    return (f"{said} (`uv sync --extra cjk`): this film shows none.",)


def unplaced(plan: Plan, format: FrameFormat) -> tuple[str, ...]:
    """Where somebody gave a photo that the animatic draws nowhere: places, events and words have sets without
    a thing."""
    shown = [beat for beat in plan.beats if beat.references]
    if not shown or any(shows_thing(Shot.of(plan, beat, format)) for beat in shown):
        return ()
    return ("The animatic has no place for the photo in any shot: only pictures that models make show it.",)


def _by_part(models: Cast, catalogue: Catalogue, request: VideoRequest) -> dict[str, Sequence[ModelFacts]]:
    """The facts of all models but the planner, which has done its part. The animatic's stand in, for nothing,
    for what somebody gives up."""
    animatic = catalogue.profile("animatic")
    parts: dict[str, Sequence[Model]] = {
        "image": (models.image, *models.image_fallbacks),
        "edges": (models.edges,) if models.edges else (),
        "edit": (models.edit, *models.edit_fallbacks) if models.edit else (),
        "video": models.videos,
        "score": (models.score,),
        "animatic_image": (catalogue.model(animatic.image),),
        "animatic_video": (catalogue.model(animatic.video),),
    }
    return {
        part: [model.facts(request.fps, request.size) for model in offered]
        for part, offered in parts.items()
        if offered
    }
