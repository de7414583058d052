"""The sets of greetings and announcements: cards, garlands, calendars, notices."""

from __future__ import annotations

import math

from activities.animatic.colour import Oklch
from activities.animatic.layer import Behaviour
from activities.animatic.letters import block
from activities.animatic.sets import kinetic, pieces
from activities.animatic.sets.pieces import FAR, rect, stop, vertical
from activities.animatic.stage import Stage
from activities.animatic.vector import Box

#: Bits of paper in the air, and how large they are, units.
CONFETTI, BIT = 46, 2.4


def card(stage: Stage) -> None:
    """A card that comes out of its envelope, the words on it."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(0, -10, 66))
    wide = min(stage.width * 0.74, 86.0)
    tall, y = min(46.0, wide * 0.62), -7.0
    _sheet(stage, 0, y, wide, tall, palette.paper)
    frame = (
        f'<rect x="{-wide / 2 + 2}" y="{y - tall / 2 + 2}" width="{wide - 4}" height="{tall - 4}" rx="1" '
        f'fill="none" stroke="{palette.accent_dark.hex}" stroke-width="0.3"/>'
    )
    stage.draw(frame, 1.0)
    kinetic.lines(
        stage, stage.words, 0, y - 2, palette.ink, across=wide * 0.78 / stage.width, tall=tall * 0.6
    )
    pocket, flap = palette.accent, palette.accent_dark
    foot = y + tall / 2 - 4
    w = wide / 2 + 4
    envelope = (
        f'<path d="M{-w},{foot} L0,{foot + 13} L{w},{foot} V90 H{-w} z" fill="{pocket.hex}"/>'
        f'<path d="M{-w},{foot} L0,{foot + 13} L{w},{foot}" fill="none" stroke="{flap.hex}" '
        f'stroke-width="0.5"/>'
    )
    stage.draw(envelope, 1.12, box=Box(-w - 1, foot - 2, 2 * w + 2, 90 - foot))
    _confetti(stage, 18, 1.5)


def _sheet(stage: Stage, x: float, y: float, wide: float, tall: float, tone: Oklch) -> None:
    shade = rect(x - wide / 2 + 1, y - tall / 2 + 2.4, wide, tall, stage.palette.near.hex, 1.4)
    stage.draw(f'<g opacity="0.45">{shade}</g>', 0.96, blur=2.2)
    stage.draw(rect(x - wide / 2, y - tall / 2, wide, tall, tone.hex, 1.4), 1.0)


def _confetti(stage: Stage, count: int, z: float) -> None:
    """Bits of coloured paper that drift through the air."""
    palette = stage.palette
    tints = (palette.accent, palette.accent_dark, palette.glow, palette.paper, palette.rim)
    for part in range(2):
        bits = ""
        for i in range(count // 2):
            x, y = stage.at(stage.between(-0.9, 0.9)), stage.between(-52, 52)
            w, h, turn = BIT * stage.between(0.5, 1.2), BIT * stage.between(0.3, 0.7), stage.between(0, 180)
            bits += (
                f'<rect transform="translate({x:.1f} {y:.1f}) rotate({turn:.0f})" width="{w:.2f}" '
                f'height="{h:.2f}" '
                f'rx="0.3" fill="{tints[i % len(tints)].hex}"/>'
            )
        drift = Behaviour("streak", turn=16 if part else -12)
        stage.draw(bits, z - 0.35 * part, over=1.9, behaviour=drift)


def confetti(stage: Stage) -> None:
    """The words in a rain of coloured paper."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(0, -6, 66))
    pieces.disc(stage, 0, -6, min(34.0, stage.at(0.42)), 0.42)
    _confetti(stage, CONFETTI, 0.8)
    kinetic.lines(stage, stage.words, 0, -5, palette.text, tall=46)
    _confetti(stage, 14, 1.6)


def garland(stage: Stage) -> None:
    """Two strings of pennants over the words."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(0, 0, 70))
    for string, (top, sag, z) in enumerate(((-40, 13, 0.7), (-32, 17, 0.95))):
        stage.draw(_pennants(stage, top, sag, string), z, over=1.4)
    y = 6.0 if not stage.portrait else 2.0
    kinetic.lines(stage, stage.words, 0, y, palette.text, tall=40)
    pieces.bokeh(stage, 12, z=1.6, radii=(1.5, 5), opacity=0.4)


def _pennants(stage: Stage, top: float, sag: float, string: int) -> str:
    palette, wide = stage.palette, stage.width * 1.3
    tints = (palette.accent, palette.paper, palette.accent_dark, palette.glow)
    count = 15 if not stage.portrait else 9

    def hang(share: float) -> tuple[float, float]:
        return (share - 0.5) * wide, top + sag * (1 - (2 * share - 1) ** 2)

    body = "M" + " L".join("{:.2f},{:.2f}".format(*hang(i / 40)) for i in range(41))
    made = f'<path d="{body}" fill="none" stroke="{palette.near.hex}" stroke-width="0.35"/>'
    for i in range(count):
        (x, y), (x2, y2) = hang((i + 0.12) / count), hang((i + 0.88) / count)
        made += (
            f'<path d="M{x:.2f},{y:.2f} L{x2:.2f},{y2:.2f} L{(x + x2) / 2:.2f},{(y + y2) / 2 + 9:.2f} z" '
            f'fill="{tints[(i + string) % len(tints)].hex}"/>'
        )
    return made


def candles(stage: Stage) -> None:
    """Candles in the dark, their flames alive, the words above them."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(0, 20, 52))
    pieces.bokeh(stage, 14, z=0.4, colour=palette.rim, radii=(1, 3.5), opacity=0.35, rows=(-50, 50))
    kinetic.lines(stage, stage.words, 0, -16, palette.paper, tall=30)
    count = 7 if not stage.portrait else 5
    for i in range(count):
        x = stage.at((i - (count - 1) / 2) * (0.11 if not stage.portrait else 0.18))
        tall = stage.between(12, 19)
        tint = (palette.accent, palette.glow, palette.accent_dark)[i % 3]
        stage.draw(rect(x - 1.6, 42 - tall, 3.2, 60, tint.hex, 0.8), 0.95)
        y = 41 - tall
        halo = f'<circle cx="{x:.2f}" cy="{y - 3:.2f}" r="6" fill="{palette.rim.hex}" fill-opacity="0.45"/>'
        stage.draw(halo, 0.95, blur=2.6)
        flame = (
            f'<path d="M{x:.2f},{y - 7:.2f} C{x + 2.6:.2f},{y - 3:.2f} {x + 1.6:.2f},{y:.2f} {x:.2f},{y:.2f} '
            f'C{x - 1.6:.2f},{y:.2f} {x - 2.6:.2f},{y - 3:.2f} {x:.2f},{y - 7:.2f} z" '
            f'fill="{Oklch(0.92, 0.10, 85).hex}"/>'
        )
        stage.draw(flame, 0.95, behaviour=Behaviour("enter", i, turn=90, reach=2.5))
    _confetti(stage, 10, 1.6)


def balloons(stage: Stage) -> None:
    """Balloons on their strings, rising at the sides of the words."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(0, -10, 70))
    spots = (
        (-0.40, -14, 10.0),
        (-0.31, 8, 8.0),
        (0.33, -2, 9.0),
        (0.42, -22, 11.0),
        (-0.46, 24, 7.0),
        (0.45, 20, 7.0),
    )
    for order, (share, y, r) in enumerate(spots):
        x = stage.at(share)
        r *= 0.7 if stage.portrait else 1.0
        tint = (palette.accent, palette.accent_dark, palette.glow)[order % 3]
        string = (
            f'<path d="M{x},{y + r * 1.25} q2.4,14 -1,60" fill="none" stroke="{palette.near.hex}" '
            f'stroke-width="0.25"/>'
        )
        globe = (
            f'<ellipse cx="{x}" cy="{y}" rx="{r}" ry="{r * 1.2:.2f}" fill="{tint.hex}"/>'
            f'<path d="M{x},{y + r * 1.15:.2f} l1.3,2 h-2.6 z" fill="{tint.hex}"/>'
            f'<ellipse cx="{x - r * 0.34:.2f}" cy="{y - r * 0.5:.2f}" rx="{r * 0.2:.2f}" ry="{r * 0.34:.2f}" '
            'fill="#fff" fill-opacity="0.45"/>'
        )
        stage.draw(string + globe, 0.7 + 0.13 * (order % 3), behaviour=Behaviour("enter", order, 90, 16))
    across = 0.5 if not stage.portrait else 0.8
    kinetic.lines(stage, stage.words, 0, -3, palette.text, across=across, tall=44)


def fireworks(stage: Stage) -> None:
    """Rockets over a town at night, one after the other, the words among them."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(0, 40, 60))
    for order, (share, y, r) in enumerate(
        ((-0.28, -20, 17), (0.30, -24, 20), (0.04, -34, 14), (-0.42, 2, 11))
    ):
        tint = (palette.accent, palette.rim, palette.glow, palette.paper)[order]
        rays = "".join(
            f'<path d="M{r * 0.24 * math.cos(a):.2f},{r * 0.24 * math.sin(a):.2f} '
            f'L{r * math.cos(a):.2f},{r * math.sin(a):.2f}"/>'
            for a in (math.tau * k / 22 for k in range(22))
        )
        burst = (
            f'<g transform="translate({stage.at(share):.2f} {y})" stroke="{tint.hex}" stroke-width="0.5" '
            f'stroke-linecap="round" stroke-dasharray="2.2 1.1" fill="none">{rays}</g>'
        )
        stage.draw(burst, 0.5, behaviour=Behaviour("enter", 1 + 2 * order, turn=90, reach=6))
    blocks, x = "", -stage.width
    while x < stage.width:
        wide, tall = stage.between(7, 15), stage.between(3, 13)
        blocks += rect(x, 46 - tall, wide, 90, palette.near.shift(0.02).hex)
        x += wide
    stage.draw(blocks, 0.8)
    kinetic.lines(stage, stage.words, 0, 2, palette.paper, tall=34)


def notice(stage: Stage) -> None:
    """A sheet pinned to a wall, the news on it in one strong colour."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(stage.at(-0.2), -20, 70))
    wide = min(stage.width * 0.8, 104.0)
    tall, y = (62.0, -3.0) if not stage.portrait else (64.0, -6.0)
    shade = rect(-wide / 2 + 1.5, y - tall / 2 + 3, wide, tall, palette.near.hex, 0.8)
    stage.draw(f'<g opacity="0.45">{shade}</g>', 0.9, blur=2.4)
    sheet = rect(-wide / 2, y - tall / 2, wide, tall, palette.accent_dark.hex, 0.8)
    inner = (
        f'<rect x="{-wide / 2 + 2.4}" y="{y - tall / 2 + 2.4}" width="{wide - 4.8}" height="{tall - 4.8}" '
        f'fill="none" stroke="{palette.paper.hex}" stroke-width="0.5"/>'
    )
    pins = "".join(
        f'<circle cx="{sx * (wide / 2 - 5)}" cy="{y - tall / 2 + 5}" r="1.3" fill="{palette.rim.hex}"/>'
        for sx in (-1, 1)
    )
    stage.draw(sheet + inner + pins, 1.0)
    kinetic.lines(stage, stage.words, 0, y, palette.paper, across=wide * 0.82 / stage.width, tall=tall * 0.62)
    pieces.bokeh(stage, 5, opacity=0.25)


def calendar(stage: Stage) -> None:
    """A leaf of a calendar with its rings; what it tells is the plan's own, and no date is made up."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(0, -8, 66))
    wide = min(stage.width * 0.7, 74.0)
    tall, y = 54.0, -4.0
    _sheet(stage, 0, y, wide, tall, palette.paper)
    head = rect(-wide / 2, y - tall / 2, wide, 11, palette.accent.hex, 1.4)
    rings = "".join(
        rect(x - 0.8, y - tall / 2 - 3, 1.6, 7, palette.near.hex, 0.8)
        for x in (-wide * 0.3, -wide * 0.1, wide * 0.1, wide * 0.3)
    )
    dots = "".join(
        f'<circle cx="{-wide * 0.36 + column * wide * 0.12:.2f}" cy="{y + tall / 2 - 11 + row * 5:.2f}" '
        f'r="1" '
        f'fill="{(palette.accent if (column, row) == (3, 0) else palette.far).hex}"/>'
        for column in range(7)
        for row in range(2)
    )
    stage.draw(head + rings + dots, 1.0)
    kinetic.lines(
        stage, stage.words, 0, y - 1, palette.ink, across=wide * 0.8 / stage.width, tall=tall * 0.38
    )
    pieces.bokeh(stage, 6, opacity=0.3)


def ticket(stage: Stage) -> None:
    """A ticket with its stub torn half off, the words on it."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(0, -6, 64))
    _rays(stage)
    wide = min(stage.width * 0.84, 108.0)
    tall, y, stub = 38.0, -5.0, 0.24
    cut = wide / 2 - wide * stub
    shade = rect(-wide / 2 + 1, y - tall / 2 + 3, wide, tall, palette.near.hex, 2)
    stage.draw(f'<g opacity="0.4" transform="rotate(-4)">{shade}</g>', 0.9, blur=2.2)
    bite = "".join(
        f'<circle cx="{cut:.2f}" cy="{edge:.2f}" r="2.4" fill="{palette.top.hex}"/>'
        for edge in (y - tall / 2, y + tall / 2)
    )
    line = (
        f'<path d="M{cut:.2f},{y - tall / 2 + 4} V{y + tall / 2 - 4}" stroke="{palette.ink.hex}" '
        'stroke-width="0.4" stroke-dasharray="1.6 1.2"/>'
    )
    bars = "".join(
        rect(cut + 5 + i * 1.9, y - 11, stage.between(0.4, 1.4), 22, palette.ink.hex) for i in range(7)
    )
    sheet = rect(-wide / 2, y - tall / 2, wide, tall, palette.paper.hex, 2)
    stage.draw(f'<g transform="rotate(-4)">{sheet}{bite}{line}{bars}</g>', 1.0)
    middle = (-wide / 2 + cut) / 2
    made = block(stage.words, 1.9)
    across = min(wide * (1 - stub) * 0.8, tall * 0.64 * made.aspect)
    words = made.body(middle, y, across, palette.ink.hex)
    stage.draw(f'<g transform="rotate(-4)">{words}</g>', 1.0)


def _rays(stage: Stage) -> None:
    """Rays of a flat sun that turn behind what stands in the middle."""
    palette, reach = stage.palette, 90.0
    rays = ""
    for k in range(12):
        a, b = math.tau * k / 12, math.tau * (k + 0.5) / 12
        rays += (
            f'<path d="M0,0 L{reach * math.cos(a):.2f},{reach * math.sin(a):.2f} '
            f'L{reach * math.cos(b):.2f},{reach * math.sin(b):.2f} z"/>'
        )
    ring = f'<circle r="{reach + 1}" fill="none" stroke="{palette.accent.hex}" stroke-width="0.2"/>'
    box = Box(-reach - 2, -reach - 2, 2 * reach + 4, 2 * reach + 4)
    body = f'<g fill="{palette.accent.hex}" fill-opacity="0.16">{rays}</g>{ring}'
    stage.draw(body, 0.4, box=box, sharp=0.6, behaviour=Behaviour("spin", reach=5.0))


def rays(stage: Stage) -> None:
    """The words before a flat sun whose rays turn."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(0, -6, 66))
    _rays(stage)
    pieces.disc(stage, 0, -4, min(30.0, stage.at(0.38)), 0.5)
    kinetic.lines(stage, stage.words, 0, -4, palette.text, tall=46)


def ribbon(stage: Stage) -> None:
    """A ribbon across the frame with the words on it, light wandering over the wall."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(0, -20, 70))
    _rays(stage)
    made = block(stage.words, 4.0 if not stage.portrait else 1.8)
    tall = min(30.0, stage.width * 0.66 / made.aspect + 12)
    y, w = -4.0, stage.width * (0.42 if not stage.portrait else 0.45)
    dark = palette.accent_dark.shift(-0.1)
    tails = "".join(
        f'<path d="M{sx * (w - 7):.2f},{y - tall / 2 + 5:.2f} h{sx * 19:.2f} l{-sx * 5:.2f},{tall / 2:.2f} '
        f'l{sx * 5:.2f},{tall / 2:.2f} h{-sx * 19:.2f} z" fill="{dark.hex}"/>'
        for sx in (-1, 1)
    )
    defs = vertical("silk", y - tall / 2, y + tall / 2, stop(0, palette.accent_dark), stop(1, dark))
    band = (
        f'<rect x="{-w:.2f}" y="{y - tall / 2:.2f}" width="{2 * w:.2f}" height="{tall:.2f}" '
        f'fill="url(#silk)"/>'
    )
    stage.draw(tails + band, 1.0, defs=defs, box=Box(-FAR / 4, y - tall, FAR / 2, 2 * tall + 6))
    kinetic.lines(
        stage, stage.words, 0, y, palette.paper, across=2 * w * 0.82 / stage.width, tall=tall * 0.66
    )
