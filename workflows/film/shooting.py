"""Knows how the pictures of one version of a shot come about: an image, and the chunks that cover it.

What runs on paid models goes through `Purchases`; what computes here costs nothing and runs at once. All
chunks of a version have one rate: within it only a fallback of the same rate takes over.
"""

from __future__ import annotations

from fractions import Fraction

from temporalio.exceptions import ApplicationError

from workflows.film import steps, timeline
from workflows.film.anchored import Anchored
from workflows.film.taking import IMAGE_RUNGS, NEW_IMAGE, FilmSet, Taking, counts, plain
from workflows.film.versions import Footage, Version
from workflows.studio import Artifact, Buy, ChunkLength, ModelFacts, Offer, PaidStep, is_done_without


class Shooting(Taking):
    """One version of the shot of that number, from 0. What exists so far can be read at any time."""

    def __init__(self, film: FilmSet, number: int, version: Version) -> None:
        super().__init__(film, number, version)
        self._is_past_image = False
        self._drawing: Artifact | None = None
        #: Whether it has an image of its own, and every anchor that it was to have.
        self._is_alone = False
        self._between: Anchored | None = None
        self.image: Artifact | None = None
        self.chunks: list[Artifact] = []
        #: All of it, once it is there.
        self.footage: Footage | None = None

    async def shoot(self) -> Footage:
        """All of it. Raises what the step raises that fails, and lets cancellation pass."""
        await self.set.approved(self.number, self.version, "image")
        await self.draw_sheets()
        await self.set.approved(self.number, self.version, "shown")
        image = await self._storyboard()
        await self.set.approved(self.number, self.version, "chunks")
        return await self._all(image)

    async def recover(self) -> Footage:
        """The same, after it was stopped on its way: of what was to be bought, only what is finished by now.
        Is cancelled where that is not all of it."""
        self.is_found, self.is_over = True, False
        if self.footage is not None:
            return self.footage
        if self._is_past_image:
            return await self._all(self.image)
        await self.draw_sheets()
        return await self._all(await self._storyboard())

    async def _all(self, image: Artifact | None) -> Footage:
        await self._cover(image)
        self.set.agenda.covered(self.beat, len(self.chunks), self.version)
        self.footage = self._footage()
        return self.footage

    def _footage(self) -> Footage:
        # Bought or found, now or before: it is the same footage.
        model = self.chunk_model
        return Footage(
            version=self.version,
            image=self.image and plain(self.image),
            chunks=tuple(plain(chunk) for chunk in self.chunks),
            fps=self.chunks[0].media.fps or model.fps or Fraction(self.set.planned.format.fps),
            lettered=self.is_drawn and model.work == "computes",
            generated=self.is_generated,
            models=tuple(self.models),
            usd=self.paid_usd,
            alone=self._is_alone,
            lasts=self._between.lasts(len(self.chunks)) if self._between else (),
        )

    # ---- the storyboard image ----------------------------------------------------------------------

    async def _storyboard(self) -> Artifact | None:
        """None where it failed: the shot then continues from the one before it, or starts from text."""
        name = self.set.agenda.storyboard(self.beat, self.version)
        try:
            self.image = self.told("storyboard", await self._image(name))
            self._is_alone = True
        except ApplicationError as error:
            if not is_done_without(error):
                raise
            self.crew.board.notes[self.beat.id] = "no storyboard image"
            self.crew.board.warn(f"{error.message} The beat goes on without its image.")
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
            bare = model.work == "computes" and self.videos[0].work == "waits"
            step = steps.GenerateStoryboardImage(model=model, shot=self.shot(0), terms=said, bare=bare)
            image = await self.crew.steps.generate_storyboard_image(step, self.crew.board.label(name))
            self.is_drawn = model.work == "computes"
            self.made_by(model)
            return image

        rungs = IMAGE_RUNGS if rung is None else 1
        return await self.bought(Offer(name, models, lambda model: model.price_usd, buy, rungs, True))

    def _image_models(self) -> list[ModelFacts]:
        planned, rung = self.set.planned, self.version.rung
        return planned.drawing(rung, self.shot(0).beat) or planned.playing(rung, "image")

    async def _softened(self) -> Artifact:
        """A new image of the shot in softer words, for a chunk that its own image may have blocked."""
        name = self.set.agenda.storyboard(self.beat, self.version, "softened")
        self.image = self.told("softened storyboard", await self._image(name, rung=1))
        return self.image

    async def _drawn(self) -> Artifact | None:
        """The animatic's drawing, without its mark, for a shot without an image; None where the plan knows no
        animatic."""
        drawing = self.set.planned.models.get("animatic_image")
        if drawing is not None and self._drawing is None:
            name = self.set.agenda.storyboard(self.beat, self.version, "animatic")
            terms = PaidStep(film=self.crew.film, step=name)
            step = steps.GenerateStoryboardImage(model=drawing, shot=self.shot(0), terms=terms, bare=True)
            self._drawing = self.image = await self.step(
                name, lambda label: self.crew.steps.generate_storyboard_image(step, label)
            )
            self.is_drawn = True
            self.crew.board.warn(f"{self.set.agenda.place(self.beat)}: starts from the animatic's drawing.")
        return self._drawing

    # ---- chunks ------------------------------------------------------------------------------------

    async def _cover(self, image: Artifact | None) -> None:
        """Generates chunks until what really came back covers the shot."""
        if not self.chunks and image is not None and self.set.agenda.anchors(self.beat, self.version):
            self._between = self._between or Anchored(self, image, self._softened)
            self.chunks = await self._between.chunks()
            self._is_alone = self._is_alone and not self._between.missing
        if not self.chunks:
            self.set.agenda.unanchored(self.beat, self.version)
            self.chunks.append(self.told("chunk 1", await self._first_chunk(image)))
        while self._next_length(self.chunk_model):
            first_frame = timeline.joined_frames(counts(self.chunks)) - 1
            chunk = await self._continue(self.chunks[-1], first_frame)
            self.chunks.append(self.told(f"chunk {len(self.chunks) + 1}", chunk))

    async def _first_chunk(self, image: Artifact | None) -> Artifact:
        """From the shot's own image, else the end of the shot before, else from text, or what the animatic
        draws."""
        if image is None and self.number > 0:
            before = await self.set.before(self.number, self.version)
            if before is not None:
                return await self._continue(before.chunks[-1], 0)

        async def buy(model: ModelFacts, terms: PaidStep) -> Artifact:
            start = await self._softened() if terms.rung >= NEW_IMAGE else image
            if start is None and not model.text_start:
                start = await self._drawn()
            step = steps.GenerateReferenceChunk(
                model=model,
                shot=self.shot(1),
                storyboard=start,
                length=self._length(model),
                terms=self.taken(terms, 1),
            )
            chunk = await self.crew.steps.generate_reference_chunk(step, self.crew.board.label(name))
            # What the animatic moves from nothing it has drawn, words and all.
            self.is_drawn = self.is_drawn or (start is None and model.work == "computes")
            self.model = model
            self.made_by(model)
            self.filmed_by(model, 1, terms)
            return chunk

        models = self.videos
        name = self.set.agenda.chunk(self.beat, 1, self._length(models[0]).frames, self.version)
        return await self.bought(self._chunk_offer(name, models, buy, self.rungs_of(1, models, True)))

    async def _continue(self, previous: Artifact, first_frame: int) -> Artifact:
        number = len(self.chunks) + 1

        async def buy(model: ModelFacts, terms: PaidStep) -> Artifact:
            step = steps.GenerateContinuationChunk(
                model=model,
                shot=self.shot(number),
                previous=previous,
                first_frame=first_frame,
                length=self._length(model),
                terms=self.taken(terms, number),
            )
            chunk = await self.crew.steps.generate_continuation_chunk(step, self.crew.board.label(name))
            self.model = self.model or model
            self.made_by(model)
            self.filmed_by(model, number, terms)
            return chunk

        models = self._alike()
        name = self.set.agenda.chunk(self.beat, number, self._length(models[0]).frames, self.version)
        # Its first frame is the last one of another chunk: there is no image to soften.
        rungs = self.rungs_of(number, models, False)
        return await self.bought(self._chunk_offer(name, models, buy, rungs))

    def _chunk_offer(self, name: str, models: list[ModelFacts], buy: Buy, rungs: int) -> Offer:
        return Offer(name, models, lambda model: self._length(model).price_usd, buy, rungs, True)

    def _alike(self) -> list[ModelFacts]:
        """The models that may go on; all of them where there is nothing yet."""
        own = self.chunk_model
        others = [other for other in self.videos if other != own]
        return [own, *(other for other in others if not self.chunks or other.fps == own.fps)]

    def _next_length(self, model: ModelFacts) -> ChunkLength | None:
        native = self.chunks[0].media.fps if self.chunks else None
        fps = self.set.planned.format.fps
        frames = self.frames
        return timeline.next_length(counts(self.chunks), native, fps, frames, model)

    def _length(self, model: ModelFacts) -> ChunkLength:
        length = self._next_length(model)
        assert length is not None, "only a shot that is not covered asks for a chunk"
        return length
