"""The benchmark's film, and a studio whose activities sleep instead of making it."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from temporalio import activity

from tests.bench import latencies
from tests.support.scenes import scenes
from workflows.film import steps, timeline
from workflows.film.contract import Beat, BeatSeconds, Plan, VideoRequest
from workflows.film.planned import PlannedFilm
from workflows.studio import Account, OpenAccount, RecordChoice, Recorded, RecordVersion
from workflows.studio.facts import Artifact, ChunkLength, FrameFormat, Media, ModelFacts

FPS = 24
SECONDS: tuple[BeatSeconds, ...] = (10, 5, 15, 10, 5, 15)
# One cut among the fades: both are transitions, and cost the same.
ENERGY = (0.3, 0.5, 0.9, 0.6, 0.4, 0.7)
# What is drawn beside it would be measured with it.
REQUEST = VideoRequest(
    prompt="A 60 second film about a ceramic coffee mug", duration_s=sum(SECONDS), preview=False
)
# 5.5 s a chunk, so that beats of 5, 10 and 15 s take 1, 2 and 3 of them and leave a handle.
CHUNK = ChunkLength(asked_s=Decimal(5), frames=132)
MODEL = ModelFacts(
    id="bench", provider="bench", work="waits", fps=Fraction(FPS), lengths=(CHUNK,), last_frame=True
)
#: What is made of as many chunks in a row, whether it is short or long.
SHORT: tuple[BeatSeconds, ...] = (5, 10)
LONG: tuple[BeatSeconds, ...] = (10, 5, 15) * 4
#: As 30 s are planned in `draft`: the beats of a film of beats, and how many scenes one of keyframes has.
HALF_A_MINUTE: tuple[BeatSeconds, ...] = (5, 10, 10, 5)
SCENES = 6


def planned_film(model: ModelFacts = MODEL, lasts: Sequence[BeatSeconds] = SECONDS) -> PlannedFilm:
    """The film of the benchmark, as `compose_plan` would answer; or one of other beats, by another model."""
    beats = tuple(
        Beat(
            id=f"b{i + 1}",
            seconds=seconds,
            start_s=sum(lasts[:i]),
            position="opening" if i == 0 else "closing" if i == len(lasts) - 1 else "middle",
            shot="wide",
            action="the mug turns",
            prompt="a ceramic coffee mug on a table",
            title="",
            camera="pan",
            energy=energy,
        )
        for i, (seconds, energy) in enumerate(zip(lasts, itertools.cycle(ENERGY), strict=False))
    )
    return PlannedFilm(
        plan=Plan(
            title="Mug",
            product="ceramic coffee mug",
            archetype="bench",
            style=("warm",),
            look="natural",
            beats=beats,
            seed=1,
        ),
        artifact=artifact("plan"),
        format=FrameFormat.of(REQUEST),
        models=dict.fromkeys(("image", "edit", "video", "score"), model),
        rung="draft",
    )


def film_of(request: VideoRequest) -> PlannedFilm:
    """The film that is asked for, by either method."""
    lasts = lasting(request.duration_s)
    planned = planned_film(lasts=lasts)
    if request.method == "keyframes":
        beats = scenes(sum(lasts), SCENES)
        plan = planned.plan.model_copy(update={"beats": beats, "method": request.method})
        planned = planned.model_copy(update={"plan": plan})
    return planned.model_copy(update={"continuity": request.continuity})


def lasting(seconds: int | None) -> Sequence[BeatSeconds]:
    """The beats of the film that lasts so long."""
    return next(lasts for lasts in (SHORT, LONG, SECONDS, HALF_A_MINUTE) if sum(lasts) == seconds)


def shape(lasts: Sequence[BeatSeconds] = SECONDS) -> dict[str, int]:
    """How many chunks each beat takes."""
    return shape_of(planned_film(lasts=lasts))


def shape_of(planned: PlannedFilm) -> dict[str, int]:
    """The same; a scene takes one clip."""
    beats = planned.plan.beats
    return {b.id: 1 if b.span else len(timeline.choose_lengths(b.seconds * FPS, FPS, MODEL)) for b in beats}


def artifact(step: str) -> Artifact:
    """What a step of this name returns; every chunk is as long as the model promises."""
    key = hashlib.sha256(step.encode()).hexdigest()
    media = Media(
        mime="video/mp4", bytes=1, sha256=key, width=1280, height=720, frames=CHUNK.frames, fps=Fraction(FPS)
    )
    return Artifact(key=key, object=f"artifacts/{key}", media=media, facts={"step": step})


class SleepingStudio:
    """The activities under their registered names. `ran` holds the steps that each workflow ran; each sleeps
    its latency divided by `speed`."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self.ran: dict[str, list[str]] = defaultdict(list)

    async def _take(self, step: str) -> Artifact:
        """Sleeps the latency of this step in the film whose seed ends the workflow's id."""
        film = activity.info().workflow_id or ""
        self.ran[film].append(step)
        await asyncio.sleep(latencies.latency(int(film.rpartition("-")[2]), step) / self._speed)
        return artifact(step)

    @activity.defn
    async def compose_plan(self, step: steps.ComposePlan) -> PlannedFilm:
        await self._take("plan")
        return film_of(step.request)

    @activity.defn
    async def generate_storyboard_image(self, step: steps.GenerateStoryboardImage) -> Artifact:
        return await self._take(f"storyboard:{step.shot.beat.id}")

    @activity.defn
    async def generate_reference_chunk(self, step: steps.GenerateReferenceChunk) -> Artifact:
        return await self._take(f"chunk:{step.shot.beat.id}:1")

    @activity.defn
    async def generate_continuation_chunk(self, step: steps.GenerateContinuationChunk) -> Artifact:
        number = int(str(step.previous.facts["step"]).rpartition(":")[2])
        return await self._take(f"chunk:{step.shot.beat.id}:{number + 1}")

    @activity.defn
    async def generate_anchor_image(self, step: steps.GenerateAnchorImage) -> Artifact:
        if step.shot.beat.span:
            return await self._take(f"keyframe:{step.shot.beat.id}")
        number = step.frame // (CHUNK.frames - 1)
        return await self._take(f"anchor:{step.shot.beat.id}:{number}")

    @activity.defn
    async def generate_anchored_chunk(self, step: steps.GenerateAnchoredChunk) -> Artifact:
        number = step.first_frame // (CHUNK.frames - 1) + 1
        return await self._take(f"chunk:{step.shot.beat.id}:{number}")

    @activity.defn
    async def refine_segment(self, step: steps.RefineSegment) -> Artifact:
        return await self._take(f"segment:{step.beat_id}")

    @activity.defn
    async def render_transition(self, step: steps.RenderTransition) -> Artifact:
        return await self._take(f"transition:{step.beat_id}")

    @activity.defn
    async def generate_soundtrack(self, step: steps.GenerateSoundtrack) -> Artifact:
        return await self._take("soundtrack")

    @activity.defn
    async def stitch_film(self, step: steps.StitchFilm) -> Artifact:
        return await self._take("stitch")

    @activity.defn
    async def deliver_film(self, step: steps.DeliverFilm) -> steps.DeliveredFilm:
        await self._take("deliver")
        return steps.DeliveredFilm(video=f"videos/{step.film_id}.mp4", manifest=f"videos/{step.film_id}.json")

    @activity.defn
    async def open_account(self, step: OpenAccount) -> Account:
        """Nothing was paid before, and nobody has decided anything."""
        return Account(decided=True)

    @activity.defn
    async def record_choice(self, step: RecordChoice) -> Recorded:
        return Recorded()

    @activity.defn
    async def record_version(self, step: RecordVersion) -> Recorded:
        return Recorded()

    def activities(self) -> list[Callable[..., Any]]:
        return [
            self.open_account,
            self.record_choice,
            self.record_version,
            self.compose_plan,
            self.generate_storyboard_image,
            self.generate_reference_chunk,
            self.generate_continuation_chunk,
            self.generate_anchor_image,
            self.generate_anchored_chunk,
            self.refine_segment,
            self.render_transition,
            self.generate_soundtrack,
            self.stitch_film,
            self.deliver_film,
        ]
