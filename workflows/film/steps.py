"""Every step of a film: its activity's name and types, its queue, timeouts and retries, its summary.

A step is called by name, so that workflows never import what activities need; a test holds each
signature here against the activity that bears its name. Awaiting a step raises `ActivityError`;
cancelling the task that awaits it asks the activity to end and waits until it has.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from temporalio import workflow

from workflows.film.contract import Look, Plan, Profile, Shot, VideoRequest
from workflows.film.planned import PlannedFilm, Rung
from workflows.film.report import BeatResult
from workflows.film.timeline import Conform
from workflows.studio import (
    GENERATION_QUEUE,
    LIGHT,
    MEDIA_QUEUE,
    STUDIO_QUEUE,
    WORK,
    Artifact,
    ChunkLength,
    Facts,
    FrameFormat,
    ModelFacts,
    PaidStep,
    Recorded,
    generation_queue,
    run,
    run_model,
)

_PLAN: workflow.ActivityConfig = {
    **LIGHT,
    # A model that plans answers within a minute or two; settling a lost answer takes two more, twice.
    "start_to_close_timeout": timedelta(minutes=15),
    # Somebody else's outage may last longer than one of ours.
    "schedule_to_close_timeout": timedelta(days=1),
}


class ComposePlan(Facts):
    request: VideoRequest
    terms: PaidStep = PaidStep()


class KeepRung(Facts):
    """`rung` is the one called `name`, as the film's plan tells it, of the film of that id and request."""

    film: str
    request: VideoRequest
    name: Profile
    rung: Rung


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


class RefineSegment(Facts):
    """`head_frames` is 0 for the film's first beat: its body is the whole beat. `words` is the shot whose
    words are laid over it; None where the chunks have them already, or where there shall be none. `cuts` are
    the shot's own, where its chunks were drawn here: they are no joins to be scored."""

    beat_id: str
    chunks: tuple[Artifact, ...]
    conform: Conform
    format: FrameFormat
    look: Look
    head_frames: int
    words: Shot | None = None
    cuts: tuple[int, ...] = ()


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
    cues: tuple[tuple[int, float], ...]
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
    """What the readable manifest under `videos/<film_id>/cuts/` is written from."""

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
    warnings: tuple[str, ...] = ()


async def compose_plan(step: ComposePlan, label: str, provider: str = "") -> PlannedFilm:
    """Beats, style and the facts of every model the film uses. `provider` sells the planner: the step then
    runs where its key is, behind its limit."""
    queue = generation_queue(provider) if provider else GENERATION_QUEUE
    return await run("compose_plan", step, PlannedFilm, queue, _PLAN, label)


async def keep_rung(step: KeepRung, label: str) -> Recorded:
    """Before the film first buys on a rung that is not its request's own: the rung then means the same to all
    its later runs. What a film has never bought on is left to mean what it does at the time."""
    return await run("keep_rung", step, Recorded, STUDIO_QUEUE, LIGHT, label)


async def generate_storyboard_image(step: GenerateStoryboardImage, label: str) -> Artifact:
    """One PNG in the film's format."""
    return await run_model("generate_storyboard_image", step, step.model, label)


async def generate_reference_chunk(step: GenerateReferenceChunk, label: str) -> Artifact:
    """The first chunk of a beat; its first frame is the storyboard image."""
    return await run_model("generate_reference_chunk", step, step.model, label)


async def generate_continuation_chunk(step: GenerateContinuationChunk, label: str) -> Artifact:
    """A further chunk; its first frame repeats the exact last frame of the one before."""
    return await run_model("generate_continuation_chunk", step, step.model, label)


async def refine_segment(step: RefineSegment, label: str) -> Artifact:
    """A body in the final codec, with the parts `head` and `tail`, both lossless, where there are any."""
    return await run("refine_segment", step, Artifact, MEDIA_QUEUE, WORK, label)


async def render_transition(step: RenderTransition, label: str) -> Artifact:
    """The opening frames of a beat, in the final codec."""
    return await run("render_transition", step, Artifact, MEDIA_QUEUE, WORK, label)


async def generate_soundtrack(step: GenerateSoundtrack, label: str) -> Artifact:
    """One AAC track of exactly the film's samples."""
    return await run_model("generate_soundtrack", step, step.model, label)


async def stitch_film(step: StitchFilm, label: str) -> Artifact:
    """The film: a stream copy of its pieces, the sound muxed once."""
    return await run("stitch_film", step, Artifact, MEDIA_QUEUE, WORK, label)


async def deliver_film(step: DeliverFilm, label: str) -> DeliveredFilm:
    """The film and its manifest under a readable name."""
    return await run("deliver_film", step, DeliveredFilm, STUDIO_QUEUE, LIGHT, label)
