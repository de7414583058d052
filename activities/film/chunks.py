"""The chunk stage: a beat's reference chunk and the continuations of it, or its chunks between anchors."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue
from temporalio import activity

from activities.animatic import another_take
from activities.film import recipes
from activities.film.calls import Fetched, Frames
from activities.film.filming import filmed, filmed_from
from activities.film.recipes import ChunkStep, first_frame
from activities.film.studio import FilmStudio, photos, place
from activities.ledger import POLLS, SECONDS, Made, Work
from activities.media import at_rate, last_frame, probe, said_of_chunk, seen_in
from activities.models import ChunkJob, Role, VideoModel
from activities.running import finishing, translated
from activities.studio import paid_by, warned
from workflows.film import COUNTS, GenerateAnchoredChunk, GenerateContinuationChunk, GenerateReferenceChunk
from workflows.studio import Artifact


class Chunks:
    def __init__(self, studio: FilmStudio) -> None:
        self._studio = studio

    @activity.defn(name="generate_reference_chunk")
    @translated
    async def generate_reference_chunk(self, step: GenerateReferenceChunk) -> Artifact:
        """The chunk that begins with the beat's storyboard image."""
        storyboard = step.storyboard

        async def frames(_: Path, fetch: Fetched) -> Mapping[Role, Path]:
            return {"image": await fetch(storyboard.object)} if storyboard else {}

        return await self._chunk(step, frames)

    @activity.defn(name="generate_continuation_chunk")
    @translated
    async def generate_continuation_chunk(self, step: GenerateContinuationChunk) -> Artifact:
        """The chunk that begins with the exact last frame of the one before it."""

        async def frames(folder: Path, fetch: Fetched) -> Mapping[Role, Path]:
            return {"image": await _end_of(step.previous, folder, fetch)}

        return await self._chunk(step, frames)

    @activity.defn(name="generate_anchored_chunk")
    @translated
    async def generate_anchored_chunk(self, step: GenerateAnchoredChunk) -> Artifact:
        """The chunk between two images; or from the exact last frame of another, and with an open end."""

        async def frames(folder: Path, fetch: Fetched) -> Mapping[Role, Path]:
            shown: dict[Role, Path] = {}
            if step.first is not None:
                shown["image"] = await fetch(step.first.object)
            elif step.previous is not None:
                shown["image"] = await _end_of(step.previous, folder, fetch)
            if step.last is not None:
                shown["last_frame"] = await fetch(step.last.object)
            return shown

        return await self._chunk(step, frames)

    async def _chunk(self, step: ChunkStep, frames: Frames) -> Artifact:
        if step.model.work == "computes":
            return await self._animate(step, frames)
        return await self._buy(step, frames)

    async def _animate(self, step: ChunkStep, between: Frames) -> Artifact:
        provider, frames = self._studio.local_model(step.model), step.length.frames

        async def make(work: Work) -> Made:
            out = work.dir / "chunk.mp4"
            with work.waiting():
                given = await between(work.dir, work.fetch)
            shot, pictures = another_take(step.shot, step.terms.take), await photos(step.shot, work)
            ends = given.get("image"), given.get("last_frame")
            job = ChunkJob(shot, pictures, ends[0], first_frame(step), frames, end=ends[1])
            await work.compute(provider.render_chunk, job, out, work.advance)
            return Made(out, await work.compute(probe, out, "video/mp4"))

        recipe = recipes.animated_chunk(step, provider.engine)
        return await self._studio.render(recipe, make, f"chunk of {place(step.shot)}", frames)

    async def _buy(self, step: ChunkStep, frames: Frames) -> Artifact:
        studio, model = self._studio, self._studio.catalogue.of(VideoModel, step.model.id)
        words = await studio.keeping.words(step.terms.film, filmed(model, step))
        given, take = filmed_from(step), step.terms.take
        recipe = recipes.bought_chunk(model, step.shot, words, step.length, given, take)
        paid = studio.paid_recipes.chunk(
            recipe, model, studio.provider(step.model), step.shot, step.length, frames
        )
        bought = await studio.buy(paid, step.terms, f"chunk of {place(step.shot)}")
        with finishing([bought.payment]):
            return _counted(await self._repaired(step, model, bought), bought, step.terms.rung)

    async def _repaired(self, step: ChunkStep, model: VideoModel, bought: Artifact) -> Artifact:
        """What came back was measured when it came: where its rate is not what the catalogue says, or its
        end does not show the scene, it is copied as it should be; what is used is the copy."""
        said = said_of_chunk(bought.media, seen_in(bought.facts), step.shot.format)
        repair = recipes.repair_of(step, model, bought)
        if repair is None:
            return warned(bought, said)

        async def make(work: Work) -> Made:
            out, source = work.dir / "chunk.mp4", await work.fetch(bought.object)
            await work.compute(at_rate, source, repair.rate, out, work.advance, repair.end, repair.own_clock)
            return Made(out, await work.compute(probe, out, "video/mp4"))

        recipe = recipes.repaired_chunk(bought.key, repair)
        repaired = await self._studio.render(recipe, make, "mend the chunk")
        return warned(paid_by(bought, repaired), said)


def _counted(made: Artifact, bought: Artifact, softenings: int) -> Artifact:
    """With how it came about. What an earlier release bought tells of its tries alone."""
    told: dict[str, JsonValue] = {"tries": bought.facts.get("attempt", 1), "softenings": softenings}
    told |= {name: bought.facts[name] for name in (POLLS, SECONDS) if name in bought.facts}
    return made.model_copy(update={"facts": {**made.facts, COUNTS: told}})


async def _end_of(chunk: Artifact, folder: Path, fetch: Fetched) -> Path:
    image = folder / "start.png"
    await asyncio.to_thread(last_frame, await fetch(chunk.object), image)
    return image
