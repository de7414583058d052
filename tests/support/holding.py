"""Markets on which somebody is kept waiting, or something cannot be had, just where a test wants it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from tests.support.books import Fate
from tests.support.free_steps import piece
from tests.support.recordings import Told
from workflows.film import steps
from workflows.film.planned import PlannedFilm
from workflows.studio import account as accounts
from workflows.studio import calls
from workflows.studio.facts import Artifact
from workflows.studio.money import Account


class Exact(Told):
    """Everything costs its price: an image and a chunk $0.01, and the plan $0.20."""

    def _share(self, chance: random.Random) -> Decimal:
        return Decimal(1)


def doubtful(step: str) -> Exact:
    """Nobody can say what became of the first submit of the step."""
    return Exact(fates={step: Fate(0, ["SubmitOutcomeUnknown"], False)})


class Holding(Exact):
    """Keeps whoever asks for the step of that name until it is let go, each time anew."""

    def __init__(self, held: str) -> None:
        super().__init__()
        self._held, self._calls, self._free = held, list[asyncio.Event](), False

    async def called(self, times: int) -> None:
        """Returns once it was asked for so often."""
        while len(self._calls) < times:
            await asyncio.sleep(0.05)

    def let_go(self, for_good: bool = True) -> None:
        self._free = for_good
        for call in self._calls:
            call.set()

    async def _pass(self, name: str) -> None:
        if name == self._held and not self._free:
            self._calls.append(asyncio.Event())
            await self._calls[-1].wait()

    def close(self) -> None:
        self.let_go()

    @property
    def activities(self) -> dict[str, list[Callable[..., Any]]]:
        told = super().activities
        return {**told, calls.MEDIA_QUEUE: [*told[calls.MEDIA_QUEUE], self.score]}

    async def _sell(self, model: Any, terms: Any, price: Any, length: Any = None) -> Artifact:
        await self._pass(terms.step)
        return await super()._sell(model, terms, price, length)

    @activity.defn(name="stitch_film")
    async def stitch(self, step: steps.StitchFilm) -> Artifact:
        await self._pass("stitch")
        told: Artifact = await super().stitch(step)
        return told

    @activity.defn(name="deliver_film")
    async def deliver(self, step: steps.DeliverFilm) -> steps.DeliveredFilm:
        await self._pass("deliver")
        told: steps.DeliveredFilm = await super().deliver(step)
        return told

    @activity.defn(name="open_account")
    async def account(self, step: accounts.OpenAccount) -> Account:
        # The account is opened with the run's id, and read once more for its balance.
        await self._pass("account" if step.run else "balance")
        told: Account = await super().account(step)
        return told

    @activity.defn(name="generate_soundtrack")
    async def score(self, step: steps.GenerateSoundtrack) -> Artifact:
        await self._pass("soundtrack")
        return piece("score")


class Pondering(Holding):
    """Keeps whoever asks for the plan of that take, or of a later one."""

    def __init__(self, held_from: int) -> None:
        super().__init__("another plan")
        self._held_from = held_from

    @activity.defn(name="compose_plan")
    async def plan(self, step: steps.ComposePlan) -> PlannedFilm:
        if step.request.take >= self._held_from:
            await self._pass("another plan")
        told: PlannedFilm = await super().plan(step)
        return told


class Replanning(Exact):
    """Plans once, and fails from the take on that is named."""

    def __init__(self, fails_from: int) -> None:
        super().__init__()
        self._fails_from = fails_from

    @activity.defn(name="compose_plan")
    async def plan(self, step: steps.ComposePlan) -> PlannedFilm:
        if step.request.take >= self._fails_from:
            raise ApplicationError("no beat is like that", type="InvalidPlan", non_retryable=True)
        told: PlannedFilm = await super().plan(step)
        return told


class Forgetful(Exact):
    """Cannot keep what a rung means."""

    @activity.defn(name="keep_rung")
    async def keep_rung(self, step: steps.KeepRung) -> accounts.Recorded:
        raise ApplicationError("the ledger is read-only", type="LedgerAway", non_retryable=True)
