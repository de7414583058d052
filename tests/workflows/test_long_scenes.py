"""A film of twenty scenes, upright, by a crew that makes nothing: its clips cover it, and none waits for more
than its two keyframes."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.anchoring import DRAFT, Asked
from tests.support.keyframing import film, method
from workflows.film import clips, steps
from workflows.film.versions import Footage
from workflows.studio.facts import FrameFormat

SCENES, FPS = 20, 8
KEYFRAMES = [
    *(f"storyboard:scene_{number}" for number in range(1, SCENES + 1)),
    f"storyboard:scene_{SCENES}:last",
]
UPRIGHT = FrameFormat.shaped("9:16", "360p", FPS)


@pytest.mark.parametrize("clip_takes", [1, 60])
async def test_every_clip_begins_as_soon_as_its_two_keyframes_are_there(clip_takes: int) -> None:
    takes = {f"chunk:scene_{number}:1": clip_takes for number in range(1, SCENES + 1)}
    asked = Asked(slow={**dict.fromkeys(KEYFRAMES, 10), **takes})
    planned = film(SCENES).model_copy(update={"format": UPRIGHT})
    made = method(asked, planned)
    footage = await asyncio.gather(*(made.shooting(number, DRAFT).shoot() for number in range(SCENES)))
    begun = {name: at for at, (said, name) in enumerate(asked.events) if said == "begun"}
    ended = {name: at for at, (said, name) in enumerate(asked.events) if said == "ended"}
    for number, (clip, one) in enumerate(zip(takes, footage, strict=True)):
        assert ended[KEYFRAMES[number + 1]] < begun[clip]
        if number + 2 <= SCENES:
            assert begun[clip] < ended[KEYFRAMES[number + 2]], "the chain goes on beside it"
        assert covers(planned.plan.beats[number].frames(FPS), number, one, asked)
    assert sum(beat.frames(FPS) for beat in planned.plan.beats) == planned.plan.seconds * FPS


def covers(frames: int, number: int, footage: Footage, asked: Asked) -> bool:
    """Whether what is shown of a scene are as many frames as it lasts, of an upright clip."""
    step, clip = asked.bought[footage.chunks[0].key], footage.chunks[0]
    assert isinstance(step, steps.GenerateAnchoredChunk) and step.shot.format == UPRIGHT
    assert step.model.fps
    shown = clips.conform(number, [clip.media.frames or 0], step.model.fps, FPS, frames, handle=0)
    return shown.beat_frames == frames and shown.skip == min(number, 1)
