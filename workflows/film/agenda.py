"""What a film's steps are called: their stable names and the words an operator reads."""

from __future__ import annotations

from workflows.film import timeline
from workflows.film.contract import Beat, Shot
from workflows.film.planned import PlannedFilm
from workflows.studio import Board, ChunkLength

# Shares of the work, in frames, for steps that do not make frames: only the progress bar reads them.
_IMAGE_WEIGHT, _SOUND_WEIGHT, _STITCH_WEIGHT, _DELIVER_WEIGHT = 12, 60, 12, 6


class Agenda:
    """The steps of one planned film, announced on the board so that progress counts what is to come."""

    def __init__(self, planned: PlannedFilm, board: Board, titles: bool) -> None:
        self._planned = planned
        self._titles = titles
        self._board = board

    def announce(self, music: bool) -> None:
        frame, board = self._planned.format, self._board
        for index, beat in enumerate(self._planned.plan.beats):
            board.expect(f"storyboard:{beat.id}", self.label(beat, "storyboard"), _IMAGE_WEIGHT, beat.id)
            for number, length in enumerate(self._lengths(beat), 1):
                self.chunk(beat, number, length.frames)
            board.expect(f"segment:{beat.id}", self.label(beat, "segment"), self.frames(beat), beat.id)
            if index:
                x = timeline.transition_frames(frame.fps)
                board.expect(f"transition:{beat.id}", self.label(beat, "transition"), x, beat.id)
        if music:
            board.expect("soundtrack", "Soundtrack", _SOUND_WEIGHT)
        board.expect("stitch", "Stitch the film", _STITCH_WEIGHT)
        board.expect("deliver", "Deliver the film", _DELIVER_WEIGHT)

    def chunk(self, beat: Beat, number: int, frames: int) -> str:
        """Announces a chunk, planned or found to be needed, and returns its name."""
        name = f"chunk:{beat.id}:{number}"
        self._board.expect(name, self.label(beat, f"chunk {number}"), frames, beat.id)
        return name

    def covered(self, beat: Beat, used: int) -> None:
        """The chunks beyond `used` are not needed: the model returned more than its facts promise."""
        for number in range(used + 1, len(self._lengths(beat)) + 1):
            self._board.drop(f"chunk:{beat.id}:{number}")

    def frames(self, beat: Beat) -> int:
        """The beat's length at the output rate."""
        return beat.seconds * self._planned.format.fps

    def place(self, beat: Beat) -> str:
        beats = self._planned.plan.beats
        return f"Beat {beats.index(beat) + 1}/{len(beats)} {beat.id}"

    def label(self, beat: Beat, what: str) -> str:
        return f"{self.place(beat)} · {what}"

    def shot(self, beat: Beat) -> Shot:
        return Shot.of(self._planned.plan, beat, self._planned.format, self._titles)

    def _lengths(self, beat: Beat) -> tuple[ChunkLength, ...]:
        video = self._planned.models["video"]
        return timeline.choose_lengths(self.frames(beat), self._planned.format.fps, video)
