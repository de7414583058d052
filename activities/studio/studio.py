"""What every stage works with: the renderer, the bucket, the catalogue, the providers."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from activities.faults import ModelGone, Unauthorized
from activities.film.calls import PaidRecipes
from activities.film.keeping import Keeping
from activities.ledger.buyer import Buyer
from activities.ledger.purchase import PaidRecipe
from activities.ledger.recipe import Recipe
from activities.ledger.render import Renderer
from activities.ledger.renders import Ledger
from activities.ledger.sweep import Sweeper
from activities.ledger.work import Made, Work
from activities.media.mended import WARNINGS
from activities.models.catalogue import Catalogue
from activities.models.local import LocalModel
from activities.models.provider import Provider
from activities.running.attempt import ActivityAttempt
from activities.storage.objects import ObjectStore
from activities.studio.account import Accounts
from activities.studio.cuts import Cuts
from activities.studio.fleet import Fleet
from activities.studio.references import References
from workflows.film.contract import Shot
from workflows.studio.facts import Artifact, ModelFacts
from workflows.studio.money import PaidStep


@dataclass(frozen=True)
class Studio:
    """One process's studio; made by the composition root, shared by all activities. `local_models` compute
    here, `providers` are paid elsewhere."""

    ledger: Ledger
    renderer: Renderer
    store: ObjectStore
    local_models: Mapping[str, LocalModel]
    catalogue: Catalogue
    providers: Mapping[str, Provider]
    buyer: Buyer
    paid_recipes: PaidRecipes
    accounts: Accounts
    references: References
    sweeper: Sweeper
    keeping: Keeping
    fleet: Fleet
    cuts: Cuts

    def local_model(self, model: ModelFacts) -> LocalModel:
        """Raises `ModelGone` where this worker does not have the model's provider."""
        try:
            return self.local_models[model.provider]
        except KeyError:
            raise ModelGone(
                f"No worker here has the provider {model.provider} of model {model.id}."
            ) from None

    def provider(self, model: ModelFacts) -> Provider:
        """Raises `Unauthorized` where this worker has no key of the model's provider."""
        try:
            return self.providers[model.provider]
        except KeyError:
            needs = " and ".join(self.catalogue.providers[model.provider].needs)
            raise Unauthorized(f"{model.id} needs {needs}, which this worker does not have.") from None

    async def buy(self, paid: PaidRecipe, terms: PaidStep, stage: str) -> Artifact:
        """Buys on behalf of the running activity, at most once."""
        return await self.buyer.buy(paid, terms, ActivityAttempt(), stage=stage)

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
