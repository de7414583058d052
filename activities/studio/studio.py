"""What every stage works with: where things are kept, whose models are here, what makes and what buys."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from activities.ledger import Buyer, LettingGo, Made, PaidRecipe, Recipe, Renderer, Submissions, Work
from activities.media import WARNINGS, Signer
from activities.models import Catalogue, Inputs, LocalModel, Provider, Roster
from activities.running import ActivityAttempt
from activities.storage import Database, Fetch, ObjectStore, Storage
from activities.studio.account import Accounts
from activities.studio.caps import Caps
from activities.studio.cuts import Cuts
from activities.studio.fleet import Fleet
from activities.studio.memory import FilmMemory
from activities.studio.references import References
from workflows.studio import Artifact, ModelFacts, PaidStep


@dataclass(frozen=True)
class Given:
    """How callers' images come in, and how providers get to see them."""

    references: References
    inputs: Inputs


@dataclass(frozen=True)
class Studio:
    """One process's studio, made by the composition root: what every wing's stages work with."""

    storage: Storage
    roster: Roster
    renderer: Renderer
    buyer: Buyer
    given: Given
    signer: Signer

    @property
    def inputs(self) -> Inputs:
        return self.given.inputs

    @property
    def references(self) -> References:
        return self.given.references

    @property
    def fetch(self) -> Fetch:
        return self.given.references.fetch

    @property
    def store(self) -> ObjectStore:
        return self.storage.store

    @property
    def catalogue(self) -> Catalogue:
        return self.roster.catalogue

    @property
    def providers(self) -> Mapping[str, Provider]:
        """Those that are paid, whose keys this process has."""
        return self.roster.providers

    @property
    def ledger(self) -> Submissions:
        return self.buyer.submissions

    @cached_property
    def memory(self) -> FilmMemory:
        return FilmMemory(self.storage.database)

    @cached_property
    def accounts(self) -> Accounts:
        letting_go = LettingGo(self.storage.database)
        return Accounts(self.ledger, self.memory, self.caps, letting_go)

    @cached_property
    def caps(self) -> Caps:
        return Caps(self.storage.database)

    @cached_property
    def cuts(self) -> Cuts:
        return Cuts(self.storage.database)

    @cached_property
    def fleet(self) -> Fleet:
        return Fleet(self.roster)

    def reading(self, database: Database) -> Studio:
        """The same studio, whose rows are read through this database."""
        storage = replace(self.storage, database=database)
        return replace(self, storage=storage, buyer=self.buyer.reading(database))

    def local_model(self, model: ModelFacts) -> LocalModel:
        """Raises `ModelGone` where this worker does not have the model's provider."""
        return self.roster.local_model(model)

    def provider(self, model: ModelFacts) -> Provider:
        """Raises `Unauthorized` where this worker has no key of the model's provider."""
        return self.roster.provider(model.provider)

    async def buy(self, paid: PaidRecipe, terms: PaidStep, stage: str) -> Artifact:
        """Buys on behalf of the running activity, at most once."""
        return await self.buyer.buy(paid, terms, ActivityAttempt(), stage=stage)

    async def read(self, object: str) -> bytes:
        """A small object, such as a plan: of the bucket, unless it is on this disk."""
        cache = self.storage.cache
        async with cache.scratch() as folder:
            path = await cache.get(object, folder, lambda part: self.store.get_file(object, part))
            return await asyncio.to_thread(path.read_bytes)

    async def render(
        self, recipe: Recipe, make: Callable[[Work], Awaitable[Made]], stage: str, total: int = 0
    ) -> Artifact:
        """Renders on behalf of the running activity. `total` counts the frames to come; 0 where unknown."""
        return await self.renderer.render(recipe, make, ActivityAttempt(), stage=stage, total=total)


def paid_by(bought: Artifact, made: Artifact) -> Artifact:
    """What was made of something bought, with what that cost: for the film it is one thing."""
    return made.model_copy(
        update={
            "cost_usd": bought.cost_usd,
            "payment": bought.payment,
            "reused": bought.reused and made.reused,
        }
    )


def warned(artifact: Artifact, said: Sequence[str]) -> Artifact:
    """With what people are to be told of it, which travels with it and is not kept."""
    return (
        artifact.model_copy(update={"facts": {**artifact.facts, WARNINGS: list(said)}}) if said else artifact
    )
