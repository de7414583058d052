"""Buyers over the run's servers and a scripted vendor, as many processes as a test wants to play."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

import asyncpg

from activities.faults import StillWaiting, StudioError
from activities.ledger.buyer import Buyer
from activities.ledger.orphan_rows import Payer, SweepRows
from activities.ledger.purchase import PaidRecipe
from activities.ledger.recipe import Recipe
from activities.ledger.services import Fetches, Services, Watches
from activities.ledger.submissions import Submission, Submissions
from activities.ledger.threads import Threads
from activities.ledger.times import Times
from activities.ledger.work import Workspace
from activities.models.call import ModelCall
from activities.models.catalogue import Catalogue
from activities.models.entries import Model
from activities.models.provider import Provider
from activities.models.roster import Roster
from activities.running.attempt import CarriedJob
from activities.storage.cache import Cache
from activities.storage.database import Database
from activities.storage.objects import ObjectStore
from tests.support.vendor import Outputs, Vendor, catalogue, model
from workflows.studio.facts import Artifact
from workflows.studio.money import PaidStep
from workflows.studio.standing import JobStanding

# A lease of 0.6 s, settled after 1.1 s: long against a statement, short against a test.
TIMES = Times().divided(100)
#: The same, but for what is told to stop: on a busy machine it takes a while until that has been seen to end.
PATIENT = replace(TIMES, lease=6.0, outage=7.5, wind_down=5.0)


@dataclass
class Asker:
    """The activity attempt on whose behalf something is bought."""

    why: Literal["stop", "release", None] = None
    carried: CarriedJob | None = None
    heard: list[str] = field(default_factory=list)
    standings: list[JobStanding] = field(default_factory=list)

    def report(self, stage: str, done: int, total: int) -> None:
        self.heard.append(stage)

    def report_job(self, stage: str, step: str, standing: JobStanding) -> None:
        self.heard.append(stage)
        self.standings.append(standing)

    def idle(self) -> AbstractContextManager[None]:
        return nullcontext()

    def carry(self, job: CarriedJob) -> None:
        self.carried = job

    def why_cancelled(self) -> Literal["stop", "release", None]:
        return self.why


@dataclass
class ScriptedHealth:
    """Hears of a model's failures and successes; raises `resting` where it is set."""

    resting: StudioError | None = None
    failures: list[StudioError] = field(default_factory=list)
    successes: int = 0

    async def admit(self, model: Model, moves: bool) -> None:
        if self.resting:
            raise self.resting

    async def failed(self, model: Model, why: StudioError | None = None) -> None:
        self.failures.append(why or StudioError())

    async def worked(self, model: Model) -> None:
        self.successes += 1


@dataclass
class BuyerProcess:
    """One process that buys."""

    buyer: Buyer
    submissions: Submissions
    store: ObjectStore
    health: ScriptedHealth
    rows: SweepRows
    payers: list[Payer]

    async def due(self) -> set[str]:
        """The recipes that a sweeper would take up."""
        return set(await self.rows.due(self.payers, 1000))

    async def loose(self) -> set[tuple[str, int]]:
        """The attempts that a sweeper would close."""
        return set(await self.rows.loose(self.payers, 1000))

    async def buy(
        self,
        paid_recipe: PaidRecipe,
        film: str = "film-a",
        asker: Asker | None = None,
        usd: str = "1",
        since: datetime | None = None,
    ) -> Artifact:
        """As Temporal does it: called again as often as it asks for that."""
        terms = PaidStep(film=film, step="chunk:1", may_spend_usd=Decimal(usd), since=since)
        while True:
            try:
                return await self.buyer.buy(paid_recipe, terms, asker or Asker(), stage="test")
            except StillWaiting as later:
                await asyncio.sleep(later.call_again_s)

    async def phases(self, paid_recipe: PaidRecipe) -> list[str]:
        """What became of the recipe's attempts, but for those that came too late to be sent."""
        return [each.phase for each in await self.submissions_of(paid_recipe)]

    async def sent(self, paid_recipe: PaidRecipe) -> list[str]:
        """The names of the recipe's attempts, but for those: on a busy machine the first one may be such."""
        return [each.name for each in await self.submissions_of(paid_recipe)]

    async def submissions_of(self, paid_recipe: PaidRecipe) -> list[Submission]:
        survey = await self.submissions.survey(paid_recipe.recipe.key)
        if survey is None:
            return []
        found = [
            await self.submissions.submission(paid_recipe.recipe.key, n + 1)
            for n in range(survey.row.attempts)
        ]
        return [each for each in found if each and "too late" not in str((each.error or {}).get("message"))]


#: Opens one more process, over its own connections.
Open = Callable[..., Awaitable[BuyerProcess]]


@asynccontextmanager
async def buyer_processes(
    database_url: str, store: ObjectStore, root: Path, vendor: Vendor
) -> AsyncIterator[Open]:
    """A function that opens processes which buy from the vendor; the store has its bucket."""
    async with AsyncExitStack() as stay:

        async def opened(
            times: Times = TIMES,
            kind: type[Submissions] = Submissions,
            fetch: Fetches | None = None,
            health: Watches | None = None,
            risk: str = "0",
            url: str = database_url,
            providers: Mapping[str, Provider] | None = None,
            models: Catalogue | None = None,
        ) -> BuyerProcess:
            pool = await stay.enter_async_context(asyncpg.create_pool(url, min_size=1, max_size=4))
            threads = Threads(4)
            stay.callback(threads.shutdown, wait=True)
            cache = Cache(root / "cache", 1 << 30)
            stay.callback(cache.close)
            database, scripted = Database(pool), ScriptedHealth()
            submissions, known = kind(database, times), providers or {vendor.name: vendor}
            services = Services(
                submissions,
                Workspace(store, cache, threads),
                Roster(models or catalogue(), known),
                health or scripted,
                fetch or Outputs(vendor),
                Decimal(risk),
            )
            buyer = Buyer(services, uuid.uuid4().hex)
            payers = [(name, one.account) for name, one in known.items()]
            return BuyerProcess(buyer, submissions, store, scripted, SweepRows(database, times), payers)

        yield opened


def paid_recipe(of: Model | None = None, prompt: str = "a mug", seed: int | None = None) -> PaidRecipe:
    """Something that no other test buys; the same `prompt` and `seed` make the same request."""
    what = of or model("lists")
    recipe = Recipe(operation="test", model=what.id, params={"unique": uuid.uuid4().hex})
    number = int(recipe.key[:7], 16) if seed is None else seed

    async def call(folder: Path, tag: str) -> ModelCall:
        (folder / "image").write_text(tag)
        return ModelCall(what, {"prompt": prompt, "seed": number})

    return PaidRecipe(recipe=recipe, model=what, call=call)
