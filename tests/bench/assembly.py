"""Measures what it costs to make a film of pieces: against one pass of ffmpeg, and against moviepy.

Run: `python -m tests.bench.assembly [--quick] [--chunks 6 24 96] [--frames N] [--rounds N]`. Every side runs
in a process of its own, in turn; CPU is user and system time of it and its children, after the imports;
memory is the sum of resident sizes over the process tree, sampled. 720p, 24 fps, one thread an encode.

The single pass has the same filters and encoder, and fades by `xfade`; moviepy joins and fades only. With
`--words`, pieces and single pass draw the same words over every beat; moviepy draws none. Chunks
are short so that the run takes minutes, which counts against the pieces: a real beat has 120 frames or more,
and the frames of its head and tail, encoded twice, are a smaller share of it.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import ffmpeg as graph
import psutil

from activities.media import codec, ffmpeg
from activities.media.colour_match import IDENTITY
from activities.media.frames import first_picture
from activities.media.matching import Course
from activities.media.overlay import laid, look_size
from activities.media.probing import count_frames
from activities.media.segment import SegmentFiles, refine_segment, segment_graph
from activities.media.stitch import Piece, stitch
from activities.media.transition import render_transition
from tests.bench.footage import FPS, HEIGHT, WIDTH, Film, X, shoot

#: Frames of a chunk, by the number of chunks.
CHUNK_FRAMES = {6: 73, 24: 37, 96: 25}
_QUICK = {6: 25}
# Often enough to see the peak of an encode that lasts seconds.
_SAMPLE_S = 0.1


# ---- the sides -----------------------------------------------------------------------------------


def _quiet(_: int) -> None:
    return None


def _segment(film: Film, beat: int) -> SegmentFiles:
    out = film.directory / f"segment{beat}"
    out.mkdir(exist_ok=True)
    return refine_segment(film.chunks(beat), film.spec(beat), out, _quiet, film.lettering(beat, out))


def _transition(film: Film, beat: int) -> None:
    render_transition(
        film.directory / f"segment{beat - 1}" / "tail.mkv",
        film.directory / f"segment{beat}" / "head.mkv",
        film.directory / f"transition{beat}.mp4",
        frames=X,
        fade=X,
        fps=FPS,
        advance=_quiet,
    )


def _stitch(film: Film) -> None:
    pieces = []
    for beat in range(len(film.beats)):
        if beat:
            pieces.append(Piece(film.directory / f"transition{beat}.mp4", X))
        body = film.plan(beat).beat_frames - (X if beat else 0)
        pieces.append(Piece(film.directory / f"segment{beat}" / "body.mp4", body))
    stitch(pieces, None, film.directory / "pieces.mp4", FPS)


def pieces(film: Film) -> Path:
    for beat in range(len(film.beats)):
        _segment(film, beat)
    for beat in range(1, len(film.beats)):
        _transition(film, beat)
    _stitch(film)
    return film.directory / "pieces.mp4"


def retake(film: Film) -> Path:
    """One chunk of a beat in the middle is another; what depends on it is made again."""
    beat = len(film.beats) // 2
    _segment(film, beat)
    for later in {beat, min(beat + 1, len(film.beats) - 1)}:
        _transition(film, later)
    _stitch(film)
    return film.directory / "pieces.mp4"


def single(film: Film) -> Path:
    """One ffmpeg command from all chunks to the film."""
    out, shown, joined = film.directory / "single.mp4", 0, None
    for beat, count in enumerate(film.beats):
        spec = film.spec(beat)
        stream = segment_graph(film.chunks(beat), spec, [Course(IDENTITY, IDENTITY)] * count)
        folder = film.directory / f"words{beat}"
        folder.mkdir(exist_ok=True)
        if words := film.lettering(beat, folder):
            seen = [first_picture(chunk, look_size(WIDTH, HEIGHT)) for chunk in film.chunks(beat)]
            stream = laid(stream, words.draw(seen, whole=False), FPS)
        stream = stream.filter("settb", "AVTB")
        if joined is None:
            joined = stream
        else:
            times = {"duration": X / FPS, "offset": shown / FPS}
            joined = graph.filter([joined, stream], "xfade", transition="fade", **times)
        shown += spec.conform.beat_frames
    assert joined is not None
    joined = joined.filter("fps", FPS).filter("format", "yuv420p")
    ffmpeg.encode([ffmpeg.Output(joined, out, codec.final(FPS))], _quiet)
    return out


def moviepy(film: Film) -> Path:
    """The usual way in Python: the same join and fades, without smoothing and grade."""
    from moviepy import VideoFileClip, concatenate_videoclips, vfx

    beats = []
    for beat in range(len(film.beats)):
        clips = [VideoFileClip(str(path), audio=False) for path in film.chunks(beat)]
        clips = [clip.subclipped(1 / FPS if i else 0) for i, clip in enumerate(clips)]
        plan = film.plan(beat)
        whole = concatenate_videoclips(clips, method="chain")
        # It knows a clip's length to a hundredth of a second only, and refuses to go beyond.
        whole = whole.subclipped(0, min(plan.frames / FPS, whole.duration))
        beats.append(whole.with_effects([vfx.CrossFadeIn(X / FPS)]) if beat else whole)
    joined = concatenate_videoclips(beats, padding=-X / FPS, method="compose")
    out = film.directory / "moviepy.mp4"
    options = {"codec": "libx264", "preset": "veryfast", "threads": 1, "audio": False, "logger": None}
    joined.write_videofile(str(out), fps=FPS, ffmpeg_params=["-crf", "18"], **options)
    joined.close()
    return out


SIDES: dict[str, Callable[[Film], Path]] = {
    "pieces": pieces,
    "single": single,
    "moviepy": moviepy,
    "retake": retake,
}


# ---- measuring -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cost:
    """CPU seconds of the children (encoders) and of everything; the tree's peak memory; frames made."""

    encode: float
    total: float
    peak_mb: float
    frames: int


def _cpu(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def _side(name: str, film: Film) -> None:
    """In the child: do it, and say what it took."""
    own, children = _cpu(resource.RUSAGE_SELF), _cpu(resource.RUSAGE_CHILDREN)
    out = SIDES[name](film)
    encode = _cpu(resource.RUSAGE_CHILDREN) - children
    total = encode + _cpu(resource.RUSAGE_SELF) - own
    print(json.dumps({"encode": encode, "total": total, "frames": count_frames(out)}))


def measure(name: str, film: Film) -> Cost:
    """Run one side in a process of its own, watching the memory of its tree."""
    command = [sys.executable, "-m", "tests.bench.assembly", "--side", name]
    command += ["--film", json.dumps([str(film.directory), film.beats, film.frames, film.words])]
    peak = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        tree = psutil.Process(process.pid)
        while process.poll() is None:
            peak = max(peak, _resident(tree))
            time.sleep(_SAMPLE_S)
        assert process.stdout is not None
        said = process.stdout.read()
    if process.returncode:
        raise RuntimeError(f"{name} ended with {process.returncode}")
    made = json.loads(said.splitlines()[-1])
    return Cost(made["encode"], made["total"], peak / 1e6, made["frames"])


def _resident(tree: psutil.Process) -> int:
    size = 0
    try:
        for process in (tree, *tree.children(recursive=True)):
            size += process.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return size


def compare(chunks: int, frames: int, rounds: int, sides: Sequence[str], words: bool) -> None:
    with tempfile.TemporaryDirectory() as directory:
        film = shoot(Path(directory), chunks, frames, words)
        costs: dict[str, list[Cost]] = {name: [] for name in sides}
        for _ in range(rounds):
            # In turn, so that what else the machine does falls on all alike.
            for name in sides:
                costs[name].append(measure(name, film))
        print(
            f"\n{chunks} chunks of {frames} frames, {len(film.beats)} beats, "
            f"{film.total} frames, {rounds} rounds"
        )
        print(f"{'side':10}{'encode s':>10}{'total s':>10}{'of single':>11}{'peak MB':>9}{'frames':>8}")
        base = statistics.median(c.total for c in costs["single"])
        for name, made in costs.items():
            encode, total = (
                statistics.median(v) for v in zip(*((c.encode, c.total) for c in made), strict=True)
            )
            peak = max(c.peak_mb for c in made)
            print(
                f"{name:10}{encode:10.2f}{total:10.2f}{total / base:11.3f}{peak:9.0f}{made[0].frames:8}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description="cost of pieces against one pass and moviepy")
    parser.add_argument("--quick", action="store_true", help="one small film")
    parser.add_argument("--chunks", type=int, nargs="+", choices=CHUNK_FRAMES, default=list(CHUNK_FRAMES))
    parser.add_argument("--frames", type=int, help="frames of a chunk, other than usual for that many")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--words", action="store_true", help="with words over every beat")
    parser.add_argument("--without", nargs="+", choices=["moviepy"], default=[])
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--film", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        directory, beats, frames, words = json.loads(asked.film)
        return _side(asked.side, Film(Path(directory), tuple(beats), frames, words))
    sides = [name for name in SIDES if name not in asked.without]
    sizes = _QUICK if asked.quick else {n: CHUNK_FRAMES[n] for n in asked.chunks}
    for chunks, frames in sizes.items():
        compare(chunks, asked.frames or frames, asked.rounds, sides, asked.words)
    return None


if __name__ == "__main__":
    main()
