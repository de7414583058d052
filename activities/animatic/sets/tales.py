"""The sets of stories: a night, a road, a figure against the sun, a storm, a title."""

from __future__ import annotations

import math

from activities.animatic.colour import Oklch
from activities.animatic.layer import Behaviour
from activities.animatic.sets import cast, kinetic, pieces
from activities.animatic.sets.pieces import FAR, rect, stop, vertical
from activities.animatic.stage import Stage
from activities.animatic.vector import Box

#: Bars above and below a title card, of the frame's height each.
LETTERBOX = 0.11


def night(stage: Stage) -> None:
    """Stars over dark hills, a moon, the words in its light."""
    sky, low = Oklch(0.17, 0.05, 265), Oklch(0.36, 0.08, 290)
    pieces.backdrop(stage, glow=(stage.at(0.24), -22, 50), colours=(sky, low, Oklch(0.46, 0.07, 265)))
    _stars(stage)
    x, r = stage.at(0.26), min(11.0, stage.at(0.17))
    moon = Oklch(0.93, 0.04, 95)
    body = f'<circle cx="{x}" cy="-24" r="{r}" fill="{moon.hex}"/>' + "".join(
        f'<circle cx="{x + dx * r:.2f}" cy="{-24 + dy * r:.2f}" r="{k * r:.2f}" '
        f'fill="{moon.shift(-0.07).hex}"/>'
        for dx, dy, k in ((-0.3, -0.2, 0.22), (0.35, 0.25, 0.16), (0.05, 0.5, 0.12))
    )
    stage.draw(body, 0.3)
    for i, (z, y, swell) in enumerate(((0.5, 22, 7), (0.72, 30, 6))):
        hills(stage, z, y, swell, Oklch(0.24 - 0.06 * i, 0.05, 268 - 10 * i))
    if not stage.subject.is_type:
        cast.stand(
            stage,
            stage.at(-0.16),
            36,
            stage.fit(26, 0.34),
            light=(0.6, -0.5, 0.35),
            rim=1.4,
            z=0.9,
            shade=0.5,
        )
    else:
        kinetic.lines(
            stage, stage.words, stage.at(-0.08), -2, Oklch(0.96, 0.01, 90), across=0.62, tall=30, z=0.8
        )
    hills(stage, 1.0, 44, 4, Oklch(0.12, 0.04, 260))


def _stars(stage: Stage) -> None:
    for z, count in ((0.1, 60), (0.2, 30)):
        dots = "".join(
            f'<circle cx="{stage.at(stage.between(-0.66, 0.66)):.1f}" cy="{stage.between(-54, 22):.1f}" '
            f'r="{stage.between(0.1, 0.4):.2f}"/>'
            for _ in range(count)
        )
        stage.draw(f'<g fill="#f6f1e4" fill-opacity="0.85">{dots}</g>', z, over=1.5)


def hills(stage: Stage, z: float, y: float, swell: float, tone: Oklch) -> None:
    """A range of hills from edge to edge."""
    phase = [stage.between(0, 6) for _ in range(2)]
    reach = stage.width * 0.8
    points = [
        (x, y - swell * (0.6 * math.sin(x / 21 + phase[0]) + 0.4 * math.sin(x / 9 + phase[1])))
        for x in (-reach + 2 * reach * i / 60 for i in range(61))
    ]
    path = " L".join(f"{a:.1f},{b:.1f}" for a, b in points)
    stage.draw(f'<path d="M{path} L{reach:.1f},120 L{-reach:.1f},120 z" fill="{tone.hex}"/>', z)


def figure(stage: Stage) -> None:
    """Against a great low sun: the one whom the story is about."""
    palette = stage.palette
    r = min(38.0, stage.at(0.44))
    warm = Oklch(0.74, 0.15, palette.accent_hue)
    pieces.backdrop(stage, glow=(0, 4, 70), colours=(palette.top, palette.lift, palette.glow))
    defs = vertical("sun", -r, r, stop(0, palette.paper), stop(0.6, warm), stop(1, warm, 0.5))
    box = Box(-r - 1, -r - 5, 2 * r + 2, 2 * r + 2)
    stage.draw(f'<circle cx="0" cy="-4" r="{r}" fill="url(#sun)"/>', 0.3, defs=defs, box=box)
    hills(stage, 0.7, 30, 3, palette.mid.shift(-0.12))
    if stage.subject.is_type:
        kinetic.lines(stage, stage.words, 0, -2, palette.text, across=0.62, tall=36, z=0.9)
    else:
        cast.stand(stage, 0, 33, stage.fit(50, 0.56), light=(0.3, -0.7, 0.2), rim=1.6, key=0.75)
    hills(stage, 1.05, 43, 2.4, palette.near)


def last_light(stage: Stage) -> None:
    """The sun goes down behind hills upon hills, the words over them."""
    palette = stage.palette
    x = stage.at(0.18)
    pieces.backdrop(stage, glow=(x, 8, 66), colours=(palette.top, palette.lift, palette.glow))
    sun = palette.accent.shift(0.04)
    stage.draw(f'<circle cx="{x}" cy="6" r="{min(15.0, stage.at(0.2)):.1f}" fill="{sun.hex}"/>', 0.25)
    for i, (z, y, swell) in enumerate(((0.4, 16, 7), (0.6, 25, 6), (0.85, 35, 5))):
        hills(stage, z, y, swell, palette.mid.shift(-0.07 * i))
    kinetic.lines(stage, stage.words, 0, -15, palette.text, across=0.7, tall=34, z=0.8)
    hills(stage, 1.05, 45, 3, palette.near)


def road(stage: Stage) -> None:
    """A road to the horizon, its middle line running towards us, what it leads to at its end."""
    palette = stage.palette
    line = -2.0
    pieces.backdrop(stage, glow=(0, line, 60), colours=(palette.top, palette.lift, palette.glow))
    pieces.disc(stage, 0, line - 4, min(20.0, stage.at(0.3)), 0.3)
    hills(stage, 0.4, line + 2, 5, palette.mid)
    ground = palette.near if not palette.dark else palette.far
    stage.draw(rect(-FAR, line + 2, 2 * FAR, FAR, ground.hex), 0.6)
    tone = palette.near.shift(-0.1) if not palette.dark else palette.near
    lane = (
        f'<path d="M-2,{line + 2} H2 L{stage.width * 0.42},70 H{-stage.width * 0.42} z" fill="{tone.hex}"/>'
    )
    marks = ""
    for i in range(8):
        a, b = (i / 8) ** 2.2, ((i + 0.45) / 8) ** 2.2
        y0, y1 = line + 3 + 62 * a, line + 3 + 62 * b
        w0, w1 = 0.15 + 2.2 * a, 0.15 + 2.2 * b
        marks += f'<path d="M{-w0:.2f},{y0:.2f} H{w0:.2f} L{w1:.2f},{y1:.2f} H{-w1:.2f} z"/>'
    stage.draw(f'{lane}<g fill="{palette.paper.hex}">{marks}</g>', 0.9)
    y = -22.0
    if stage.subject.is_type:
        kinetic.lines(stage, stage.words, 0, y, palette.text, across=0.7, tall=26, z=0.8)
    else:
        cast.stand(stage, 0, line + 6, stage.fit(19, 0.3), z=0.8, rim=1.3)


def storm(stage: Stage) -> None:
    """Dark bands of cloud that part, and light that breaks through upon the words."""
    palette = stage.palette
    dark, deep = Oklch(0.24, 0.03, 255), Oklch(0.14, 0.03, 260)
    pieces.backdrop(stage, glow=(stage.at(0.08), -4, 40), colours=(deep, dark, palette.rim))
    for i, y in enumerate((-48, -36, 34, 47)):
        puffs = "".join(
            f'<ellipse cx="{stage.at(stage.between(-0.9, 0.9)):.1f}" cy="{y + stage.between(-4, 4):.1f}" '
            f'rx="{stage.between(16, 34):.1f}" ry="{stage.between(6, 11):.1f}"/>'
            for _ in range(12)
        )
        tone = Oklch(0.28 - 0.05 * (i % 2), 0.03, 258)
        stage.draw(
            f'<g fill="{tone.hex}">{puffs}</g>',
            0.7 + 0.3 * (i % 2),
            over=1.9,
            blur=1.6,
            behaviour=Behaviour("streak"),
        )
    beams = "".join(
        f'<path d="M{x},-70 h{w} L{x * 2.4 + w * 3},70 h{-w * 2.6} z"/>'
        for x, w in ((-14, 5), (0, 7), (13, 4))
    )
    stage.draw(
        f'<g fill="{palette.rim.hex}" fill-opacity="0.24">{beams}</g>',
        0.5,
        blur=2.2,
        behaviour=Behaviour("streak"),
    )
    if stage.subject.is_type:
        kinetic.lines(stage, stage.words, 0, -2, palette.paper, tall=34)
    else:
        cast.hang(stage, 0, -3, stage.fit(38, 0.46), shade=0.5)


def title_card(stage: Stage) -> None:
    """The title of the story, wide and still between two bars, a light that crosses it."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(stage.at(-0.1), 0, 56))
    pieces.bokeh(stage, 18, z=0.4, colour=palette.accent, radii=(0.6, 2.6), opacity=0.4, rows=(-46, 46))
    kinetic.lines(stage, stage.words, 0, 0, palette.paper, across=0.7, tall=34)
    bars = "".join(
        rect(-FAR, y, 2 * FAR, 100, "#060608") for y in (-150 + 100 * LETTERBOX, 50 - 100 * LETTERBOX)
    )
    stage.draw(bars, 0.0, over=1.0)
    shine = f'<path d="M-6,-90 h9 l-24,200 h-9 z" fill="{palette.rim.hex}" fill-opacity="0.30"/>'
    stage.draw(shine, 1.2, blur=2.0, over=1.9, behaviour=Behaviour("streak"))


def page(stage: Stage) -> None:
    """An open book, the words across its pages, dust in the light."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(stage.at(-0.2), -24, 64))
    half, tall, y = min(stage.width * 0.42, 56.0), 54.0, -3.0
    sheet, shade = palette.paper, palette.far
    body = ""
    for sx in (-1, 1):
        body += (
            f'<path d="M0,{y - tall / 2} C{sx * half * 0.3},{y - tall / 2 - 5} '
            f"{sx * half * 0.8},{y - tall / 2 - 3} "
            f"{sx * half},{y - tall / 2} V{y + tall / 2} C{sx * half * 0.8},{y + tall / 2 - 3} "
            f"{sx * half * 0.3},"
            f'{y + tall / 2 - 5} 0,{y + tall / 2} z" '
            f'fill="{(sheet if sx < 0 else sheet.shift(-0.025)).hex}"/>'
        )
    gutter = (
        f'<rect x="-3" y="{y - tall / 2}" width="6" height="{tall}" fill="{shade.hex}" fill-opacity="0.5"/>'
    )
    cover = rect(-half - 2, y - tall / 2 - 2, 2 * half + 4, tall + 5, palette.accent_dark.hex, 1.5)
    stage.draw(
        f'<g opacity="0.5">{rect(-half, y + 2, 2 * half, tall / 2 + 3, palette.near.hex, 3)}</g>',
        0.9,
        blur=2.6,
    )
    stage.draw(cover + body, 1.0)
    stage.draw(gutter, 1.0, blur=1.4)
    kinetic.lines(
        stage, stage.words, 0, y, palette.ink, across=2 * half * 0.84 / stage.width, tall=tall * 0.58
    )
    pieces.bokeh(stage, 16, z=1.5, colour=palette.glow, radii=(0.5, 1.6), opacity=0.6, rows=(-46, 40))
