"""A recipe names everything that shapes its result: what no recipe spells out is held here by a revision.

When it fails, the same recipe makes another file than before, and films would mix the two. Raise the
`REVISION` that it names and pin the new pair here. Where only the words changed and not the result, as in
another order of the same filters, the pair may be pinned with the revision that it has.
"""

from __future__ import annotations

import hashlib
import inspect
import itertools
import json
import re
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import ffmpeg as graph
import numpy as np
import pytest

from activities.media import codec, colour_match, drift, ffmpeg, looks, loudness, matching, sound
from activities.media.colour_match import IDENTITY, Affine
from activities.media.film_form import in_film_form
from activities.media.form import BT709, PQ, Form
from activities.media.matching import Course
from activities.media.segment import SegmentSpec, segment_graph
from activities.media.transition import render_transition
from tests.support.media_clips import HEIGHT, WIDTH, clip, picture
from workflows.film.timeline import conform

#: The revision, and a digest of everything that it stands for.
PICTURES = (3, "5210ba098f79ef90")
ANCHORED = ("anchored 1", "8ae6e2dbd9003a6c")
SOUND = (1, "34caa184528ef710")
#: Of the chunks: one as the film, one that has to be scaled, one of another shape.
SIZES = ((WIDTH, HEIGHT), (WIDTH // 2, HEIGHT // 2), (WIDTH // 2, HEIGHT))

Recorded = Callable[[], list[str]]


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """What ffmpeg has been told so far, word by word; it still does it."""
    log, program = tmp_path / "words", tmp_path / "program"
    program.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        f"with open({str(log)!r}, 'a') as log:\n    print(json.dumps(sys.argv[1:]), file=log)\n"
        f"os.execv({ffmpeg.executable()!r}, [{ffmpeg.executable()!r}, *sys.argv[1:]])\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(ffmpeg, "executable", lambda: str(program))
    return lambda: [word for line in log.read_text().splitlines() for word in json.loads(line)]


def figures(module: ModuleType) -> dict[str, str]:
    """The module's constants, whatever they are called."""
    kept = (int, float, str, tuple, list, dict, re.Pattern)
    return {
        name: repr(value)
        for name, value in vars(module).items()
        if name.lstrip("_").isupper() and name != "REVISION" and isinstance(value, kept)
    }


def digest(tmp_path: Path, *facts: object) -> str:
    text = json.dumps(facts, sort_keys=True, default=repr).replace(str(tmp_path), "")
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def drifted(gain: float, offset: float) -> Affine:
    """What is fitted where a picture with clipped lights and shadows drifts, and an object comes in."""
    before = ((np.asarray(picture(7), np.float64) - 125) * 2.2 + 125).round().clip(0, 255)
    after = ((before - offset) / gain).round().clip(0, 255)
    after[40:80, 20:70] = 90
    return colour_match.match(before.astype(np.uint8), after.astype(np.uint8))


def test_pictures(tmp_path: Path, recorded: Recorded) -> None:
    chunks = [clip(tmp_path / f"{n}.mp4", range(9), Fraction(8), size) for n, size in enumerate(SIZES)]
    words = []
    # The second is longer than the chunks, and so retimed.
    plans = [conform((9, 9, 9), Fraction(8), 24, frames, 0) for frames in (69, 76)]
    assert [plan.retime for plan in plans] == [False, True]
    for look, plan in itertools.product(looks.GRADES, plans):
        spec = SegmentSpec(plan, WIDTH, HEIGHT, look, head_frames=0)
        fits = (IDENTITY, Affine((0.95, 1.0, 1.05), (1.0, 0.0, -2.0)), IDENTITY)
        made = segment_graph(chunks, spec, [Course(fit, fit) for fit in fits])
        words += graph.get_args(graph.output(made, "out.mp4"))
    for transfer in (BT709, PQ):
        foreign = Form(width=WIDTH, height=HEIGHT, pixel_aspect=Fraction(1), transfer=transfer, depth=10)
        stream = in_film_form(graph.input("chunk.mp4").video, foreign, WIDTH // 2, HEIGHT // 2)
        words += graph.get_args(graph.output(stream, "out.mp4"))
    head = clip(tmp_path / "head.mp4", range(6))
    render_transition(chunks[0], head, tmp_path / "out.mp4", frames=6, fade=4, fps=24, advance=lambda _: None)
    found = [drifted(0.95, 4.0), drifted(1.08, -6.0), drifted(1.5, 0.0)]
    facts = (words, recorded(), codec.final(24), codec.lossless(), figures(colour_match), found)
    assert (codec.REVISION, digest(tmp_path, facts)) == PICTURES, inspect.getdoc(sys.modules[__name__])
    assert codec.engine().startswith(f"reelwright {codec.REVISION}, ffmpeg {ffmpeg.version()}, x264 ")


def test_anchored_colours(tmp_path: Path) -> None:
    """Matched to the shot's first image, which has a revision of its own."""
    chunks = [clip(tmp_path / f"{n}.mp4", range(9), Fraction(8)) for n in range(2)]
    spec = SegmentSpec(conform((9, 9), Fraction(8), 24, 48, 0), WIDTH, HEIGHT, "natural", head_frames=0)
    fit = Affine((0.95, 1.0, 1.05), (1.0, 0.0, -2.0))
    made = segment_graph(chunks, spec, [Course(IDENTITY, fit), Course(fit, fit)])
    words = graph.get_args(graph.output(made, "out.mp4"))
    facts = (words, figures(drift), figures(matching))
    assert (drift.ENGINE, digest(tmp_path, facts)) == ANCHORED


def test_sound(tmp_path: Path, recorded: Recorded) -> None:
    seconds = np.arange(sound.SAMPLE_RATE) / sound.SAMPLE_RATE
    tone = np.repeat(np.sin(2 * np.pi * 440 * seconds)[:, None], 2, axis=1).astype(np.float32)
    tone[::4000] = 4.0
    loudness.master(tone, tmp_path / "out.m4a", lambda _: None)
    # What was measured may differ in its last figure from machine to machine, so how far is left out.
    told = [re.sub(r"(volume|limit)=-?[\d.]+", r"\1=", word) for word in dict.fromkeys(recorded())]
    levels = str(inspect.signature(loudness.master))
    facts = (told, levels, figures(loudness))
    assert (loudness.REVISION, digest(tmp_path, facts)) == SOUND, inspect.getdoc(sys.modules[__name__])
    assert loudness.engine() == f"mastering {loudness.REVISION}, ffmpeg {ffmpeg.version()}"
