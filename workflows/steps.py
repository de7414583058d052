"""Every step of a film: its activity's name and types, its queue, timeouts and retries, its summary.

A step is called by name, so that workflows never import what activities need; a test holds each
signature here against the activity that bears its name. Awaiting a step raises `ActivityError`;
cancelling the task that awaits it asks the activity to end and waits until it has.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

from pydantic import BaseModel
from temporalio import workflow
from temporalio.common import RetryPolicy

from workflows.contract import (
    Artifact,
    ChunkLength,
    Facts,
    FrameFormat,
    Look,
    ModelFacts,
    Plan,
    PlannedFilm,
    Shot,
    VideoRequest,
)
from workflows.money import Account, Choice, Terms
from workflows.report import BeatResult
from workflows.timeline import Conform

#: Workflows, and activities that only move references and small files.
STUDIO_QUEUE = "reel"
#: Activities that wait for somebody else's machine: many slots, no CPU.
GENERATION_QUEUE = "reel-generation"
#: Activities that use a core of ours: as many slots as cores.
MEDIA_QUEUE = "reel-media"
QUEUES = (STUDIO_QUEUE, GENERATION_QUEUE, MEDIA_QUEUE)

# Retries are bounded by time (schedule_to_close), not by attempts: a deploy and an operator's pause
# each use up an attempt. An activity counts its real failures itself and ends after the third.
_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    backoff_coefficient=2.0,
    # A server that restarts is back within seconds; a longer wait would only idle the film.
    maximum_interval=timedelta(seconds=15),
)

# Every activity beats each 2 s. A killed worker is noticed after this; one on a loaded machine must not be.
_HEARTBEAT = timedelta(seconds=20)

_LIGHT = workflow.ActivityConfig(
    # Rules, one small object, or a server-side copy: seconds. Two minutes allow for a busy disk.
    start_to_close_timeout=timedelta(minutes=2),
    # An outage of a server of ours may last a while; then the film fails and is resumed by hand.
    schedule_to_close_timeout=timedelta(minutes=30),
    heartbeat_timeout=_HEARTBEAT,
    retry_policy=_RETRY,
    cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)

_WORK = workflow.ActivityConfig(
    # A 15 s chunk at 1080p takes under a minute a core; a loaded machine is ten times slower.
    start_to_close_timeout=timedelta(minutes=20),
    # Counts the time in the queue too: a hundred long films on two slots take days.
    schedule_to_close_timeout=timedelta(days=7),
    heartbeat_timeout=_HEARTBEAT,
    retry_policy=_RETRY,
    cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)

_PLAN: workflow.ActivityConfig = {
    **_LIGHT,
    # A model that plans answers within a minute or two; settling a lost answer takes two more, twice.
    "start_to_close_timeout": timedelta(minutes=15),
    # Somebody else's outage may last longer than one of ours.
    "schedule_to_close_timeout": timedelta(days=1),
}

_PAID: workflow.ActivityConfig = {
    **_WORK,
    # The longest run limit of the catalogue, an hour, with what settling a lost answer takes, and room.
    "start_to_close_timeout": timedelta(hours=2),
}

# The UI cuts a row's label at 120 characters, and some servers refuse a summary over 200 bytes.
_SUMMARY_BYTES = 120


class ComposePlan(Facts):
    request: VideoRequest
    terms: Terms = Terms()


class GenerateStoryboardImage(Facts):
    model: ModelFacts
    shot: Shot
    terms: Terms = Terms()


class GenerateReferenceChunk(Facts):
    """`storyboard` is None where the beat starts from text."""

    model: ModelFacts
    shot: Shot
    storyboard: Artifact | None
    length: ChunkLength
    terms: Terms = Terms()


class GenerateContinuationChunk(Facts):
    """`first_frame` is the place, in the beat, of the last frame of `previous`: this chunk begins with it."""

    model: ModelFacts
    shot: Shot
    previous: Artifact
    first_frame: int
    length: ChunkLength
    terms: Terms = Terms()


class RefineSegment(Facts):
    """`head_frames` is 0 for the film's first beat: its body is the whole beat."""

    beat_id: str
    chunks: tuple[Artifact, ...]
    conform: Conform
    format: FrameFormat
    look: Look
    head_frames: int


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


class OpenAccount(Facts):
    """`run` is the run that begins, and `budget_usd` what its request names; without a run the account is
    only read, and without the request nobody looks where it is planned."""

    film: str
    run: str = ""
    budget_usd: Decimal | None = None
    request: VideoRequest | None = None


class RecordChoice(Facts):
    film: str
    choice: Choice


class RecordBudget(Facts):
    """`update` is the id of the update that set it: sent twice, it counts once. `run` and `asked_usd` are
    the run's own and what its request named, which is older than the update, whichever is written first."""

    film: str
    update: str
    usd: Decimal
    run: str = ""
    asked_usd: Decimal | None = None


class AcceptRisk(Facts):
    """`attempt` is the ledger's name of what is in doubt, `<recipe key>:<n>`."""

    attempt: str


class Recorded(Facts):
    """It is written down."""


class DeliverFilm(Facts):
    """What the readable manifest under `videos/<film_id>/cuts/` is written from."""

    film_id: str
    film: Artifact
    plan: Plan
    format: FrameFormat
    beats: tuple[BeatResult, ...]
    soundtrack: str | None
    warnings: tuple[str, ...]


class DeliveredFilm(Facts):
    """`cut` is its number; None where an earlier release delivered it."""

    video: str
    manifest: str
    cut: int | None = None


Result = TypeVar("Result", bound=BaseModel)


def _summary(text: str) -> str:
    return text.encode()[:_SUMMARY_BYTES].decode(errors="ignore")


def generation_queue(provider: str) -> str:
    """The queue of one provider's paid work: its server-side limit is the provider's requests a minute."""
    return f"{GENERATION_QUEUE}.{provider}"


async def _run(
    name: str,
    step: BaseModel,
    result: type[Result],
    queue: str,
    config: workflow.ActivityConfig,
    summary: str,
) -> Result:
    options: workflow.ActivityConfig = {**config, "task_queue": queue, "summary": _summary(summary)}
    answer: Result = await workflow.execute_activity(name, step, result_type=result, **options)
    return answer


async def _run_model(name: str, step: BaseModel, model: ModelFacts, summary: str) -> Artifact:
    """Where the model's work runs: on a core of ours, or behind its provider's limit."""
    if model.work == "computes":
        return await _run(name, step, Artifact, MEDIA_QUEUE, _WORK, summary)
    return await _run(name, step, Artifact, generation_queue(model.provider), _PAID, summary)


async def compose_plan(step: ComposePlan, label: str, provider: str = "") -> PlannedFilm:
    """Beats, style and the facts of every model the film uses. `provider` sells the planner: the step then
    runs where its key is, behind its limit."""
    queue = generation_queue(provider) if provider else GENERATION_QUEUE
    return await _run("compose_plan", step, PlannedFilm, queue, _PLAN, label)


async def generate_storyboard_image(step: GenerateStoryboardImage, label: str) -> Artifact:
    """One PNG in the film's format."""
    return await _run_model("generate_storyboard_image", step, step.model, label)


async def generate_reference_chunk(step: GenerateReferenceChunk, label: str) -> Artifact:
    """The first chunk of a beat; its first frame is the storyboard image."""
    return await _run_model("generate_reference_chunk", step, step.model, label)


async def generate_continuation_chunk(step: GenerateContinuationChunk, label: str) -> Artifact:
    """A further chunk; its first frame repeats the exact last frame of the one before."""
    return await _run_model("generate_continuation_chunk", step, step.model, label)


async def refine_segment(step: RefineSegment, label: str) -> Artifact:
    """A body in the final codec, with the parts `head` and `tail`, both lossless, where there are any."""
    return await _run("refine_segment", step, Artifact, MEDIA_QUEUE, _WORK, label)


async def render_transition(step: RenderTransition, label: str) -> Artifact:
    """The opening frames of a beat, in the final codec."""
    return await _run("render_transition", step, Artifact, MEDIA_QUEUE, _WORK, label)


async def generate_soundtrack(step: GenerateSoundtrack, label: str) -> Artifact:
    """One AAC track of exactly the film's samples."""
    return await _run_model("generate_soundtrack", step, step.model, label)


async def stitch_film(step: StitchFilm, label: str) -> Artifact:
    """The film: a stream copy of its pieces, the sound muxed once."""
    return await _run("stitch_film", step, Artifact, MEDIA_QUEUE, _WORK, label)


async def deliver_film(step: DeliverFilm, label: str) -> DeliveredFilm:
    """The film and its manifest under a readable name."""
    return await _run("deliver_film", step, DeliveredFilm, STUDIO_QUEUE, _LIGHT, label)


async def open_account(step: OpenAccount, label: str) -> Account:
    """What the ledger knows of the film's money, and what was chosen for its steps before."""
    return await _run("open_account", step, Account, STUDIO_QUEUE, _LIGHT, label)


async def record_choice(step: RecordChoice, label: str) -> Recorded:
    """Written before anything is bought with it."""
    return await _run("record_choice", step, Recorded, STUDIO_QUEUE, _LIGHT, label)


async def record_budget(step: RecordBudget, label: str) -> Recorded:
    """Written before the update is acknowledged."""
    return await _run("record_budget", step, Recorded, STUDIO_QUEUE, _LIGHT, label)


async def accept_risk(step: AcceptRisk, label: str) -> Recorded:
    """The attempt in doubt is written off, so that another may be made."""
    return await _run("accept_risk", step, Recorded, STUDIO_QUEUE, _LIGHT, label)
