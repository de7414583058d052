"""The one stage that does every step: what is done here is made, what a paid model does is bought."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from pydantic import JsonValue
from temporalio import activity

from activities.faults import InvalidInput
from activities.ledger import Made, PaidRecipe, Work
from activities.media import opaque, probe
from activities.models import Enhancer, Extent, FramedModel, Model, ModelCall, Picture, Role
from activities.pipeline import extents, recipes
from activities.pipeline.answers import answer_of, asked, unfit
from activities.pipeline.casting import factor_of, seconds_of, size_of
from activities.pipeline.making import do, engine_of
from activities.running import finishing, translated
from activities.studio import Studio
from workflows.pipeline import ANSWER, UNFIT, Given, PlannedStep, RunStep, Value, filled, version_name
from workflows.studio import RATIO, Artifact, KeptVersion, usd

# A provider fetches an input when the run starts, which may be hours after it was queued.
_INPUT_S = 6 * 3600
#: What a file is to a model, by what it is to its step.
_ROLES: Mapping[str, Role] = {
    "image": "image", "last_frame": "last_frame", "references": "references", "images": "references",
    "video": "video",
}  # fmt: skip


class Steps:
    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    @activity.defn(name="run_step")
    @translated
    async def run_step(self, step: RunStep) -> Artifact:
        """Whatever it is: looked up first, then made, or bought at most once."""
        keys = {role: [one.key for one in those] for role, those in step.inputs.items()}
        if step.answers:
            keys[recipes.ANSWERS] = [step.answers[one].key for one in step.step.told_by]
        if step.model.work != "waits":
            made = await self._made(step, keys)
            await self._remember(step, made)
            return made
        bought = await self._bought(step, keys)
        with finishing([bought.payment]):
            facts = await self._facts(step, bought)
            if UNFIT not in facts:
                await self._remember(step, bought)
        return bought.model_copy(update={"facts": {**bought.facts, **facts}})

    async def _facts(self, step: RunStep, bought: Artifact) -> dict[str, JsonValue]:
        """What an answer says. Raises `InvalidInput` for one that is not what was asked for, unless it is
        asked for again."""
        if not step.step.answer:
            return {}
        data = await self._studio.read(bought.object)
        if step.asks_again and (wrong := unfit(data, step.step.answer)):
            return {UNFIT: wrong}
        return {ANSWER: {**answer_of(data, step.step.answer)}}

    async def _remember(self, step: RunStep, made: Artifact) -> None:
        """Which take of it that is, for later runs: another one may be wanted by then."""
        model = step.model.id if step.model.provider else ""
        value: dict[str, JsonValue] = {"key": made.key, "object": made.object, "model": model}
        # With which a run delivers it where it is stopped before another take is there.
        value |= {"of": step.of, "media": made.media.model_dump(mode="json", exclude_none=True)}
        version = KeptVersion(row=step.step.id, name=version_name(step.step.take), value=value)
        await self._studio.memory.keep_version(step.terms.film, version)

    async def _told(self, step: RunStep) -> PlannedStep:
        """The step with the answers that its words name."""
        planned, said = step.step, dict[str, Value]()
        for id, given in step.answers.items():
            answer = answer_of(await self._studio.read(given.object))
            said |= {f"{id}.{field}": value for field, value in answer.items()}
        if not said:
            return planned
        words = {"prompt": filled(planned.prompt, said)}
        words["negative_prompt"] = filled(planned.negative_prompt, said)
        return planned.model_copy(update=words)

    async def _made(self, step: RunStep, keys: recipes.Keys) -> Artifact:
        told = await self._told(step)
        engine = await asyncio.to_thread(engine_of, self._studio, step.step)

        async def make(work: Work) -> Made:
            files = {
                role: [await work.fetch(one.object) for one in those] for role, those in step.inputs.items()
            }
            out, facts = await work.compute(do, self._studio, told, files, work.dir, work.advance)
            return Made(out, facts)

        recipe = recipes.made_here(step.step, keys, engine)
        return await self._studio.render(recipe, make, step.step.id)

    async def _bought(self, step: RunStep, keys: recipes.Keys) -> Artifact:
        studio, model = self._studio, self._studio.catalogue.bought(step.model.id)
        recipe, provider = recipes.bought(step.step, model, keys), studio.provider(step.model)
        if step.earlier is not None:
            recipe = recipes.asked_again(model.id, step.earlier.key)
        seconds, size = seconds_of(model, step.step.params), size_of(step.step.params)

        async def picture(folder: Path, given: Given, tag: str) -> Picture:
            path, mime = await self._fetched(given, folder), given.mime
            if mime.startswith("image/"):
                # Models either refuse what is transparent, or show what lies behind it.
                whole = await asyncio.to_thread(opaque, path, folder)
                path, mime = whole, mime if whole == path else "image/png"
            return await studio.inputs.picture(path, mime, recipe.key, provider, tag, _INPUT_S)

        async def call(folder: Path, tag: str) -> ModelCall:
            inputs = folder / "inputs"
            inputs.mkdir(exist_ok=True)
            shown: dict[Role, Sequence[Picture]] = {}
            for role in _ROLES.keys() & step.inputs.keys():
                shown[_ROLES[role]] = [await picture(inputs, given, tag) for given in step.inputs[role]]
            told = await self._told(step)
            if told.answer:
                earlier = await studio.read(step.earlier.object) if step.earlier else None
                return ModelCall(model, asked(told, earlier), shown)
            words = {"prompt": told.prompt, "negative_prompt": told.negative_prompt}
            params = {**recipe.params, **words, "size": size, "seed": int(recipe.key[:7], 16)}
            if "aspect" in model.parameters and "aspect" not in params:
                params["aspect"] = await asyncio.to_thread(_nearest, model, shown)
            return ModelCall(model, params, shown)

        paid = PaidRecipe(recipe, model, call, seconds, size, ceiling_usd=step.step.ceiling_usd)
        return await studio.buy(await self._priced(step, paid), step.terms, step.step.id)

    async def _priced(self, step: RunStep, paid: PaidRecipe) -> PaidRecipe:
        """At what it costs. Raises `InvalidInput` where that is more than its caller allows."""
        if await self._studio.renderer.has(paid.recipe):
            # It is found, whatever it would cost today, and where the file that it is of is gone.
            return paid
        if isinstance(paid.model, Enhancer):
            paid = replace(paid, usd=await self._price(step, paid.model))
        _hold(paid)
        return paid

    async def _fetched(self, given: Given, folder: Path) -> Path:
        store = self._studio.store
        return await self._studio.storage.cache.get(
            given.object, folder, lambda path: store.get_file(given.object, path)
        )

    async def _price(self, step: RunStep, model: Enhancer) -> Decimal:
        """Of what it gives back of its file, as that was measured."""
        (given,) = step.inputs[model.role]
        media = given.media
        if media is not None and model.makes == "image":
            extent = Extent(media.width or 1, media.height or 1)
        else:
            async with self._studio.storage.cache.scratch() as folder:
                path = await self._fetched(given, folder)
                extent = await asyncio.to_thread(extents.of_what_is_there, path)
        made = extent.times(factor_of(step.step.params)) if model.factors else extent
        model.hold(made)
        return model.price_for(made)


def _hold(paid: PaidRecipe) -> None:
    """Raises `InvalidInput` where it costs more than its caller allows: workers' catalogues may differ."""
    if paid.ceiling_usd is not None and paid.price > paid.ceiling_usd:
        raise InvalidInput(f"{paid.model.id} costs {usd(paid.price)}, and its step allows less.")


def _nearest(model: Model, shown: Mapping[Role, Sequence[Picture]]) -> JsonValue:
    """The shape that is asked for where nobody said any: the nearest to the picture that it starts from."""
    known = list(model.aspects) if isinstance(model, FramedModel) else []
    if "image" not in shown:
        return "16:9" if "16:9" in known else known[0]
    start = shown["image"][0]
    facts = probe(start.path, start.mime)
    shape = (facts.width or 16) / (facts.height or 9)
    return min(known, key=lambda aspect: abs(RATIO[aspect][0] / RATIO[aspect][1] - shape))
