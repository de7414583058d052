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

from temporalio.exceptions import ApplicationError

from workflows.film import steps, timeline
from workflows.film.agenda import Agenda
from workflows.film.contract import Beat, VideoRequest
from workflows.film.crew import Crew
from workflows.film.former.shooting import Shooting, counts
from workflows.film.planned import PlannedFilm
from workflows.film.report import BeatResult
from workflows.studio import Artifact, is_done_without


class Segment(NamedTuple):
    """One beat, refined; `handle` is what it has beyond its end, in frames."""

    artifact: Artifact
    handle: int


class FormerFilm:
    """One run through the DAG. What exists so far can be read at any time."""

    def __init__(self, planned: PlannedFilm, asked: VideoRequest, crew: Crew) -> None:
        self._planned, self._crew = planned, crew
        self._music, self._titles = asked.music, asked.titles
        self._steps, self._run, self._board = crew.steps, crew.runner, crew.board
        self._agenda = Agenda(planned, crew.board, asked.titles)
        self._shooting = Shooting(planned, self._agenda, crew)
        self._chains: list[asyncio.Task[list[Artifact]]] = []
        self._segments: list[asyncio.Task[Segment]] = []
        self._transitions: list[asyncio.Task[Artifact]] = []
        self.soundtrack: Artifact | None = None
        self._silent = False
        self._agenda.announce(asked.music)

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
        images, chunks = self._shooting.images, self._shooting.chunks
        return tuple(
            BeatResult(
                id=beat.id,
                frames=self._agenda.frames(beat),
                storyboard=images[beat.id].object if beat.id in images else None,
                chunks=tuple(chunk.object for chunk in chunks[beat.id]),
                placeholder=beat.id in self._shooting.placeholders,
            )
            for beat in self._planned.plan.beats
        )

    def _spawn_beats(self) -> None:
        for index, beat in enumerate(self._planned.plan.beats):
            with self._crew.group(f"beat-{index + 1}", f"Beat {index + 1} {beat.id}"):
                self._chains.append(self._shooting.begin(index))
                self._segments.append(self._run.spawn(self._segment(index)))
                if index:
                    self._transitions.append(self._run.spawn(self._transition(index)))

    async def _segment(self, index: int) -> Segment:
        beats, frame = self._planned.plan.beats, self._planned.format
        beat, chunks = beats[index], await self._chains[index]
        after = beats[index + 1].energy if index + 1 < len(beats) else None
        conform = timeline.conform(
            counts(chunks),
            chunks[0].media.fps or self._shooting.model_of(beat).fps or Fraction(frame.fps),
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
            words=self._agenda.shot(beat) if self._needs_words(beat) else None,
        )
        artifact = await self._run.step(
            f"segment:{beat.id}", lambda label: self._steps.refine_segment(step, label)
        )
        return Segment(artifact, conform.handle)

    def _needs_words(self, beat: Beat) -> bool:
        """Whether words are to be drawn over its chunks."""
        return self._titles and self._planned.plan.lettered and not self._shooting.is_lettered(beat)

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
            f"transition:{beat.id}", lambda label: self._steps.render_transition(step, label)
        )

    async def _score(self) -> Artifact | None:
        """None where the music failed: the film is delivered without it, and says so."""
        plan, fps = self._planned.plan, self._planned.format.fps
        step = steps.GenerateSoundtrack(
            model=self._planned.models["score"],
            frames=plan.seconds * fps,
            fps=fps,
            cues=tuple((beat.seconds, beat.energy) for beat in plan.beats),
            style=plan.style,
            seed=plan.seed,
        )
        try:
            self.soundtrack = await self._run.step(
                "soundtrack", lambda label: self._steps.generate_soundtrack(step, label)
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
        plan = self._planned.plan
        title = plan.title if plan.lettered else ""
        step = steps.StitchFilm(pieces=pieces, soundtrack=soundtrack, format=frame, title=title)
        return await self._run.step("stitch", lambda label: self._steps.stitch_film(step, label))

    def _encoded(self, piece: timeline.Piece) -> Artifact:
        if piece.kind == "body":
            return self._segments[piece.beat].result().artifact
        return self._transitions[piece.beat - 1].result()

    async def _deliver(self, film: Artifact) -> steps.DeliveredFilm:
        beats = self._planned.plan.beats
        step = steps.DeliverFilm(
            film_id=self._crew.film,
            film=film,
            plan=self._planned.plan,
            format=self._planned.format,
            beats=self.results(),
            soundtrack=self.soundtrack.object if self.soundtrack else None,
            warnings=tuple(self._board.warnings),
            drawn=tuple(beat.id for beat in beats if self._titles and self._shooting.is_lettered(beat)),
            lettered=tuple(beat.id for beat in beats if self._needs_words(beat)),
        )
        delivered = await self._run.guard("deliver", lambda label: self._steps.deliver_film(step, label))
        self._board.drop("deliver")
        return delivered
