"""What a film's steps are called: their stable names and the words an operator reads."""

from __future__ import annotations

from collections.abc import Collection

from workflows.film import clips, timeline
from workflows.film.contract import Beat, Sheet, Shot
from workflows.film.joins import joins_of
from workflows.film.planned import PlannedFilm
from workflows.film.versions import Version, chain_of
from workflows.studio import Board, ChunkLength, ModelFacts

# Shares of the work, in frames, for steps that do not make frames: only the progress bar reads them.
_IMAGE_WEIGHT, _SOUND_WEIGHT, _STITCH_WEIGHT, _DELIVER_WEIGHT = 12, 60, 12, 6

#: How the names of the steps begin that make a shot's pictures.
PICTURES = ("storyboard:", "anchor:", "chunk:")


def step_of_sheet(sheet: Sheet, take: int = 1) -> str:
    """What the step is called that draws it."""
    # The marks that part a step's name are none of a character's; told apart from each other, too.
    of = sheet.name.translate({ord(mark): f"%{ord(mark):X}" for mark in "%:@"})
    name = f"sheet:{of}" if sheet.kind == "character" else f"{sheet.kind}_sheet"
    return f"{name}:{take}" if take > 1 else name


def step_named(name: str, version: Version | None, own: Version | None) -> str:
    """A step of a version; those of `own`, which the film's request asks for, have plain names."""
    return name if version is None or version == own else f"{name}@{version.name}"


class Agenda:
    """The steps of one planned film, announced on the board so that progress counts what is to come.

    `own` is the version that the request itself asks for: its steps have the plain names that every release
    gave them; those of any other have its name behind theirs. A part that a version has of the one that it
    retakes is that one's: whatever was chosen for it is found by its name.
    """

    def __init__(self, planned: PlannedFilm, board: Board, titles: bool, own: Version | None = None) -> None:
        self.planned = planned
        self._titles = titles
        self._board = board
        self.own = own

    def announce(self, music: bool, others: Collection[str] = ()) -> None:
        """All of the request's own version, but of the shots that are to show another one or one that is
        there, and what a cut is made of."""
        own = self.own.rung if self.own else ""
        asked = [beat for beat in self.planned.plan.beats if beat.id not in others]
        for sheet in dict.fromkeys(one for beat in asked for one in self.planned.sheets_of(own, beat)):
            self.sheet(sheet)
        for index, beat in enumerate(self.planned.plan.beats):
            if beat.id not in others:
                self._pictures(beat, self.own)
            self.joins(index)
        self.ends(music)

    def version(self, index: int, version: Version) -> None:
        """A version that is going to be made."""
        self._pictures(self.planned.plan.beats[index], version)

    def joins(self, index: int) -> None:
        """The segment and the transition of a beat, in whatever versions they are made."""
        beat = self.planned.plan.beats[index]
        self._board.expect(f"segment:{beat.id}", self.label(beat, "segment"), self.frames(beat), beat.id)
        if index:
            opening = joins_of(self.planned).opening
            self._board.expect(f"transition:{beat.id}", self.label(beat, "transition"), opening, beat.id)

    def ends(self, music: bool) -> None:
        """The steps of the whole film."""
        if music:
            self._board.expect("soundtrack", "Soundtrack", _SOUND_WEIGHT)
        self._board.expect("stitch", "Stitch the film", _STITCH_WEIGHT)
        self.delivery()

    def delivery(self) -> None:
        """The delivery of a cut, which leaves nothing that is one of its steps."""
        self._board.expect("deliver", "Deliver the film", _DELIVER_WEIGHT)

    def sheet(self, sheet: Sheet, take: int = 1) -> str:
        """Announces a sheet, a step of no single shot, and returns its name."""
        name = step_of_sheet(sheet, take)
        label = f"Sheet of {sheet.name}{f', take {take}' if take > 1 else ''}"
        self._board.expect(name, label, _IMAGE_WEIGHT)
        return name

    def storyboard(self, beat: Beat, version: Version | None = None, kind: str = "") -> str:
        """Announces an image, planned or found to be needed, and returns its name."""
        own = version and version.part(0)
        name = self._named(f"storyboard:{beat.id}{kind and ':'}{kind}", own)
        label = self.label(beat, f"{kind.replace(':', ' ')} storyboard".lstrip(), own)
        self._board.expect(name, label, 0 if kind else _IMAGE_WEIGHT, beat.id)
        return name

    def begins(self, beat: Beat, version: Version) -> str:
        """What it is called which keyframe a scene begins with: it is chosen, and is no step."""
        return self._named(f"start:{beat.id}", version)

    def chunk(self, beat: Beat, number: int, frames: int, version: Version | None = None) -> str:
        """Announces a chunk, planned or found to be needed, and returns its name."""
        own = version and version.part(number)
        name = self._named(f"chunk:{beat.id}:{number}", own)
        self._board.expect(name, self.label(beat, f"chunk {number}", own), frames, beat.id)
        return name

    def anchor(self, beat: Beat, number: int, version: Version | None = None) -> str:
        """Announces the image between the chunk of that number, from 1, and the next; returns its name."""
        own = version and version.anchor(number)
        name = self._named(f"anchor:{beat.id}:{number}", own)
        self._board.expect(name, self.label(beat, f"anchor {number}", own), _IMAGE_WEIGHT, beat.id)
        return name

    def anchors(self, beat: Beat, version: Version | None = None) -> int:
        """How many a beat has; 0 where its chunks follow each other, or there is one."""
        drawn = self.planned.anchors(version.rung if version else None)
        return len(self._lengths(beat, version)) - 1 if drawn else 0

    def unanchored(self, beat: Beat, version: Version) -> None:
        """Its chunks follow each other after all."""
        for number in range(1, self.anchors(beat, version) + 1):
            self._board.drop(self._named(f"anchor:{beat.id}:{number}", version.anchor(number)))

    def covered(self, beat: Beat, used: int, version: Version | None = None) -> None:
        """The chunks beyond `used` are not needed: the model returned more than its facts promise."""
        for number in range(used + 1, len(self._lengths(beat, version)) + 1):
            self._board.drop(self._named(f"chunk:{beat.id}:{number}", version and version.part(number)))

    def chunks(self, index: int, version: Version) -> int:
        """How many cover a beat, if the model returns what its facts promise."""
        return len(self._lengths(self.planned.plan.beats[index], version))

    def abandon(self, index: int, version: Version) -> None:
        """What of the version is not made yet is not going to be. Keyframes may be, for its neighbours."""
        beat, suffix = self.planned.plan.beats[index], self._named("", version)
        pictures = tuple(part for part in PICTURES if not (beat.span and part == "storyboard:"))
        for name in self._board.unfinished(beat.id):
            if name.startswith(pictures) and "".join(name.partition("@")[1:]) == suffix:
                self._board.drop(name)

    def frames(self, beat: Beat) -> int:
        """The beat's length at the output rate."""
        return beat.frames(self.planned.format.fps)

    def place(self, beat: Beat) -> str:
        beats = self.planned.plan.beats
        return f"Beat {beats.index(beat) + 1}/{len(beats)} {beat.id}"

    def label(self, beat: Beat, what: str, version: Version | None = None) -> str:
        other = f"{version.name} " if version and version != self.own else ""
        return f"{self.place(beat)} · {other}{what}"

    def shot(self, beat: Beat, told: Beat | None = None) -> Shot:
        """The beat's shot; `told` is the beat as a model is told of it, where that is another."""
        shot = Shot.of(self.planned.plan, beat, self.planned.format, self._titles)
        return shot.model_copy(update={"beat": told}) if told else shot

    def _pictures(self, beat: Beat, version: Version | None) -> None:
        if beat.span:
            self._keyframes(beat, version)
        else:
            self.storyboard(beat, version)
        for number in range(1, self.anchors(beat, version) + 1):
            self.anchor(beat, number, version)
        for number, length in enumerate(self._lengths(beat, version), 1):
            self.chunk(beat, number, length.frames, version)

    def _keyframes(self, beat: Beat, version: Version | None) -> None:
        """What it begins with; the last scene also announces what the film ends with."""
        chain = chain_of(version or self.own)
        self.storyboard(beat, chain)
        if beat == self.planned.plan.beats[-1]:
            self.storyboard(beat, chain, "last")

    def _named(self, name: str, version: Version | None) -> str:
        return step_named(name, version, self.own)

    def _lengths(self, beat: Beat, version: Version | None) -> tuple[ChunkLength, ...]:
        if beat.span:
            return (
                clips.length_of_clip(self.planned.plan.beats.index(beat), self.planned, self._video(version)),
            )
        return timeline.choose_lengths(self.frames(beat), self.planned.format.fps, self._video(version))

    def _video(self, version: Version | None) -> ModelFacts:
        if version is None:
            return self.planned.models["video"]
        return self.planned.playing(version.rung, "video")[0]
