"""The chunk stage: a beat's reference chunk and the continuations of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from pydantic import JsonValue
from temporalio import activity

from activities.errors import translated
from activities.generation.provider import ChunkJob
from activities.generation.recipe import Recipe
from activities.generation.work import Made, Work
from activities.media.frames import last_frame
from activities.media.probe import probe
from activities.studio import Studio, photo_inputs, photos, picture, place
from workflows.contract import Artifact
from workflows.steps import GenerateContinuationChunk, GenerateReferenceChunk

#: Brings the image that a chunk starts from; None where it starts from text.
Start = Callable[[Work], Awaitable[Path | None]]


class Chunks:
    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    @activity.defn(name="generate_reference_chunk")
    @translated
    async def generate_reference_chunk(self, step: GenerateReferenceChunk) -> Artifact:
        """The chunk that begins with the beat's storyboard image."""
        storyboard = step.storyboard

        async def start(work: Work) -> Path | None:
            return await work.fetch(storyboard.object) if storyboard else None

        return await self._chunk(step, 0, {"start": storyboard.key} if storyboard else {}, start)

    @activity.defn(name="generate_continuation_chunk")
    @translated
    async def generate_continuation_chunk(self, step: GenerateContinuationChunk) -> Artifact:
        """The chunk that begins with the exact last frame of the one before it."""

        async def start(work: Work) -> Path | None:
            image = work.dir / "start.png"
            await work.compute(last_frame, await work.fetch(step.previous.object), image)
            return image

        return await self._chunk(step, step.first_frame, {"previous": step.previous.key}, start)

    async def _chunk(
        self,
        step: GenerateReferenceChunk | GenerateContinuationChunk,
        first_frame: int,
        inputs: dict[str, str],
        start: Start,
    ) -> Artifact:
        provider, frames = self._studio.provider(step.model), step.length.frames
        params: dict[str, JsonValue] = {
            "shot": picture(step.shot),
            "first_frame": first_frame,
            "frames": frames,
            "asked_s": str(step.length.asked_s),
        }
        recipe = Recipe(
            operation="chunk",
            model=step.model.id,
            params=params,
            inputs=inputs | photo_inputs(step.shot),
            engine=provider.engine,
        )

        async def make(work: Work) -> Made:
            out = work.dir / "chunk.mp4"
            job = ChunkJob(step.shot, await photos(step.shot, work), await start(work), first_frame, frames)
            await work.compute(provider.render_chunk, job, out, work.advance)
            return Made(out, await work.compute(probe, out, "video/mp4"))

        return await self._studio.render(recipe, make, f"chunk of {place(step.shot)}", frames)
