"""Knows how one version of a scene comes about: a clip from the keyframe it begins with to the one it ends
with, as soon as both exist."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from fractions import Fraction

from workflows.film import clips, steps
from workflows.film.chain import Chain
from workflows.film.taking import NEW_IMAGE, FilmSet, Taking, plain
from workflows.film.timeline import CannotCover
from workflows.film.versions import Footage, Version
from workflows.studio import Artifact, ChunkLength, ModelFacts, Offer, PaidStep


class SceneShooting(Taking):
    """One version of the scene of that number, from 0. What exists so far can be read at any time."""

    def __init__(self, film: FilmSet, chain: Chain, number: int, version: Version) -> None:
        super().__init__(film, number, version)
        self._chain = chain
        self.image: Artifact | None = None
        self.chunks: list[Artifact] = []
        #: All of it, once it is there.
        self.footage: Footage | None = None

    async def shoot(self) -> Footage:
        """All of it. Raises what the step raises that fails, and lets cancellation pass."""
        await self.set.approved(self.number, self.version, "image")
        await self.draw_sheets()
        await self.set.approved(self.number, self.version, "shown")
        end = await self._between()
        await self.set.approved(self.number, self.version, "chunks")
        return await self._all(end)

    async def recover(self) -> Footage:
        """The same, after it was stopped on its way: of what was to be bought, only what is finished by now.
        Is cancelled where that is not all of it."""
        self.is_found, self.is_over = True, False
        if self.footage is not None:
            return self.footage
        return await self._all(await self._between())

    async def _between(self) -> Artifact:
        """What it is to end with, once there is also what it begins with."""
        self.image = await self._chain.start(self.number, self)
        end = await self._chain.end(self.number, self)
        self._check()
        return end

    async def _all(self, end: Artifact) -> Footage:
        start = self.image = await self._chain.claimed(self.number, self)
        self._check()
        clip, end = await self._clip(start, end)
        self.chunks = [self.told("chunk 1", clip)]
        self.footage = self._footage(start, end)
        return self.footage

    def _check(self) -> None:
        # Its keyframes may have come for another version, while this one was let go.
        if not self.is_wanted():
            raise asyncio.CancelledError

    async def _clip(self, start: Artifact, planned_end: Artifact) -> tuple[Artifact, Artifact]:
        """It, and what it ends with: what was planned, or on the last rung another keyframe."""
        lengths = dict(self._lengths())
        models = [model for model in self.videos if model.id in lengths]
        if not models:
            # Says which length it lacks.
            clips.length_of_clip(self.number, self.set.planned, self.videos[0])
        name = self.set.agenda.chunk(self.beat, 1, lengths[models[0].id].frames, self.version)
        chosen = self.crew.purchases.chosen(name)
        is_begun_before = chosen is not None and chosen.rung >= NEW_IMAGE
        is_softenable, end = self._chain.is_softenable(self.number, planned_end), planned_end

        async def buy(model: ModelFacts, terms: PaidStep) -> Artifact:
            nonlocal end
            if is_softenable and terms.rung >= NEW_IMAGE:
                end = await self._chain.softened_end(self.number, self, is_begun_before)
            step = steps.GenerateAnchoredChunk(
                model=model,
                shot=self.shot(1),
                first=start,
                last=end,
                length=lengths[model.id],
                terms=self.taken(terms, 1),
            )
            clip = await self.crew.steps.generate_anchored_chunk(step, self.crew.board.label(name))
            self.model = model
            self.made_by(model)
            self.filmed_by(model, 1, terms)
            return clip

        rungs = self.rungs_of(1, models, is_softenable)
        offer = Offer(name, models, lambda model: lengths[model.id].price_usd, buy, rungs, True)
        return await self.bought(offer), end

    def _lengths(self) -> Iterator[tuple[str, ChunkLength]]:
        """What to ask of each model that can make it."""
        for model in self.videos:
            try:
                length = clips.length_of_clip(self.number, self.set.planned, model)
            except CannotCover:
                continue
            if model.last_frame or model.work == "computes":
                yield model.id, length

    def _footage(self, start: Artifact, end: Artifact) -> Footage:
        clip, model = self.chunks[0], self.chunk_model
        makers = [self._chain.maker(keyframe) for keyframe in (start, end)]
        drawn = [one for one in makers if one is not None]
        return Footage(
            version=self.version,
            image=plain(start),
            chunks=(plain(clip),),
            fps=clip.media.fps or model.fps or Fraction(self.set.planned.format.fps),
            lettered=model.work == "computes" and all(one.work == "computes" for one in drawn),
            generated=self.is_generated or any(one.work == "waits" for one in drawn),
            models=tuple(dict.fromkeys((*(one.id for one in drawn), *self.models))),
            usd=self.paid_usd,
            lasts=(plain(end),),
        )
