"""What a stand-in is asked to make, in one form for all providers."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Literal, Self

from pydantic import JsonValue

from infra.standins.journal import Journal

Kind = Literal["image", "video", "plan"]
#: What is done to a file that is there: it is made larger, or its background is taken away.
Task = Literal["", "enlarge", "cut_out"]
_EDGES = "outlines that the last image shows"
_SHEETS = re.compile(r"Keep [^.]* exactly as the pictures show them")


@dataclass(frozen=True)
class Spec:
    """What is to be made. `inputs` are PNG or JPEG files by what they are to it: `image`, `control` (edges,
    white on black), `last_frame`, and `sheet_1` and so on, of the characters that the prompt tells of.
    `frames` and `fps` hold for a video, as do `form` (`forms.py`) and `end`: `fade_out`, or `uneven`, its
    second half at half speed; `astray` is one of `astray.py`. `mime` is what is wanted of an image (PNG,
    JPEG, WebP). With a `task` it is the one of the `inputs`, `image` or `video`, changed to that size.

    A plan is not made here: its provider builds the JSON from the prompt and the `schema`.
    """

    kind: Kind
    model: str
    prompt: str
    inputs: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    frames: int = 121
    fps: Fraction = Fraction(24)
    width: int = 1280
    height: int = 720
    seed: int = 0
    audio: bool = False
    mime: str = "image/png"
    form: str = "plain"
    end: str = ""
    astray: str = ""
    task: Task = ""
    schema: Mapping[str, JsonValue] | None = field(default=None, repr=False)

    def packed(self, journal: Journal) -> dict[str, JsonValue]:
        """As JSON, its inputs kept apart and named by their roles."""
        own = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "inputs"}
        said = {name: str(value) if isinstance(value, Fraction) else value for name, value in own.items()}
        return said | {role: journal.keep(file) for role, file in self.inputs.items()}

    @classmethod
    def unpacked(cls, said: dict[str, JsonValue], journal: Journal) -> Self:
        """What `packed` gave; an earlier release named the inputs that there were not as well."""
        own = {one.name: said[one.name] for one in fields(cls) if one.name in said}
        files = {role: journal.kept(str(key)) for role, key in said.items() if role not in own and key}
        # Written by `packed`, so the types are those of the fields.
        return cls(**{**own, "inputs": files, "fps": Fraction(str(said["fps"]))})  # type: ignore[arg-type]


def seen(prompt: str, pictures: Sequence[bytes]) -> dict[str, bytes]:
    """What the pictures that go along with a prompt are. A model of pictures would see it: the last one is
    edges where the words say so, or all of them are sheets of characters."""
    if _SHEETS.search(prompt):
        return {f"sheet_{number}": picture for number, picture in enumerate(pictures, 1)}
    photos, edges = (pictures[:-1], pictures[-1:]) if _EDGES in prompt else (pictures, ())
    return {role: of[0] for role, of in (("image", photos), ("control", edges)) if of}


def sides(aspect: str, step: int) -> tuple[int, int]:
    """Width and height of a megapixel in the shape of an aspect such as `4:5`, in whole steps."""
    across, down = (int(side) for side in aspect.split(":"))
    side = math.sqrt(2**20 / (across * down))
    return round(across * side / step) * step, round(down * side / step) * step


def name_of(packed: Mapping[str, JsonValue]) -> str:
    """The same for everything that looks the same: jobs that ask for one thing share its file."""
    return hashlib.sha256(json.dumps(packed, sort_keys=True).encode()).hexdigest()[:32]
