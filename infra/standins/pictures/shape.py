"""What every product of the stand-ins is described by."""

from __future__ import annotations

from dataclasses import dataclass

from infra.standins.pictures.solids import Solid


@dataclass(frozen=True)
class Shape:
    """What a thing is built of: solids, each with the name of its skin."""

    parts: tuple[tuple[Solid, str], ...]
    radius: float
    height: float
    turn: float = 0.0
    look: float = 0.6
