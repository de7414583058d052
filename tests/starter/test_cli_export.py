"""`reel export` of a bought film: what other editors read shows the film's own frames, each in its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import opentimelineio as otio
import pytest

from tests.support.reel import Reel, ran
from workflows.film.timeline import transition_frames

PLAN = {
    "beats": [{"id": name, "seconds": 5} for name in ("hero_shot", "lifestyle_context", "call_to_action")]
}
MUG = ("make", "A film about a ceramic coffee mug", "--plan", "plan.json", "--profile", "draft")
#: Frames with which a further shot begins that were encoded by themselves.
TRANSITION = transition_frames(24)
Picture = npt.NDArray[np.uint8]


def pictures(path: Path) -> list[Picture]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray().astype(np.uint8) for frame in container.decode(video=0)]


async def exported(house: Path, folder: Path, *words: str) -> Reel:
    code, done = await ran("export", *words, home=house, folder=folder)
    assert code == 0, done.text
    return done


@pytest.mark.slow
async def test_a_cut_is_read_back_frame_by_frame(house: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    code, made = await ran(*MUG, "--size", "360p", "--json", home=house, folder=tmp_path)
    assert code == 0, made.text
    id, film = made.json["id"], pictures(Path(made.json["path"]))
    names = ("--otio", "cut.otio", "--xml", "cut.xml", "--edl", "cut.edl")
    told = (await exported(house, tmp_path, id, *names, "--json")).json
    assert (told["frames"], told["fps"], told["cut"]) == (360, 24, made.json["cut"])
    first, second, third = (read(tmp_path / f"cut.{kind}") for kind in ("otio", "xml", "edl"))
    for timeline in (first, second):
        check(timeline, film, tmp_path, told)
    assert placed(third) == placed(first)
    await again(house, tmp_path, id, first)


def read(path: Path) -> Any:
    return otio.adapters.read_from_file(str(path), **({"rate": 24} if path.suffix == ".edl" else {}))


def placed(timeline: Any) -> list[tuple[str, float, float]]:
    """Name, start and length of every clip, in frames."""
    (track,) = timeline.video_tracks()
    clips = [one for one in track if isinstance(one, otio.schema.Clip)]
    ranges = [clip.trimmed_range_in_parent() for clip in clips]
    return [
        (clip.name, at.start_time.value, at.duration.value) for clip, at in zip(clips, ranges, strict=True)
    ]


def check(timeline: Any, film: list[Picture], folder: Path, told: dict[str, Any]) -> None:
    """Every frame is the film's own, to the bit but where a transition was encoded; and a dissolve has what
    it takes."""
    (track,) = timeline.video_tracks()
    clips = [one for one in track if isinstance(one, otio.schema.Clip)]
    fades = {track[place + 1].name: one.out_offset.value for place, one in enumerate(track) if fade(one)}
    assert [clip.name for clip in clips] == [shot["id"] for shot in told["shots"]]
    assert fades == {shot["id"]: shot["dissolve"] for shot in told["shots"] if shot["dissolve"]} and fades
    ends, start = 0, 0
    for clip in clips:
        at, faded = clip.trimmed_range_in_parent(), int(fades.get(clip.name, 0))
        start, frames = int(at.start_time.value), int(at.duration.value)
        shown = pictures(file_of(clip.media_reference, folder))
        opening = TRANSITION if start else 0
        own = film[start : start + frames]
        assert all(same(*pair) for pair in zip(shown[opening:frames], own[opening:], strict=True)), clip.name
        assert all(alike(*pair) for pair in zip(shown[faded:opening], own[faded:opening], strict=True))
        assert ends >= faded, "the shot before has too little beyond its end"
        ends = len(shown) - frames
    assert start + frames == len(film)


def same(one: Picture, other: Picture) -> bool:
    return bool((one == other).all())


def alike(one: Picture, other: Picture) -> bool:
    """The same picture, encoded twice: less apart than two that follow each other."""
    return float(np.abs(one.astype(int) - other.astype(int)).mean()) < 2


def fade(item: Any) -> bool:
    return isinstance(item, otio.schema.Transition)


def file_of(media: Any, folder: Path) -> Path:
    return folder / Path(media.target_url.removeprefix("file://"))


async def again(house: Path, folder: Path, id: str, timeline: Any) -> None:
    """All versions have as many frames as they say, the sound as many samples; a cut by its number is
    another choice of the same media, of which none is made again."""
    (track,), (sounds,) = timeline.video_tracks(), timeline.audio_tracks()
    for clip in (one for one in track if isinstance(one, otio.schema.Clip)):
        media = clip.media_references()
        # On a busy machine a shot is there before its drawing was needed.
        assert {"draft-1"} <= media.keys() <= {"draft-1", "animatic-1"}
        for one in media.values():
            assert len(pictures(file_of(one, folder))) == one.available_range.duration.value
            assert one.available_range.duration.value >= clip.source_range.duration.value
    with av.open(str(file_of(sounds[0].media_reference, folder))) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) == pytest.approx(
            15 * 48_000, abs=2048
        )
    before = {path.name: path.stat().st_mtime_ns for path in (folder / "cut-media").iterdir()}
    first = (await exported(house, folder, id, "--otio", "cut.otio", "--cut", "1", "--json")).json
    assert {path.name: path.stat().st_mtime_ns for path in (folder / "cut-media").iterdir()} == before
    code, saved = await ran("save", id, "first.mp4", "--cut", "1", home=house, folder=folder)
    assert code == 0, saved.text
    check(read(folder / "cut.otio"), pictures(folder / "first.mp4"), folder, first)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "otio: no file is named"),
        (("--edl", "cut.otio"), "edl: cut.otio does not end in .edl"),
        (("--otio", "missing/cut.otio"), "otio: there is no folder missing"),
        (("--otio", "letter.otio"), "letter.otio is there already and is no timeline"),
    ],
)
async def test_a_file_that_cannot_be_one_is_told_first(
    words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    (tmp_path / "letter.otio").write_text("Dear customer")
    code, told = await ran("export", "film-mug", *words, home=tmp_path / "home", folder=tmp_path)
    assert code == 2 and said in told.text, told.text
    assert not (tmp_path / "home" / "stack.json").exists()
