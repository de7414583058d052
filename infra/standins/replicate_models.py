"""Knows which Replicate models are stood in for, what each takes, and what it makes of that."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from PIL import Image, UnidentifiedImageError
from pydantic import JsonValue

from infra.standins.core import Spec

# A megapixel, as the models of the family draw it.
SHAPES = {
    "16:9": (1344, 768),
    "9:16": (768, 1344),
    "1:1": (1024, 1024),
    "4:5": (896, 1088),
    "3:4": (896, 1184),
}
MIMES = {"jpg": "image/jpeg", "webp": "image/webp"}


class Invalid(Exception):
    """An input that the model does not take; the message is the API's."""


@dataclass(frozen=True)
class Schema:
    """What a model takes, by its own names, and what it makes. `short` is the short side of its videos."""

    takes: frozenset[str]
    needs: frozenset[str]
    image: str = ""
    last_frame: str = ""
    control: str = ""
    short: int = 0
    lengths: tuple[int, ...] = ()

    @property
    def length(self) -> str:
        """Its own name of what says how long a video is to be."""
        return "num_frames" if "num_frames" in self.takes else "duration"


def _schema(takes: str, needs: str = "prompt", **more: str | int | tuple[int, ...]) -> Schema:
    return Schema(frozenset(takes.split()), frozenset(needs.split()), **more)  # type: ignore[arg-type]


_FLUX = (
    "prompt aspect_ratio num_outputs num_inference_steps seed megapixels output_format output_quality "
    "go_fast disable_safety_checker"
)
_VERSION = "9a8db105db745f8b11ad3afe5c8bd892428b2a43ade0b67edc4e0ccd52ff2fda"
MODELS: Mapping[str, Schema] = {
    "black-forest-labs/flux-schnell": _schema(_FLUX),
    "black-forest-labs/flux-dev": _schema(f"{_FLUX} image prompt_strength guidance", image="image"),
    f"xlabs-ai/flux-dev-controlnet:{_VERSION}": _schema(
        "prompt control_image control_type control_strength steps guidance_scale negative_prompt "
        "image_to_image_strength depth_preprocessor soft_edge_preprocessor lora_url lora_strength "
        "output_format output_quality seed return_preprocessed_image",
        "prompt control_image",
        control="control_image",
    ),
    "minimax/hailuo-02": _schema(
        "prompt first_frame_image last_frame_image duration resolution prompt_optimizer",
        image="first_frame_image",
        last_frame="last_frame_image",
        short=768,
        lengths=(6, 10),
    ),
    "kwaivgi/kling-v2.1": _schema(
        "prompt start_image end_image mode duration negative_prompt",
        "prompt start_image",
        image="start_image",
        last_frame="end_image",
        short=720,
        lengths=(5, 10),
    ),
    "bytedance/seedance-1-lite": _schema(
        "prompt image last_frame_image duration resolution aspect_ratio fps camera_fixed seed",
        image="image",
        last_frame="last_frame_image",
        short=720,
        lengths=tuple(range(2, 13)),
    ),
    "wan-video/wan-2.2-i2v-fast": _schema(
        "prompt image last_image num_frames frames_per_second resolution interpolate_output go_fast "
        "sample_shift seed disable_safety_checker",
        "prompt image",
        image="image",
        last_frame="last_image",
        short=720,
        lengths=tuple(range(81, 122)),
    ),
}


def by_version(version: str) -> str:
    """The model that a version belongs to, in any of the three ways to write it; else the version itself."""
    return next((name for name in MODELS if version in (name, name.partition(":")[2])), version)


def checked(schema: Schema, said: JsonValue) -> dict[str, JsonValue]:
    """An input as the model takes it. Raises `Invalid`."""
    if not isinstance(said, dict):
        raise Invalid("- input: is required")
    if missing := sorted(schema.needs - said.keys()):
        raise Invalid(f"- input: {missing[0]} is required")
    if unknown := sorted(said.keys() - schema.takes):
        raise Invalid(f"- input: Additional property {unknown[0]} is not allowed")
    if said.get("aspect_ratio", "1:1") not in SHAPES:
        raise Invalid("- input.aspect_ratio: must be one of the following: " + ", ".join(SHAPES))
    if schema.lengths and said.get(schema.length, schema.lengths[0]) not in schema.lengths:
        raise Invalid(f"- input.{schema.length}: must be one of the following: {schema.lengths}")
    return said


def spec_of(model: str, said: Mapping[str, JsonValue], files: Mapping[str, bytes]) -> Spec:
    """What is to be made of a checked input; `files` are the pictures it names, by parameter. Raises
    `Invalid`."""
    schema = MODELS[model]
    image, control = files.get(schema.image), files.get(schema.control)
    width, height = _size(schema, image or control, str(said.get("aspect_ratio", "1:1")))
    fps = int(str(said.get("frames_per_second", said.get("fps", 24))))
    asked = int(str(said.get(schema.length, schema.lengths[0] if schema.lengths else 0)))
    # Of the family whose frames are 25 + 4n.
    odd = model.startswith("bytedance/")
    return Spec(
        kind="video" if schema.short else "image",
        model=model,
        prompt=str(said["prompt"]),
        image=image,
        control=control,
        last_frame=files.get(schema.last_frame),
        frames=asked if schema.length == "num_frames" else asked * fps + odd,
        fps=Fraction(fps),
        width=width,
        height=height,
        seed=int(str(said.get("seed", 0))),
        mime=MIMES.get(str(said.get("output_format")), "image/png"),
    )


def _size(schema: Schema, picture: bytes | None, aspect: str) -> tuple[int, int]:
    """Even width and height: the shape of the picture it starts from, else of the aspect ratio."""
    width, height = SHAPES[aspect]
    if picture is not None:
        try:
            with Image.open(io.BytesIO(picture)) as opened:
                width, height = opened.size
        except (UnidentifiedImageError, OSError):
            raise Invalid("- input: a file is no image") from None
    scale = (schema.short or min(width, height)) / min(width, height)
    return round(width * scale / 2) * 2, round(height * scale / 2) * 2
