"""Chunks that are made all at once: whatever fails or comes back otherwise, those that meet share a frame."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from temporalio.exceptions import ApplicationError

from tests.support.anchoring import DRAFT, Asked, are_neighbours, film
from workflows.film import steps, timeline
from workflows.film.contract import BeatSeconds
from workflows.film.prices import price_of
from workflows.film.taking import counts
from workflows.film.versions import Version
from workflows.studio.facts import ChunkLength

FIVE = (ChunkLength(asked_s=Decimal(5), frames=121, price_usd=Decimal("0.1")),)
LENGTHS = st.lists(st.integers(3, 8), min_size=1, max_size=3, unique=True).map(
    lambda seconds: [
        ChunkLength(asked_s=Decimal(one), frames=24 * one, price_usd=Decimal(1)) for one in seconds
    ]
)
SECONDS: st.SearchStrategy[BeatSeconds] = st.sampled_from([5, 10, 15])
ANCHORS = [f"anchor:b1:{number}" for number in range(1, 6)]
CHUNKS = [f"chunk:b1:{number}" for number in range(1, 12)]


def names(asked: Asked, what: str) -> list[str]:
    return [name for said, name in asked.events if said == what]


@settings(max_examples=60, deadline=None)
@given(
    LENGTHS,
    SECONDS,
    st.dictionaries(st.sampled_from(ANCHORS), st.integers(0, 3)),
    st.dictionaries(st.sampled_from(CHUNKS), st.integers(0, 1)),
    st.dictionaries(st.sampled_from(CHUNKS), st.integers(-20, 20)),
    st.dictionaries(st.sampled_from([*ANCHORS, *CHUNKS]), st.integers(1, 9)),
)
def test_a_shot_is_covered_and_each_chunk_begins_as_the_one_before_ends(
    lengths: list[ChunkLength],
    seconds: BeatSeconds,
    anchors: dict[str, int],
    refused: dict[str, int],
    off: dict[str, int],
    slow: dict[str, int],
) -> None:
    asked, planned = Asked({**anchors, **refused}, off, slow), film(lengths, seconds)
    footage = asyncio.run(asked.shooting(planned).shoot())
    measured = counts(footage.chunks)
    beat, fps = planned.plan.beats[0], planned.format.fps
    assert timeline.covered(measured, footage.fps, fps, beat.frames(fps))
    segment = timeline.conform(measured, footage.fps, fps, beat.frames(fps), 0)
    assert segment.available == sum(measured) - len(measured) + 1
    assert all(are_neighbours(asked, *pair) for pair in pairwise(footage.chunks))
    shortest = timeline.choose_lengths(beat.frames(fps), fps, planned.models["video"])
    missing = [name for name in ANCHORS[: len(shortest) - 1] if anchors.get(name, 0) >= 2]
    assert footage.alone == (not missing)
    assert sum("goes on from the end" in said for said in asked.board.warnings) == len(missing)
    begun = [name for name in names(asked, "begun") if name.startswith("chunk:")]
    assert len(begun) == len(set(begun)) == len(footage.chunks), "none is bought twice, or for nothing"


async def test_all_chunks_are_made_at_the_same_time() -> None:
    asked = Asked(slow=dict.fromkeys(CHUNKS, 20))
    await asked.shooting(film(FIVE, 15)).shoot()
    said = [one for one in asked.events if one[1] != "storyboard:b1"]
    assert [what for what, _ in said] == ["begun"] * 2 + ["ended"] * 2 + ["begun"] * 3 + ["ended"] * 3
    moments = [asked.bought[f"{name}/0/1"] for name in ANCHORS[:2]]
    assert [step.at_s for step in moments] == [5, 10] and {step.image.key for step in moments} == {
        "storyboard:b1/0/1"
    }


async def test_a_beat_of_one_chunk_has_no_anchor() -> None:
    asked = Asked()
    footage = await asked.shooting(film(FIVE, 5)).shoot()
    assert isinstance(asked.bought[footage.chunks[0].key], steps.GenerateReferenceChunk)
    assert not [name for name in names(asked, "begun") if name.startswith("anchor")]


async def test_without_an_image_the_chunks_follow_each_other() -> None:
    asked = Asked(refused={"storyboard:b1": 2})
    footage = await asked.shooting(film(FIVE, 15)).shoot()
    assert len(footage.chunks) == 3 and not footage.alone
    assert isinstance(asked.bought[footage.chunks[1].key], steps.GenerateContinuationChunk)
    assert not [name for name in asked.board.unfinished("b1") if name.startswith("anchor")]


async def test_only_the_first_chunk_may_start_from_a_softer_image() -> None:
    asked = Asked(refused={"chunk:b1:1": 2})
    footage = await asked.shooting(film(FIVE, 10)).shoot()
    first, second = (asked.bought[chunk.key] for chunk in footage.chunks)
    assert first.first.key.startswith("storyboard:b1:softened") and first.last.key == second.first.key
    with pytest.raises(ApplicationError, match="not so"):
        await Asked(refused={"chunk:b1:2": 2}).shooting(film(FIVE, 10)).shoot()


async def test_what_fails_lets_the_others_finish() -> None:
    asked = Asked(broken=["chunk:b1:1"], slow={"chunk:b1:3": 30})
    with pytest.raises(ApplicationError, match="it broke"):
        await asked.shooting(film(FIVE, 15)).shoot()
    assert {"chunk:b1:2", "chunk:b1:3"} <= set(names(asked, "ended"))


async def test_whoever_stops_it_waits_until_all_of_it_has_ended() -> None:
    asked = Asked(slow=dict.fromkeys(CHUNKS, 10_000))
    shooting = asked.shooting(film(FIVE, 15))
    task = asyncio.create_task(shooting.shoot())
    while "chunk:b1:3" not in names(asked, "begun"):
        await asyncio.sleep(0)
    shooting.close()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert all(one.done() for one in asked.tasks) and not [
        name for name in names(asked, "ended") if name.startswith("chunk")
    ]


# ---- takes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "takes"),
    [
        (Version(rung="draft", take=2), {2: (*ANCHORS[:2], *CHUNKS[:3], "storyboard:b1")}),
        (
            Version(rung="draft", take=2, since=2, alone=True, of=DRAFT),
            {1: (*ANCHORS[:2], CHUNKS[0], CHUNKS[2], "storyboard:b1"), 2: (CHUNKS[1],)},
        ),
        # As a chained film had it before it was forked.
        (
            Version(rung="draft", take=2, since=2, of=DRAFT),
            {1: (ANCHORS[0], CHUNKS[0], "storyboard:b1"), 2: (ANCHORS[1], *CHUNKS[1:3])},
        ),
    ],
)
async def test_another_take_of_a_chunk_is_made_between_the_same_anchors(
    version: Version, takes: dict[int, tuple[str, ...]]
) -> None:
    asked = Asked()
    await asked.shooting(film(FIVE, 15), version).shoot()
    for take, steps_of in takes.items():
        mark = "@draft-2" if take == 2 else ""
        assert {step.terms.step for step in asked.bought.values() if step.terms.take == take} == {
            name + mark for name in steps_of
        }
    assert Version.model_validate_json(version.model_dump_json()) == version


def test_a_version_of_an_earlier_release_takes_what_comes_after_too() -> None:
    kept = {"rung": "draft", "take": 2, "since": 2, "of": {"rung": "draft"}}
    assert [Version.model_validate(kept).part(number).take for number in range(4)] == [1, 1, 2, 2]


def test_a_shot_is_priced_with_its_anchors() -> None:
    planned = film(FIVE, 15)
    edit = planned.models["edit"].model_copy(update={"price_usd": Decimal("0.025")})
    priced = planned.model_copy(update={"models": {**planned.models, "edit": edit}})
    assert price_of(priced, "draft", "b1").chunks == Decimal("0.35")
    chained = priced.model_copy(update={"continuity": "chained"})
    assert price_of(chained, "draft", "b1").chunks == Decimal("0.3")


@given(LENGTHS, SECONDS)
def test_boundaries_are_where_planned_chunks_meet(lengths: list[ChunkLength], seconds: int) -> None:
    model = film(lengths, 5).models["video"]
    chosen = timeline.choose_lengths(24 * seconds, 24, model)
    frames = [length.frames for length in chosen]
    ends = [timeline.joined_frames(frames[:number]) - 1 for number in range(1, len(frames))]
    assert list(timeline.boundaries(chosen)) == ends
    assert all(Fraction(end, 24) < seconds for end in ends)
