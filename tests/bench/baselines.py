"""The two ways of making the same film that the beat DAG is measured against, as real workflows.

Both run the product's own steps with its own inputs. They are bare: no pause, no progress, no summary of
what goes on, so that they owe nothing of their time to what a person would miss in them.
"""

from __future__ import annotations

import asyncio
from fractions import Fraction

from temporalio import workflow

from workflows.film import steps, timeline
from workflows.film.contract import Beat, Shot, VideoRequest
from workflows.film.planned import PlannedFilm
from workflows.studio.facts import Artifact


class Work:
    """Every step of one planned film as a coroutine, in whatever order a baseline calls them."""

    def __init__(self, planned: PlannedFilm) -> None:
        self.planned = planned
        self.beats = planned.plan.beats
        self.model, self.fps = planned.models["video"], planned.format.fps

    def shot(self, beat: Beat) -> Shot:
        return Shot.of(self.planned.plan, beat, self.planned.format)

    async def storyboard(self, beat: Beat) -> Artifact:
        step = steps.GenerateStoryboardImage(model=self.planned.models["image"], shot=self.shot(beat))
        return await steps.generate_storyboard_image(step, f"storyboard:{beat.id}")

    async def reference(self, beat: Beat, image: Artifact) -> Artifact:
        length = timeline.choose_lengths(beat.seconds * self.fps, self.fps, self.model)[0]
        step = steps.GenerateReferenceChunk(
            model=self.model, shot=self.shot(beat), storyboard=image, length=length
        )
        return await steps.generate_reference_chunk(step, f"chunk:{beat.id}:1")

    async def continuations(self, beat: Beat, chunks: list[Artifact]) -> None:
        """Appends to `chunks` until they cover the beat."""
        while length := timeline.next_length(
            _counts(chunks), self.model.fps, self.fps, beat.seconds * self.fps, self.model
        ):
            step = steps.GenerateContinuationChunk(
                model=self.model,
                shot=self.shot(beat),
                previous=chunks[-1],
                first_frame=timeline.joined_frames(_counts(chunks)) - 1,
                length=length,
            )
            chunks.append(await steps.generate_continuation_chunk(step, f"chunk:{beat.id}:{len(chunks) + 1}"))

    async def segment(self, beat: Beat, chunks: list[Artifact]) -> Artifact:
        x = timeline.transition_frames(self.fps)
        native = self.model.fps or Fraction(self.fps)
        step = steps.RefineSegment(
            beat_id=beat.id,
            chunks=tuple(chunks),
            conform=timeline.conform(_counts(chunks), native, self.fps, beat.seconds * self.fps, x),
            format=self.planned.format,
            look=self.planned.plan.look,
            head_frames=x,
        )
        return await steps.refine_segment(step, f"segment:{beat.id}")

    async def transition(self, beat: Beat, before: Artifact, segment: Artifact) -> Artifact:
        x = timeline.transition_frames(self.fps)
        step = steps.RenderTransition(
            beat_id=beat.id, before=before, segment=segment, frames=x, fade=x, fps=self.fps
        )
        return await steps.render_transition(step, f"transition:{beat.id}")

    async def soundtrack(self) -> Artifact:
        plan = self.planned.plan
        step = steps.GenerateSoundtrack(
            model=self.planned.models["score"],
            frames=plan.seconds * self.fps,
            fps=self.fps,
            cues=tuple((beat.seconds, beat.energy) for beat in plan.beats),
            style=plan.style,
            seed=plan.seed,
        )
        return await steps.generate_soundtrack(step, "soundtrack")

    async def stitch(self, pieces: list[Artifact], soundtrack: Artifact | None) -> Artifact:
        step = steps.StitchFilm(
            pieces=tuple(
                steps.StitchPiece(artifact=piece, frames=piece.media.frames or 0) for piece in pieces
            ),
            soundtrack=soundtrack,
            format=self.planned.format,
        )
        return await steps.stitch_film(step, "stitch")

    async def deliver(self, film: Artifact, soundtrack: Artifact) -> None:
        step = steps.DeliverFilm(
            film_id=workflow.info().workflow_id,
            film=film,
            plan=self.planned.plan,
            format=self.planned.format,
            beats=(),
            soundtrack=soundtrack.object,
            warnings=(),
        )
        await steps.deliver_film(step, "deliver")


def _counts(chunks: list[Artifact]) -> list[int]:
    return [chunk.media.frames or 0 for chunk in chunks]


@workflow.defn
class SequentialWorkflow:
    """One step after the other."""

    @workflow.run
    async def run(self, request: VideoRequest) -> None:
        work = Work(await steps.compose_plan(steps.ComposePlan(request=request), "plan"))
        pieces: list[Artifact] = []
        before: Artifact | None = None
        for beat in work.beats:
            chunks = [await work.reference(beat, await work.storyboard(beat))]
            await work.continuations(beat, chunks)
            segment = await work.segment(beat, chunks)
            if before:
                pieces.append(await work.transition(beat, before, segment))
            pieces.append(segment)
            before = segment
        soundtrack = await work.soundtrack()
        await work.deliver(await work.stitch(pieces, soundtrack), soundtrack)


@workflow.defn
class TwoPhaseWorkflow:
    """Stage after stage, each in parallel, none begun before the last step of the one before it has ended.

    It stitches the raw chunks and then refines what it stitched, in as many parallel encodes as the beat
    DAG has, so that both do the same work. Sound runs beside it all.
    """

    @workflow.run
    async def run(self, request: VideoRequest) -> None:
        work = Work(await steps.compose_plan(steps.ComposePlan(request=request), "plan"))
        beats = work.beats
        score = asyncio.create_task(work.soundtrack())
        images = await asyncio.gather(*(work.storyboard(beat) for beat in beats))
        first = await asyncio.gather(
            *(work.reference(beat, image) for beat, image in zip(beats, images, strict=True))
        )
        chunks = [[chunk] for chunk in first]
        await asyncio.gather(
            *(work.continuations(beat, have) for beat, have in zip(beats, chunks, strict=True))
        )
        film = await work.stitch([chunk for have in chunks for chunk in have], None)
        await asyncio.gather(
            *(work.segment(beat, have) for beat, have in zip(beats, chunks, strict=True)),
            *(work.transition(beat, film, film) for beat in beats[1:]),
        )
        await work.deliver(film, await score)
