"""Knows how one version of a scene comes about: a clip from the keyframe it begins with to the one it ends
with, as soon as both exist."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from fractions import Fraction

from workflows.film import clips, steps
from workflows.film.keyframes import Keyframes
from workflows.film.taking import FilmSet
from workflows.film.versions import Footage, Version
from workflows.studio import Artifact, ModelFacts, PaidStep


class SceneShooting:
    """One version of the scene of that number, from 0. What exists so far can be read at any time."""

    def __init__(self, film: FilmSet, keyframes: Keyframes, number: int, version: Version) -> None:
        self._set, self._crew, self._keyframes = film, film.crew, keyframes
        self._number, self.version = number, version
        self._beat = film.planned.plan.beats[number]
        self._is_over = False
        self.image: Artifact | None = None
        self.chunks: list[Artifact] = []
        #: All of it, once it is there.
        self.footage: Footage | None = None

    def close(self) -> None:
        """From now on no step of it starts: another version is wanted, or none."""
        self._is_over = True

    async def shoot(self) -> Footage:
        """All of it. Raises what the step raises that fails, and lets cancellation pass."""
        await self._set.approved(self._number, self.version, "image")
        self.image = await self._wanted(self._keyframes.at(self._number))
        await self._wanted(self._keyframes.at(self._number + 1))
        await self._set.approved(self._number, self.version, "chunks")
        self.chunks = [await self._clip(self._model, self.image)]
        self.footage = self._footage()
        return self.footage

    async def recover(self) -> Footage:
        """The same, after it was stopped on its way; what is drawn here is drawn again where it has to be."""
        self._is_over = False
        return self.footage or await self.shoot()

    @property
    def _model(self) -> ModelFacts:
        return self._set.planned.playing(self.version.rung, "video")[0]

    async def _clip(self, model: ModelFacts, start: Artifact) -> Artifact:
        length = clips.length_of(self._number, self._set.planned, model)
        name = self._set.agenda.chunk(self._beat, 1, length.frames, self.version)
        step = steps.GenerateReferenceChunk(
            model=model,
            shot=self._set.agenda.shot(self._beat, self.version.beat(self._beat, 1)),
            storyboard=start,
            length=length,
            terms=PaidStep(film=self._crew.film, step=name, take=self.version.take),
        )
        return await self._step(name, lambda label: self._crew.steps.generate_reference_chunk(step, label))

    def _footage(self) -> Footage:
        clip, model = self.chunks[0], self._model
        return Footage(
            version=self.version,
            image=self.image,
            chunks=(clip,),
            fps=clip.media.fps or model.fps or Fraction(self._set.planned.format.fps),
            lettered=model.work == "computes",
            generated=False,
            models=(self._set.planned.playing(self.version.rung, "image")[0].id, model.id),
        )

    async def _wanted(self, keyframe: Awaitable[Artifact]) -> Artifact:
        made = await keyframe
        # An activity that completes while its cancellation is under way swallows it.
        if self._is_over:
            raise asyncio.CancelledError
        return made

    async def _step(self, name: str, run: Callable[[str], Awaitable[Artifact]]) -> Artifact:
        if self._is_over:
            raise asyncio.CancelledError
        return await self._crew.runner.step(name, run)
