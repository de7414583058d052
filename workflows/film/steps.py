"""Every step of a film: its activity's name and types, its queue, timeouts and retries, its summary.

A step is called by name, so that workflows never import what activities need; a test holds each
signature here against the activity that bears its name. Awaiting a step raises `ActivityError`;
cancelling the task that awaits it asks the activity to end and waits until it has.
"""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

from workflows.film.planned import PlannedFilm
from workflows.film.step_facts import ComposePlan as ComposePlan
from workflows.film.step_facts import DeliveredFilm as DeliveredFilm
from workflows.film.step_facts import DeliverFilm as DeliverFilm
from workflows.film.step_facts import GenerateAnchoredChunk as GenerateAnchoredChunk
from workflows.film.step_facts import GenerateAnchorImage as GenerateAnchorImage
from workflows.film.step_facts import GenerateContinuationChunk as GenerateContinuationChunk
from workflows.film.step_facts import GenerateReferenceChunk as GenerateReferenceChunk
from workflows.film.step_facts import GenerateSheetImage as GenerateSheetImage
from workflows.film.step_facts import GenerateSoundtrack as GenerateSoundtrack
from workflows.film.step_facts import GenerateStoryboardImage as GenerateStoryboardImage
from workflows.film.step_facts import KeepRung as KeepRung
from workflows.film.step_facts import RefineSegment as RefineSegment
from workflows.film.step_facts import RenderTransition as RenderTransition
from workflows.film.step_facts import ShownShot as ShownShot
from workflows.film.step_facts import StitchFilm as StitchFilm
from workflows.film.step_facts import StitchPiece as StitchPiece
from workflows.film.step_facts import SurveyedFilm as SurveyedFilm
from workflows.film.step_facts import SurveyFilm as SurveyFilm
from workflows.studio import (
    GENERATION_QUEUE,
    LIGHT,
    MEDIA_QUEUE,
    STUDIO_QUEUE,
    WAITING_HEARTBEAT,
    WORK,
    Artifact,
    Recorded,
    Stage,
    generation_queue,
    is_of_a_batch,
    run,
    run_model,
)

_PLAN: workflow.ActivityConfig = {
    **LIGHT,
    "heartbeat_timeout": WAITING_HEARTBEAT,
    # A model that plans answers within a minute or two; settling a lost answer takes two more, twice.
    "start_to_close_timeout": timedelta(minutes=15),
    # Somebody else's outage may last longer than one of ours.
    "schedule_to_close_timeout": timedelta(days=1),
}
# Milliseconds, where a worker is there.
_BY_RULES: workflow.ActivityConfig = {**_PLAN, "schedule_to_close_timeout": timedelta(minutes=5)}


async def compose_plan(step: ComposePlan, label: str, provider: str = "") -> PlannedFilm:
    """Beats, style and the facts of every model the film uses. `provider` sells the planner: the step then
    runs where its key is, behind its limit. Whoever stopped a film waits for a plan by the rules."""
    queue = generation_queue(provider) if provider else GENERATION_QUEUE
    return await run(
        "compose_plan", step, PlannedFilm, queue, _BY_RULES if step.by_rules else _PLAN, label, Stage.EARLY
    )


async def keep_rung(step: KeepRung, label: str) -> Recorded:
    """Before the film first buys on a rung that is not its request's own: the rung then means the same to all
    its later runs. What a film has never bought on is left to mean what it does at the time."""
    return await run("keep_rung", step, Recorded, STUDIO_QUEUE, LIGHT, label, Stage.LATE)


async def survey_film(step: SurveyFilm, label: str) -> SurveyedFilm:
    """What is there of what a person is about to decide, who waits for the answer."""
    return await run("survey_film", step, SurveyedFilm, STUDIO_QUEUE, LIGHT, label, Stage.LATE)


async def generate_sheet_image(step: GenerateSheetImage, label: str) -> Artifact:
    """One PNG, a square where its model makes them."""
    return await run_model("generate_sheet_image", step, step.model, label, Stage.EARLY)


async def generate_storyboard_image(step: GenerateStoryboardImage, label: str) -> Artifact:
    """One PNG in the film's format."""
    return await run_model("generate_storyboard_image", step, step.model, label, Stage.EARLY)


async def generate_reference_chunk(step: GenerateReferenceChunk, label: str) -> Artifact:
    """The first chunk of a beat; its first frame is the storyboard image."""
    return await run_model("generate_reference_chunk", step, step.model, label)


async def generate_continuation_chunk(step: GenerateContinuationChunk, label: str) -> Artifact:
    """A further chunk; its first frame repeats the exact last frame of the one before."""
    return await run_model("generate_continuation_chunk", step, step.model, label)


async def generate_anchor_image(step: GenerateAnchorImage, label: str) -> Artifact:
    """One PNG in the film's format."""
    return await run_model("generate_anchor_image", step, step.model, label, Stage.EARLY)


async def generate_anchored_chunk(step: GenerateAnchoredChunk, label: str) -> Artifact:
    """A chunk whose first frame, and last frame where that is given, are exactly those asked for."""
    return await run_model("generate_anchored_chunk", step, step.model, label)


async def refine_segment(step: RefineSegment, label: str, unseen: bool = False) -> Artifact:
    """A body in the final codec, with the parts `head` and `tail`, both lossless, where there are any;
    `unseen` while a first cut is still being drawn."""
    # What is bought begins with an image. The drawings of a first cut go before it: nobody has seen anything.
    stage = Stage.MIDDLE if step.first else Stage.LATE
    if step.first and unseen and not is_of_a_batch():
        # Not even before what has yet to be drawn: each body takes a core for seconds.
        stage = Stage.EARLY
    return await run("refine_segment", step, Artifact, MEDIA_QUEUE, WORK, label, stage)


async def render_transition(step: RenderTransition, label: str) -> Artifact:
    """The opening frames of a beat, in the final codec."""
    return await run("render_transition", step, Artifact, MEDIA_QUEUE, WORK, label, Stage.LATE)


async def generate_soundtrack(step: GenerateSoundtrack, label: str) -> Artifact:
    """One AAC track of exactly the film's samples."""
    return await run_model("generate_soundtrack", step, step.model, label)


async def stitch_film(step: StitchFilm, label: str) -> Artifact:
    """The film: a stream copy of its pieces, the sound muxed once."""
    return await run("stitch_film", step, Artifact, MEDIA_QUEUE, WORK, label, Stage.LATE)


async def deliver_film(step: DeliverFilm, label: str) -> DeliveredFilm:
    """The film and its manifest under a readable name."""
    return await run("deliver_film", step, DeliveredFilm, STUDIO_QUEUE, LIGHT, label, Stage.LATE)
