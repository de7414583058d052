"""What each step of a film is given, and what its delivery answers: types alone, called by `steps.py`."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from workflows.film.contract import Look, Plan, Profile, Sheet, Shot, VideoRequest
from workflows.film.direction import Decision
from workflows.film.planned import Rung
from workflows.film.report import BeatResult
from workflows.film.timeline import Conform
from workflows.studio import Artifact, ChunkLength, Facts, FrameFormat, ModelFacts, PaidStep, Rate


class ComposePlan(Facts):
    """`plan` counts the film's plans, of which `request` asks for that one. `by_rules`: for nothing,
    whichever model plans the film, which keeps nothing of it."""

    request: VideoRequest
    terms: PaidStep = PaidStep()
    plan: int = 1
    by_rules: bool = False


class KeepRung(Facts):
    """`rung` is the one called `name`, as the film's plan tells it, of the film of that id and request."""

    film: str
    request: VideoRequest
    name: Profile
    rung: Rung


class SurveyFilm(Facts):
    """Of the film of that id and request, what a decision would make that nobody has taken yet."""

    film: str
    request: VideoRequest
    decision: Decision


class SurveyedFilm(Facts):
    """The steps of it, by name, whose results are in the ledger: nothing is paid for them any more."""

    found: tuple[str, ...] = ()


class GenerateSheetImage(Facts):
    """`note` is what a person said of it; `format` is the film's, whose shape it has where its model makes no
    square."""

    model: ModelFacts
    sheet: Sheet
    format: FrameFormat
    note: str = ""
    terms: PaidStep = PaidStep()


class GenerateStoryboardImage(Facts):
    """`bare` leaves out all lettering, the mark as well: something that is bought starts from it."""

    model: ModelFacts
    shot: Shot
    terms: PaidStep = PaidStep()
    bare: bool = False


class GenerateReferenceChunk(Facts):
    """`storyboard` is None where the beat starts from text."""

    model: ModelFacts
    shot: Shot
    storyboard: Artifact | None
    length: ChunkLength
    terms: PaidStep = PaidStep()


class GenerateContinuationChunk(Facts):
    """`first_frame` is the place, in the beat, of the last frame of `previous`: this chunk begins with it."""

    model: ModelFacts
    shot: Shot
    previous: Artifact
    first_frame: int
    length: ChunkLength
    terms: PaidStep = PaidStep()


class GenerateAnchorImage(Facts):
    """What the shot shows at `frame` of its beat, at the rate `fps`, where it begins as `image` shows it.
    `bare` as of a storyboard image."""

    model: ModelFacts
    shot: Shot
    image: Artifact
    frame: int
    fps: Rate
    terms: PaidStep = PaidStep()
    bare: bool = False

    @property
    def at_s(self) -> Fraction:
        """Seconds into the beat."""
        return self.frame / self.fps


class GenerateAnchoredChunk(Facts):
    """A chunk that begins as the image `first` shows, or with the exact last frame of the chunk `previous`,
    and ends as the image `last` shows; None leaves its end open. `first_frame` is the place, in the beat, of
    what it begins with."""

    model: ModelFacts
    shot: Shot
    first: Artifact | None
    last: Artifact | None
    length: ChunkLength
    previous: Artifact | None = None
    first_frame: int = 0
    terms: PaidStep = PaidStep()


class RefineSegment(Facts):
    """`head_frames` is 0 for the film's first beat: its body is the whole beat. `words` is the shot whose
    words are laid over it; None where the chunks have them already, or where there shall be none. `cuts` are
    the shot's own, where its chunks were drawn here: they are no joins to be scored. `first` is the image
    that chunks which were not drawn here began with: their colours are compared with it. `lasts` are the
    images that they were to end with, one a chunk: their ends are compared with those. `drawn`: all of its
    chunks were drawn here."""

    beat_id: str
    chunks: tuple[Artifact, ...]
    conform: Conform
    format: FrameFormat
    look: Look
    head_frames: int
    words: Shot | None = None
    cuts: tuple[int, ...] = ()
    first: Artifact | None = None
    lasts: tuple[Artifact | None, ...] = ()
    drawn: bool = False


class RenderTransition(Facts):
    """Into the beat of `segment`: its head, the first `fade` frames cross-faded with the tail of `before`."""

    beat_id: str
    before: Artifact
    segment: Artifact
    frames: int
    fade: int
    fps: int


class GenerateSoundtrack(Facts):
    """`cues` are (seconds, energy) a beat, in order."""

    model: ModelFacts
    frames: int
    fps: int
    cues: tuple[tuple[int | float, float], ...]
    style: tuple[str, ...]
    seed: int


class StitchPiece(Facts):
    artifact: Artifact
    frames: int


class StitchFilm(Facts):
    pieces: tuple[StitchPiece, ...]
    soundtrack: Artifact | None
    format: FrameFormat
    title: str = ""


class ShownShot(Facts):
    """What a cut shows of one beat, and how that came about."""

    beat_id: str = ""
    #: The version's name, such as `draft-1`.
    version: str = ""
    #: The ids of what made its image and chunks.
    models: tuple[str, ...] = ()
    #: What its model was asked; empty where none was.
    words: str = ""
    #: Whether a generative model made any of it.
    generated: bool = False
    #: Uploads of the caller's that it was made from, by their object keys.
    sources: tuple[str, ...] = ()
    #: Its image and chunks, by their object keys.
    footage: tuple[str, ...] = ()
    #: What the film has paid for them, in all its runs.
    usd: Decimal = Decimal(0)


class DeliverFilm(Facts):
    """What the readable manifest and the report under `videos/<film_id>/cuts/` are written from."""

    film_id: str
    film: Artifact
    plan: Plan
    format: FrameFormat
    beats: tuple[BeatResult, ...]
    soundtrack: str | None
    warnings: tuple[str, ...]
    #: Beats that have their words on screen: from the animatic's own sets, or laid over footage.
    drawn: tuple[str, ...] = ()
    lettered: tuple[str, ...] = ()
    #: A row a beat; none from a film whose release did not tell.
    shots: tuple[ShownShot, ...] = ()


class DeliveredFilm(Facts):
    """`cut` is its number; None where an earlier release delivered it, which wrote no `captions` either.
    `warnings` are of the delivery itself."""

    video: str
    manifest: str
    cut: int | None = None
    captions: str | None = None
    #: None where it could not be written, for which no film fails.
    report: str | None = None
    warnings: tuple[str, ...] = ()
