"""Knows how a choice of footage becomes a cut: segments, transitions between them, sound, stitch, delivery.

A segment is made once a version and a transition once a pair of neighbours, so that a new cut costs what has
changed beside what is copied.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from temporalio.exceptions import ApplicationError

from workflows.film import steps
from workflows.film.agenda import Agenda
from workflows.film.contract import Beat, VideoRequest
from workflows.film.crew import Crew
from workflows.film.joins import joins_of
from workflows.film.planned import PlannedFilm
from workflows.film.report import BeatResult
from workflows.film.taking import counts
from workflows.film.versions import Footage
from workflows.studio import Artifact, is_done_without


class Segment(NamedTuple):
    """A shot's footage, refined; `handle` is what it has beyond its end, in frames."""

    footage: Footage
    artifact: Artifact
    handle: int


class Assembly:
    """Of one planned film. `unseen`: a first cut of it is drawn, and nothing that is bought is in its way."""

    def __init__(
        self, planned: PlannedFilm, asked: VideoRequest, agenda: Agenda, crew: Crew, unseen: bool = False
    ) -> None:
        self._planned, self._agenda, self._crew, self._unseen = planned, agenda, crew, unseen
        self._run, self._steps = crew.runner, crew.steps
        self._titles, self._is_whole_or_nothing = asked.titles, asked.partial == "fail"
        self._joins = joins_of(planned)
        #: By the keys of what they are between.
        self._transitions: dict[tuple[str, str], Artifact] = {}
        #: Of segments that are to fade into the next shot, by the key of that without a handle.
        self._fading: dict[str, Segment] = {}
        self.soundtrack: Artifact | None = None
        self._silent = False

    # ---- shots -------------------------------------------------------------------------------------

    async def segment(self, number: int, footage: Footage, apart: bool = False) -> Segment:
        """The shot of that number, from 0, in this version; `apart` as of `Joins.conform`."""
        frame, beat = self._planned.format, self._planned.plan.beats[number]
        conform = self._joins.conform(number, counts(footage.chunks), footage.fps, apart)
        step = steps.RefineSegment(
            beat_id=beat.id,
            chunks=footage.chunks,
            conform=conform,
            format=frame,
            look=self._planned.plan.look,
            head_frames=self._joins.opening if number else 0,
            words=self._agenda.shot(beat) if self._needs_words(footage) else None,
            # Only the animatic cuts inside a shot.
            cuts=self._agenda.shot(beat).cuts if not footage.generated else (),
            first=footage.image if footage.generated else None,
            lasts=footage.lasts if footage.generated else (),
            drawn=not footage.generated,
        )
        artifact = await self._run.step(
            f"segment:{beat.id}", lambda label: self._steps.refine_segment(step, label, self._unseen)
        )
        return Segment(footage, artifact, conform.handle)

    def _needs_words(self, footage: Footage) -> bool:
        """Whether words are to be drawn over its chunks."""
        return self._titles and self._planned.plan.lettered and not footage.lettered

    # ---- sound -------------------------------------------------------------------------------------

    @property
    def music(self) -> Literal["included", "left_out", "failed"]:
        """What became of the music that was asked for."""
        if self.soundtrack is not None:
            return "included"
        return "failed" if self._silent else "left_out"

    async def score(self) -> None:
        """Makes the music; where that fails the film is delivered without it, and says so. One that is to be
        whole or nothing fails where another run could do better."""
        plan, fps = self._planned.plan, self._planned.format.fps
        step = steps.GenerateSoundtrack(
            model=self._planned.models["score"],
            frames=plan.frames(fps),
            fps=fps,
            cues=tuple((beat.lasts_s, beat.energy) for beat in plan.beats),
            style=plan.style,
            seed=plan.seed,
        )
        try:
            self.soundtrack = await self._run.step(
                "soundtrack", lambda label: self._steps.generate_soundtrack(step, label)
            )
        except ApplicationError as error:
            if self._is_whole_or_nothing and not is_done_without(error):
                raise
            self._silent = True
            self._crew.board.warn(f"{error.message} The film has no music.")

    # ---- a cut -------------------------------------------------------------------------------------

    async def cut(
        self, shown: Sequence[Segment], beats: Sequence[BeatResult], apart: Sequence[int] = ()
    ) -> steps.DeliveredFilm:
        """Delivers these segments, one a shot. `beats` say what each of them is, `apart` which shots, by
        number, begin with another picture than the one before ends with."""
        shown = list(shown)
        for number in apart:
            shown[number - 1] = await self._faded(number - 1, shown[number - 1])
            if not (beats[number - 1].placeholder or beats[number].placeholder):
                self._tell_apart(number, shown[number - 1].handle)
        joins = [
            self._run.spawn(self._transition(number, shown[number - 1], shown[number]))
            for number in range(1, len(shown))
        ]
        await self._run.joined(joins)
        film = await self._stitch(shown, [join.result() for join in joins])
        return await self._deliver(film, shown, beats)

    async def _faded(self, number: int, plain: Segment) -> Segment:
        """The same with a handle, where its frames reach for one, and it can be made."""
        key = plain.artifact.key
        if key not in self._fading:
            try:
                faded = await self.segment(number, plain.footage, apart=True)
            except ApplicationError:
                return plain
            self._fading[key] = faded
        return self._fading[key]

    def _tell_apart(self, number: int, fade: int) -> None:
        before, after = (self._planned.plan.beats[at].id for at in (number - 1, number))
        how = "it is a cross-fade" if fade else "too few frames are left for a cross-fade: it is a cut"
        said = f"The join between {before} and {after}: they share no keyframe; {how}."
        self._crew.board.warn_once(said)

    async def _transition(self, number: int, before: Segment, segment: Segment) -> Artifact:
        pair = before.artifact.key, segment.artifact.key
        if pair not in self._transitions:
            beat, fps = self._planned.plan.beats[number], self._planned.format.fps
            shape = self._joins.transition(number, before.handle)
            step = steps.RenderTransition(
                beat_id=beat.id,
                before=before.artifact,
                segment=segment.artifact,
                frames=shape.frames,
                fade=shape.fade,
                fps=fps,
            )
            self._transitions[pair] = await self._run.step(
                f"transition:{beat.id}", lambda label: self._steps.render_transition(step, label)
            )
        return self._transitions[pair]

    async def _stitch(self, shown: Sequence[Segment], joins: Sequence[Artifact]) -> Artifact:
        frame, plan = self._planned.format, self._planned.plan
        encoded: dict[str, list[Artifact | None]] = {
            "body": [one.artifact for one in shown],
            # The first shot has none.
            "transition": [None, *joins],
        }
        pieces = tuple(
            steps.StitchPiece(artifact=artifact, frames=piece.frames)
            for piece in self._joins.layout
            if (artifact := encoded[piece.kind][piece.beat])
        )
        step = steps.StitchFilm(
            pieces=pieces,
            soundtrack=self.soundtrack,
            format=frame,
            title=plan.title if plan.lettered else "",
        )
        return await self._run.step("stitch", lambda label: self._steps.stitch_film(step, label))

    async def _deliver(
        self, film: Artifact, shown: Sequence[Segment], beats: Sequence[BeatResult]
    ) -> steps.DeliveredFilm:
        plan = self._planned.plan
        by_beat = {beat.id: one.footage for beat, one in zip(plan.beats, shown, strict=True)}
        step = steps.DeliverFilm(
            film_id=self._crew.film,
            film=film,
            plan=plan,
            format=self._planned.format,
            beats=tuple(beats),
            soundtrack=self.soundtrack.object if self.soundtrack else None,
            warnings=tuple(self._crew.board.warnings),
            drawn=tuple(id for id, one in by_beat.items() if self._titles and one.lettered),
            lettered=tuple(id for id, one in by_beat.items() if self._needs_words(one)),
            shots=tuple(self._shown(beat, by_beat[beat.id]) for beat in plan.beats),
        )
        self._agenda.delivery()
        delivered = await self._run.guard("deliver", lambda label: self._steps.deliver_film(step, label))
        self._crew.board.drop("deliver")
        self._unseen = False
        for warning in delivered.warnings:
            self._crew.board.warn_once(warning)
        return delivered

    def _shown(self, beat: Beat, footage: Footage) -> steps.ShownShot:
        """Models, words and sources are read from the ledger, by what it is made of."""
        made = [footage.image] if footage.image else []
        return steps.ShownShot(
            beat_id=beat.id,
            version=footage.version.name,
            footage=tuple(one.object for one in (*made, *footage.chunks)),
            usd=footage.usd,
        )
