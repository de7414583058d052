"""A poster: a second kind of production, of two steps of which one is paid. Nothing of a film is in it."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Annotated

from pydantic import Field
from temporalio import workflow
from temporalio.common import RawValue

from workflows.studio.account_facts import OpenAccount
from workflows.studio.calls import LIGHT, STUDIO_QUEUE, run, run_model
from workflows.studio.context import Context
from workflows.studio.facts import Artifact, Asked, Facts, Findable, Labels, ModelFacts, Notify, Text, Usd
from workflows.studio.money import PaidStep
from workflows.studio.production import Production
from workflows.studio.purchases import GivenUp, Offer
from workflows.studio.report import Outcome, RowProgress
from workflows.studio.requests import Rules, parsed
from workflows.studio.workflow import ProductionWorkflow

FLUX = ModelFacts(id="replicate-flux-schnell", provider="replicate", work="waits", price_usd=Decimal("0.003"))


class PosterRequest(Asked):
    words: Annotated[Text, Field(min_length=1, max_length=80)]
    budget_usd: Usd | None = None
    user: Text = ""
    labels: Labels = ()
    notify: Notify = ()


class PosterResult(Outcome):
    poster: str | None = None


class DrawPicture(Facts):
    words: str
    model: ModelFacts
    terms: PaidStep


class PrintPoster(Facts):
    words: str
    picture: Artifact | None


POSTER = Production(
    workflow="PosterWorkflow",
    noun="poster",
    row="sheet",
    example_step="picture",
    request=PosterRequest,
    parse=lambda data: parsed(
        data, Rules(PosterRequest, 'send {"words": "Fresh bread"}', lambda _: (), lambda *_: None)
    ),
    id_of=lambda request: f"poster-{hashlib.sha256(request.words.encode()).hexdigest()[:6]}",
    digest_of=lambda request: hashlib.sha256(request.words.encode()).digest(),
    summary=lambda request: request.words,
    details=lambda request: "",
    is_paid=lambda _: True,
    budget_of=lambda request, account: account.limit(request.budget_usd, Decimal(1)),
    result=PosterResult,
    delivers="poster",
    findable=lambda request: Findable(user=request.user, labels=request.labels),
)


@workflow.defn(name=POSTER.workflow)
class PosterWorkflow(ProductionWorkflow[PosterRequest, PosterResult]):
    production = POSTER
    _printed: Artifact | None = None

    @workflow.run
    async def run(self, request: RawValue = None) -> PosterResult:  # type: ignore[assignment]
        return await self.produce(request)

    def opening(self, asked: PosterRequest) -> OpenAccount:
        return super().opening(asked).model_copy(update={"request": asked.model_dump(mode="json")})

    async def make(self, asked: PosterRequest, context: Context) -> None:
        context.board.title, context.board.rows = asked.words, (RowProgress(id="front"),)
        context.board.expect("picture", "Picture", 4, "front")
        context.board.expect("print", "Print", 1)
        context.planned()
        step = PrintPoster(words=asked.words, picture=await self._picture(asked, context))
        self._printed = await context.runner.step(
            "print", lambda label: run("print_poster", step, Artifact, STUDIO_QUEUE, LIGHT, label)
        )

    async def _picture(self, asked: PosterRequest, context: Context) -> Artifact | None:
        async def buy(model: ModelFacts, terms: PaidStep) -> Artifact:
            step = DrawPicture(words=asked.words, model=model, terms=terms)
            return await run_model("draw_picture", step, model, "Picture")

        offer = Offer("picture", [FLUX], lambda model: model.price_usd, buy, rungs=1, dispensable=True)
        try:
            return await context.runner.step("picture", lambda label: context.purchases.buy(offer, label))
        except GivenUp as error:
            context.board.warn(f"{error.message} The poster has words alone.")
            return None

    def result(self, asked: PosterRequest, outcome: Outcome) -> PosterResult:
        return PosterResult(**outcome.model_dump(), poster=self._printed.object if self._printed else None)
