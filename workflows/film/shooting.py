"""Knows how the pictures of one version of a shot come about: an image, and the chunks that cover it.

What runs on paid models goes through `Purchases`; what computes here costs nothing and runs at once. All
chunks of a version have one rate: within it only a fallback of the same rate takes over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from temporalio.exceptions import ApplicationError

from workflows.film import steps, timeline
from workflows.film.agenda import Agenda
from workflows.film.contract import Shot
from workflows.film.crew import Crew
from workflows.film.planned import PlannedFilm
from workflows.film.versions import Footage, Version, towards_of
from workflows.studio import Artifact, Buy, ChunkLength, ModelFacts, Offer, PaidStep, is_done_without

#: An image as given and softened; a chunk has one rung more: it starts from a new, softened image.
IMAGE_RUNGS, CHUNK_RUNGS = 2, 3
_NEW_IMAGE = 2

#: What a review may have to be over for.
Stage = Literal["image", "chunks"]


@dataclass(frozen=True)
class FilmSet:
    """What the shots of one film are made with. `before` brings the footage that the shot of that number
    may go on from, once it is known, None where there is none; `approved` returns once a stage of a version
    of that shot may begin. `plan` counts the film's plans."""

    planned: PlannedFilm
    agenda: Agenda
    crew: Crew
    before: Callable[[int, Version], Awaitable[Footage | None]]
    approved: Callable[[int, Version, Stage], Awaitable[None]]
    plan: int = 1


class Shooting:
    """One version of the shot of that number, from 0. What exists so far can be read at any time."""

    def __init__(self, film: FilmSet, number: int, version: Version) -> None:
        self._set, self._crew, self._number, self.version = film, film.crew, number, version
        self._beat = film.planned.plan.beats[number]
        self._is_over = self._is_past_image = self._is_found = False
        #: The model of its chunks, once the first is there.
        self._model: ModelFacts | None = None
        #: Whether the animatic drew what its chunks start from, words and all.
        self._is_drawn = False
        self._drawing: Artifact | None = None
        self._has_image = False
        self.image: Artifact | None = None
        self.chunks: list[Artifact] = []
        self._made: list[Artifact] = []
        self._models: dict[str, None] = {}
        self._is_generated = False
        #: All of it, once it is there.
        self.footage: Footage | None = None

    def close(self) -> None:
        """From now on no step of it starts: another version is wanted, or none."""
        self._is_over = True

    async def shoot(self) -> Footage:
        """All of it. Raises what the step raises that fails, and lets cancellation pass."""
        await self._set.approved(self._number, self.version, "image")
        image = await self._storyboard()
        await self._set.approved(self._number, self.version, "chunks")
        return await self._all(image)

    async def recover(self) -> Footage:
        """The same, after it was stopped on its way: of what was to be bought, only what is finished by now.
        Is cancelled where that is not all of it."""
        self._is_found, self._is_over = True, False
        if self.footage is not None:
            return self.footage
        return await self._all(self.image if self._is_past_image else await self._storyboard())

    async def _all(self, image: Artifact | None) -> Footage:
        await self._cover(image)
        self._set.agenda.covered(self._beat, len(self.chunks), self.version)
        self.footage = self._footage()
        return self.footage

    def _footage(self) -> Footage:
        # Bought or found, now or before: it is the same footage.
        model = self._chunk_model
        paid = {one.payment.attempt: one.payment.usd for one in self._made if one.payment}
        return Footage(
            version=self.version,
            image=self.image and _plain(self.image),
            chunks=tuple(_plain(chunk) for chunk in self.chunks),
            fps=self.chunks[0].media.fps or model.fps or Fraction(self._set.planned.format.fps),
            lettered=self._is_drawn and model.work == "computes",
            generated=self._is_generated,
            models=tuple(self._models),
            usd=sum(paid.values(), Decimal(0)),
            alone=self._has_image,
        )

    @property
    def _chunk_model(self) -> ModelFacts:
        return self._model or self._videos[0]

    @property
    def _videos(self) -> list[ModelFacts]:
        return self._set.planned.playing(self.version.rung, "video")

    def _offered(self, part: str) -> list[ModelFacts]:
        return self._set.planned.offered_by(self.version.rung, part)

    def _shot(self, number: int) -> Shot:
        """The shot as the models of that part are told of it: 0 the image, from 1 on a chunk."""
        return self._set.agenda.shot(self._beat, self.version.beat(self._beat, number))

    # ---- the storyboard image ----------------------------------------------------------------------

    async def _storyboard(self) -> Artifact | None:
        """None where it failed: the shot then continues from the one before it, or starts from text."""
        name = self._set.agenda.storyboard(self._beat, self.version)
        try:
            self.image = self._told("storyboard", await self._image(name))
            self._has_image = True
        except ApplicationError as error:
            if not is_done_without(error):
                raise
            self._crew.board.notes[self._beat.id] = "no storyboard image"
            self._crew.board.warn(f"{error.message} The beat goes on without its image.")
        self._is_past_image = True
        return self.image

    async def _image(self, name: str, rung: int | None = None) -> Artifact:
        """The shot's image; with `rung`, in that wording and no other."""
        models = self._image_models()

        async def buy(model: ModelFacts, terms: PaidStep) -> Artifact:
            said = terms.model_copy(update={"take": self.version.part(0).take})
            if rung is not None:
                said = said.model_copy(update={"rung": rung})
            # What is drawn here for chunks that are bought bears neither words nor mark.
            bare = model.work == "computes" and self._videos[0].work == "waits"
            step = steps.GenerateStoryboardImage(model=model, shot=self._shot(0), terms=said, bare=bare)
            image = await self._crew.steps.generate_storyboard_image(step, self._crew.board.label(name))
            self._is_drawn = model.work == "computes"
            self._made_by(model)
            return image

        rungs = IMAGE_RUNGS if rung is None else 1
        return await self._bought(Offer(name, models, lambda model: model.price_usd, buy, rungs, True))

    def _image_models(self) -> list[ModelFacts]:
        guided = self._offered("edges") if self._beat.references else []
        return [*guided, *self._set.planned.playing(self.version.rung, "image")]

    async def _softened(self) -> Artifact:
        """A new image of the shot in softer words, for a chunk that its own image may have blocked."""
        name = self._set.agenda.storyboard(self._beat, self.version, "softened")
        self.image = self._told("softened storyboard", await self._image(name, rung=1))
        return self.image

    async def _drawn(self) -> Artifact | None:
        """The animatic's drawing, without its mark, for a shot without an image; None where the plan knows no
        animatic."""
        drawing = self._set.planned.models.get("animatic_image")
        if drawing is not None and self._drawing is None:
            name = self._set.agenda.storyboard(self._beat, self.version, "animatic")
            terms = PaidStep(film=self._crew.film, step=name)
            step = steps.GenerateStoryboardImage(model=drawing, shot=self._shot(0), terms=terms, bare=True)
            self._drawing = self.image = await self._step(
                name, lambda label: self._crew.steps.generate_storyboard_image(step, label)
            )
            self._is_drawn = True
            self._crew.board.warn(
                f"{self._set.agenda.place(self._beat)}: starts from the animatic's drawing."
            )
        return self._drawing

    # ---- chunks ------------------------------------------------------------------------------------

    async def _cover(self, image: Artifact | None) -> None:
        """Generates chunks until what really came back covers the shot."""
        if not self.chunks:
            self.chunks.append(self._told("chunk 1", await self._first_chunk(image)))
        while self._next_length(self._chunk_model):
            first_frame = timeline.joined_frames(counts(self.chunks)) - 1
            chunk = await self._continue(self.chunks[-1], first_frame)
            self.chunks.append(self._told(f"chunk {len(self.chunks) + 1}", chunk))

    async def _first_chunk(self, image: Artifact | None) -> Artifact:
        """From the shot's own image, else the end of the shot before, else from text, or what the animatic
        draws."""
        if image is None and self._number > 0:
            before = await self._set.before(self._number, self.version)
            if before is not None:
                return await self._continue(before.chunks[-1], 0)

        async def buy(model: ModelFacts, terms: PaidStep) -> Artifact:
            start = await self._softened() if terms.rung >= _NEW_IMAGE else image
            if start is None and not model.text_start:
                start = await self._drawn()
            step = steps.GenerateReferenceChunk(
                model=model,
                shot=self._shot(1),
                storyboard=start,
                length=self._length(model),
                terms=self._taken(terms, 1),
            )
            chunk = await self._crew.steps.generate_reference_chunk(step, self._crew.board.label(name))
            # What the animatic moves from nothing it has drawn, words and all.
            self._is_drawn = self._is_drawn or (start is None and model.work == "computes")
            self._model = model
            self._made_by(model)
            return chunk

        models = self._videos
        name = self._set.agenda.chunk(self._beat, 1, self._length(models[0]).frames, self.version)
        return await self._bought(self._chunk_offer(name, models, buy, CHUNK_RUNGS))

    async def _continue(self, previous: Artifact, first_frame: int) -> Artifact:
        number = len(self.chunks) + 1

        async def buy(model: ModelFacts, terms: PaidStep) -> Artifact:
            step = steps.GenerateContinuationChunk(
                model=model,
                shot=self._shot(number),
                previous=previous,
                first_frame=first_frame,
                length=self._length(model),
                terms=self._taken(terms, number),
            )
            chunk = await self._crew.steps.generate_continuation_chunk(step, self._crew.board.label(name))
            self._model = self._model or model
            self._made_by(model)
            return chunk

        models = self._alike()
        name = self._set.agenda.chunk(self._beat, number, self._length(models[0]).frames, self.version)
        # Its first frame is the last one of another chunk: there is no image to soften.
        return await self._bought(self._chunk_offer(name, models, buy, CHUNK_RUNGS - 1))

    def _chunk_offer(self, name: str, models: list[ModelFacts], buy: Buy, rungs: int) -> Offer:
        return Offer(name, models, lambda model: self._length(model).price_usd, buy, rungs, True)

    def _taken(self, terms: PaidStep, number: int) -> PaidStep:
        return terms.model_copy(update={"take": self.version.part(number).take})

    def _alike(self) -> list[ModelFacts]:
        """The models that may go on; all of them where there is nothing yet."""
        own = self._chunk_model
        others = [other for other in self._videos if other != own]
        return [own, *(other for other in others if not self.chunks or other.fps == own.fps)]

    def _next_length(self, model: ModelFacts) -> ChunkLength | None:
        native = self.chunks[0].media.fps if self.chunks else None
        fps = self._set.planned.format.fps
        frames = self._set.agenda.frames(self._beat)
        return timeline.next_length(counts(self.chunks), native, fps, frames, model)

    def _length(self, model: ModelFacts) -> ChunkLength:
        length = self._next_length(model)
        assert length is not None, "only a shot that is not covered asks for a chunk"
        return length

    def _made_by(self, model: ModelFacts) -> None:
        self._models[model.id] = None
        self._is_generated = self._is_generated or model.work == "waits"

    # ---- any step ----------------------------------------------------------------------------------

    def _told(self, what: str, artifact: Artifact) -> Artifact:
        """People are told what is wrong with what came back, and where."""
        self._made.append(artifact)
        said = artifact.facts.get("warnings")
        for sentence in said if isinstance(said, list) else ():
            self._crew.board.warn(f"{self._set.agenda.label(self._beat, what, self.version)}: {sentence}")
        return artifact

    async def _bought(self, offer: Offer) -> Artifact:
        towards = towards_of(self._beat.id, self.version.name, self._set.plan)
        wanted = replace(offer, wanted=self._is_wanted, found=self._is_found, towards=towards)
        return await self._step(offer.name, lambda label: self._crew.purchases.buy(wanted, label))

    async def _step(self, name: str, run: Callable[[str], Awaitable[Artifact]]) -> Artifact:
        # An activity that completes while its cancellation is under way swallows it.
        if not self._is_wanted():
            raise asyncio.CancelledError
        return await self._crew.runner.step(name, run)

    def _is_wanted(self) -> bool:
        return not self._is_over


def _plain(artifact: Artifact) -> Artifact:
    """Without what it cost this run, and whether this run made it."""
    return artifact.model_copy(update={"cost_usd": Decimal(0), "reused": True})


def counts(chunks: Sequence[Artifact]) -> list[int]:
    """The frames that really came back."""
    return [chunk.media.frames or 0 for chunk in chunks]
