"""What every stage works with: the renderer, the bucket, the catalogue, the providers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from activities.attempt import ActivityAttempt
from activities.generation.provider import Computes, ModelGone
from activities.generation.recipe import Recipe
from activities.generation.render import Renderer
from activities.generation.work import Made, Work
from activities.storage.objects import ObjectStore
from workflows.contract import Artifact, ModelFacts, Shot


@dataclass(frozen=True)
class Studio:
    """One process's studio; made by the composition root, shared by all activities."""

    renderer: Renderer
    store: ObjectStore
    providers: Mapping[str, Computes]

    def provider(self, model: ModelFacts) -> Computes:
        """Raises `ModelGone` where this worker does not have the model's provider."""
        try:
            return self.providers[model.provider]
        except KeyError:
            raise ModelGone(
                f"No worker here has the provider {model.provider} of model {model.id}."
            ) from None

    async def render(
        self, recipe: Recipe, make: Callable[[Work], Awaitable[Made]], stage: str, total: int = 0
    ) -> Artifact:
        """Renders on behalf of the running activity. `total` counts the frames to come; 0 where unknown."""
        return await self.renderer.render(recipe, make, ActivityAttempt(), stage=stage, total=total)


def place(shot: Shot) -> str:
    """Which beat, in the words of a heartbeat: the page of pending activities shows nothing else."""
    return f"beat {shot.number}/{shot.count} {shot.beat.id}"


def picture(shot: Shot) -> dict[str, JsonValue]:
    """The shot as parameters of a recipe.

    Without its start, so that a longer first beat leaves the pictures of the later ones as they are, and
    without its photos, which are inputs.
    """
    return shot.model_dump(mode="json", exclude={"beat": {"start_s", "references"}})


def photo_inputs(shot: Shot) -> dict[str, str]:
    return {f"photo_{number}": key for number, key in enumerate(shot.beat.references, 1)}


async def photos(shot: Shot, work: Work) -> Sequence[Path]:
    return [await work.fetch(key) for key in shot.beat.references]
