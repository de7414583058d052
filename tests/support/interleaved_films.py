"""Films that want the same things at the same time, and the people and the sweeper around them: one run."""

from __future__ import annotations

import asyncio
import itertools
import random
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from activities.faults import Held, ModelResting, Permanent, RateLimited, StillWaiting, StudioError
from activities.ledger.buyer import Buyer
from activities.ledger.orphan_rows import SweepRows
from activities.ledger.purchase import PaidRecipe
from activities.ledger.recipe import Recipe
from activities.ledger.services import Services
from activities.ledger.submissions import Submissions
from activities.ledger.sweep import Sweeper
from activities.ledger.work import Workspace
from activities.models.breaker import Health
from activities.models.call import ModelCall
from activities.models.catalogue import Catalogue
from activities.models.roster import Roster
from activities.running.attempt import CarriedJob
from tests.support import vendor as vendors
from tests.support.boundaries import Bucket, Line, Place, Statements
from tests.support.interleaving import (
    CALM,
    HEARTBEAT_S,
    STORMS,
    TIMES,
    Died,
    Process,
    Refusing,
    Told,
    World,
    scripted,
)
from tests.support.refusals import REFUSALS
from tests.support.vendor import Class, Outputs, Vendor
from workflows.studio.money import PaidStep

#: Virtual seconds of misfortune, and then of quiet until everything must have ended.
STORM_S, QUIET_S = 700.0, 4 * 3600.0


@dataclass
class Run:
    """One run, from a seed. `ledger` is the provider's class; `alike` recipes cannot be told apart by it."""

    place: Place
    seed: int
    ledger: Class

    def __post_init__(self) -> None:
        # Jitter comes from here; names are the only thing in a run that is new each time.
        random.seed(self.seed)
        self.chance = random.Random(self.seed)
        name = f"v{uuid.uuid4().hex[:12]}"
        self.model = vendors.model(self.ledger, name)
        self.catalogue: Catalogue = vendors.catalogue(self.model)
        vendor = Vendor(name=name, carries_tags=self.chance.random() < 0.6, inline=self.chance.random() < 0.7)
        vendor.listing_s = self.chance.choice([0.0, 5.0, TIMES.listing - 1])
        vendor.adrift_s = self.chance.choice([0.0, -20.0, -600.0, 600.0])
        self.world = World(
            self.seed, self.place.loop, self.place.pool, vendor, self.ledger, self.chance.choice(STORMS)
        )
        vendor.jobs_are = scripted(self.world)
        if self.chance.random() < 0.5:
            seconds, puts_only = self.chance.choice([20.0, 90.0, 400.0]), self.chance.random() < 0.7
            self.world.refusing = Refusing(self.chance.choice(REFUSALS), seconds, puts_only)
        self._numbers = itertools.count(1)
        alike = self.chance.random() < 0.5
        self.recipes = [
            Recipe(operation="test", model=self.model.id, params={"n": n})
            for n in range(self.chance.choice([1, 1, 2]))
        ]
        for recipe in self.recipes:
            # With tags the provider tells even those apart.
            self.world.group_of[recipe.key] = recipe.key if vendor.carries_tags or not alike else "alike"
        self.prompts = {recipe.key: "same" if alike else str(n) for n, recipe in enumerate(self.recipes)}

    def process(self, role: str, key: str | None = None) -> Process:
        return Process(f"{role}-{next(self._numbers)}", self.world, key, self.chance.randrange(2))

    def buyer(self, process: Process) -> Buyer:
        store: Any = Bucket(process, self.place.store)
        database, line = Statements(process), Line(process)
        workspace = Workspace(store, self.place.caches[process.machine], self.place.threads)
        roster, fetch = Roster(self.catalogue, {line.name: line}), Outputs(self.world.vendor)
        services = Services(Submissions(database, TIMES), workspace, roster, Health(database), fetch)
        return Buyer(services, process.name)

    def paid_recipe(self, recipe: Recipe) -> PaidRecipe:
        async def call(folder: Path, *tag: str) -> ModelCall:
            return ModelCall(self.model, {"prompt": self.prompts[recipe.key], "seed": 7})

        return PaidRecipe(recipe, self.model, call)

    async def go(self) -> World:
        """The whole run: the storm, the quiet, and the look at what is left."""
        films = [
            Film(self, self.chance.choice(self.recipes), f"film-{n}")
            for n in range(self.chance.choice([2, 2, 3]))
        ]
        tasks = [asyncio.create_task(film.live()) for film in films]
        around = [asyncio.create_task(one) for one in (self._sweep(), self._operate())]
        ends = self.world.loop.time() + STORM_S
        while self.world.loop.time() < ends and not all(task.done() for task in tasks):
            await asyncio.wait(tasks, timeout=60, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(1)
        self.world.odds = CALM
        self.world.note("all", "quiet from now on")
        ends = self.world.loop.time() + QUIET_S
        while self.world.loop.time() < ends and not await self._settled(tasks):
            await asyncio.sleep(120)
        for task in [*tasks, *around]:
            task.cancel()
        ended = await asyncio.gather(*tasks, *around, return_exceptions=True)
        for error in ended:
            if isinstance(error, BaseException) and not isinstance(error, asyncio.CancelledError):
                self.world.never(f"{type(error).__name__}: {error}")
        await self._look(films)
        return self.world

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(60)
            process = self.process("sweeper")
            buyer, database = self.buyer(process), Statements(process)
            roster = Roster(self.catalogue, {self.world.vendor.name: Line(process)})
            sweeper = Sweeper(SweepRows(database, TIMES), Submissions(database, TIMES), buyer, roster)
            with suppress(Died, StudioError):
                swept = await sweeper.sweep(120, 100, lambda done, total: None)
                if any(swept.model_dump().values()):
                    self.world.note(process.name, f"swept: {swept}")

    async def _operate(self) -> None:
        """A person looks at what is held, now and then, and takes the risk of some of it."""
        while True:
            await asyncio.sleep(self.chance.uniform(60, 300))
            for held in await self._rows("SELECT key, n, tag, job_id FROM attempt WHERE phase = 'held'"):
                if self.ledger == "lists" and held["job_id"] is None:
                    self.world.never(f"{held['key'][:6]} is in doubt, though the provider lists its jobs")
                if self.world.calm or self.chance.random() < 0.5:
                    self.world.yes.add(str(held["tag"]))
                    self.world.note("operator", f"takes the risk of {held['key'][:6]}:{held['n']}")
                    process = self.process("operator")
                    with suppress(Died, StudioError):
                        await self.buyer(process).resolve(f"{held['key']}:{held['n']}")

    async def _rows(self, statement: str) -> list[Any]:
        """What an onlooker sees of this run's rows."""
        with self.world.loop.working():
            return await self.place.pool.fetch(
                f"SELECT * FROM ({statement.replace('SELECT', 'SELECT key AS key_,')}) AS rows "
                "WHERE key_ = ANY($1)",
                [recipe.key for recipe in self.recipes],
            )

    async def _settled(self, tasks: list[asyncio.Task[None]]) -> bool:
        left = await self._rows("SELECT n FROM attempt WHERE phase IN ('intent','running','held','stray')")
        return not left and all(task.done() for task in tasks)

    async def _look(self, films: list[Film]) -> None:
        """What must be true when all has been quiet for long."""
        world, rows = self.world, {row["key"]: row for row in await self._rows("SELECT * FROM render")}
        submissions = await self._rows("SELECT * FROM attempt")
        known = {row["job_id"]: row for row in submissions if row["job_id"]}
        by_tag = {str(row["tag"]): row for row in submissions}
        for tag, process in world.in_hand.items():
            row = by_tag[tag]
            if not process.disturbed and row["phase"] != "stored":
                world.never(f"{row['key'][:6]} is {row['phase']}, but {process.name} had its output in hand")
        for row in submissions:
            if row["phase"] in ("intent", "running", "held", "stray"):
                world.never(f"{row['key'][:6]}:{row['n']} is still {row['phase']}")
        for row in rows.values():
            if row["state"] == "done" and not await self.place.store.exists(row["object"]):
                world.never(f"{row['key'][:6]} is done, but there is no {row['object']}")
        for job in world.vendor.jobs:
            paid = job.state == "succeeded" and not job.gone
            if job.id not in known:
                if self.ledger == "lists":
                    world.never(f"{job.id} ({job.state}) is not in the ledger")
            elif paid and rows[known[job.id]["key"]]["state"] != "done":
                world.never(f"{job.id} was paid, is there, and nobody has it")
        for film in films:
            if film.state == "under way":
                world.never(f"{film.name} is stuck")


@dataclass
class Film:
    """A workflow that wants one recipe, as its retry policy and its people treat it."""

    run: Run
    recipe: Recipe
    name: str
    state: str = "under way"
    kept: list[CarriedJob] = field(default_factory=list)

    async def live(self) -> None:
        chance, world = random.Random(f"{self.run.seed}/{self.name}"), self.run.world
        await asyncio.sleep(chance.choice([0, 0, 1, 40]))
        leaves = world.loop.time() + chance.choice([20, 100, 300]) if chance.random() < 0.3 else None
        failures = 0
        while self.state == "under way":
            pause = await self._try(leaves, chance.random() < 0.6)
            if pause is None:
                failures += 1
                if failures >= 4:
                    self.state = "failed"
                pause = 2.0
            await asyncio.sleep(pause)
        if self.state == "stopped" and chance.random() < 0.5:
            # Started again, it goes on with what there is.
            self.state, self.kept = "under way", []
            await asyncio.sleep(chance.choice([1, 100]))
            while self.state == "under way" and failures < 8:
                pause = await self._try(None, False)
                failures += pause is None
                await asyncio.sleep(pause or 2.0)
            self.state = "failed" if self.state == "under way" else self.state
        world.note(self.name, self.state)

    async def _try(self, leaves: float | None, asks: bool) -> float | None:
        """One attempt of the activity. Returns how long to wait for the next; None where one has failed."""
        world, told = self.run.world, Told(self.kept)
        process = self.run.process(self.name, self.recipe.key)
        terms = PaidStep(film=self.name, step="s", may_spend_usd=vendors.PRICE)
        buying = asyncio.create_task(
            self.run.buyer(process).buy(self.run.paid_recipe(self.recipe), terms, told, stage="test")
        )
        # Whatever a zombie ends with concerns nobody.
        buying.add_done_callback(lambda task: task.cancelled() or task.exception())
        lost = asyncio.create_task(process.lost.wait())
        left = None if leaves is None else max(0.0, leaves - world.loop.time())
        deploy = self.run.chance.choice([3.0, 15.0, 40.0]) if self.run.chance.random() < 0.2 else None
        deploy = None if world.calm or (left is not None and left < (deploy or 0)) else deploy
        try:
            patience = left if deploy is None else deploy
            await asyncio.wait({buying, lost}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            if not buying.done() and process.lost.is_set():
                # What it says from now on concerns nobody; it learns of that with a heartbeat, or never.
                world.note(self.name, f"{process.name} is not heard of")
                told.why = "release"
                world.loop.call_later(self.run.chance.choice([200.0, 1e6]), buying.cancel)
                return 1.0
            if not buying.done() and deploy is not None:
                world.note(self.name, f"{process.name} is shut down")
                told.why = "release"
                process.left = True
                buying.cancel()
                await asyncio.wait({buying}, timeout=300)
                return 1.0
            if not buying.done():
                self.state = "stopped" if asks else "terminated"
                if asks:
                    world.stops.add(self.recipe.key)
                world.note(self.name, self.state)
                told.why = "stop" if asks else "release"
                process.left = True
                buying.cancel()
                await asyncio.wait({buying}, timeout=300)
                return 0.0
            return await self._outcome(buying)
        finally:
            lost.cancel()

    async def _outcome(self, buying: asyncio.Task[Any]) -> float | None:
        error = buying.exception()
        if error is not None:
            self.run.world.note(self.name, f"{type(error).__name__}: {error}"[:120])
        match error:
            case None:
                self.state = "done"
                if not await self.run.place.store.exists(buying.result().object):
                    self.run.world.never(f"{self.name} was given what is not there")
                return 0.0
            case Died():
                # Temporal notices by the missing heartbeats.
                return HEARTBEAT_S
            case StillWaiting():
                return error.call_again_s
            case RateLimited():
                return error.retry_after_s
            case ModelResting():
                return error.rest_s
            case Held():
                return 60.0
            case Permanent():
                self.state = "failed"
                return 0.0
            case StudioError():
                return None if error.payment else 5.0
            case _:
                raise error
