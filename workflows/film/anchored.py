"""Knows how the chunks of a version come about all at once: between anchors, images of the moments at which
they meet, drawn from the shot's own image side by side.

Every chunk starts as soon as its two images are there, and two that meet share one. Where that cannot be
drawn they are chained: the earlier one ends as it likes, the later one goes on from its real end. So no chunk
is ever bought against an image that is not its neighbour's as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from fractions import Fraction
from functools import partial

from temporalio.exceptions import ApplicationError

from workflows.film import steps, timeline
from workflows.film.outcomes import Outcome, joined, made_of, outcome_of, settled
from workflows.film.taking import IMAGE_RUNGS, NEW_IMAGE, Taking, plain
from workflows.studio import Artifact, ChunkLength, ModelFacts, Offer, PaidStep, is_done_without


class Anchored:
    """Of one version, from the shot's image. `softened` makes another image in softer words, which only the
    first chunk may start from: it shares its start with no other."""

    def __init__(self, taking: Taking, image: Artifact, softened: Callable[[], Awaitable[Artifact]]) -> None:
        self._taking, self._image, self._softened = taking, image, softened
        self._model = taking.videos[0]
        fps = taking.set.planned.format.fps
        self._lengths = timeline.choose_lengths(taking.frames, fps, self._model)
        #: Where each chunk begins, in frames of the model's rate.
        self._begins = (0, *timeline.boundaries(self._lengths))
        self._anchors: list[asyncio.Task[Outcome]] = []
        self._chunks: list[asyncio.Task[Outcome]] = []
        #: The anchors that could not be drawn, by number; and what made the others, and the chunks, by step.
        self.missing: set[int] = set()
        self._makers: dict[str, ModelFacts] = {}

    async def chunks(self) -> list[Artifact]:
        """As many as cover the shot if its model keeps its promise, in order. What fails lets the others
        finish, which are paid; then raises what failed first, in their order. Lets cancellation pass once
        all of them have ended."""
        runner, many = self._taking.crew.runner, len(self._lengths)
        spawn = runner.spawn
        self._anchors = [spawn(outcome_of(partial(self._anchor, number))) for number in range(1, many)]
        self._chunks = []
        for number in range(1, many + 1):
            self._chunks.append(spawn(outcome_of(partial(self._chunk, number))))
        await joined([*self._anchors, *self._chunks], runner)
        made = [made_of(chunk.result()) for chunk in self._chunks]
        # In their order: whichever came first, it is the same footage.
        for name in sorted(self._makers):
            self._taking.made_by(self._makers[name])
        return [chunk for chunk in made if chunk is not None]

    def lasts(self, chunks: int) -> tuple[Artifact | None, ...]:
        """The anchors that its chunks were to end with, of so many, in order: those behind them had none."""
        made = [made_of(anchor.result()) for anchor in self._anchors]
        return tuple(one and plain(one) for one in (*made, *[None] * (chunks - len(made))))

    # ---- anchors -----------------------------------------------------------------------------------

    async def _anchor(self, number: int) -> Artifact | None:
        """Between the chunk of that number and the next; None where it could not be drawn."""
        taking, own = self._taking, self._taking.version.anchor(number)
        name = taking.set.agenda.anchor(taking.beat, number, taking.version)
        models = taking.set.planned.anchors(taking.version.rung)

        async def buy(model: ModelFacts, terms: PaidStep) -> Artifact:
            # As of the shot's image: what is drawn for chunks that are bought bears neither words nor mark.
            bare = model.work == "computes" and self._model.work == "waits"
            step = steps.GenerateAnchorImage(
                model=model,
                shot=taking.told_as(own),
                image=self._image,
                frame=self._begins[number],
                fps=self._model.fps or Fraction(taking.set.planned.format.fps),
                terms=terms.model_copy(update={"take": own.take}),
                bare=bare,
            )
            anchor = await taking.crew.steps.generate_anchor_image(step, taking.crew.board.label(name))
            self._makers[name] = model
            return anchor

        if number in self.missing:
            return None
        offer = Offer(name, models, lambda model: model.price_usd, buy, IMAGE_RUNGS, True)
        try:
            return taking.told(f"anchor {number}", await taking.bought(offer))
        except ApplicationError as error:
            if not is_done_without(error):
                raise
            self.missing.add(number)
            taking.crew.board.warn(
                f"{error.message} Chunk {number + 1} goes on from the end of chunk {number} instead."
            )
            return None

    async def _at(self, number: int) -> Artifact | None:
        """The anchor after the chunk of that number, once it is there; None where there is none."""
        return await self._settled(self._anchors[number - 1]) if 0 < number < len(self._lengths) else None

    async def _settled(self, task: asyncio.Task[Outcome]) -> Artifact | None:
        return await settled(task, self._taking.crew.runner)

    # ---- chunks ------------------------------------------------------------------------------------

    async def _chunk(self, number: int) -> Artifact:
        first = self._image if number == 1 else await self._at(number - 1)
        last = await self._at(number)
        previous = await self._settled(self._chunks[number - 2]) if first is None else None
        taking, planned = self._taking, self._lengths[number - 1]
        name = taking.set.agenda.chunk(taking.beat, number, planned.frames, taking.version)

        async def buy(model: ModelFacts, terms: PaidStep) -> Artifact:
            step = steps.GenerateAnchoredChunk(
                model=model,
                shot=taking.shot(number),
                first=await self._softened() if number == 1 and terms.rung >= NEW_IMAGE else first,
                last=last,
                length=self._like(planned, model),
                previous=previous,
                first_frame=self._begins[number - 1],
                terms=taking.taken(terms, number),
            )
            chunk = await taking.crew.steps.generate_anchored_chunk(step, taking.crew.board.label(name))
            if number == 1:
                taking.model = model
            self._makers[name] = model
            taking.filmed_by(model, number, terms)
            return chunk

        models = [model for model in taking.videos if model.fps == self._model.fps]
        models = [model for model in models if model.last_frame or last is None]
        rungs = taking.rungs_of(number, models, number == 1)
        offer = Offer(name, models, lambda model: self._like(planned, model).price_usd, buy, rungs, True)
        return taking.told(f"chunk {number}", await taking.bought(offer))

    def _like(self, planned: ChunkLength, model: ModelFacts) -> ChunkLength:
        """The length of a model that is asked for in the place of the planned one: the shortest that is as
        long, else its longest."""
        if model == self._model:
            return planned
        ordered = sorted(model.lengths, key=lambda length: (length.frames, length.price_usd))
        return next((length for length in ordered if length.frames >= planned.frames), ordered[-1])
