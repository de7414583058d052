"""The film as a file: every frame at its place, sound in step to the sample, never half written."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import ffmpeg as graph
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from activities.media import codec, ffmpeg
from activities.media.probing import Unreadable, WrongLength, probe
from activities.media.stitch import MixedEngines, Piece, stitch
from tests.support.media_clips import HEIGHT, WIDTH, clip, numbers, sound


def _piece(
    directory: Path,
    start: int,
    frames: int,
    fps: int = 24,
    other: dict[str, str | int] | None = None,
    drawn: bool = False,
) -> Piece:
    """A piece in the final codec (but for `other`) that shows the numbers from `start`."""
    source = clip(directory / "source.mp4", range(start, start + frames), Fraction(fps))
    path = directory / f"{start}.mp4"
    stream = graph.input(str(source)).filter("settb", f"1/{fps}").filter("setpts", "N").filter("fps", fps)
    options = {**codec.final(fps, drawn), **(other or {})}
    ffmpeg.encode([ffmpeg.Output(stream, path, options)], lambda _: None)
    return Piece(path, frames)


def _pieces(directory: Path, lengths: Sequence[int], fps: int = 24) -> list[Piece]:
    """Drawn ones and others in turn."""
    starts = np.cumsum([0, *lengths[:-1]]).tolist()
    return [
        _piece(directory, start, n, fps, drawn=place % 2 == 0)
        for place, (start, n) in enumerate(zip(starts, lengths, strict=True))
    ]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lengths=st.lists(st.sampled_from([1, 2, 3, 10, 23, 30]), min_size=1, max_size=5),
    fps=st.sampled_from([8, 16, 24, 25, 30]),
)
def test_every_frame_is_at_its_place(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], fps: int
) -> None:
    directory = tmp_path_factory.mktemp("film")
    film, total = directory / "film.mp4", sum(lengths)
    stitch(_pieces(directory, lengths, fps), None, film, fps)
    assert numbers(film) == list(range(total))
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None and stream.duration is not None
        assert stream.average_rate == fps
        assert stream.duration * stream.time_base == Fraction(total, fps)
        times = [frame.pts * stream.time_base for frame in container.decode(stream) if frame.pts is not None]
    assert times == [Fraction(k, fps) for k in range(total)]


def test_the_pieces_have_b_frames_and_the_index_comes_first(tmp_path: Path) -> None:
    pieces, film = _pieces(tmp_path, [30, 10, 20]), tmp_path / "film.mp4"
    stitch(pieces, None, film, 24)
    with av.open(str(film)) as container:
        packets = [p for p in container.demux(video=0) if p.size]
    order = [p.pts for p in packets if p.pts is not None]
    assert order != sorted(order)
    decoding = [p.dts for p in packets if p.dts is not None]
    assert {b - a for a, b in itertools.pairwise(decoding)} == {1000}
    data = film.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert probe(film, "video/mp4").frames == 60


def _decoded(film: Path) -> NDArray[np.int16]:
    command = [ffmpeg.executable(), "-v", "error", "-i", str(film), "-vn", "-f", "s16le", "-ac", "1", "-"]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(raw, dtype=np.int16)


def _onsets(samples: NDArray[np.int16]) -> list[int]:
    """Where clicks begin, by correlation with their shape: AAC blurs an edge, not its place."""
    energy = np.convolve(samples.astype(np.float64), np.ones(48), mode="valid")
    found = []
    while energy.max() > 24_000 * 48 / 2:
        best = int(energy.argmax())
        found.append(best)
        energy[max(best - 480, 0) : best + 480] = 0
    return sorted(found)


@pytest.mark.parametrize(("lengths", "fps"), [([30, 10, 35, 10, 16], 24), ([26, 10, 15], 25)])
def test_clicks_fall_on_their_frames(tmp_path: Path, lengths: list[int], fps: int) -> None:
    a_frame, film = 48_000 // fps, tmp_path / "film.mp4"
    joins = np.cumsum(lengths)[:-1].tolist()
    total = sum(lengths) * a_frame
    track = sound(tmp_path, total, [join * a_frame for join in joins])
    stitch(_pieces(tmp_path, lengths, fps), track, film, fps)
    assert numbers(film) == list(range(sum(lengths)))
    samples = _decoded(film)
    assert len(samples) == total
    assert _onsets(samples) == [join * a_frame for join in joins]
    assert _onsets(_by_pyav(film)[:total]) == [join * a_frame for join in joins]
    with av.open(str(film)) as container:
        # In millionths of a second, rounded: the film is as long as its frames, to the last sample.
        assert container.duration is not None
        assert abs(container.duration - Fraction(sum(lengths), fps) * 1_000_000) < 1
        audio = container.streams.audio[0]
        assert audio.duration is not None and audio.time_base is not None
        assert audio.duration * audio.time_base == Fraction(total, 48_000)


def _by_pyav(film: Path) -> NDArray[np.int16]:
    with av.open(str(film)) as container:
        frames = list(container.decode(audio=0))
        assert frames[0].pts == 0
        return np.concatenate([(f.to_ndarray()[0] * 32767).astype(np.int16) for f in frames])


# ---- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize("planned", [9, 11])
def test_a_piece_of_another_length_is_refused(tmp_path: Path, planned: int) -> None:
    first, second = _pieces(tmp_path, [12, 10])
    film = tmp_path / "film.mp4"
    film.write_bytes(b"the film before")
    with pytest.raises(WrongLength):
        stitch([first, Piece(second.path, planned)], None, film, 24)
    assert film.read_bytes() == b"the film before"
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    "other",
    [
        {"preset": "ultrafast"},
        {"s": f"{WIDTH // 2}x{HEIGHT // 2}"},
        {"colorspace": "smpte170m"},
        {"video_track_timescale": 12_800},
    ],
)
def test_pieces_of_two_engines_are_refused(tmp_path: Path, other: dict[str, str | int]) -> None:
    pieces = [_piece(tmp_path, 0, 12), _piece(tmp_path, 12, 12, other=other)]
    with pytest.raises(MixedEngines):
        stitch(pieces, None, tmp_path / "film.mp4", 24)
    assert not (tmp_path / "film.mp4").exists()


def test_another_quality_is_one_engine(tmp_path: Path) -> None:
    pieces = [_piece(tmp_path, 0, 12), _piece(tmp_path, 12, 12, other={"crf": 30})]
    stitch(pieces, None, tmp_path / "film.mp4", 24)
    assert numbers(tmp_path / "film.mp4") == list(range(24))


def test_what_is_no_piece_or_no_sound_is_unreadable(tmp_path: Path) -> None:
    piece, script = _piece(tmp_path, 0, 12), tmp_path / "evil.mp4"
    script.write_text(f"ffconcat version 1.0\nfile {piece.path.name}\n")
    for pieces, track in (([Piece(script, 12)], None), ([piece], script), ([piece], piece.path)):
        with pytest.raises(Unreadable):
            stitch(pieces, track, tmp_path / "film.mp4", 24)
    assert not (tmp_path / "film.mp4").exists()


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Nova — eine Tasse", "Nova — eine Tasse"),
        ("  two\n lines ", "two lines"),
        ("-map 0 'x' \\; title=evil;movflags=empty_moov", "-map 0 'x' \\; title=evil;movflags=empty_moov"),
        ("صباح الخير 🎬", "صباح الخير 🎬"),
        ("", None),
    ],
)
def test_the_file_tells_its_title_and_nothing_else(tmp_path: Path, title: str, told: str | None) -> None:
    body, out = clip(tmp_path / "body.mp4", range(9)), tmp_path / "film.mp4"
    stitch([Piece(body, 9)], None, out, 24, title)
    with av.open(str(out)) as film:
        assert film.metadata.get("title") == told
        assert set(film.metadata) <= {"major_brand", "minor_version", "compatible_brands", "encoder", "title"}
    assert numbers(out) == list(range(9))
