"""The sets of the middle in which something happens: a run, and a drawing that turns into the object."""

from __future__ import annotations

import math

from activities.animatic.layer import Behaviour
from activities.animatic.sets import cast, pieces
from activities.animatic.sets.pieces import FAR, stop, vertical
from activities.animatic.stage import MARGIN, Stage
from activities.animatic.vector import Box


def product_in_motion(stage: Stage) -> None:
    """Lines of speed on three depths, tinted ghosts behind the object, the object at rest in the rush."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(stage.at(-0.2), -4, 70))
    lines = (palette.accent, palette.paper, palette.mid)
    thin, faint = (0.25, 2.4), (0.25, 0.7)
    pieces.streaks(stage, 34, 0.5, lines, rows=(-36, 44), lengths=(20, 90), thickness=thin, opacity=faint)
    foot = 18 if stage.portrait else 26
    pieces.floor(stage, foot - 3, 0.8)
    height, x = stage.fit(46, 0.52), stage.at(0.05)
    middle = foot - cast.lift(stage) - height / 2
    for order in range(4, 0, -1):
        ghost = stage.subject.ghost(palette.accent, 0.32 / order)
        trail = Behaviour("trail", order)
        stage.place(ghost, x - order * 5.5, middle, height, 0.98, blur=0.25 * order, behaviour=trail)
    cast.stand(stage, x, foot, height, behaviour=Behaviour("pace"))
    _passing(stage, 4, (-35.0, -29.0))
    # Below, only what the frame's edge cuts: the title stands there.
    _passing(stage, 5, (48.0, 56.0))


def _passing(stage: Stage, count: int, rows: tuple[float, float]) -> None:
    """Streaks between the object and the lens."""
    pieces.streaks(
        stage,
        count,
        1.9,
        (stage.palette.paper,),
        rows=rows,
        lengths=(30, 80),
        thickness=(0.8, 2.0),
        opacity=(0.5, 0.7),
        blur=0.5,
    )


def transformation_moment(stage: Stage) -> None:
    """A drafting grid; an edge wipes across, and the drawing becomes the lit object."""
    palette, width = stage.palette, stage.width
    y = -8 if stage.portrait else -3
    pieces.backdrop(stage, glow=(0, y, 62))
    lines = "".join(
        f'<path d="M{-10 * math.ceil(width * 0.08) + i * 10},-80 V80"/>' for i in range(int(width * 0.16) + 2)
    ) + "".join(f'<path d="M{-FAR},{-70 + i * 10} H{FAR}"/>' for i in range(15))
    stage.draw(
        f'<g stroke="{palette.mid.hex}" stroke-opacity="0.5" stroke-width="0.16" fill="none">{lines}</g>', 0.6
    )
    height = stage.fit(50, 0.6)
    _dimensions(stage, y, height)
    drawing, undone = stage.subject.outline(palette.text), Behaviour("wipe", -1)
    stage.place(drawing, 0, y, height, 1.0, kind="subject", behaviour=undone)
    cast.hang(stage, 0, y, height, shade=0.32, behaviour=Behaviour("wipe"))
    _beam(stage, y, height)
    pieces.bokeh(stage, 6)


def _dimensions(stage: Stage, y: float, height: float) -> None:
    """A draughtsman's marks: centre lines and corner ticks, and no figures, for nothing was measured."""
    wide, tall = height * stage.subject.aspect / 2 + 4, height / 2 + 4
    lines = f"M{-wide - 5},{y} H{wide + 5} M0,{y - tall - 4} V{y + tall + 4}"
    cross = f'<path d="{lines}" stroke-dasharray="3 1 0.6 1"/>'
    ticks = "".join(
        f'<path d="M{sx * wide},{y + sy * (tall - 3)} v{sy * 3} h{-sx * 3}"/>'
        for sx in (-1, 1)
        for sy in (-1, 1)
    )
    colour = stage.palette.accent_text.hex
    stage.draw(
        f'<g fill="none" stroke="{colour}" stroke-width="0.22" stroke-opacity="0.75">{cross}{ticks}</g>', 0.9
    )


def _beam(stage: Stage, y: float, height: float) -> None:
    """The edge of light under which the drawing becomes the object."""
    tall, reach = height / 2 + 9, height * stage.subject.aspect + 2 * MARGIN
    glow, light = stage.palette.rim, stage.palette.paper
    fade = f"{stop(0, light, 0)}{stop(0.25, light, 1)}{stop(0.75, light, 1)}{stop(1, light, 0)}"
    halo = f"{stop(0, glow, 0)}{stop(0.5, glow, 0.55)}{stop(1, glow, 0)}"
    defs = vertical("core", y - tall, y + tall, fade) + f'<linearGradient id="halo">{halo}</linearGradient>'
    body = (
        f'<rect x="-5" y="{y - tall + 4}" width="10" height="{2 * tall - 8}" rx="5" fill="url(#halo)"/>'
        f'<rect x="-0.3" y="{y - tall}" width="0.6" height="{2 * tall}" fill="url(#core)"/>'
    )
    box = Box(-6, y - tall - 1, 12, 2 * tall + 2)
    stage.draw(body, 1.0, defs=defs, box=box, behaviour=Behaviour("beam", reach=reach))
