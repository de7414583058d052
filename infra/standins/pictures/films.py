"""Clips that begin with a given image: a camera moves, the light drifts, every frame has its own grain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.video.stream import VideoStream

from infra.standins.pictures.arrays import Pixels, f32, u8
from infra.standins.pictures.astray import time_of, tinted
from infra.standins.pictures.camera import Camera, shown
from infra.standins.pictures.forms import FORMS, Form
from infra.standins.pictures.motion import Move, move_of
from infra.standins.pictures.pictures import opened, still
from infra.standins.pictures.sound import room
from infra.standins.pictures.words import drawn
from infra.standins.spec import Spec

#: Luma (h, w) and the two chromas side by side (h/2, w/2, 2), as video keeps them.
Planes = tuple[Pixels, Pixels]

# Over so many frames the grain comes and goes, so that the first frame is the given image and the last one
# can be given again.
_GRAIN_FRAMES = 6
_GRAIN = 0.05
RATE = 48_000
# How much of a clip it takes to fade to black.
_FADE = Fraction(1, 5)


def film(spec: Spec, path: Path) -> None:
    """Writes the clip of a spec: H.264 in an mp4, exactly its frames, rate and size; the first frame is its
    `image` as far as the codec allows, the last one its `last_frame`. Without an image it begins with a still
    of the prompt. The same spec gives the same pictures."""
    begins, ends = spec.inputs.get("image"), spec.inputs.get("last_frame")
    first = still(spec) if begins is None else opened(begins, spec.width, spec.height)
    last = None if ends is None else opened(ends, spec.width, spec.height)
    form = FORMS[spec.form]
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as out:
        video = _track(out, spec, form)
        sound = out.add_stream("aac", rate=RATE, layout="stereo") if spec.audio else None
        for n, planes in enumerate(_frames(spec, form, first, last)):
            frame = _coded(planes, form)
            frame.pts, frame.time_base = _time(n, spec), 1 / Fraction(spec.fps)
            out.mux(video.encode(frame))
        out.mux(video.encode())
        if sound is not None:
            for piece in room(spec.prompt, round(spec.frames / spec.fps * RATE), RATE):
                out.mux(sound.encode(piece))
            out.mux(sound.encode())


def _track(out: OutputContainer, spec: Spec, form: Form) -> VideoStream:
    video = out.add_stream("libx264", rate=spec.fps)
    video.width, video.height, video.pix_fmt = spec.width - form.odd, spec.height - form.odd, form.pixels
    # One thread: the other cores encode films. Baseline tools make a frame cost a few milliseconds.
    video.options = {"preset": "ultrafast", "crf": "17", "threads": "1"}
    context = video.codec_context
    context.colorspace, context.color_primaries, context.color_trc = form.tags
    context.color_range = 2 if form.full else 1
    return video


def _time(n: int, spec: Spec) -> int:
    """When frame `n` is shown, in frames."""
    late = max(0, n - spec.frames // 2) if spec.end == "uneven" else 0
    return n + late


def _frames(spec: Spec, form: Form, first: Pixels, last: Pixels | None) -> Iterator[Planes]:
    chance = drawn(f"{spec.seed} {spec.prompt}")
    move = move_of(spec.prompt, float(spec.frames / spec.fps), chance)
    here, there = _Shot(first, move, form), None if last is None else _Shot(last, move, form)
    behind = here if spec.astray != "begins_elsewhere" else _Shot(_elsewhere(spec), move, form)
    grain, light = _Grain(chance, first.shape), _Light(chance, first.shape)
    for n in range(spec.frames):
        t = time_of(n, spec.astray) / max(1, spec.frames - 1)
        luma, chroma = (behind if n else here).at(t)
        if there is not None:
            # Two moving pictures that pass through each other in the middle of one and the same move.
            share = float(np.clip((t - 0.25) / 0.6, 0, 1))
            share = 1.0 if n == spec.frames - 1 else share * share * (3 - 2 * share)
            other = there.at(t - 1)
            luma = u8(cv2.addWeighted(luma, 1 - share, other[0], share, 0))
            chroma = u8(cv2.addWeighted(chroma, 1 - share, other[1], share, 0))
        luma, chroma = tinted(luma, chroma, form.black, n, spec.frames, spec.astray)
        luma = grain.on(light.on(luma, t), min(n, spec.frames - 1 - n))
        if spec.end == "fade_out":
            luma, chroma = _dimmed(luma, chroma, form, (spec.frames - 1 - n) / (spec.frames * _FADE))
        yield luma, chroma


def _elsewhere(spec: Spec) -> Pixels:
    """A still of the same words that shows something else."""
    return still(replace(spec, seed=spec.seed + 1, prompt=f"A lighthouse at night. {spec.prompt}", inputs={}))


def _dimmed(luma: Pixels, chroma: Pixels, form: Form, left: Fraction) -> Planes:
    share = min(1.0, float(left))
    return (
        u8(cv2.convertScaleAbs(luma, alpha=share, beta=form.black * (1 - share))),
        u8(cv2.convertScaleAbs(chroma, alpha=share, beta=128 * (1 - share))),
    )


class _Shot:
    """One image under a moving camera."""

    def __init__(self, picture: Pixels, move: Move, form: Form) -> None:
        self._luma, self._chroma = _planes(picture, form)
        self._camera = Camera(picture, move)

    def at(self, t: float) -> Planes:
        """As the camera sees it at `t`, 0 where it stands in the image itself."""
        if t == 0:
            return self._luma, self._chroma
        x, y = self._camera.sees(t)
        half_x, half_y = np.ascontiguousarray(x[::2, ::2]) * 0.5, np.ascontiguousarray(y[::2, ::2]) * 0.5
        return shown(self._luma, x, y), shown(self._chroma, f32(half_x), f32(half_y))


class _Light:
    """A broad gleam that crosses the set once; nothing of it is there at the first and the last frame."""

    def __init__(self, chance: np.random.Generator, shape: tuple[int, ...]) -> None:
        self._size = (shape[1], shape[0])
        self._tilt, self._power = float(chance.uniform(-0.5, 0.5)), float(chance.uniform(0.06, 0.11))
        self._back = bool(chance.random() < 0.4)

    def on(self, luma: Pixels, t: float) -> Pixels:
        if t in (0.0, 1.0):
            return luma
        y, x = np.mgrid[0:1:18j, 0:1:32j]
        at = 1.3 - 1.6 * t if self._back else 1.6 * t - 0.3
        gleam = np.exp(-(((x + self._tilt * (y - 0.5) - at) / 0.28) ** 2)) * self._power - self._power * 0.25
        small = u8(np.clip(128 * (1 + gleam * np.sin(np.pi * t)), 0, 255))
        # Eight bits of a light this even would show as bands; a blurred one does not.
        map_ = cv2.resize(f32(small), self._size, interpolation=cv2.INTER_CUBIC)
        return u8(cv2.multiply(luma, map_, scale=1 / 128, dtype=cv2.CV_8U))


class _Grain:
    """Film grain: one sheet of it, laid anew for every frame."""

    def __init__(self, chance: np.random.Generator, shape: tuple[int, ...]) -> None:
        self._chance, self._shape = chance, shape[:2]
        sheet = chance.normal(128, 30, (shape[0] + 64, shape[1] + 64))
        self._sheet = u8(np.clip(cv2.GaussianBlur(f32(sheet), (0, 0), 0.6), 0, 255))

    def on(self, luma: Pixels, from_end: int) -> Pixels:
        if not from_end:
            return luma
        top, left = self._chance.integers(0, 64, 2)
        part = self._sheet[top : top + self._shape[0], left : left + self._shape[1]]
        share = _GRAIN * min(1.0, from_end / _GRAIN_FRAMES)
        return u8(cv2.addWeighted(luma, 1, part, share, -128 * share))


def _planes(picture: Pixels, form: Form) -> Planes:
    """In the form's matrix and range, rounded: the usual converter cuts off, and each chunk of a chain would
    be two steps darker than the one before."""
    shades = cv2.transform(f32(picture), form.matrix)
    height, width = picture.shape[:2]
    chroma = cv2.resize(shades[:, :, 1:], (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    luma = np.round(shades[:, :, 0] + form.black)
    return u8(np.clip(luma, 0, 255)), u8(np.clip(np.round(chroma + 128), 0, 255))


def _coded(planes: Planes, form: Form) -> av.VideoFrame:
    luma, chroma = planes
    height, width = luma.shape
    flat = np.concatenate([luma.reshape(-1), chroma[:, :, 0].reshape(-1), chroma[:, :, 1].reshape(-1)])
    frame = av.VideoFrame.from_ndarray(flat.reshape(height * 3 // 2, width), "yuv420p")
    if form.pixels == "yuv420p":
        return frame
    finer = frame.reformat(format=form.pixels)
    if not form.odd:
        return finer
    kept = np.ascontiguousarray(u8(finer.to_ndarray())[:, :-1, :-1])
    return av.VideoFrame.from_ndarray(kept, form.pixels)
