"""Cuts as other editors read them back: every clip, dissolve, marker and the sound, to the frame."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.film.cut_list import CutList, ListedShot, ShotVersion
from activities.storage.failures import ObjectMissing
from activities.storage.objects import ObjectStore
from infra.embedded.stack import Stack
from starter.exporting import export
from starter.interchange import Kind, NoTimecode, check_rate, timeline, write
from workflows.studio.facts import FrameFormat, Media, Part

KINDS: tuple[Kind, ...] = ("otio", "xml", "edl")


def part(frames: int) -> Part:
    return Part(object=f"objects/{frames}", media=Media(mime="video/mp4", bytes=1, sha256="", frames=frames))


def version(shot: str, name: str, frames: int, handle: int, joins: tuple[int, ...] = ()) -> ShotVersion:
    tail = part(handle) if handle else None
    seams = tuple(1.5 for _ in joins)
    return ShotVersion(name, f"{shot}-{name}", None, part(frames), tail, joins, seams, ("wan",), ("A mug.",))


@st.composite
def cuts(draw: st.DrawFn) -> CutList:
    """Shots of 5 to 15 s, most of which dissolve into the next."""
    fps, shots = draw(st.sampled_from((24, 25, 30))), []
    handle = 0
    for number in range(1, draw(st.integers(1, 5)) + 1):
        frames, fade = draw(st.sampled_from((5, 10, 15))) * fps, handle if number > 1 else 0
        joins = tuple(sorted(draw(st.sets(st.integers(1, frames - 1), max_size=2))))
        handle = draw(st.sampled_from((0, 6, 10)))
        names = ("draft-1", "animatic-1")[: draw(st.integers(1, 2))]
        versions = tuple(version(f"shot_{number}", name, frames, handle, joins) for name in names)
        shots.append(ListedShot(f"shot_{number}", "Made by hand", "pan", frames, fade, versions))
    sound = draw(st.sampled_from((None, "objects/sound")))
    return CutList("film-mug", 2, "Mug", FrameFormat(width=640, height=360, fps=fps), tuple(shots), sound)


def there(cut: CutList) -> dict[str, str]:
    media = {one.key: f"file:///media/{one.key}.mp4" for shot in cut.shots for one in shot.versions}
    return media | ({cut.sound: "file:///media/sound.m4a"} if cut.sound else {})


def read_back(cut: CutList, folder: Path, kind: Kind) -> Any:
    path = folder / f"cut.{kind}"
    write(timeline(cut, there(cut)), path, kind)
    more = {"rate": cut.format.fps} if kind == "edl" else {}
    return otio.adapters.read_from_file(str(path), **more)


def of_kind(made: Any, kind: str, what: type) -> list[Any]:
    return [item for track in made.tracks if track.kind == kind for item in track if isinstance(item, what)]


@pytest.mark.parametrize("kind", KINDS)
@given(cut=cuts())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_frame_is_where_the_film_has_it(kind: Kind, cut: CutList, tmp_path: Path) -> None:
    made = read_back(cut, tmp_path, kind)
    clips = of_kind(made, "Video", otio.schema.Clip)
    assert [clip.name for clip in clips] == [shot.id for shot in cut.shots]
    start = 0
    for clip, shot in zip(clips, cut.shots, strict=True):
        placed = clip.trimmed_range_in_parent()
        assert (placed.start_time.value, placed.duration.value) == (start, shot.frames)
        assert clip.source_range.start_time.value == 0 and placed.duration.rate == cut.format.fps
        # Its reader takes the file of a dissolve's first side for both; what is written names each.
        if kind != "edl":
            assert clip.media_reference.target_url.endswith(f"{shot.versions[0].key}.mp4")
        start += shot.frames
    dissolves = of_kind(made, "Video", otio.schema.Transition)
    assert [(one.in_offset.value, one.out_offset.value) for one in dissolves] == [
        (0, shot.fade) for shot in cut.shots if shot.fade
    ]
    if kind != "edl":
        sounds = of_kind(made, "Audio", otio.schema.Clip)
        assert [clip.source_range.duration.value for clip in sounds] == [cut.frames] * bool(cut.sound)


@pytest.mark.parametrize("kind", ["otio", "xml"])
@given(cut=cuts())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_joins_and_how_shots_begin_are_marked(kind: Kind, cut: CutList, tmp_path: Path) -> None:
    clips = of_kind(read_back(cut, tmp_path, kind), "Video", otio.schema.Clip)
    for number, (clip, shot) in enumerate(zip(clips, cut.shots, strict=True)):
        marks = [(mark.name, mark.marked_range.start_time.value) for mark in clip.markers]
        joins = [(f"chunk {n}, seam 1.50", at) for n, at in enumerate(shot.versions[0].joins, 2)]
        assert marks[bool(number) :] == joins
        if number:
            how = (
                f"dissolve from shot_{number}, {shot.fade} frames" if shot.fade else f"cut from shot_{number}"
            )
            assert marks[0] == (how, 0)


@given(cut=cuts())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_version_is_a_medium_of_its_shot(cut: CutList, tmp_path: Path) -> None:
    made = read_back(cut, tmp_path, "otio")
    assert made.metadata["reelwright"] == {"film": "film-mug", "cut": 2}
    for clip, shot in zip(of_kind(made, "Video", otio.schema.Clip), cut.shots, strict=True):
        media = clip.media_references()
        assert clip.active_media_reference_key == shot.versions[0].name
        assert {name: one.available_range.duration.value for name, one in media.items()} == {
            one.name: one.frames for one in shot.versions
        }
        assert media["draft-1"].metadata["reelwright"]["version"] == "draft-1"


async def test_of_a_film_that_was_deleted_and_made_again_only_what_is_there_is_exported(
    stack: Stack, tmp_path: Path
) -> None:
    there, gone = version("shot_1", "draft-1", 120, 0), version("shot_1", "animatic-1", 120, 0)
    shot = ListedShot("shot_1", "", "pan", 120, 0, (there, gone))
    cut = CutList("film-mug", 2, "Mug", FrameFormat(width=640, height=360, fps=24), (shot,), None)
    store, place = ObjectStore.of(stack.s3), tmp_path / "cut.otio"
    (tmp_path / "cut-media").mkdir()
    (tmp_path / "cut-media" / f"shot_1-draft-1-{there.key[:8]}.mp4").touch()
    try:
        await store.ensure_bucket()
        assert (await export(cut, store, {"otio": place})).cut.shots[0].versions == (there,)
        (clip,) = of_kind(otio.adapters.read_from_file(str(place)), "Video", otio.schema.Clip)
        assert [*clip.media_references()] == ["draft-1"]
        with pytest.raises(ObjectMissing):
            await export(replace(cut, shots=(replace(shot, versions=(gone,)),)), store, {"otio": place})
    finally:
        store.close()


@pytest.mark.parametrize("fps", [8, 16])
def test_a_rate_without_timecode_is_said_in_opentimelineio_alone(fps: int, tmp_path: Path) -> None:
    shot = ListedShot("shot_1", "", "pan", 5 * fps, 0, (version("shot_1", "draft-1", 5 * fps, 0),))
    cut = CutList("film-mug", 1, "Mug", FrameFormat(width=640, height=360, fps=fps), (shot,), None)
    for kind in KINDS[1:]:
        with pytest.raises(NoTimecode, match=f"this film has {fps}"):
            check_rate(kind, fps)
    check_rate("otio", fps)
    (clip,) = of_kind(read_back(cut, tmp_path, "otio"), "Video", otio.schema.Clip)
    assert (clip.source_range.duration.value, clip.source_range.duration.rate) == (5 * fps, fps)
