"""Segments and transitions: the right frames, the right count, the right colours, or an error."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from activities.media import colour_match, frames, looks
from activities.media.colour_match import IDENTITY
from activities.media.ffmpeg import EncodeFailed, executable
from activities.media.probe import Unreadable, WrongLength, count_frames, probe
from activities.media.segment import SegmentFiles, SegmentSpec, refine_segment
from activities.media.transition import render_transition
from tests.support.media_clips import HEIGHT, WIDTH, clip, numbers, picture, sound
from workflows.film.contract import Look
from workflows.film.timeline import Conform, conform


def _chunks(directory: Path, counts: tuple[int, ...], rate: Fraction) -> list[Path]:
    """A chain whose joined frames are numbered from 0: each continuation repeats the last number."""
    starts = itertools.accumulate((count - 1 for count in counts[:-1]), initial=0)
    return [
        clip(directory / f"chunk{i}.mp4", range(start, start + count), rate)
        for i, (start, count) in enumerate(zip(starts, counts, strict=True))
    ]


def _refine(
    directory: Path, chunks: list[Path], plan: Conform, head: int, look: Look = "natural"
) -> SegmentFiles:
    spec = SegmentSpec(plan, WIDTH, HEIGHT, look, head, smooth=True)
    return refine_segment(chunks, spec, directory, lambda _: None)


def _shown(files: SegmentFiles) -> list[int]:
    return [n for path in (files.head, files.body, files.tail) if path for n in numbers(path)]


@pytest.mark.parametrize(
    ("counts", "native", "fps", "beat", "handle"),
    [
        ((33, 17), Fraction(24), 24, 40, 6),
        ((17, 17, 9), Fraction(8), 24, 115, 6),
        ((33, 25), Fraction(16), 24, 80, 5),
        ((41, 30), Fraction(25), 24, 62, 0),
        ((40, 21), Fraction(24), 25, 63, 0),
        ((24, 24), Fraction(30000, 1001), 30, 46, 0),
        ((20,), Fraction(24), 30, 24, 0),
        ((30,), Fraction(30), 8, 8, 0),
    ],
)
def test_every_frame_is_the_one_that_the_timeline_names(
    tmp_path: Path, counts: tuple[int, ...], native: Fraction, fps: int, beat: int, handle: int
) -> None:
    plan = conform(counts, native, fps, beat, handle)
    files = _refine(tmp_path, _chunks(tmp_path, counts, native), plan, head=4)
    assert _shown(files) == [plan.source(j) for j in range(plan.frames)]
    assert (files.tail is None) == (plan.handle == 0)
    assert [count_frames(p) for p in (files.body, files.head) if p] == [beat - 4, 4]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    counts=st.lists(st.integers(5, 24), min_size=1, max_size=3).map(tuple),
    native=st.sampled_from([8, 16, 24, 25, 30]).map(Fraction),
    fps=st.sampled_from([24, 25, 30]),
    stretch=st.integers(0, 104),
    handle=st.integers(0, 8),
)
def test_counts_are_exact_whatever_the_chunks(
    tmp_path_factory: pytest.TempPathFactory,
    counts: tuple[int, ...],
    native: Fraction,
    fps: int,
    stretch: int,
    handle: int,
) -> None:
    directory = tmp_path_factory.mktemp("any")
    joined = sum(counts) - len(counts) + 1
    # From a short cut to the longest retime that is allowed.
    beat = max(6, int(joined * fps / native * Fraction(stretch, 100)))
    if beat > Fraction(104, 100) * joined * fps / native:
        return
    plan = conform(counts, native, fps, beat, handle)
    files = _refine(directory, _chunks(directory, counts, native), plan, head=3)
    assert _shown(files) == [plan.source(j) for j in range(plan.frames)]


def test_first_beat_has_no_head_and_its_body_is_whole(tmp_path: Path) -> None:
    plan = conform((30,), Fraction(24), 24, 24, 0)
    files = _refine(tmp_path, _chunks(tmp_path, (30,), Fraction(24)), plan, head=0)
    assert (files.head, files.tail, numbers(files.body)) == (None, None, list(range(24)))


def test_a_chunk_of_another_length_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    chunks = _chunks(tmp_path, (20, 20), Fraction(24))
    out = tmp_path / "out"
    out.mkdir()
    for counts in ((20, 21), (20,)):
        plan = conform(counts, Fraction(24), 24, 18, 0)
        with pytest.raises(WrongLength):
            _refine(out, chunks, plan, head=3)
    assert list(out.iterdir()) == []


def test_a_stop_ends_the_encoder_and_removes_what_it_wrote(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(_: int) -> None:
        raise Stopped

    chunks, out = _chunks(tmp_path, (60,), Fraction(24)), tmp_path / "out"
    out.mkdir()
    plan = conform((60,), Fraction(24), 24, 50, 6)
    with pytest.raises(Stopped):
        refine_segment(chunks, SegmentSpec(plan, WIDTH, HEIGHT, "natural", 3), out, stop)
    assert list(out.iterdir()) == []


def test_a_broken_chunk_names_no_path(tmp_path: Path) -> None:
    (chunk,) = _chunks(tmp_path, (40,), Fraction(24))
    data = bytearray(chunk.read_bytes())
    middle = data.index(b"mdat") + 2000
    data[middle : middle + 4000] = bytes(4000)
    chunk.write_bytes(data)
    plan = conform((40,), Fraction(24), 24, 36, 0)
    with pytest.raises((EncodeFailed, WrongLength)) as failed:
        _refine(tmp_path, [chunk], plan, head=0)
    assert str(tmp_path) not in str(failed.value)
    assert not (tmp_path / "body.mp4").exists()


def test_chunks_of_other_sizes_come_out_in_the_films_size(tmp_path: Path) -> None:
    chunks = [
        clip(tmp_path / "a.mp4", range(12), size=(96, 54)),
        clip(tmp_path / "b.mp4", range(11, 24), size=(128, 72)),
    ]
    plan = conform((12, 13), Fraction(24), 24, 24, 0)
    files = _refine(tmp_path, chunks, plan, head=0)
    media = probe(files.body, "video/mp4")
    assert (media.width, media.height, media.frames, media.fps) == (WIDTH, HEIGHT, 24, Fraction(24))
    assert numbers(files.body) == list(range(24))


# ---- colour --------------------------------------------------------------------------------------


def _ground(path: Path, index: int) -> NDArray[np.float64]:
    """Mean RGB below the row of bits."""
    frames.frame_at(path, index, path.with_suffix(".png"))
    with Image.open(path.with_suffix(".png")) as image:
        return np.asarray(np.asarray(image)[HEIGHT // 3 :].mean(axis=(0, 1)), dtype=np.float64)


def test_drift_along_a_chain_is_undone(tmp_path: Path) -> None:
    chunks = [
        clip(tmp_path / f"{i}.mp4", range(start, start + 13), drift=drift)
        for i, (start, drift) in enumerate([(0, 0), (12, 12), (24, 20)])
    ]
    plan = conform((13, 13, 13), Fraction(24), 24, 37, 0)
    files = _refine(tmp_path, chunks, plan, head=0)
    for index in (20, 35):
        truth = picture(index)[HEIGHT // 3 :].mean(axis=(0, 1))
        assert abs(_ground(files.body, index) - truth).max() < 1


def _random(rng: np.random.Generator) -> NDArray[np.uint8]:
    coarse = rng.integers(0, 255, (6, 10, 3)).astype(np.uint8)
    return np.asarray(coarse.repeat(15, axis=0).repeat(16, axis=1), dtype=np.uint8)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_unrelated_pictures_are_never_matched(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert colour_match.match(_random(rng), _random(rng)) == IDENTITY


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    gain=st.floats(0.9, 1.1),
    offset=st.floats(-10, 10),
    covered=st.booleans(),
)
def test_drift_is_found_even_beside_a_new_object(
    seed: int, gain: float, offset: float, covered: bool
) -> None:
    before = _random(np.random.default_rng(seed)) // 2 + 60
    after = np.clip((before - offset) / gain, 0, 255).round().astype(np.uint8)
    if covered:
        after[20:70, 40:110] = 240
    fit = colour_match.match(before.astype(np.uint8), after)
    back = np.asarray(fit.gain) * 128 + fit.offset
    assert abs(back - (gain * 128 + offset)).max() < 1.5


def test_more_than_drift_is_left_alone() -> None:
    before = _random(np.random.default_rng(1)) // 2 + 60
    after = (before * 0.7).astype(np.uint8)
    assert colour_match.match(before.astype(np.uint8), after) == IDENTITY


@pytest.mark.parametrize("matrix", ["unknown", "bt709", "bt470bg"])
def test_colours_stay_whatever_the_chunk_says_of_its_matrix(tmp_path: Path, matrix: str) -> None:
    path = tmp_path / "chunk.mp4"
    stated, meant = matrix, "bt709" if matrix == "unknown" else matrix
    command = [executable(), "-v", "error", "-f", "lavfi", "-i", "color=c=0xC84020:size=96x54:rate=24"]
    command += ["-vf", f"format=gbrp,scale=out_color_matrix={meant}:out_range=tv,format=yuv420p,"]
    command[-1] += f"setparams=colorspace={stated}"
    subprocess.run([*command, "-frames:v", "8", "-c:v", "libx264", "-crf", "8", str(path)], check=True)
    plan = conform((8,), Fraction(24), 24, 8, 0)
    files = _refine(tmp_path, [path], plan, head=0)
    assert abs(_ground(files.body, 4) - (0xC8, 0x40, 0x20)).max() < 3
    assert abs(_ground(path, 4) - (0xC8, 0x40, 0x20)).max() < 3


def test_every_look_differs_and_natural_changes_nothing(tmp_path: Path) -> None:
    chunks, plan = _chunks(tmp_path, (8,), Fraction(24)), conform((8,), Fraction(24), 24, 8, 0)
    seen = {}
    for look in looks.GRADES:
        out = tmp_path / look
        out.mkdir()
        files = _refine(out, chunks, plan, head=0, look=look)
        assert numbers(files.body) == list(range(8))
        seen[look] = _ground(files.body, 4)
    assert abs(seen["natural"] - picture(4)[HEIGHT // 3 :].mean(axis=(0, 1))).max() < 1
    for one, other in itertools.combinations(seen.values(), 2):
        assert abs(one - other).max() > 2


# ---- transitions and frames ----------------------------------------------------------------------


@pytest.mark.parametrize("fade", [0, 1, 6, 9])
def test_a_transition_fades_gently_then_shows_the_head(tmp_path: Path, fade: int) -> None:
    dark, light, out = tmp_path / "dark.mkv", tmp_path / "light.mkv", tmp_path / "out.mp4"
    for path, level in ((dark, 40), (light, 200)):
        source = f"color=size=64x64:rate=24,format=yuv420p,geq=lum={level}:cb=128:cr=128"
        command = [executable(), "-v", "error", "-y", "-f", "lavfi", "-i", source]
        subprocess.run([*command, "-frames:v", "9", "-c:v", "utvideo", str(path)], check=True)
    render_transition(dark, light, out, frames=9, fade=fade, fps=24, advance=lambda _: None)
    with av.open(str(out)) as container:
        seen = [float(f.to_ndarray()[:64, :64].mean()) for f in container.decode(video=0)]
    steps = [(j + 1) / (fade + 1) for j in range(fade)]
    wanted = [40 + 160 * x * x * (3 - 2 * x) for x in steps] + [200.0] * (9 - fade)
    assert np.allclose(seen, wanted, atol=2.5)


@pytest.mark.parametrize(("frames_", "fade"), [(10, 4), (9, 10)])
def test_a_transition_without_enough_frames_is_refused(tmp_path: Path, frames_: int, fade: int) -> None:
    path = clip(tmp_path / "nine.mp4", range(9))
    with pytest.raises(WrongLength):
        render_transition(path, path, tmp_path / "o.mp4", frames=frames_, fade=fade, fps=24, advance=print)


def test_the_last_frame_is_the_last_one(tmp_path: Path) -> None:
    path, out = clip(tmp_path / "c.mp4", range(100, 131)), tmp_path / "out.png"
    readers: list[tuple[Callable[[], None], int]] = [
        (lambda: frames.last_frame(path, out), 130),
        (lambda: frames.frame_at(path, 17, out), 117),
    ]
    for read, number in readers:
        read()
        assert numbers(out) == [number]
    with pytest.raises(IndexError):
        frames.frame_at(path, 31, out)


def test_probe_counts_and_refuses_what_was_cut_short(tmp_path: Path) -> None:
    path = clip(tmp_path / "c.mp4", range(31), Fraction(30000, 1001))
    media = probe(path, "video/mp4")
    assert (media.frames, media.fps, media.bytes) == (31, Fraction(30000, 1001), path.stat().st_size)
    fast = tmp_path / "fast.mp4"
    command = [executable(), "-v", "error", "-i", str(path), "-c", "copy"]
    subprocess.run([*command, "-movflags", "faststart", str(fast)], check=True)
    for data in (
        fast.read_bytes()[: fast.stat().st_size * 2 // 3],
        path.read_bytes()[:900],
        b"",
        b"#EXTM3U\n",
    ):
        (tmp_path / "cut.mp4").write_bytes(data)
        with pytest.raises(Unreadable):
            probe(tmp_path / "cut.mp4", "video/mp4")


def test_probe_measures_every_type_that_is_delivered(tmp_path: Path) -> None:
    track = sound(tmp_path, 50_001, [])
    assert probe(track, "audio/mp4").samples == 50_001
    assert probe(tmp_path / "sound.wav", "audio/wav").samples == 50_001
    webm = tmp_path / "c.webm"
    command = [executable(), "-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=25"]
    subprocess.run(
        [*command, "-frames:v", "13", "-c:v", "libvpx", "-auto-alt-ref", "1", str(webm)], check=True
    )
    media = probe(webm, "video/webm")
    assert (media.frames, media.fps, media.width, media.height) == (13, Fraction(25), 64, 48)
    for kind in ("PNG", "JPEG", "WEBP"):
        path = tmp_path / "image"
        Image.fromarray(picture(5)).save(path, kind)
        media = probe(path, f"image/{kind.lower()}")
        assert (media.width, media.height, media.frames) == (WIDTH, HEIGHT, None)
        path.write_bytes(path.read_bytes()[:-200])
        with pytest.raises(Unreadable):
            probe(path, f"image/{kind.lower()}")
        with pytest.raises(Unreadable):
            probe(path, "video/mp4")


def test_a_script_or_playlist_is_no_chunk(tmp_path: Path) -> None:
    clip(tmp_path / "neighbour.mp4", range(8))
    plan = conform((8,), Fraction(24), 24, 8, 0)
    for text in ("ffconcat version 1.0\nfile neighbour.mp4\n", "#EXTM3U\n#EXTINF:1,\nneighbour.mp4\n"):
        (tmp_path / "evil.mp4").write_text(text)
        with pytest.raises(Unreadable):
            _refine(tmp_path, [tmp_path / "evil.mp4"], plan, head=0)
        with pytest.raises(Unreadable):
            frames.last_frame(tmp_path / "evil.mp4", tmp_path / "out.png")
