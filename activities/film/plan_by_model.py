"""Knows how a planner model is asked for a plan: once, and once more where its answer breaks a rule."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from activities.film.planning import answer, scene_answer, scene_asking
from activities.film.planning.answered import PlannerCall
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.library import Library
from activities.film.planning.placeholders import check_placeholders
from activities.film.planning.seconds import asked_seconds
from activities.film.recipes import plan_answer, plan_repair
from activities.ledger import PaidRecipe, Recipe
from activities.models import Model, ModelCall
from activities.running import finishing
from activities.studio import Studio
from workflows.film import Plan, VideoRequest
from workflows.studio import Artifact, FieldProblem, PaidStep, Payment, Reference


class Drafting:
    """Planning by a model, on behalf of one request. `payments` fills while it is planned."""

    def __init__(self, studio: Studio, request: VideoRequest, planner: Model, terms: PaidStep) -> None:
        self._studio, self._request, self._planner, self._terms = studio, request, planner, terms
        self._library = Library.for_request(request)
        self._shown, self._is_of_scenes = shown(request), request.method == "keyframes"
        self.payments: list[Payment] = []
        self._left = terms.may_spend_usd

    async def planned(self) -> tuple[Plan, Artifact]:
        """The plan, and the answer that it was read from.

        Raises `InvalidPlan` where the repaired answer breaks a rule as well, and what buying raises.
        """
        first = await self._ask(plan_answer(self._request, self._planner), self._parts())
        with finishing(self.payments):
            return await self._read(first)

    async def _read(self, first: Artifact) -> tuple[Plan, Artifact]:
        said = await self._studio.read(first.object)
        try:
            return self._plan_of(said), first
        except InvalidPlan as error:
            second = await self._ask(plan_repair(self._planner, first.key), self._parts(said, error.fields))
        said = await self._studio.read(second.object)
        return self._plan_of(said), second

    def _plan_of(self, said: bytes) -> Plan:
        read = scene_answer.plan_of_answer if self._is_of_scenes else answer.plan_of
        return read(said, self._request, self._library, self._shown)

    def _parts(self, said: bytes | None = None, problems: Sequence[FieldProblem] = ()) -> PlannerCall:
        call = scene_asking.scene_call if self._is_of_scenes else answer.beat_call
        seconds = asked_seconds(self._request, self._library)
        return call(self._request, self._library, self._shown, seconds, said, problems)

    async def _ask(self, recipe: Recipe, parts: PlannerCall) -> Artifact:
        model = self._planner

        async def call(_: Path, __: str) -> ModelCall:
            # Here, where it is about to be bought: an answer that was bought before needs no words.
            check_placeholders(self._request)
            words = {"prompt": parts.data, "instructions": parts.instructions}
            return ModelCall(model, {**words, "schema": dict(parts.schema)})

        terms = self._terms.model_copy(update={"may_spend_usd": self._left})
        bought = await self._studio.buy(PaidRecipe(recipe=recipe, model=model, call=call), terms, "plan")
        self._left = max(Decimal(0), self._left - bought.cost_usd)
        if bought.payment is not None:
            self.payments.append(bought.payment)
        return bought


def shown(request: VideoRequest) -> tuple[Reference, ...]:
    """The images that beats may show, numbered from 1; the product comes first."""
    product = [Reference(image=request.product, shows="the product")] if request.product else []
    return (*product, *request.references)
