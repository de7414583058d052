"""Knows how the pictures of a film come about: a storyboard image a beat, and the chunks that cover it.

What runs on paid models goes through `Purchases`; what computes here costs nothing and runs at once. All
chunks of a beat have one rate: within a beat only a fallback of the same rate takes over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from decimal import Decimal

from temporalio.exceptions import ApplicationError

from workflows.film import steps, timeline
from workflows.film.agenda import Agenda
from workflows.film.contract import Beat
from workflows.film.crew import Crew
from workflows.film.planned import PlannedFilm
from workflows.studio import Artifact, Buy, ChunkLength, GivenUp, ModelFacts, Offer, PaidStep, is_done_without

#: An image as given and softened; a chunk has one rung more: it starts from a new, softened image.
IMAGE_RUNGS, CHUNK_RUNGS = 2, 3
_NEW_IMAGE = 2


class Shooting:
    """The pictures of one run. What exists so far can be read at any time."""

    def __init__(self, planned: PlannedFilm, agenda: Agenda, crew: Crew) -> None:
        self._planned, self._agenda, self._crew = planned, agenda, crew
        self._steps, self._run, self._board = crew.steps, crew.runner, crew.board
        self._storyboards: list[asyncio.Task[Artifact | None]] = []
        self._chains: list[asyncio.Task[list[Artifact]]] = []
        #: The model of a beat's chunks, once the first is there.
        self._models: dict[str, ModelFacts] = {}
        #: Beats that show the animatic, because what was to be bought for them was given up.
        self.placeholders: set[str] = set()
        self._drawings: dict[str, Artifact] = {}
        #: Beats whose image is drawn here for chunks that are bought: without the animatic's mark.
        self._bare: set[str] = set()
        #: Beats whose first chunk was made here from no image: the animatic drew it, words and all.
        self._from_nothing: set[str] = set()
        self.images: dict[str, Artifact] = {}
        self.chunks: dict[str, list[Artifact]] = {beat.id: [] for beat in planned.plan.beats}

    def begin(self, index: int) -> asyncio.Task[list[Artifact]]:
        """Starts a beat's image and chunks, in the film's order, and returns the chunks to come."""
        beat = self._planned.plan.beats[index]
        self._storyboards.append(self._run.spawn(self._storyboard(beat)))
        self._chains.append(self._run.spawn(self._chain(index)))
        return self._chains[index]

    def model_of(self, beat: Beat) -> ModelFacts:
        """The model that made the beat's chunks."""
        return self._models.get(beat.id, self._planned.models["video"])

    def is_lettered(self, beat: Beat) -> bool:
        """Whether its chunks have its words: whatever the animatic draws as well as moves has them, and what
        it only moves has none."""
        images = self._image_models(beat)[0].work == "computes" or beat.id in self._drawings
        drawn = images or beat.id in self._from_nothing
        return drawn and self.model_of(beat).work == "computes"

    # ---- storyboards -----------------------------------------------------------------------------

    async def _storyboard(self, beat: Beat) -> Artifact | None:
        """None where the image failed: the beat then continues from the one before it."""
        try:
            image = await self._image(beat, f"storyboard:{beat.id}")
        except ApplicationError as error:
            if not is_done_without(error):
                raise
            self._board.notes[beat.id] = "no storyboard image"
            self._board.warn(f"{error.message} The beat goes on without its image.")
            return None
        self.images[beat.id] = self._told(beat, "storyboard", image)
        return image

    async def _image(self, beat: Beat, name: str, rung: int | None = None) -> Artifact:
        """The beat's image; with `rung`, in that wording and no other."""
        models, shot = self._image_models(beat), self._agenda.shot(beat)

        async def buy(model: ModelFacts, terms: PaidStep) -> Artifact:
            asked = terms if rung is None else terms.model_copy(update={"rung": rung})
            bare = model.work == "computes" and self._planned.models["video"].work == "waits"
            if bare:
                self._bare.add(beat.id)
            step = steps.GenerateStoryboardImage(model=model, shot=shot, terms=asked, bare=bare)
            return await self._steps.generate_storyboard_image(step, self._board.label(name))

        rungs, dispensable = IMAGE_RUNGS if rung is None else 1, "animatic_image" in self._planned.models
        return await self._made(Offer(name, models, lambda model: model.price_usd, buy, rungs, dispensable))

    def _image_models(self, beat: Beat) -> list[ModelFacts]:
        guided = self._planned.offered("edges") if beat.references else []
        return [*guided, *self._planned.offered("image")]

    async def _softened(self, beat: Beat) -> Artifact:
        """A new image of the beat in softer words, for a chunk that its own image may have blocked."""
        name = f"storyboard:{beat.id}:softened"
        self._board.expect(name, self._agenda.label(beat, "softened storyboard"), 0, beat.id)
        image = await self._image(beat, name, rung=1)
        self.images[beat.id] = self._told(beat, "softened storyboard", image)
        return image

    # ---- chunks ----------------------------------------------------------------------------------

    async def _chain(self, index: int) -> list[Artifact]:
        """The beat's chunks; the animatic's where one that was to be bought is given up."""
        beat = self._planned.plan.beats[index]
        try:
            await self._cover(index)
        except GivenUp as given_up:
            self._shows_the_animatic(beat, given_up)
            await self._cover(index)
        self._agenda.covered(beat, len(self.chunks[beat.id]))
        return self.chunks[beat.id]

    async def _cover(self, index: int) -> None:
        """Generates chunks until what really came back covers the beat."""
        beat = self._planned.plan.beats[index]
        chunks = self.chunks[beat.id]
        chunks.append(self._told(beat, "chunk 1", await self._first_chunk(index)))
        while self._next_length(beat, chunks, self.model_of(beat)):
            first_frame = timeline.joined_frames(counts(chunks)) - 1
            chunk = await self._continue(beat, chunks, chunks[-1], first_frame)
            chunks.append(self._told(beat, f"chunk {len(chunks) + 1}", chunk))

    def _shows_the_animatic(self, beat: Beat, given_up: GivenUp) -> None:
        """From now on. Raises what was given up where the plan, of an earlier release, knows no animatic."""
        if "animatic_video" not in self._planned.models:
            raise given_up
        self.placeholders.add(beat.id)
        self.chunks[beat.id].clear()
        self._models[beat.id] = self._planned.models["animatic_video"]
        self._board.notes[beat.id] = "given up: shows the animatic"
        self._board.warn(f"{given_up.message} The beat shows the animatic instead.")

    async def _drawing(self, beat: Beat) -> Artifact | None:
        """The animatic's drawing, without its mark, for a beat without an image; None where the plan knows no
        animatic."""
        model = self._planned.models.get("animatic_image")
        if model is not None and beat.id not in self._drawings:
            name = f"storyboard:{beat.id}:animatic"
            self._board.expect(name, self._agenda.label(beat, "animatic storyboard"), 0, beat.id)
            terms = PaidStep(film=self._crew.film, step=name)
            step = steps.GenerateStoryboardImage(
                model=model, shot=self._agenda.shot(beat), terms=terms, bare=True
            )
            self._drawings[beat.id] = self.images[beat.id] = await self._run.step(
                name, lambda label: self._steps.generate_storyboard_image(step, label)
            )
            self._board.warn(f"{self._agenda.place(beat)}: starts from the animatic's drawing.")
        return self._drawings.get(beat.id)

    async def _start(self, index: int) -> Artifact | None:
        """The beat's own image, else a later one where nothing starts from text."""
        image = await self._storyboards[index]
        if image is None and not self._planned.models["video"].text_start:
            later = [await task for task in self._storyboards[index + 1 :]]
            image = next((other for other in later if other), None)
        return image

    async def _first_chunk(self, index: int) -> Artifact:
        """From the beat's own image, else the end of the beat before, else from text, a later image, or what
        the animatic draws."""
        beat, shot = self._planned.plan.beats[index], self._agenda.shot
        own = await self._storyboards[index]
        if own is None and index > 0 and beat.id not in self.placeholders:
            before = (await self._chains[index - 1])[-1]
            if not self._is_marked(index - 1):
                return await self._continue(beat, [], before, 0)
        if beat.id in self.placeholders:
            # What was drawn without the mark is drawn once more with it.
            image = None if beat.id in self._bare else own
        else:
            image = await self._start(index)

        async def buy(model: ModelFacts, terms: PaidStep) -> Artifact:
            start = await self._softened(beat) if terms.rung >= _NEW_IMAGE else image
            if start is None and not model.text_start:
                start = await self._drawing(beat)
            step = steps.GenerateReferenceChunk(
                model=model,
                shot=shot(beat),
                storyboard=start,
                length=self._length(beat, [], model),
                terms=terms,
            )
            chunk = await self._steps.generate_reference_chunk(step, self._board.label(name))
            self._models[beat.id] = model
            if start is None and model.work == "computes":
                self._from_nothing.add(beat.id)
            return chunk

        models = self._may_begin(beat)
        name = self._agenda.chunk(beat, 1, self._length(beat, [], models[0]).frames)
        return await self._made(self._chunk_offer(beat, name, models, [], buy, CHUNK_RUNGS))

    def _is_marked(self, index: int) -> bool:
        """Whether the beat shows the animatic, so that nothing that is bought may go on from it."""
        shown = self._planned.plan.beats[index].id in self.placeholders
        # Films that began under a release that went on from it do so.
        return shown and self._crew.patched("no-footage-from-a-placeholder")

    async def _continue(
        self, beat: Beat, chunks: list[Artifact], previous: Artifact, first_frame: int
    ) -> Artifact:
        async def buy(model: ModelFacts, terms: PaidStep) -> Artifact:
            step = steps.GenerateContinuationChunk(
                model=model,
                shot=self._agenda.shot(beat),
                previous=previous,
                first_frame=first_frame,
                length=self._length(beat, chunks, model),
                terms=terms,
            )
            chunk = await self._steps.generate_continuation_chunk(step, self._board.label(name))
            self._models.setdefault(beat.id, model)
            return chunk

        models = self._alike(beat, chunks)
        name = self._agenda.chunk(beat, len(chunks) + 1, self._length(beat, chunks, models[0]).frames)
        # Its first frame is the last one of another chunk: there is no image to soften.
        return await self._made(self._chunk_offer(beat, name, models, chunks, buy, CHUNK_RUNGS - 1))

    def _chunk_offer(
        self,
        beat: Beat,
        name: str,
        models: list[ModelFacts],
        chunks: list[Artifact],
        buy: Buy,
        rungs: int,
    ) -> Offer:
        dispensable = "animatic_video" in self._planned.models
        return Offer(name, models, self._price(beat, chunks), buy, rungs, dispensable)

    def _may_begin(self, beat: Beat) -> list[ModelFacts]:
        """The models that may make the beat's first chunk."""
        if beat.id in self.placeholders:
            return [self.model_of(beat)]
        return self._planned.offered("video")

    def _alike(self, beat: Beat, chunks: list[Artifact]) -> list[ModelFacts]:
        """The models that may go on with a beat; all of them where it has nothing yet."""
        own = self.model_of(beat)
        if beat.id in self.placeholders:
            return [own]
        others = self._planned.offered("video")
        return [own, *(other for other in others if other != own and (not chunks or other.fps == own.fps))]

    def _next_length(self, beat: Beat, chunks: Sequence[Artifact], model: ModelFacts) -> ChunkLength | None:
        native = chunks[0].media.fps if chunks else None
        fps = self._planned.format.fps
        return timeline.next_length(counts(chunks), native, fps, self._agenda.frames(beat), model)

    def _length(self, beat: Beat, chunks: Sequence[Artifact], model: ModelFacts) -> ChunkLength:
        length = self._next_length(beat, chunks, model)
        assert length is not None, "only a beat that is not covered asks for a chunk"
        return length

    def _price(self, beat: Beat, chunks: Sequence[Artifact]) -> Callable[[ModelFacts], Decimal]:
        return lambda model: self._length(beat, chunks, model).price_usd

    def _told(self, beat: Beat, what: str, artifact: Artifact) -> Artifact:
        """People are told what is wrong with what came back, and where."""
        said = artifact.facts.get("warnings")
        for sentence in said if isinstance(said, list) else ():
            self._board.warn(f"{self._agenda.label(beat, what)}: {sentence}")
        return artifact

    async def _made(self, offer: Offer) -> Artifact:
        return await self._run.step(offer.name, lambda label: self._crew.purchases.buy(offer, label))


def counts(chunks: Sequence[Artifact]) -> list[int]:
    """The frames that really came back."""
    return [chunk.media.frames or 0 for chunk in chunks]
