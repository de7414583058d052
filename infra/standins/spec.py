"""What a stand-in is asked to make, in one form for all providers."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Literal, Self

from pydantic import JsonValue

from infra.standins.journal import Journal

Kind = Literal["image", "video", "plan"]
_EDGES = "outlines that the last image shows"
#: The fields of a `Spec` that hold bytes.
PICTURES = ("image", "control", "last_frame")


@dataclass(frozen=True)
class Spec:
    """What is to be made. `image`, `control` (edges, white on black) and `last_frame` are PNG or JPEG files.
    `frames` and `fps` hold for a video, as do `form` (`forms.py`) and `end`: `fade_out`, or `uneven`, its
    second half at half speed. `mime` is what is wanted of an image (PNG, JPEG, WebP).

    A plan is not made here: its provider builds the JSON from the prompt and the `schema`.
    """

    kind: Kind
    model: str
    prompt: str
    image: bytes | None = field(default=None, repr=False)
    control: bytes | None = field(default=None, repr=False)
    last_frame: bytes | None = field(default=None, repr=False)
    frames: int = 121
    fps: Fraction = Fraction(24)
    width: int = 1280
    height: int = 720
    seed: int = 0
    audio: bool = False
    mime: str = "image/png"
    form: str = "plain"
    end: str = ""
    schema: Mapping[str, JsonValue] | None = field(default=None, repr=False)

    def packed(self, journal: Journal) -> dict[str, JsonValue]:
        """As JSON, its pictures kept apart."""
        said: dict[str, JsonValue] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in PICTURES:
                said[one.name] = None if value is None else journal.keep(value)
            else:
                said[one.name] = str(value) if isinstance(value, Fraction) else value
        return said

    @classmethod
    def unpacked(cls, said: dict[str, JsonValue], journal: Journal) -> Self:
        """What `packed` gave."""
        pictures = {name: None if said[name] is None else journal.kept(str(said[name])) for name in PICTURES}
        # Written by `packed`, so the types are those of the fields.
        return cls(**{**said, **pictures, "fps": Fraction(str(said["fps"]))})  # type: ignore[arg-type]


def with_edges(prompt: str, pictures: Sequence[bytes]) -> tuple[bytes | None, bytes | None]:
    """(photo, edges) of the pictures that go along with a prompt. A model of pictures would see it: the last
    one is edges where the words say so."""
    edges = pictures[-1] if pictures and _EDGES in prompt else None
    return next((one for one in pictures if one is not edges), None), edges


def sides(aspect: str, step: int) -> tuple[int, int]:
    """Width and height of a megapixel in the shape of an aspect such as `4:5`, in whole steps."""
    across, down = (int(side) for side in aspect.split(":"))
    side = math.sqrt(2**20 / (across * down))
    return round(across * side / step) * step, round(down * side / step) * step


def name_of(packed: Mapping[str, JsonValue]) -> str:
    """The same for everything that looks the same: jobs that ask for one thing share its file."""
    return hashlib.sha256(json.dumps(packed, sort_keys=True).encode()).hexdigest()[:32]
