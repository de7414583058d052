"""The chunk stage: a beat's reference chunk and the continuations of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from temporalio import activity

from activities.animatic import another_take
from activities.film import recipes
from activities.film.calls import Fetched, Start
from activities.film.prompts import Wording
from activities.film.recipes import ChunkStep, first_frame, start_of
from activities.film.studio import FilmStudio, photos, place
from activities.ledger import Made, Work
from activities.media import at_rate, last_frame, probe, said_of_chunk, seen_in
from activities.models import ChunkJob, VideoModel
from activities.running import finishing, translated
from activities.studio import paid_by, warned
from workflows.film import GenerateContinuationChunk, GenerateReferenceChunk
from workflows.studio import Artifact


class Chunks:
    def __init__(self, studio: FilmStudio) -> None:
        self._studio = studio

    @activity.defn(name="generate_reference_chunk")
    @translated
    async def generate_reference_chunk(self, step: GenerateReferenceChunk) -> Artifact:
        """The chunk that begins with the beat's storyboard image."""
        storyboard = step.storyboard

        async def start(_: Path, fetch: Fetched) -> Path | None:
            return await fetch(storyboard.object) if storyboard else None

        return await self._chunk(step, start)

    @activity.defn(name="generate_continuation_chunk")
    @translated
    async def generate_continuation_chunk(self, step: GenerateContinuationChunk) -> Artifact:
        """The chunk that begins with the exact last frame of the one before it."""

        async def start(folder: Path, fetch: Fetched) -> Path | None:
            image = folder / "start.png"
            await asyncio.to_thread(last_frame, await fetch(step.previous.object), image)
            return image

        return await self._chunk(step, start)

    async def _chunk(self, step: ChunkStep, start: Start) -> Artifact:
        if step.model.work == "computes":
            return await self._animate(step, start)
        return await self._buy(step, start)

    async def _animate(self, step: ChunkStep, start: Start) -> Artifact:
        provider, frames = self._studio.local_model(step.model), step.length.frames

        async def make(work: Work) -> Made:
            out = work.dir / "chunk.mp4"
            with work.waiting():
                begin = await start(work.dir, work.fetch)
            shot = another_take(step.shot, step.terms.take)
            job = ChunkJob(shot, await photos(step.shot, work), begin, first_frame(step), frames)
            await work.compute(provider.render_chunk, job, out, work.advance)
            return Made(out, await work.compute(probe, out, "video/mp4"))

        recipe = recipes.animated_chunk(step, provider.engine)
        return await self._studio.render(recipe, make, f"chunk of {place(step.shot)}", frames)

    async def _buy(self, step: ChunkStep, start: Start) -> Artifact:
        studio, model = self._studio, self._studio.catalogue.of(VideoModel, step.model.id)
        wording = Wording("chunk", model, step.shot, step.terms.rung)
        words = await studio.keeping.words(step.terms.film, wording)
        start_key, take = start_of(step), step.terms.take
        recipe = recipes.bought_chunk(model, step.shot, words, step.length, start_key, take)
        paid = studio.paid_recipes.chunk(
            recipe, model, studio.provider(step.model), step.shot, step.length, start
        )
        bought = await studio.buy(paid, step.terms, f"chunk of {place(step.shot)}")
        with finishing([bought.payment]):
            return await self._repaired(step, model, bought)

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
