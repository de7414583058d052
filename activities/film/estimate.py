"""Knows what a film would cost: its DAG walked with nominal lengths, priced, and looked up in the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from decimal import Decimal

from activities.film import recipes
from activities.film.keeping import wordings
from activities.film.plan import asked_of, kept_plan
from activities.film.planning.compose import ENGINE, compose
from activities.film.planning.library import Library
from activities.film.prompts import Wording, Words
from activities.film.recipes import ChunkStep
from activities.film.studio import FilmStudio, is_ruled
from activities.ledger.recipe import Recipe
from activities.models.casting import Cast
from activities.models.entries import Model
from activities.studio.studio import Studio
from workflows.film import timeline
from workflows.film.budget import budget_of
from workflows.film.contract import Beat, Plan, Shot, VideoRequest
from workflows.film.steps import GenerateContinuationChunk, GenerateReferenceChunk
from workflows.studio.facts import Artifact, ChunkLength, Facts, FrameFormat, Media, ModelFacts
from workflows.studio.money import BudgetEdit, Choice

# From this rung on a chunk starts from a softened image (`workflows/film/shooting.py`).
_NEW_IMAGE = 2


class EstimatedStep(Facts):
    """One step; `typical_s` is what its model usually takes, 0 where nobody knows."""

    label: str
    model: str
    price_usd: Decimal
    typical_s: int
    found: bool


class Estimate(Facts):
    """`seconds` of film; `spent_usd` so far, `price_usd` of what is not there yet. `notes` say what the
    figures leave open."""

    seconds: int
    paid: bool
    budget_usd: Decimal
    spent_usd: Decimal
    price_usd: Decimal
    steps: tuple[EstimatedStep, ...]
    notes: tuple[str, ...] = ()


async def estimated(opened: Studio, request: VideoRequest, film: str) -> Estimate:
    """The estimate of a request for the film of that id. Nothing is fetched, made or paid: what is in an
    image on the web is not known, so that nothing that was made from it is found."""
    studio = FilmStudio.of(opened)
    models = await studio.keeping.cast(film, request, studio.providers)
    account = await studio.accounts.account(film, BudgetEdit(by="request", usd=request.budget_usd))
    walk = _Walk(studio, models, _unfetched(request), film, account.choices)
    plan, notes = await walk.plan()
    shots = wordings(plan, FrameFormat.of(request), models)
    steps = [*walk.steps, *[step async for step in walk.pictures(plan, shots)]]
    kept = await studio.keeping.notes(film, request, models, shots, walk.words)
    return Estimate(
        seconds=plan.seconds,
        paid=models.paid,
        budget_usd=budget_of(request, account),
        spent_usd=sum((payment.usd for payment in account.payments), Decimal(0)),
        price_usd=sum((step.price_usd for step in steps if not step.found), Decimal(0)),
        steps=tuple(steps),
        notes=(*notes, *kept),
    )


def _unfetched(request: VideoRequest) -> VideoRequest:
    """The request with an upload's key in the place of every address."""
    references = [each.model_copy(update={"image": _key(each.image)}) for each in request.references]
    product = _key(request.product) if request.product else None
    return request.model_copy(update={"product": product, "references": tuple(references)})


def _key(image: str) -> str:
    known = image.startswith("uploads/")
    return image if known else f"uploads/{hashlib.sha256(image.encode()).hexdigest()}.png"


class _Walk:
    def __init__(
        self, studio: FilmStudio, models: Cast, request: VideoRequest, film: str, choices: Iterable[Choice]
    ) -> None:
        self._studio, self._models, self._request, self._film = studio, models, request, film
        self._format = FrameFormat.of(request)
        self._choices = {choice.step: choice for choice in choices}
        self._plan = ""
        self.words: Mapping[str, Words] = {}
        self.steps: list[EstimatedStep] = []

    async def plan(self) -> tuple[Plan, tuple[str, ...]]:
        """The plan that the film has, else the one that the rules would make."""
        request, planner = self._request, self._models.planner
        by_rules = is_ruled(request, planner)
        if kept := await kept_plan(self._studio, self._film, request, self._models):
            self._plan = kept.artifact.key
            self.steps.append(_priced("Plan", planner, Decimal(0), found=True))
            return kept.plan, kept.notes
        ruled = recipes.ruled_plan(request, planner, ENGINE)
        recipe = ruled if by_rules else recipes.plan_answer(request, planner)
        found = await self._step("Plan", planner, Decimal(0) if by_rules else planner.price(), recipe)
        library = Library.of(request.library) if request.library else Library.default()
        if not by_rules and found:
            row = await self._studio.ledger.look(recipes.read_plan(planner, recipe.key, ENGINE).key)
            if row is not None and row.done and row.object:
                return Plan.model_validate_json(await self._studio.read(row.object)), ()
        notes = () if by_rules else ("The plan does not exist yet: another one may have other beats.",)
        return compose(request, library), notes

    async def pictures(self, plan: Plan, shots: Sequence[Wording]) -> AsyncIterator[EstimatedStep]:
        """Every beat's image and chunks, with the lengths that its model is expected to return; by the models
        and in the words that were chosen for them before."""
        asked = asked_of(self._request, self._models.planner)
        self.words = await self._studio.keeping.all_words(self._film, asked, self._plan, shots)
        for number, beat in enumerate(plan.beats, 1):
            shot, name = Shot.of(plan, beat, self._format, self._request.titles), f"{number} {beat.id}"
            model, rung = self._chosen(f"storyboard:{beat.id}", self._image_models(beat))
            drawn = self._image(model, shot, rung)
            yield await self._priced(f"{name} · storyboard", model, model.price(), drawn)
            async for step in self._chunks(shot, name, self._fitted(model, drawn)):
                yield step

    async def _chunks(self, shot: Shot, name: str, start: str) -> AsyncIterator[EstimatedStep]:
        beat, others = shot.beat.id, (self._models.video, *self._models.video_fallbacks)
        video, rung = self._chosen(f"chunk:{beat}:1", others)
        if rung >= _NEW_IMAGE:
            model, _ = self._chosen(f"storyboard:{beat}:softened", self._image_models(shot.beat))
            start = self._fitted(model, self._image(model, shot, rung=1))
        facts = await self._studio.keeping.facts(self._film, video, self._request)
        frames = shot.beat.seconds * self._format.fps
        begin = GenerateReferenceChunk(
            model=facts, shot=shot, storyboard=_named(start), length=ChunkLength(asked_s=Decimal(0), frames=0)
        )
        step: ChunkStep = begin
        before = 0
        for number, length in enumerate(timeline.choose_lengths(frames, self._format.fps, facts), 1):
            model, rung = self._chosen(f"chunk:{beat}:{number}", (video, *others))
            step = step.model_copy(update={"model": self._facts(model), "length": length})
            recipe = self._chunk(model, step, rung)
            price = model.price(length.asked_s, self._request.size)
            yield await self._priced(f"{name} · chunk {number}", model, price, recipe)
            before += length.frames - 1
            step = GenerateContinuationChunk(
                model=facts, shot=shot, previous=_named(recipe.key), first_frame=before, length=length
            )

    def _chosen(self, step: str, models: Sequence[Model]) -> tuple[Model, int]:
        """What the ladder or a fallback chose for a step, else the first of its models, as given."""
        choice = self._choices.get(step)
        found = [model for model in models if choice and model.id == choice.model]
        return (found[0], choice.rung) if found and choice else (models[0], 0)

    def _image_models(self, beat: Beat) -> Sequence[Model]:
        guided = [self._models.edges] if beat.references and self._models.edges else []
        return (*guided, self._models.image, *self._models.image_fallbacks)

    def _image(self, model: Model, shot: Shot, rung: int) -> Recipe:
        if model.work == "computes":
            return recipes.drawn_image(model.id, shot, self._studio.local_model(self._facts(model)).engine)
        return recipes.bought_image(model, shot, self._words(Wording("storyboard_image", model, shot, rung)))

    def _fitted(self, model: Model, drawn: Recipe) -> str:
        return drawn.key if model.work == "computes" else recipes.fitted_image(drawn.key, self._format).key

    def _chunk(self, model: Model, step: ChunkStep, rung: int) -> Recipe:
        if model.work == "computes":
            return recipes.animated_chunk(step, self._studio.local_model(self._facts(model)).engine)
        words = self._words(Wording("chunk", model, step.shot, rung))
        return recipes.bought_chunk(model, step.shot, words, step.length, recipes.start_of(step))

    def _words(self, wording: Wording) -> Words:
        return self.words.get(wording.asked) or wording.words

    def _facts(self, model: Model) -> ModelFacts:
        return model.facts(self._format.fps, self._request.size)

    async def _step(self, label: str, model: Model, price: Decimal, recipe: Recipe) -> bool:
        step = await self._priced(label, model, price, recipe)
        self.steps.append(step)
        return step.found

    async def _priced(self, label: str, model: Model, price: Decimal, recipe: Recipe) -> EstimatedStep:
        row = await self._studio.ledger.look(recipe.key)
        return _priced(label, model, price, found=row is not None and row.done)


def _named(key: str) -> Artifact:
    return Artifact(key=key, object="", media=Media(mime="", bytes=0, sha256=""))


def _priced(label: str, model: Model, price: Decimal, found: bool) -> EstimatedStep:
    return EstimatedStep(label=label, model=model.id, price_usd=price, typical_s=model.typical_s, found=found)
