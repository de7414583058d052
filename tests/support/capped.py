"""A till at a cap: it sells a picture once it has refused it so often, and knows what it was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any, Literal

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.faults import AtCap, OverBudget
from activities.running.failures import translated
from starter.productions import Productions
from tests.support.poster import FLUX, DrawPicture, PosterWorkflow, PrintPoster
from tests.support.posters import TABLE
from worker import hosting
from workflows.studio import account as accounts
from workflows.studio.calls import STUDIO_QUEUE, generation_queue
from workflows.studio.facts import Artifact, Media, Payment
from workflows.studio.money import Account
from workflows.studio.notice import Heard, TellNotice
from workflows.upkeep.notice import NoticeWorkflow

PRINTED = Artifact(key="print", object="print", media=Media(mime="image/png", bytes=1, sha256="0" * 64))


class CappedTill:
    """There is a place after `places` waits for one, and room under the cap after `refusals`; `waits_s` is
    how long each wait takes, in seconds. The picture costs `usd` to it, whatever the workflow believes."""

    def __init__(
        self,
        usd: Decimal = FLUX.price_usd,
        *,
        places: int = 0,
        refusals: int = 0,
        waits_s: float = 0,
        notices: Literal["", "request"] = "",
    ) -> None:
        self.usd, self.waits_s, self.notices = usd, waits_s, notices
        self._places, self._refusals = places, refusals
        #: What room was asked for, and who was told what.
        self.asked: list[Decimal] = []
        self.told: list[str] = []

    @activity.defn(name="open_account")
    async def account(self, step: accounts.OpenAccount) -> Account:
        at_cap = "the studio may run 1 production at once" if self._places else ""
        return Account(decided=True, budget_usd=Decimal(1), at_cap=at_cap, notices=self.notices)

    @activity.defn(name="await_place")
    async def place(self, step: accounts.AwaitPlace) -> accounts.Recorded:
        await asyncio.sleep(self.waits_s)
        self._places -= 1
        return accounts.Recorded()

    @activity.defn(name="await_room")
    async def room(self, step: accounts.AwaitRoom) -> accounts.Recorded:
        until = asyncio.get_running_loop().time() + self.waits_s
        while asyncio.get_running_loop().time() < until:
            # Who is told to end hears of it by this.
            activity.heartbeat()
            await asyncio.sleep(0.1)
        self.asked.append(step.usd)
        return accounts.Recorded()

    @activity.defn(name="draw_picture")
    @translated
    async def draw(self, step: DrawPicture) -> Artifact:
        if step.terms.may_spend_usd < self.usd:
            raise OverBudget("it is dearer by now", self.usd)
        if self._refusals:
            self._refusals -= 1
            raise AtCap("others were quicker")
        return PRINTED.model_copy(update={"payment": Payment(attempt="picture:1", usd=self.usd)})

    @activity.defn(name="print_poster")
    async def print(self, step: PrintPoster) -> Artifact:
        return PRINTED

    @activity.defn(name="tell_notice")
    async def tell(self, step: TellNotice) -> Heard:
        self.told.append(step.notice.news)
        return Heard(heard=1)


@asynccontextmanager
async def selling(client: Client, till: CappedTill) -> AsyncIterator[Productions]:
    light: list[Callable[..., Any]] = [till.account, till.place, till.room, till.print, till.tell]
    made = [PosterWorkflow, NoticeWorkflow]
    workers = [
        Worker(client, task_queue=STUDIO_QUEUE, workflows=made, activities=light),
        Worker(client, task_queue=generation_queue(FLUX.provider), activities=[till.draw]),
    ]
    async with hosting(workers):
        yield Productions(client, TABLE)
