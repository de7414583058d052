"""Knows which of fal's models are stood in for, what is said of a wrong input, and made of a right one."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from PIL import Image, UnidentifiedImageError
from pydantic import JsonValue

from infra.standins.spec import Spec, seen
from infra.standins.wire.changes import Unusable, changed
from infra.standins.wire.schema import Published, Wrong, published

MODELS = published("fal")
_SIZES = {
    "square": (512, 512),
    "square_hd": (1024, 1024),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}
# What pydantic, which fal's apps validate with, calls each rule that a request may break.
_KINDS = {
    "required": "missing",
    "additionalProperties": "extra_forbidden",
    "enum": "literal_error",
    "minimum": "greater_than_equal",
    "exclusiveMinimum": "greater_than",
    "maximum": "less_than_equal",
    "minLength": "string_too_short",
    "maxLength": "string_too_long",
    "minItems": "too_short",
    "maxItems": "too_long",
}


class Invalid(Exception):
    """The input cannot be used; `detail` is what the model says about it."""

    def __init__(self, place: Sequence[str | int], kind: str, message: str) -> None:
        super().__init__(message)
        self.detail: JsonValue = [{"loc": ["body", *place], "msg": message, "type": kind}]


def checked(endpoint: str, said: JsonValue) -> dict[str, JsonValue]:
    """An input as the model takes it. Raises `Invalid`."""
    if wrong := MODELS[endpoint].wrong(said):
        raise _invalid(wrong)
    assert isinstance(said, dict)
    return said


def _invalid(wrong: Wrong) -> Invalid:
    kind = f"{wrong.wants}_type" if wrong.keyword == "type" else _KINDS.get(wrong.keyword, "value_error")
    words = {"missing": "Field required", "extra_forbidden": "Extra inputs are not permitted"}
    return Invalid(wrong.place, kind, words.get(kind, f"Input should keep to {wrong.keyword} {wrong.wants}"))


def urls_in(named: JsonValue) -> list[JsonValue]:
    """The addresses of files that a parameter has: of elements, those of all their views."""
    if isinstance(named, dict):
        return [url for each in named.values() for url in urls_in(each)]
    return [url for each in named for url in urls_in(each)] if isinstance(named, list) else [named]


def spec_of(endpoint: str, said: Mapping[str, JsonValue], files: Mapping[str, Sequence[bytes]]) -> Spec:
    """What is to be made of a checked input; `files` are the pictures it names, by parameter."""
    model = MODELS[endpoint]
    if model.does:
        return _changed(endpoint, said, files)
    inputs = seen(str(said["prompt"]), files.get(model.listed, ()))
    alone = {role: files[name][0] for role, name in model.inputs.items() if files.get(name)}
    # What is edited is a sheet where the words say so.
    if model.makes == "video":
        # Whom it films is seen in its frames.
        inputs = {f"sheet_{number}": each for number, each in enumerate(files.get(model.listed, ()), 1)}
    inputs |= seen(str(said["prompt"]), list(alone.values())) if model.makes == "image" else alone
    width, height = _size(said.get("image_size"))
    if model.makes == "video" or "image" in model.inputs:
        width, height = _shape(said, model, alone.get("image"))
    return Spec(
        kind=model.makes,
        model=endpoint,
        prompt=str(said["prompt"]),
        inputs=inputs,
        frames=_frames(said),
        fps=Fraction(int(str(said.get("frames_per_second") or 24))),
        width=width,
        height=height,
        seed=int(str(said.get("seed") or 0)),
        # All of them that know sound make it unless they are told not to.
        audio="generate_audio" in model.properties and said.get("generate_audio") is not False,
        mime=f"image/{said.get('output_format') or 'jpeg'}",
    )


def _changed(endpoint: str, said: Mapping[str, JsonValue], files: Mapping[str, Sequence[bytes]]) -> Spec:
    model = MODELS[endpoint]
    (file,) = (files[name][0] for name in model.inputs.values())
    try:
        return changed(endpoint, model, said, file)
    except Unusable as error:
        kind = "image_load_error" if error.role == "image" else "unsupported_video_format"
        raise Invalid([error.parameter], kind, f"Failed to load the {error.role}") from None


def _size(said: JsonValue) -> tuple[int, int]:
    if isinstance(said, dict):
        return int(str(said.get("width", 512))), int(str(said.get("height", 512)))
    return _SIZES.get(str(said), _SIZES["landscape_4_3"])


def _shape(said: Mapping[str, JsonValue], model: Published, picture: bytes | None) -> tuple[int, int]:
    """Even width and height of a video: the aspect that was asked for, else that of the picture it starts
    from."""
    asked = str(said.get("aspect_ratio", said.get("resolution_mode", "auto")))
    width, height = (16, 9) if ":" not in asked else (int(side) for side in asked.split(":"))
    if picture is not None and ":" not in asked:
        try:
            with Image.open(io.BytesIO(picture)) as opened:
                width, height = opened.size
        except (UnidentifiedImageError, OSError):
            raise Invalid([model.inputs["image"]], "image_load_error", "Failed to load the image") from None
    short = re.fullmatch(r"(\d+)p", str(said.get("resolution")))
    scale = Fraction(int(short[1]) if short else model.short or 720, min(width, height))
    return round(width * scale / 2) * 2, round(height * scale / 2) * 2


def _frames(said: Mapping[str, JsonValue]) -> int:
    if "num_frames" in said:
        return int(str(said["num_frames"]))
    seconds = re.match(r"\d+", str(said.get("duration")))
    return 24 * int(seconds[0] if seconds else 5)
