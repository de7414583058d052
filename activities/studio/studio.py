"""What every stage works with: the renderer, the bucket, the catalogue, the providers."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from activities.faults import ModelGone, Unauthorized
from activities.film.calls import Orders
from activities.film.keeping import Keeping
from activities.ledger.buyer import Buyer, Goods
from activities.ledger.recipe import Recipe
from activities.ledger.render import Renderer
from activities.ledger.renders import Ledger
from activities.ledger.sweep import Sweeper
from activities.ledger.work import Made, Work
from activities.media.mended import WARNINGS
from activities.models.catalogue import Catalogue
from activities.models.local import Computes
from activities.models.provider import Waits
from activities.running.attempt import ActivityAttempt
from activities.storage.objects import ObjectStore
from activities.studio.account import Accounts
from activities.studio.cuts import Cuts
from activities.studio.fleet import Fleet
from activities.studio.references import References
from workflows.film.contract import Shot
from workflows.studio.facts import Artifact, ModelFacts
from workflows.studio.money import Terms


@dataclass(frozen=True)
class Studio:
    """One process's studio; made by the composition root, shared by all activities. `providers` compute
    here, `vendors` are paid."""

    ledger: Ledger
    renderer: Renderer
    store: ObjectStore
    providers: Mapping[str, Computes]
    catalogue: Catalogue
    vendors: Mapping[str, Waits]
    buyer: Buyer
    orders: Orders
    accounts: Accounts
    references: References
    sweeper: Sweeper
    keeping: Keeping
    fleet: Fleet
    cuts: Cuts

    def provider(self, model: ModelFacts) -> Computes:
        """Raises `ModelGone` where this worker does not have the model's provider."""
        try:
            return self.providers[model.provider]
        except KeyError:
            raise ModelGone(
                f"No worker here has the provider {model.provider} of model {model.id}."
            ) from None

    def vendor(self, model: ModelFacts) -> Waits:
        """Raises `Unauthorized` where this worker has no key of the model's provider."""
        try:
            return self.vendors[model.provider]
        except KeyError:
            needs = " and ".join(self.catalogue.providers[model.provider].needs)
            raise Unauthorized(f"{model.id} needs {needs}, which this worker does not have.") from None

    async def buy(self, goods: Goods, terms: Terms, stage: str) -> Artifact:
        """Buys on behalf of the running activity, at most once."""
        return await self.buyer.buy(goods, terms, ActivityAttempt(), stage=stage)

    async def read(self, object: str) -> bytes:
        """A small object of the bucket, such as a plan."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "object"
            await self.store.get_file(object, path)
            return await asyncio.to_thread(path.read_bytes)

    async def render(
        self, recipe: Recipe, make: Callable[[Work], Awaitable[Made]], stage: str, total: int = 0
    ) -> Artifact:
        """Renders on behalf of the running activity. `total` counts the frames to come; 0 where unknown."""
        return await self.renderer.render(recipe, make, ActivityAttempt(), stage=stage, total=total)


def place(shot: Shot) -> str:
    """Which beat, in the words of a heartbeat: the page of pending activities shows nothing else."""
    return f"beat {shot.number}/{shot.count} {shot.beat.id}"


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


async def photos(shot: Shot, work: Work) -> Sequence[Path]:
    return [await work.fetch(key) for key in shot.beat.references]
