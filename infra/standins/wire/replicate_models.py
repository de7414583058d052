"""Knows which Replicate models are stood in for, what is said of a wrong input, and made of a right one."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from fractions import Fraction

from PIL import Image, UnidentifiedImageError
from pydantic import JsonValue

from infra.standins.core import Spec
from infra.standins.spec import seen, sides
from infra.standins.wire.changes import Unusable, changed
from infra.standins.wire.schema import Published, Wrong, published

# A megapixel, as the models of the family draw it.
SHAPES = {
    "16:9": (1344, 768),
    "9:16": (768, 1344),
    "1:1": (1024, 1024),
    "4:5": (896, 1088),
    "3:4": (896, 1184),
}
MIMES = {"jpg": "image/jpeg", "webp": "image/webp"}
# What is made where nothing is asked.
USUAL = {"num_frames": 81, "duration": 5}


class Invalid(Exception):
    """An input that the model does not take; the message is the API's."""


MODELS = published("replicate")


def by_version(version: str) -> str:
    """The model that a version belongs to, in any of the three ways to write it; else the version itself."""
    return next((name for name in MODELS if version in (name, name.partition(":")[2])), version)


def checked(model: str, said: JsonValue) -> dict[str, JsonValue]:
    """An input as the model takes it. Raises `Invalid`."""
    if wrong := MODELS[model].wrong(said):
        raise Invalid(_sentence(wrong))
    assert isinstance(said, dict)
    return said


def _sentence(wrong: Wrong) -> str:
    """What the API says of it: it validates by JSON Schema, and names the field below `input`."""
    place = ".".join(["input", *map(str, wrong.place)])
    field = place.removeprefix("input.")
    wants = wrong.wants
    match wrong.keyword:
        case "required":
            return f"- input: {field} is required"
        case "additionalProperties":
            return f"- input: Additional property {field} is not allowed"
        case "enum":
            return f"- {place}: {field} must be one of the following: {', '.join(map(json.dumps, wants))}"
        case "type":
            return f"- {place}: Invalid type. Expected: {wants}, given: {type(wrong.said).__name__}"
        case "minimum":
            return f"- {place}: Must be greater than or equal to {wants}"
        case "maximum":
            return f"- {place}: Must be less than or equal to {wants}"
    return f"- {place}: Does not match {wrong.keyword} {wants}"


def spec_of(model: str, said: Mapping[str, JsonValue], files: Mapping[str, bytes]) -> Spec:
    """What is to be made of a checked input; `files` are the pictures it names, by parameter. Raises
    `Invalid`."""
    schema, video = MODELS[model], MODELS[model].makes == "video"
    if schema.does:
        return _changed(model, said, files)
    length = "num_frames" if "num_frames" in schema.properties else "duration"
    inputs = {role: files[name] for role, name in schema.inputs.items() if name in files}
    picture = inputs.get("image")
    if "image" in inputs and "control" not in inputs and not video:
        # What is edited is a sheet where the words say so.
        inputs = seen(str(said.get("prompt", "")), [inputs["image"]])
    width, height = _size(schema, picture or inputs.get("control"), str(said.get("aspect_ratio", "1:1")))
    fps = int(str(said.get("frames_per_second", said.get("fps", 24))))
    asked = int(str(said.get(length, USUAL[length]))) if video else 0
    # Of the family whose frames are 25 + 4n.
    odd = model.startswith("bytedance/")
    return Spec(
        kind="video" if video else "image",
        model=model,
        prompt=str(said.get("prompt", "")),
        inputs=inputs,
        frames=asked if length == "num_frames" else asked * fps + odd,
        fps=Fraction(fps),
        width=width,
        height=height,
        seed=int(str(said.get("seed", 0))),
        mime=MIMES.get(str(said.get("output_format")), "image/png"),
    )


def _changed(model: str, said: Mapping[str, JsonValue], files: Mapping[str, bytes]) -> Spec:
    schema = MODELS[model]
    (name,) = schema.inputs.values()
    if name not in files:
        raise Invalid(f"- input: {name} is required")
    try:
        return changed(model, schema, said, files[name])
    except Unusable as error:
        raise Invalid(f"- input: a file is no {error.role}") from None


def _size(schema: Published, picture: bytes | None, aspect: str) -> tuple[int, int]:
    """Even width and height: the shape of the picture it starts from, else of the aspect ratio."""
    if picture is None or (":" in aspect and "input_image" in schema.properties):
        width, height = SHAPES.get(aspect) or sides(aspect, 32)
    else:
        try:
            with Image.open(io.BytesIO(picture)) as opened:
                width, height = opened.size
        except (UnidentifiedImageError, OSError):
            raise Invalid("- input: a file is no image") from None
    scale = (schema.short or min(width, height)) / min(width, height)
    return round(width * scale / 2) * 2, round(height * scale / 2) * 2
