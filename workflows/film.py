"""The beat DAG: what must happen so that a plan becomes a film, and what may happen at the same time.

    storyboard ─ reference chunk ─ continuations ─ segment ─┐   one chain a beat, no barrier between them;
    storyboard ─ reference chunk ─ segment ─────────────────┼─ stitch ─ deliver
    soundtrack ─────────────────────────────────────────────┘   a transition waits for its two segments

A failed step lets its siblings finish: what they made is kept, and a resume finds it. Cancelling
`Film.make` cancels them all and returns when the last has ended.
"""

from __future__ import annotations

import asyncio
from fractions import Fraction
from typing import Literal, NamedTuple

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from workflows import steps, timeline
from workflows.agenda import Agenda
from workflows.contract import Artifact, Beat, BeatResult, ChunkLength, PlannedFilm
from workflows.failures import is_done_without
from workflows.progress import Board
from workflows.runner import Runner


class Segment(NamedTuple):
    """One beat, refined; `handle` is what it has beyond its end, in frames."""

    artifact: Artifact
    handle: int


class Film:
    """One run through the DAG. What exists so far can be read at any time."""

    def __init__(self, film_id: str, planned: PlannedFilm, music: bool, runner: Runner, board: Board) -> None:
        self._id = film_id
        self._planned = planned
        self._music = music
        self._run = runner
        self._board = board
        self._agenda = Agenda(planned, board)
        self._storyboards: list[asyncio.Task[Artifact | None]] = []
        self._chains: list[asyncio.Task[list[Artifact]]] = []
        self._segments: list[asyncio.Task[Segment]] = []
        self._transitions: list[asyncio.Task[Artifact]] = []
        self.images: dict[str, Artifact] = {}
        self.chunks: dict[str, list[Artifact]] = {beat.id: [] for beat in planned.plan.beats}
        self.soundtrack: Artifact | None = None
        self._silent = False
        self._agenda.announce(music)

    async def make(self) -> steps.DeliveredFilm:
        """Runs every step; raises what the first failed step raised, after its siblings have finished."""
        try:
            self._spawn_beats()
            soundtrack = self._run.spawn(self._score()) if self._music else None
            await self._run.join()
            return await self._deliver(await self._stitch(soundtrack.result() if soundtrack else None))
        except (Exception, asyncio.CancelledError):
            await self._run.end()
            raise

    @property
    def music(self) -> Literal["included", "left_out", "failed"]:
        """What became of the music that was asked for."""
        if self.soundtrack is not None:
            return "included"
        return "failed" if self._silent else "left_out"

    def results(self) -> tuple[BeatResult, ...]:
        """What exists of every beat."""
        return tuple(
            BeatResult(
                id=beat.id,
                frames=self._agenda.frames(beat),
                storyboard=self.images[beat.id].object if beat.id in self.images else None,
                chunks=tuple(chunk.object for chunk in self.chunks[beat.id]),
            )
            for beat in self._planned.plan.beats
        )

    def _spawn_beats(self) -> None:
        for index, beat in enumerate(self._planned.plan.beats):
            with workflow.create_event_group(
                f"beat-{index + 1}", label=f"Beat {index + 1} {beat.id}"
            ).scope():
                self._storyboards.append(self._run.spawn(self._storyboard(beat)))
                self._chains.append(self._run.spawn(self._chain(index)))
                self._segments.append(self._run.spawn(self._segment(index)))
                if index:
                    self._transitions.append(self._run.spawn(self._transition(index)))

    async def _storyboard(self, beat: Beat) -> Artifact | None:
        """None where the image failed: the beat then continues from the one before it."""
        step = steps.GenerateStoryboardImage(model=self._planned.image_model, shot=self._agenda.shot(beat))
        try:
            image = await self._run.step(
                f"storyboard:{beat.id}", lambda label: steps.generate_storyboard_image(step, label)
            )
        except ApplicationError as error:
            if not is_done_without(error):
                raise
            self._board.notes[beat.id] = "no storyboard image"
            self._board.warn(f"{error.message} The beat goes on without its image.")
            return None
        self.images[beat.id] = image
        return image

    async def _chain(self, index: int) -> list[Artifact]:
        """The beat's chunks, generated until what really came back covers it."""
        beat = self._planned.plan.beats[index]
        chunks = self.chunks[beat.id]
        chunks.append(await self._first_chunk(index))
        while length := self._next_length(beat, chunks):
            step = steps.GenerateContinuationChunk(
                model=self._planned.video_model,
                shot=self._agenda.shot(beat),
                previous=chunks[-1],
                first_frame=timeline.joined_frames(_counts(chunks)) - 1,
                length=length,
            )
            chunks.append(await self._continue(beat, len(chunks) + 1, step))
        self._agenda.covered(beat, len(chunks))
        return chunks

    async def _first_chunk(self, index: int) -> Artifact:
        """From the beat's own image, else the end of the beat before, else from text or a later image."""
        beat, model, shot = self._planned.plan.beats[index], self._planned.video_model, self._agenda.shot
        length = self._next_length(beat, [])
        assert length is not None, "no beat is covered by nothing"
        image = await self._storyboards[index]
        if image is None and index > 0:
            before = (await self._chains[index - 1])[-1]
            follow = steps.GenerateContinuationChunk(
                model=model, shot=shot(beat), previous=before, first_frame=0, length=length
            )
            return await self._continue(beat, 1, follow)
        if image is None and not model.text_start:
            later = [await task for task in self._storyboards[index + 1 :]]
            image = next((other for other in later if other), None)
        step = steps.GenerateReferenceChunk(model=model, shot=shot(beat), storyboard=image, length=length)
        name = self._agenda.chunk(beat, 1, length.frames)
        return await self._run.step(name, lambda label: steps.generate_reference_chunk(step, label))

    async def _continue(self, beat: Beat, number: int, step: steps.GenerateContinuationChunk) -> Artifact:
        name = self._agenda.chunk(beat, number, step.length.frames)
        return await self._run.step(name, lambda label: steps.generate_continuation_chunk(step, label))

    def _next_length(self, beat: Beat, chunks: list[Artifact]) -> ChunkLength | None:
        model, fps = self._planned.video_model, self._planned.format.fps
        native = chunks[0].media.fps if chunks else None
        return timeline.next_length(_counts(chunks), native, fps, self._agenda.frames(beat), model)

    async def _segment(self, index: int) -> Segment:
        beats, frame = self._planned.plan.beats, self._planned.format
        beat, chunks = beats[index], await self._chains[index]
        after = beats[index + 1].energy if index + 1 < len(beats) else None
        conform = timeline.conform(
            _counts(chunks),
            chunks[0].media.fps or self._planned.video_model.fps or Fraction(frame.fps),
            frame.fps,
            self._agenda.frames(beat),
            timeline.wanted_handle(frame.fps, after),
        )
        step = steps.RefineSegment(
            beat_id=beat.id,
            chunks=tuple(chunks),
            conform=conform,
            format=frame,
            look=self._planned.plan.look,
            head_frames=timeline.transition_frames(frame.fps) if index else 0,
        )
        artifact = await self._run.step(f"segment:{beat.id}", lambda label: steps.refine_segment(step, label))
        return Segment(artifact, conform.handle)

    async def _transition(self, index: int) -> Artifact:
        beat, fps = self._planned.plan.beats[index], self._planned.format.fps
        before, segment = await self._segments[index - 1], await self._segments[index]
        shape = timeline.transition(fps, before.handle, beat.energy)
        step = steps.RenderTransition(
            beat_id=beat.id,
            before=before.artifact,
            segment=segment.artifact,
            frames=shape.frames,
            fade=shape.fade,
            fps=fps,
        )
        return await self._run.step(
            f"transition:{beat.id}", lambda label: steps.render_transition(step, label)
        )

    async def _score(self) -> Artifact | None:
        """None where the music failed: the film is delivered without it, and says so."""
        plan, fps = self._planned.plan, self._planned.format.fps
        step = steps.GenerateSoundtrack(
            model=self._planned.score_model,
            frames=plan.seconds * fps,
            fps=fps,
            cues=tuple((beat.seconds, beat.energy) for beat in plan.beats),
            style=plan.style,
            seed=plan.seed,
        )
        try:
            self.soundtrack = await self._run.step(
                "soundtrack", lambda label: steps.generate_soundtrack(step, label)
            )
        except ApplicationError as error:
            if not is_done_without(error):
                raise
            self._silent = True
            self._board.warn(f"{error.message} The film has no music.")
        return self.soundtrack

    async def _stitch(self, soundtrack: Artifact | None) -> Artifact:
        frame = self._planned.format
        layout = timeline.film_layout(self._planned.plan.beats, frame.fps)
        pieces = tuple(
            steps.StitchPiece(artifact=self._encoded(piece), frames=piece.frames) for piece in layout
        )
        step = steps.StitchFilm(pieces=pieces, soundtrack=soundtrack, format=frame)
        return await self._run.step("stitch", lambda label: steps.stitch_film(step, label))

    def _encoded(self, piece: timeline.Piece) -> Artifact:
        if piece.kind == "body":
            return self._segments[piece.beat].result().artifact
        return self._transitions[piece.beat - 1].result()

    async def _deliver(self, film: Artifact) -> steps.DeliveredFilm:
        step = steps.DeliverFilm(
            film_id=self._id,
            film=film,
            plan=self._planned.plan,
            format=self._planned.format,
            beats=self.results(),
            soundtrack=self.soundtrack.object if self.soundtrack else None,
            warnings=tuple(self._board.warnings),
        )
        delivered = await self._run.guard("deliver", lambda label: steps.deliver_film(step, label))
        self._board.drop("deliver")
        return delivered


def _counts(chunks: list[Artifact]) -> list[int]:
    return [chunk.media.frames or 0 for chunk in chunks]
