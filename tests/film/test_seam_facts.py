"""A segment tells the scores of its joins, and is the same segment as one that tells none."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.film.assembly import Assembly
from activities.film.recipes import segment
from activities.media.codec import engine
from activities.media.frames import last_frame
from activities.media.probing import probe
from activities.studio.studio import Studio
from activities.wiring import open_studio
from infra.embedded.stack import Stack
from infra.settings import Settings
from tests.support.media_clips import HEIGHT, WIDTH, clip
from workflows.film.seams import SEAM_MEASURE
from workflows.film.steps import RefineSegment
from workflows.film.timeline import conform
from workflows.studio.facts import Artifact, FrameFormat, Media

RATE = Fraction(24)


async def stored(studio: Studio, path: Path) -> Artifact:
    object = await studio.store.put_file(path, "video/mp4")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Artifact(key=digest, object=object, media=probe(path, "video/mp4"))


async def test_a_segment_tells_the_scores_of_its_joins(
    stack: Stack, settings: Settings, client: Client, tmp_path: Path
) -> None:
    one = clip(tmp_path / "one.mp4", range(30), RATE, numbered=False)
    two = clip(tmp_path / "two.mp4", range(29, 59), RATE, numbered=False)
    image = tmp_path / "first.png"
    last_frame(clip(tmp_path / "still.mp4", [0], RATE, numbered=False), image)
    async with open_studio(stack, settings) as studio:
        step = RefineSegment(
            beat_id="hero_shot",
            chunks=(await stored(studio, one), await stored(studio, two)),
            conform=conform([30, 30], RATE, 24, 50, 9),
            format=FrameFormat(width=WIDTH, height=HEIGHT, fps=24),
            look="natural",
            head_frames=0,
        )
        run = ActivityEnvironment(client=client).run
        made = await run(Assembly(studio).refine_segment, step)
        found = await run(Assembly(studio).refine_segment, step)
        # What an earlier release made stays, and what is made from now on is matched to the first image.
        object = await studio.store.put_file(image, "image/png")
        first = Artifact(key="f" * 64, object=object, media=Media(mime="image/png", bytes=1, sha256=""))
        began = step.model_copy(update={"first": first})
        kept = await run(Assembly(studio).refine_segment, began)
        later = began.model_copy(update={"head_frames": 9})
        anchored = await run(Assembly(studio).refine_segment, later)
        drawn = step.model_copy(update={"drawn": True})
        kept_drawing = await run(Assembly(studio).refine_segment, drawn)
        other_drawing = drawn.model_copy(update={"head_frames": 12})
        another = await run(Assembly(studio).refine_segment, other_drawing)
    assert (kept.key, kept.reused) == (made.key, True)
    assert anchored.key == segment(later, engine(), anchored=True).key != segment(later, engine()).key
    assert isinstance(anchored.facts["colours"], list) and len(anchored.facts["colours"]) == 2
    assert made.facts["seam_measure"] == SEAM_MEASURE
    seams = made.facts["seams"]
    assert isinstance(seams, list) and len(seams) == 1 and 0 < float(str(seams[0])) <= 1
    assert found.reused and found.facts == made.facts
    # As is what an earlier release drew; what is drawn from now on is another thing.
    assert (kept_drawing.key, kept_drawing.reused) == (made.key, True)
    assert another.key == segment(other_drawing, engine(), drawn=True).key
    assert segment(step, "x").key == segment(step.model_copy(update={"cuts": (12,)}), "x").key
