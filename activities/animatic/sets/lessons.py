"""The sets of explainers and services: a question, parts, a way of steps, a screen."""

from __future__ import annotations

import math
from typing import Literal

from activities.animatic.colour import Oklch
from activities.animatic.layer import Behaviour
from activities.animatic.sets import cast, kinetic, pieces
from activities.animatic.sets.pieces import rect
from activities.animatic.stage import Stage
from activities.animatic.vector import Box, text

#: Thin rules of drafting paper, units apart.
GRID = 10

#: How much nearer the camera comes in a dolly, and a little more.
NEARER = 1.17


def question(stage: Stage) -> None:
    """A giant question mark behind the words."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(0, -6, 66))
    _grid(stage)
    mark = text("?", stage.at(0.27), 36, 104, "ExtraBold", palette.accent.hex, "middle", 0.0, 0.85)
    stage.draw(mark, 0.55)
    x, across = (stage.at(-0.10), 0.62) if not stage.portrait else (0.0, 0.82)
    kinetic.lines(stage, stage.words, x, -3, palette.text, across=across, tall=46)


def _grid(stage: Stage) -> None:
    reach = int(stage.width * 0.67 / GRID) + 1
    rules = "".join(f'<path d="M{i * GRID},-80 V80"/>' for i in range(-reach, reach + 1))
    rules += "".join(f'<path d="M-400,{i * GRID} H400"/>' for i in range(-7, 8))
    colour = stage.palette.mid.hex
    stage.draw(f'<g stroke="{colour}" stroke-opacity="0.45" stroke-width="0.16">{rules}</g>', 0.5)


def board(stage: Stage) -> None:
    """A board on its easel, the words written upon it, a line drawn under them."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(stage.at(-0.2), -16, 70))
    pieces.floor(stage, 32, 0.7)
    wide, tall, y = min(stage.width * 0.84, 112.0), 60.0, -5.0
    slate_green = Oklch(0.30, 0.035, 165)
    legs = "".join(
        f'<path d="M{sx * wide * 0.3},{y} L{sx * wide * 0.4},60" stroke="{palette.near.hex}" '
        f'stroke-width="2"/>'
        for sx in (-1, 1)
    )
    stage.draw(legs, 0.86)
    frame = rect(-wide / 2 - 2, y - tall / 2 - 2, wide + 4, tall + 4, palette.mid.shift(-0.1).hex, 1)
    stage.draw(frame + rect(-wide / 2, y - tall / 2, wide, tall, slate_green.hex, 0.6), 0.95)
    chalk = Oklch(0.95, 0.012, 95)
    kinetic.lines(
        stage, stage.words, 0, y - 3, chalk, across=wide * 0.8 / stage.width, tall=tall * 0.52, z=0.95
    )
    rule = f'<path d="M{-wide * 0.3},{y + tall * 0.34} q{wide * 0.3},-2.4 {wide * 0.6},0.6" fill="none" '
    rule += f'stroke="{palette.accent.hex}" stroke-width="0.9" stroke-linecap="round"/>'
    stage.draw(rule, 0.95, behaviour=Behaviour("enter", 4, turn=180, reach=14))


def parts(stage: Stage) -> None:
    """The thing in the middle, its parts on a ring about it, told one after the other."""
    palette = stage.palette
    y, radius = -4.0, min(33.0, stage.at(0.32 if stage.portrait else 0.37))
    pieces.backdrop(stage, glow=(0, y, 64))
    _grid(stage)
    ring = (
        f'<circle cx="0" cy="{y}" r="{radius:.2f}" fill="none" stroke="{palette.mid.hex}" '
        f'stroke-width="0.4"/>'
    )
    stage.draw(ring, 0.8)
    pieces.disc(stage, 0, y, radius * 0.62, 0.6, fade=1.0)
    middle(stage, 0, y, radius * 0.8, 0.62)
    told = stage.callouts
    size = 4.4 if not stage.portrait else 3.6
    for order, angle in enumerate((-152.0, -28.0, 90.0)):
        a = math.radians(angle)
        x, at = radius * math.cos(a), y + radius * math.sin(a)
        dot = f'<circle cx="{x:.2f}" cy="{at:.2f}" r="4" fill="{palette.accent_dark.hex}"/>' + text(
            str(order + 1), x, at + 1.3, 3.6, "Bold", palette.paper.hex, "middle"
        )
        if order < len(told):
            dot += _part_label(stage, told[order], x, at, size)
        stage.draw(dot, 1.02, behaviour=Behaviour("enter", order + 1, turn=90, reach=3))


def _part_label(stage: Stage, word: str, x: float, y: float, size: float) -> str:
    """A part's word beside its dot; under it in a narrow frame, and under one that stands in the middle."""
    ink = stage.palette.text.hex
    if stage.portrait:
        size = stage.fitted_size([word], size, stage.width * 0.3, 2.0)
        return text(word, x, y + 5 + size, size, "SemiBold", ink, "middle")
    size = stage.fitted_size([word], size, stage.width / 2 - abs(x) - 9, 2.2)
    if abs(x) < 1:
        return text(word, 7, y + 1.4, size, "SemiBold", ink)
    side = 1 if x > 0 else -1
    anchor: Literal["start", "end"] = "start" if side > 0 else "end"
    return text(word, x + side * 6, y + 1.4, size, "SemiBold", ink, anchor)


def middle(stage: Stage, x: float, y: float, height: float, z: float = 1.0) -> None:
    """What the film is about: its object, or its words where there is none."""
    if stage.subject.is_type:
        tone = kinetic.on_disc(stage)
        wide = height * 1.12 / stage.width
        # At the disc's own depth, or an orbit would part the two.
        kinetic.lines(stage, stage.name, x, y, tone, across=wide, tall=height * 0.8, z=z)
        return
    cast.hang(stage, x, y, min(height, height * 1.3 / stage.subject.aspect), shade=0.34)


def steps(stage: Stage) -> None:
    """A way through the frame with a numbered stop for each thing that is told."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(0, 0, 70))
    told = stage.callouts
    kinetic.lines(
        stage, stage.words, 0, -24 if not stage.portrait else -26, palette.text, across=0.7, tall=17, z=0.9
    )
    count = len(told) or 3
    if stage.portrait:
        stops = [(stage.at(-0.30), -6 + 13.0 * i) for i in range(count)]
    else:
        shares = [0.5] if count == 1 else [i / (count - 1) for i in range(count)]
        # The camera may come nearer: what stands at a side must not leave the frame.
        reach = (0.24 if count < 3 else 0.30) if stage.shot.named else 0.34
        stops = [(stage.at(reach * (2 * share - 1)), 10 - 7.0 * (i % 2)) for i, share in enumerate(shares)]
    line = "M" + " L".join(f"{x:.2f},{y:.2f}" for x, y in stops)
    stage.draw(
        f'<path d="{line}" fill="none" stroke="{palette.accent.hex}" stroke-width="1.1" '
        'stroke-dasharray="0.1 2.4" stroke-linecap="round"/>',
        0.9,
    )
    for order, (x, y) in enumerate(stops):
        mark = f'<circle cx="{x:.2f}" cy="{y:.2f}" r="6" fill="{palette.accent_dark.hex}"/>' + text(
            str(order + 1), x, y + 1.9, 5.4, "Bold", palette.paper.hex, "middle"
        )
        if order < len(told):
            if stage.portrait:
                fitted = stage.fitted_size([told[order]], 4.2, stage.right - x - 12, 2.2)
                mark += text(told[order], x + 9, y + 1.5, fitted, "SemiBold", palette.text.hex)
            else:
                room = stage.width * 0.3
                if stage.shot.named:
                    room = min(room, 2 * (stage.right / NEARER - abs(x)))
                fitted = stage.fitted_size([told[order]], 4.6, room, 2.2)
                mark += text(told[order], x, y + 14, fitted, "SemiBold", palette.text.hex, "middle")
        stage.draw(mark, 1.0, behaviour=Behaviour("enter", order + 1, turn=90, reach=5))
    pieces.bokeh(stage, 5, opacity=0.25)


def circle(stage: Stage) -> None:
    """A round of arrows that turns about the thing: how it goes on and on."""
    palette = stage.palette
    y, radius = -4.0, min(31.0, stage.at(0.38))
    pieces.backdrop(stage, glow=(0, y, 64))
    _grid(stage)
    arcs = ""
    for k in range(3):
        a, b = math.radians(120 * k + 12), math.radians(120 * k + 104)
        x0, y0, x1, y1 = (radius * f(t) for t in (a, b) for f in (math.cos, math.sin))
        tx, ty = -math.sin(b), math.cos(b)
        nx, ny = math.cos(b), math.sin(b)
        tip = (x1 + tx * 5, y1 + ty * 5, x1 + nx * 3.4, y1 + ny * 3.4, x1 - nx * 3.4, y1 - ny * 3.4)
        arcs += (
            f'<path d="M{x0:.2f},{y0 + y:.2f} A{radius:.2f},{radius:.2f} 0 0 1 {x1:.2f},{y1 + y:.2f}" '
            f'fill="none" '
            f'stroke="{palette.accent.hex}" stroke-width="2.6" stroke-linecap="round"/>'
            f'<path d="M{tip[0]:.2f},{tip[1] + y:.2f} L{tip[2]:.2f},{tip[3] + y:.2f} '
            f'L{tip[4]:.2f},{tip[5] + y:.2f} z" '
            f'fill="{palette.accent.hex}"/>'
        )
    outer = radius + 6
    hub = (
        f'<circle cx="0" cy="{y}" r="{outer:.2f}" fill="none" stroke="{palette.mid.hex}" '
        f'stroke-width="0.25"/>'
    )
    box = Box(-outer - 1, y - outer - 1, 2 * outer + 2, 2 * outer + 2)
    stage.draw(hub + arcs, 0.9, box=box, behaviour=Behaviour("spin", reach=16))
    if stage.subject.is_type:
        kinetic.lines(
            stage, stage.name, 0, y, palette.text, across=radius * 1.4 / stage.width, tall=radius * 0.9
        )
    else:
        middle(stage, 0, y, radius)


def screen(stage: Stage) -> None:
    """A screen with cards and bars that fill, the words at its head: a service at work, no copy of one."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(stage.at(0.2), -10, 66))
    pieces.disc(stage, stage.at(0.24), -6, min(30.0, stage.at(0.36)), 0.42)
    wide, tall = (min(stage.width * 0.7, 104.0), 60.0) if not stage.portrait else (stage.width * 0.72, 70.0)
    y = -4.0 if not stage.portrait else -8.0
    left, top = -wide / 2, y - tall / 2
    shade = rect(left + 2, top + 4, wide, tall, palette.near.hex, 4)
    stage.draw(f'<g opacity="0.45">{shade}</g>', 0.9, blur=2.6)
    head = rect(left, top, wide, tall, palette.paper.hex, 4) + rect(
        left + 3, top + 3.4, 10, 1.6, palette.far.hex, 0.8
    )
    head += "".join(
        f'<circle cx="{left + wide - 4 - i * 3.2:.2f}" cy="{top + 4.2}" r="0.9" fill="{palette.accent.hex}"/>'
        for i in range(3)
    )
    stage.draw(head, 0.97)
    kinetic.lines(
        stage, stage.words, 0, top + 16.5, palette.ink, across=wide * 0.84 / stage.width, tall=14.0, z=0.97
    )
    _cards(stage, left, top + 30, wide, tall - 34)


def _cards(stage: Stage, left: float, top: float, wide: float, tall: float) -> None:
    palette = stage.palette
    count = 3 if not stage.portrait else 2
    each = (wide - 6 - 3 * (count - 1)) / count
    for i in range(count):
        x = left + 3 + i * (each + 3)
        tone = (palette.accent, palette.far, palette.accent_dark)[i]
        body = rect(x, top, each, tall, tone.hex, 2)
        light = palette.paper if i != 1 else palette.accent_dark
        body += rect(x + 2.4, top + 3, each * 0.42, 1.6, light.hex, 0.8)
        for k in range(5):
            h = stage.between(0.15, 0.5) * tall + k * tall * 0.05
            step = (each - 6) / 5
            body += rect(x + 3 + k * step, top + tall - 2.6 - h, step * 0.6, h, light.hex, 0.6)
        stage.draw(body, 1.0, behaviour=Behaviour("enter", i + 1, turn=90, reach=8))


def network(stage: Stage) -> None:
    """Points joined by lines, the thing in their middle: who belongs together."""
    palette = stage.palette
    y = -5.0
    pieces.backdrop(stage, glow=(0, y, 66))
    spots = [
        (stage.at(stage.between(-0.46, 0.46)), stage.between(-36, 30))
        for _ in range(16 if not stage.portrait else 11)
    ]
    for z, part in ((0.55, spots[::2]), (0.8, spots[1::2])):
        lines = "".join(f'<path d="M0,{y} L{a:.1f},{b:.1f}"/>' for a, b in part)
        dots = "".join(
            f'<circle cx="{a:.1f}" cy="{b:.1f}" r="{stage.between(1.2, 2.8):.2f}" '
            f'fill="{(palette.accent if i % 3 else palette.accent_dark).hex}"/>'
            for i, (a, b) in enumerate(part)
        )
        body = f'<g stroke="{palette.mid.hex}" stroke-width="0.3">{lines}</g>{dots}'
        stage.draw(body, z, behaviour=Behaviour("enter", 1, turn=90, reach=4))
    radius = min(24.0, stage.at(0.36))
    pieces.disc(stage, 0, y, radius, 0.95, fade=1.0)
    middle(stage, 0, y, radius * 1.05, 0.96)
