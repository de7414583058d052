"""Knows how a recipe of a shot becomes a call of a paid model: what is sent, made only once it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from activities.faults import ModelGone
from activities.film import prompts
from activities.film.composition import Composition, draw_composed
from activities.film.pictured import object_of, pictures_of, role_of
from activities.ledger import PaidRecipe, Recipe
from activities.media import edges_of, large_enough
from activities.models import Inputs, Model, ModelCall, Picture, Provider, Role, VideoModel
from activities.storage import Cache, ObjectStore
from workflows.film import Shot
from workflows.studio import ChunkLength

# Of its shorter side, pixels: what Kling asks of a picture of an element.
_LEAST_SHEET = 300
# A provider fetches an input when the run starts, which may be hours after it was queued.
_INPUT_S = 6 * 3600

#: Brings an object of the bucket as a file: to read, never to write.
Fetched = Callable[[str], Awaitable[Path]]
#: Brings the images that a chunk starts from and ends with, by what they are to its model, with a folder for
#: them; none where it starts from text.
Frames = Callable[[Path, Fetched], Awaitable[Mapping[Role, Path]]]


class PaidRecipes:
    """The paid recipes of one process, with its bucket and its ways to hand images to providers."""

    def __init__(self, store: ObjectStore, cache: Cache, inputs: Inputs) -> None:
        self._store, self._cache, self._inputs = store, cache, inputs

    def image(self, recipe: Recipe, model: Model, provider: Provider, shot: Shot) -> PaidRecipe:
        """A storyboard image to be bought."""

        async def call(folder: Path, tag: str) -> ModelCall:
            shown: dict[Role, list[Picture]] = {}
            for name, key in pictures_of(model, shot).items():
                path = await self._into(folder)(object_of(shot, key))
                if name == "control":
                    photo, path = path, folder / "edges.png"
                    await asyncio.to_thread(_draw_edges, recipe, photo, path, shot)
                shown.setdefault(role_of(name), []).append(await self._picture(path, recipe, provider, tag))
            return call_of(recipe, model, shown)

        return PaidRecipe(recipe=recipe, model=model, call=call)

    def sheet(self, recipe: Recipe, model: Model) -> PaidRecipe:
        """A sheet to be bought, from words alone."""

        async def call(folder: Path, tag: str) -> ModelCall:
            return call_of(recipe, model, {})

        return PaidRecipe(recipe=recipe, model=model, call=call)

    def anchor(self, recipe: Recipe, model: Model, provider: Provider, shot: Shot, image: str) -> PaidRecipe:
        """An anchor to be bought, from the object `image`; its recipe's other inputs are sheets."""

        async def call(folder: Path, tag: str) -> ModelCall:
            fetched = self._into(folder)
            sheets = [object_of(shot, key) for name, key in recipe.inputs.items() if name != "image"]
            shown = [await fetched(object) for object in sheets]
            pictures = [
                await self._picture(path, recipe, provider, tag) for path in (await fetched(image), *shown)
            ]
            given: dict[Role, Sequence[Picture]] = {"image": pictures[:1], "references": pictures[1:]}
            return call_of(recipe, model, {role: files for role, files in given.items() if files})

        return PaidRecipe(recipe=recipe, model=model, call=call)

    def chunk(
        self,
        recipe: Recipe,
        model: VideoModel,
        provider: Provider,
        shot: Shot,
        length: ChunkLength,
        frames: Frames,
    ) -> PaidRecipe:
        """A chunk to be bought."""

        size = prompts.size_of(shot.format)

        async def call(folder: Path, tag: str) -> ModelCall:
            if model.length(length.asked_s, size) is None:
                raise ModelGone(f"{model.id} makes no chunks of {length.asked_s} s any more")
            fetched = self._into(folder)
            paths = await frames(folder, fetched)
            shown: dict[Role, Picture | Sequence[Picture]] = {
                role: await self._picture(path, recipe, provider, tag) for role, path in paths.items()
            }
            named = [key for name, key in recipe.inputs.items() if role_of(name) == "references"]
            sheets = [
                await asyncio.to_thread(
                    large_enough, await fetched(object_of(shot, key)), _LEAST_SHEET, folder / f"sheet {n}.png"
                )
                for n, key in enumerate(named, 1)
            ]
            if sheets:
                shown["references"] = [await self._picture(path, recipe, provider, tag) for path in sheets]
            return call_of(recipe, model, shown)

        return PaidRecipe(recipe=recipe, model=model, call=call, seconds=length.asked_s, size=size)

    def _into(self, folder: Path) -> Fetched:
        async def fetched(object: str) -> Path:
            inputs = folder / "inputs"
            inputs.mkdir(exist_ok=True)
            return await self._cache.get(object, inputs, lambda path: self._store.get_file(object, path))

        return fetched

    async def _picture(self, path: Path, recipe: Recipe, provider: Provider, tag: str) -> Picture:
        return await self._inputs.picture(path, "image/png", recipe.key, provider, tag, _INPUT_S)


def _draw_edges(recipe: Recipe, photo: Path, out: Path, shot: Shot) -> None:
    """As the recipe says; those of earlier releases say nothing, and mean the whole photo."""
    if composed := recipe.params.get("composed"):
        draw_composed(photo, Composition.read(str(composed)), out)
    else:
        edges_of(photo, out, shot.format)


def call_of(recipe: Recipe, model: Model, inputs: Mapping[Role, Picture | Sequence[Picture]]) -> ModelCall:
    """The call that makes what the recipe names."""
    told = recipe.params
    params = {name: told[name] for name in ("prompt", "negative_prompt", "aspect", "size")}
    if "asked_s" in told:
        params["seconds"] = told["asked_s"]
    # From the recipe, so that no two recipes ever send the same request.
    params["seed"] = int(recipe.key[:7], 16)
    return ModelCall(model, params, inputs)
