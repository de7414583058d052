"""Segments: the right frames, the right count, or an error."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.media import frames
from activities.media.ffmpeg import EncodeFailed
from activities.media.probing import Unreadable, WrongLength, count_frames, probe
from activities.media.segment import SegmentSpec, refine_segment
from tests.support.media_clips import HEIGHT, WIDTH, clip, numbers
from tests.support.segments import chain, refined, shown
from workflows.film.timeline import conform


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
    files = refined(tmp_path, chain(tmp_path, counts, native), plan, head=4)
    assert shown(files) == [plan.source(j) for j in range(plan.frames)]
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
    files = refined(directory, chain(directory, counts, native), plan, head=3)
    assert shown(files) == [plan.source(j) for j in range(plan.frames)]


def test_first_beat_has_no_head_and_its_body_is_whole(tmp_path: Path) -> None:
    plan = conform((30,), Fraction(24), 24, 24, 0)
    files = refined(tmp_path, chain(tmp_path, (30,), Fraction(24)), plan, head=0)
    assert (files.head, files.tail, numbers(files.body)) == (None, None, list(range(24)))


def test_a_chunk_of_another_length_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    chunks = chain(tmp_path, (20, 20), Fraction(24))
    out = tmp_path / "out"
    out.mkdir()
    for counts in ((20, 21), (20,)):
        plan = conform(counts, Fraction(24), 24, 18, 0)
        with pytest.raises(WrongLength):
            refined(out, chunks, plan, head=3)
    assert list(out.iterdir()) == []


def test_a_stop_ends_the_encoder_and_removes_what_it_wrote(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(_: int) -> None:
        raise Stopped

    chunks, out = chain(tmp_path, (60,), Fraction(24)), tmp_path / "out"
    out.mkdir()
    plan = conform((60,), Fraction(24), 24, 50, 6)
    with pytest.raises(Stopped):
        refine_segment(chunks, SegmentSpec(plan, WIDTH, HEIGHT, "natural", 3), out, stop)
    assert list(out.iterdir()) == []


def test_a_broken_chunk_names_no_path(tmp_path: Path) -> None:
    (chunk,) = chain(tmp_path, (40,), Fraction(24))
    data = bytearray(chunk.read_bytes())
    middle = data.index(b"mdat") + 2000
    data[middle : middle + 4000] = bytes(4000)
    chunk.write_bytes(data)
    plan = conform((40,), Fraction(24), 24, 36, 0)
    with pytest.raises((EncodeFailed, WrongLength)) as failed:
        refined(tmp_path, [chunk], plan, head=0)
    assert str(tmp_path) not in str(failed.value)
    assert not (tmp_path / "body.mp4").exists()


def test_chunks_of_other_sizes_come_out_in_the_films_size(tmp_path: Path) -> None:
    chunks = [
        clip(tmp_path / "a.mp4", range(12), size=(96, 54)),
        clip(tmp_path / "b.mp4", range(11, 24), size=(128, 72)),
    ]
    plan = conform((12, 13), Fraction(24), 24, 24, 0)
    files = refined(tmp_path, chunks, plan, head=0)
    media = probe(files.body, "video/mp4")
    assert (media.width, media.height, media.frames, media.fps) == (WIDTH, HEIGHT, 24, Fraction(24))
    assert numbers(files.body) == list(range(24))


def test_a_script_or_playlist_is_no_chunk(tmp_path: Path) -> None:
    clip(tmp_path / "neighbour.mp4", range(8))
    plan = conform((8,), Fraction(24), 24, 8, 0)
    for text in ("ffconcat version 1.0\nfile neighbour.mp4\n", "#EXTM3U\n#EXTINF:1,\nneighbour.mp4\n"):
        (tmp_path / "evil.mp4").write_text(text)
        with pytest.raises(Unreadable):
            refined(tmp_path, [tmp_path / "evil.mp4"], plan, head=0)
        with pytest.raises(Unreadable):
            frames.last_frame(tmp_path / "evil.mp4", tmp_path / "out.png")
