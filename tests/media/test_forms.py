"""Chunks in whatever form models return them: one film, one encoder, the colours that were meant."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from activities.media import codec
from activities.media.alike import joined
from activities.media.ffmpeg import Output, encode, source
from activities.media.frames import first_picture
from activities.media.segment import SegmentFiles, SegmentSpec, refine_segment
from activities.media.stitch import MixedEngines, Piece, stitch
from activities.media.transition import render_transition
from tests.support.media_clips import clip, numbers
from tests.support.media_forms import COLOURS, FILM, HDR, PATCHES, Made, headers, made, off
from workflows.film.timeline import conform

#: One of every kind that a file may say of its colours, and each other thing once.
FORMS = {
    **{name: Made(colours=name, depth=10 if name in HDR else 8) for name in COLOURS},
    "full": Made(full=True),
    "full 601": Made(colours="601-525", full=True),
    "10 bits": Made(depth=10, chroma="422"),
    "4:4:4, odd": Made(chroma="444", size=(193, 109)),
    "wide pixels": Made(size=(144, 108), pixel=Fraction(4, 3)),
    "turned": Made(size=(108, 192), turned=90),
}


def refined(folder: Path, form: Made, head: int = 4) -> SegmentFiles:
    """A segment of 12 frames and 4 of handle."""
    folder.mkdir()
    plan = conform((16,), Fraction(24), FILM.fps, 12, 4)
    spec = SegmentSpec(plan, FILM.width, FILM.height, "natural", head)
    return refine_segment([made(folder / "chunk.mp4", range(16), form)], spec, folder, lambda _: None)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> SegmentFiles:
    return refined(tmp_path_factory.mktemp("first") / "beat", Made(), head=0)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_beat_of_any_form_is_joined_to_one_of_another(
    tmp_path: Path, first: SegmentFiles, form: Made
) -> None:
    second, opening = refined(tmp_path / "beat", form), tmp_path / "opening.mp4"
    assert second.head is not None
    render_transition(first.tail, second.head, opening, frames=4, fade=4, fps=24, advance=lambda _: None)
    pieces = [Piece(first.body, 12), Piece(opening, 4), Piece(second.body, 8)]
    assert {headers(piece.path)[:4] for piece in pieces} == {(1, 1, 1, 1)}
    stitch(pieces, None, tmp_path / "film.mp4", 24)
    assert numbers(second.body) == list(range(4, 12))
    assert max(off(second.body), off(second.head), off(opening, 3)) <= 2


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_a_continuation_begins_with_has_the_same_colours(tmp_path: Path, form: Made) -> None:
    picture = first_picture(made(tmp_path / "chunk.mp4", range(2), form)).astype(int)
    height, width = picture.shape[:2]
    across = width // len(PATCHES)
    for n, colour in enumerate(PATCHES):
        seen = picture[
            height // 2 : height * 9 // 10, n * across + across // 3 : n * across + across * 2 // 3
        ]
        assert abs(seen.mean(axis=(0, 1)) - colour).max() < 4, (colour, seen.mean(axis=(0, 1)))


def test_hdr_white_stays_white(tmp_path: Path) -> None:
    for name in HDR:
        white = made(tmp_path / f"{name}.mp4", [0xFFFF], Made(colours=name, depth=10))
        assert first_picture(white)[:20].mean() > 220


def test_pieces_of_two_encoders_become_a_film_all_the_same(tmp_path: Path) -> None:
    pieces = []
    for number, other in enumerate(
        ({}, {"preset": "ultrafast"}, {"x264-params": "stitchable=1:fullrange=on"})
    ):
        path = tmp_path / f"{number}.mp4"
        stream = source(clip(tmp_path / "in.mp4", range(8 * number, 8 * number + 8))).video
        encode([Output(stream, path, {**codec.final(24), **other})], lambda _: None)
        pieces.append(Piece(path, 8))
    with pytest.raises(MixedEngines):
        stitch(pieces, None, tmp_path / "film.mp4", 24)
    told: list[int] = []
    joined(pieces, None, tmp_path / "film.mp4", FILM, tmp_path, told.append)
    assert numbers(tmp_path / "film.mp4") == list(range(24)) and told[-1] == 24
