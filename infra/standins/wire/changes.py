"""Knows what is made of a file that a model is to change, whichever provider has the model."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Literal

from pydantic import JsonValue

from infra.standins.pictures.changed import BROKEN, held
from infra.standins.spec import Spec
from infra.standins.wire.schema import Published

_MIMES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "png": "image/png"}


class Unusable(Exception):
    """A file is no picture, or no video; `parameter` names it."""

    def __init__(self, parameter: str, role: str) -> None:
        super().__init__(f"this is no {role}")
        self.parameter, self.role = parameter, role


def changed(name: str, model: Published, said: Mapping[str, JsonValue], file: bytes) -> Spec:
    """What is to be made of a checked input; `file` is the one that it names. Raises `Unusable`."""
    role: Literal["image", "video"] = "video" if "video" in model.inputs else "image"
    try:
        found = held(file, role)
    except (*BROKEN, IndexError):
        raise Unusable(model.inputs[role], role) from None
    factor = float(str(said.get(model.factor, model.usual))) if model.does == "enlarge" else 1.0
    width, height = (max(1, round(side * factor)) for side in (found.width, found.height))
    if role == "video":
        width, height = width // 2 * 2, height // 2 * 2
    usual = "jpeg" if "output_format" in model.properties else "png"
    return Spec(
        kind=model.makes,
        model=name,
        # Nobody says any words: what is refused for good is this file.
        prompt=hashlib.sha256(file).hexdigest(),
        inputs={role: file},
        frames=found.frames,
        fps=found.fps,
        width=width,
        height=height,
        seed=int(str(said.get("seed", 0))),
        mime=_MIMES.get(str(said.get("output_format", usual)), "image/png"),
        task=model.does,
    )
