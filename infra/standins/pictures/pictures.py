"""Stills as files: from words, or around the edges of a product that was given."""

from __future__ import annotations

import cv2
import numpy as np

from infra.standins.pictures.arrays import Pixels, u8
from infra.standins.pictures.camera import Camera, shown
from infra.standins.pictures.changed import picture_of
from infra.standins.pictures.figures import figures_of, peopled, sheet_of
from infra.standins.pictures.motion import move_of
from infra.standins.pictures.photo import photograph
from infra.standins.pictures.traced import traced
from infra.standins.pictures.words import drawn
from infra.standins.spec import Spec

_SUFFIX = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}
# As the real ones deliver: WebP and JPEG at a quality where nobody sees blocks.
_QUALITY = {".jpg": [cv2.IMWRITE_JPEG_QUALITY, 92], ".webp": [cv2.IMWRITE_WEBP_QUALITY, 90]}
# An edit lets its camera go on for as long as a clip lasts.
_LATER_S = 5.0
# A sheet is looked at in this size, (pixels a side).
_SHEET = 96


def still(spec: Spec) -> Pixels:
    """The picture of a spec, (height, width, 3), BGR; the same for the same spec."""
    edges = _decoded(spec.inputs["control"], spec.width, spec.height) if "control" in spec.inputs else None
    if edges is not None:
        made = traced(edges, spec.prompt, spec.seed)
    else:
        made = photograph(spec.prompt, spec.seed, spec.width, spec.height)
    return u8(np.round(made * 255))


def image(spec: Spec) -> bytes:
    """The file of a still. With an `image` and no `control`, that image from where the camera would stand
    some seconds later: what an edit comes to where of the words only the move is understood."""
    if spec.task:
        return _file(picture_of(spec), spec)
    photo = None if "control" in spec.inputs else spec.inputs.get("image")
    sheet = sheet_of(spec.prompt, spec.seed, spec.width, spec.height)
    if sheet is not None:
        return _file(sheet, spec)
    made = still(spec) if photo is None else _edited(opened(photo, spec.width, spec.height), spec)
    sheets = [
        opened(spec.inputs[name], _SHEET, _SHEET) for name in sorted(spec.inputs) if name[:5] == "sheet"
    ]
    if figures := figures_of(spec.prompt, spec.seed, sheets):
        made = peopled(made, figures, drawn(f"{spec.seed} {spec.prompt} stand"))
    return _file(made, spec)


def _file(made: Pixels, spec: Spec) -> bytes:
    suffix = _SUFFIX.get(spec.mime, ".png")
    done, data = cv2.imencode(suffix, made, _QUALITY.get(suffix, []))
    if not done:
        raise ValueError(f"no {spec.mime} of {spec.width} x {spec.height}")
    return data.tobytes()


def _edited(picture: Pixels, spec: Spec) -> Pixels:
    move = move_of(spec.prompt, _LATER_S, drawn(f"{spec.seed} {spec.prompt}"))
    return shown(picture, *Camera(picture, move).sees(1.0))


def opened(data: bytes, width: int, height: int) -> Pixels:
    """An image file cut to a shape around its middle and brought to its size. Raises ValueError."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("this is no image")
    tall, wide = picture.shape[:2]
    if (wide, tall) == (width, height):
        return np.asarray(picture, np.uint8)
    scale = max(width / wide, height / tall)
    w, h = min(wide, round(width / scale)), min(tall, round(height / scale))
    left, top = (wide - w) // 2, (tall - h) // 2
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(
        cv2.resize(picture[top : top + h, left : left + w], (width, height), interpolation=how), np.uint8
    )


def _decoded(data: bytes, width: int, height: int) -> Pixels | None:
    try:
        return u8(cv2.cvtColor(opened(data, width, height), cv2.COLOR_BGR2GRAY))
    except ValueError:
        return None
