"""The recording of a poster: one that waits for money, is paused meanwhile, and then is in doubt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.faults import OverBudget, SubmitOutcomeUnknown
from activities.running.failures import translated
from starter.productions import Productions
from tests.support.poster import FLUX, POSTER, DrawPicture, PosterRequest, PosterWorkflow, PrintPoster
from tests.support.posters import TABLE
from tests.support.recordings import Handle
from worker import hosting
from workflows.studio import account as accounts
from workflows.studio.calls import STUDIO_QUEUE, generation_queue
from workflows.studio.facts import Artifact, Media, Payment
from workflows.studio.money import Account

PRINTED = Artifact(key="print", object="print", media=Media(mime="image/png", bytes=1, sha256="0" * 64))


class Till:
    """Sells one picture, whose first answer is lost."""

    _doubts = 1

    @activity.defn(name="open_account")
    async def account(self, step: accounts.OpenAccount) -> Account:
        return Account(decided=True, budget_usd=Decimal(0))

    @activity.defn(name="record_budget")
    async def grant(self, step: accounts.RecordBudget) -> accounts.Recorded:
        return accounts.Recorded()

    @activity.defn(name="accept_risk")
    async def accept(self, step: accounts.AcceptRisk) -> accounts.Recorded:
        return accounts.Recorded()

    @activity.defn(name="draw_picture")
    @translated
    async def draw(self, step: DrawPicture) -> Artifact:
        if step.terms.may_spend_usd < FLUX.price_usd:
            raise OverBudget("too dear", FLUX.price_usd)
        if self._doubts:
            self._doubts -= 1
            raise SubmitOutcomeUnknown("nobody can say", "picture:1", FLUX.price_usd)
        return PRINTED.model_copy(update={"payment": Payment(attempt="picture:2", usd=FLUX.price_usd)})

    @activity.defn(name="print_poster")
    async def print(self, step: PrintPoster) -> Artifact:
        return PRINTED


async def poster(_: object, client: Client) -> Handle:
    till = Till()
    light: list[Callable[..., Any]] = [till.account, till.grant, till.accept, till.print]
    workers = [
        Worker(client, task_queue=STUDIO_QUEUE, workflows=[PosterWorkflow], activities=light),
        Worker(client, task_queue=generation_queue(FLUX.provider), activities=[till.draw]),
    ]
    async with hosting(workers):
        run = await Productions(client, TABLE).start(POSTER, PosterRequest(words="Fresh bread"))
        while not (await run.progress()).waits:
            await asyncio.sleep(0.05)
        await run.pause()
        await run.set_budget(Decimal(1))
        await run.resume()
        while (
            await run.progress()
        ).waiting_for != "accept_risk or give_up of the step picture: nobody can say":
            await asyncio.sleep(0.05)
        await run.accept_risk("picture")
        assert (await run.result()).status == "completed"
        return run.handle


RECORDINGS = (poster,)
