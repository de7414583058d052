"""The planning stage: a request becomes a plan, together with the facts of every model it uses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from temporalio import activity

from activities.drafting import Drafting, creative, image_inputs
from activities.errors import translated
from activities.generation.cast import Cast, cast
from activities.generation.catalogue import Model
from activities.generation.recipe import Recipe
from activities.generation.work import Made, Work
from activities.planning.compose import ENGINE, compose
from activities.planning.library import Library
from activities.references import ImportedReference
from activities.studio import Studio
from workflows.contract import (
    Artifact,
    FrameFormat,
    Media,
    ModelFacts,
    Payment,
    Plan,
    PlannedFilm,
    VideoRequest,
)
from workflows.steps import ComposePlan


class Planning:
    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    @activity.defn(name="compose_plan")
    @translated
    async def compose_plan(self, step: ComposePlan) -> PlannedFilm:
        """Raises `Miscast` for models that cannot make this film, `InvalidInput` for an
        image that is none, `InvalidPlan` for a plan that breaks a rule; all before anything is paid, but
        for a model's answer that stays unsound after its repair."""
        studio = self._studio
        used = await studio.accounts.models(step.terms.film)
        models = cast(step.request, studio.catalogue, studio.vendors, datetime.now(UTC).date(), used)
        request = _with_uploads(step.request, await studio.references.imported(step.request))
        plan, artifact, payments = await self._planned(step, request, models)
        return _film(plan, artifact, payments, request, models)

    async def _planned(
        self, step: ComposePlan, request: VideoRequest, models: Cast
    ) -> tuple[Plan, Artifact, Sequence[Payment]]:
        """A caller's own plan is completed by the rules, whatever model plans the others."""
        if models.planner.work == "computes" or request.plan is not None:
            library = Library.of(request.library) if request.library else Library.default()
            # Milliseconds; the compute pool's threads may be busy for minutes.
            recipe = plan_recipe(request, models.planner)
            artifact = await self._kept(recipe, lambda: compose(request, library))
            return await self._read(artifact), artifact, ()
        drafting = Drafting(self._studio, request, models.planner, step.terms)
        plan, answer = await drafting.planned()
        artifact = await self._kept(answered_recipe(models.planner, answer.key), lambda: plan)
        return plan, artifact.model_copy(update={"reused": answer.reused}), drafting.payments

    async def _kept(self, recipe: Recipe, plan: Callable[[], Plan]) -> Artifact:
        async def make(work: Work) -> Made:
            text = plan().model_dump_json(indent=1).encode()
            out = work.dir / "plan.json"
            out.write_bytes(text)
            digest = hashlib.sha256(text).hexdigest()
            return Made(out, Media(mime="application/json", bytes=len(text), sha256=digest))

        return await self._studio.render(recipe, make, "plan")

    async def _read(self, artifact: Artifact) -> Plan:
        return Plan.model_validate_json(await self._studio.read(artifact.object))


def _with_uploads(request: VideoRequest, images: Sequence[ImportedReference]) -> VideoRequest:
    """The request with every image under its upload's key; the product's comes first."""
    keys = [image.key for image in images]
    product = keys.pop(0) if request.product else None
    references = [
        each.model_copy(update={"image": key}) for each, key in zip(request.references, keys, strict=True)
    ]
    return request.model_copy(update={"product": product, "references": tuple(references)})


def plan_recipe(request: VideoRequest, planner: Model) -> Recipe:
    """A plan that is composed by rules."""
    return Recipe(
        operation="plan",
        model=planner.id,
        params=creative(request),
        inputs=image_inputs(request),
        take=request.take,
        engine=ENGINE,
    )


def answered_recipe(planner: Model, answer: str) -> Recipe:
    """A plan that was read from a model's answer."""
    return Recipe(operation="plan", model=planner.id, inputs={"answer": answer}, engine=ENGINE)


def _film(
    plan: Plan, artifact: Artifact, payments: Sequence[Payment], request: VideoRequest, models: Cast
) -> PlannedFilm:
    def facts(each: Sequence[Model]) -> tuple[ModelFacts, ...]:
        return tuple(model.facts(request.fps, request.size) for model in each)

    return PlannedFilm(
        plan=plan,
        artifact=artifact,
        payments=tuple(payments),
        format=FrameFormat.of(request),
        image_model=models.image.facts(request.fps, request.size),
        video_model=models.video.facts(request.fps, request.size),
        score_model=models.score.facts(request.fps, request.size),
        edges_model=models.edges.facts(request.fps, request.size) if models.edges else None,
        image_fallbacks=facts(models.image_fallbacks),
        video_fallbacks=facts(models.video_fallbacks),
    )
