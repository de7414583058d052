"""Knows how each kind of step is done here: by what software, and in which calls of it. All of it is free."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from activities.faults import InvalidInput
from activities.media import (
    EDITS,
    SAMPLE_RATE,
    STILLS,
    codec,
    edges_of,
    enlarged_image,
    enlarged_video,
    frame_at,
    joined_videos,
    loudness,
    master,
    measured,
    opaque,
    probe,
    resized_image,
    resized_video,
    scored_video,
)
from activities.models import Advance, AnchorJob, ChunkJob, LocalModel, ScoreJob
from activities.pipeline.drawing import shot_of
from activities.pipeline.kind_plugs import KindJob, kind_named, own_kinds
from activities.studio import Studio
from workflows.pipeline import Params, PlannedStep
from workflows.studio import Media


@dataclass(frozen=True)
class Job:
    """One step to be done in a thread: its files by role, as they are here."""

    step: PlannedStep
    params: Params
    files: Mapping[str, Sequence[Path]]
    artist: LocalModel
    out: Path
    advance: Advance

    def file(self, role: str) -> Path:
        return self.files[role][0]

    def picture(self, role: str) -> Path | None:
        """A picture as it is seen on white, where one is given."""
        return opaque(self.file(role), self.out.parent) if self.files.get(role) else None

    def said(self, name: str) -> Any:
        """A parameter of its kind."""
        return getattr(self.params, name)


def engine_of(studio: Studio, step: PlannedStep) -> str:
    """Whose work it is, by name and version: part of its recipe. Blocks for a moment, once a process."""
    if kind_named(step.kind).part:
        return studio.local_model(step.models[0]).engine
    if (own := own_kinds().get(step.kind)) is not None:
        return own.engine
    if step.kind == "soundtrack":
        return f"{_artist(studio).score_engine}; {loudness.engine()}"
    return f"{EDITS}, {codec.engine()}" if step.gives == "video" else STILLS


def do(
    studio: Studio, step: PlannedStep, files: Mapping[str, Sequence[Path]], folder: Path, advance: Advance
) -> tuple[Path, Media]:
    """What the step makes, with its measured facts; in a thread. Raises `InvalidInput` for what it can never
    make, and what its software raises."""
    kind = kind_named(step.kind)
    params = kind.params.model_validate(dict(step.params))
    suffix, mime = ("png", "image/png") if step.gives == "image" else ("mp4", "video/mp4")
    out = folder / f"made.{suffix}"
    advance(0)
    if (own := own_kinds().get(step.kind)) is not None:
        words = step.prompt, step.negative_prompt
        own.do(KindJob(*words, params, files, step.take, out, advance))
    else:
        artist = studio.local_model(step.models[0]) if kind.part else _artist(studio)
        _DO[step.kind](Job(step, params, files, artist, out, advance))
    return out, probe(out, mime)


def _artist(studio: Studio) -> LocalModel:
    """Who plays here."""
    return next(iter(studio.roster.local_models.values()))


# ---- by the animatic -------------------------------------------------------------------------------


def _draw(job: Job) -> None:
    job.artist.draw_image(shot_of(job.step, job.params), (), job.out)


def _redraw(job: Job) -> None:
    image = opaque(job.file("image"), job.out.parent)
    shot = shot_of(job.step, job.params, measured(image))
    # Two seconds on, so that it is another picture than the one given.
    job.artist.draw_anchor(AnchorJob(shot, (), image, 2 * shot.format.fps), job.out)


def _film(job: Job) -> None:
    start, end = job.picture("image"), job.picture("last_frame")
    shot = shot_of(job.step, job.params, measured(start) if start else None)
    frames = shot.beat.seconds * shot.format.fps
    if (seconds := job.said("seconds")) is not None:
        frames = max(2, round(seconds * shot.format.fps))
    job.artist.render_chunk(ChunkJob(shot, (), start, 0, frames, end=end), job.out, job.advance)


# ---- by ffmpeg and Pillow --------------------------------------------------------------------------


def _frame(job: Job) -> None:
    at, video = job.said("at"), job.file("video")
    number = {"first": 0, "last": -1}.get(at)
    if number is None:
        facts = measured(video)
        number = int(Fraction(str(at)) * (facts.fps or 1))
        if number >= (facts.frames or 0):
            lasts = float((facts.frames or 0) / (facts.fps or 1))
            raise InvalidInput(f"its video lasts {lasts:.2f} s, and nothing is shown at {at} s")
    frame_at(video, number, job.out)


def _join(job: Job) -> None:
    joined_videos(job.files["videos"], job.out, job.said("fade_s"), job.advance)


def _resize(job: Job) -> None:
    how = (job.said("aspect"), job.said("size"), job.said("fit") == "pad")
    if job.step.gives == "image":
        resized_image(job.file("source"), job.out, *how)
    else:
        resized_video(job.file("source"), job.out, *how, job.advance)


def _edges(job: Job) -> None:
    edges_of(job.file("image"), job.out)


def _upscale(job: Job) -> None:
    if job.step.gives == "image":
        enlarged_image(job.file("image"), job.out, job.said("factor"))
    else:
        enlarged_video(job.file("video"), job.out, job.said("factor"), job.advance)


def _score(job: Job) -> None:
    video = job.file("video")
    facts = measured(video)
    if not facts.frames or not facts.fps:
        raise InvalidInput("its video has no length, so that no music can be as long")
    seconds = facts.frames / facts.fps
    words = tuple(str(job.said("style")).split())
    cues = ((float(seconds), job.said("energy")),)
    score = ScoreJob(round(seconds * SAMPLE_RATE), cues, words, job.step.take)
    music = job.out.with_name("music.m4a")
    # Samples are no frames: of these, there are none to be told yet.
    master(job.artist.compose_score(score, lambda _: job.advance(0)), music, lambda _: job.advance(0))
    scored_video(video, music, job.out, job.advance)


_DO: Mapping[str, Callable[[Job], None]] = {
    "text_to_image": _draw,
    "image_to_image": _redraw,
    "text_to_video": _film,
    "image_to_video": _film,
    "frame": _frame,
    "join": _join,
    "resize": _resize,
    "edges": _edges,
    "upscale_image": _upscale,
    "upscale_video": _upscale,
    "soundtrack": _score,
}
