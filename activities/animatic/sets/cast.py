"""How the object comes on: standing on the ground or hanging before the set, over its shadows."""

from __future__ import annotations

from activities.animatic.colour import Oklch
from activities.animatic.layer import Behaviour
from activities.animatic.relief import STUDIO, Vector
from activities.animatic.sets.pieces import stop
from activities.animatic.stage import Stage
from activities.animatic.vector import Box


def ground_shadow(
    stage: Stage,
    x: float,
    y: float,
    width: float,
    z: float,
    strength: float = 1.0,
    behaviour: Behaviour | None = None,
) -> None:
    """What an object `width` wide casts on the ground it stands on: a wide soft shade and a tight contact."""
    tone = stage.palette.near.shift(-0.3 if not stage.palette.dark else -0.08)
    shade = tone._replace(light=max(0.05, min(tone.light, 0.2)))
    defs = (
        f'<radialGradient id="wide">{stop(0, shade, 0.5 * strength)}{stop(0.55, shade, 0.2 * strength)}'
        f"{stop(1, shade, 0)}</radialGradient>"
        f'<radialGradient id="tight">{stop(0, shade, 0.85 * strength)}{stop(0.6, shade, 0.45 * strength)}'
        f"{stop(1, shade, 0)}</radialGradient>"
    )
    body = (
        f'<ellipse cx="{x + width * 0.1}" cy="{y + 1.2}" rx="{width * 0.72}" ry="{width * 0.13}" '
        'fill="url(#wide)"/>'
        f'<ellipse cx="{x}" cy="{y}" rx="{width * 0.46}" ry="{width * 0.045}" fill="url(#tight)"/>'
    )
    box = Box(x - width * 0.7, y - width * 0.15, width * 1.6, width * 0.34)
    stage.draw(body, z, defs=defs, box=box, sharp=0.5, behaviour=behaviour)


def lift(stage: Stage) -> float:
    """How far above `foot` an object's lower edge stands, units: under 0, for a round foot comes nearer than
    the middle of its shadow. A photo's lower edge is taken as it is, and any gap would be a hover."""
    return -0.3 if stage.subject.floats else -0.9


def stand(
    stage: Stage,
    x: float,
    foot: float,
    height: float,
    *,
    key: float = 1.0,
    rim: float = 1.0,
    light: Vector = STUDIO,
    z: float = 1.0,
    shade: float = 1.0,
    behaviour: Behaviour | None = None,
) -> None:
    """The object on the ground at `foot`, with its shadow at its own depth: no camera parts the two."""
    image, relief = stage.subject.get(key, rim, light)
    width = height * stage.subject.aspect
    if shade:
        ground_shadow(stage, x, foot, width, z, shade, behaviour)
    y = foot - lift(stage) - height / 2
    stage.focus = (x, y)
    stage.place(image, x, y, height, z, relief=relief, behaviour=behaviour, kind="subject")


def hang(
    stage: Stage,
    x: float,
    y: float,
    height: float,
    *,
    base: Oklch | None = None,
    turn: float = 0.0,
    shade: float = 0.34,
    throw: float = 3.6,
    behaviour: Behaviour | None = None,
) -> None:
    """The object afloat before the set, its centre at `x`, `y`, over two shadows: of contact and of air."""
    ambient = stage.subject.ghost(Oklch(0.16, 0.04, stage.palette.hue), shade * 0.55)
    contact = stage.subject.ghost(Oklch(0.16, 0.04, stage.palette.hue), shade)
    stage.place(
        ambient, x + throw, y + throw * 1.6, height * 1.03, 0.95, turn=turn, blur=3.4, behaviour=behaviour
    )
    stage.place(
        contact, x + throw * 0.45, y + throw * 0.7, height, 0.97, turn=turn, blur=1.5, behaviour=behaviour
    )
    stage.focus = (x, y)
    image, relief = stage.subject.get(base=base)
    stage.place(image, x, y, height, 1.0, relief=relief, turn=turn, behaviour=behaviour, kind="subject")
