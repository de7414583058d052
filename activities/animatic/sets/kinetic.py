"""The sets that are made of words: for films whose thing no drawing stands for with certainty."""

from __future__ import annotations

import math

from activities.animatic.colour import Oklch, contrast
from activities.animatic.compositor import STREAK_PERIOD
from activities.animatic.icons import principal
from activities.animatic.layer import Behaviour
from activities.animatic.letters import Block, block
from activities.animatic.sets import pieces
from activities.animatic.stage import Stage
from activities.animatic.vector import Box, text, text_along, text_width

#: Type in the middle of a set keeps this much of the frame's width to itself, and of its height.
WIDE, TALL = 0.78, 56.0
#: Lines that come one after another come up by this, units.
RISE = 7.0
#: Banners lean by this, degrees.
SLANT = -12.0
#: A ring of words turns this fast, degrees a second.
TURNING = 14.0
#: Letters that fill the frame end here, above a title, units.
ABOVE_TITLE = 29.0
#: A line repeated to fill a width is cut off after so many characters: more cannot be seen.
LONGEST_LINE = 400


def poster(stage: Stage) -> None:
    """The words as large as they go, line after line, before a disc."""
    y = -4.0
    pieces.backdrop(stage, glow=(0, y, 64))
    pieces.disc(stage, stage.at(stage.between(-0.2, 0.2)), y - 2, min(33.0, stage.at(0.4)), 0.42)
    lines(stage, stage.words, 0, y, stage.palette.text)
    pieces.bokeh(stage, 6)


#: Words on a disc are in its plane: in front of it, they would slide off it as the camera moves.
ON_DISC = 0.55


def lines(
    stage: Stage,
    words: str,
    x: float,
    y: float,
    colour: Oklch,
    *,
    across: float = WIDE,
    tall: float = TALL,
    z: float = 1.0,
) -> Block:
    """A block of words about `x`, `y` that comes in line by line, within `across` of the frame and `tall`."""
    room = stage.width * across
    stage.focus = (x, y)
    made = block(words, min(3.4, room / tall))
    wide = min(room, tall * made.aspect)
    for at, line in enumerate(made.lines):
        scale = wide / 100
        foot = y - made.height * scale / 2 + line.y * scale
        box = Box(x - wide / 2 - 1, foot - line.size * scale * 1.15, wide + 2, line.size * scale * 1.6)
        enters = Behaviour("enter", at, turn=90, reach=RISE)
        stage.draw(made.line(at, x, y, wide, colour.hex), z, box=box, behaviour=enters)
    return made


def banners(stage: Stage) -> None:
    """The words on slanted bands that run both ways, one of them in full colour."""
    palette = stage.palette
    deep = Oklch(0.40, 0.12, (palette.accent_hue - 14) % 360)
    pieces.backdrop(stage, colours=(palette.accent_dark, deep, palette.accent.shift(-0.06)))
    turn = SLANT if not stage.portrait else SLANT / 2
    size = 15.0 if not stage.portrait else 11.0
    rows = 7 if not stage.portrait else 9
    for row in range(rows):
        y = (row - rows / 2 + 0.5) * size * 1.28
        loud = row == rows // 2
        colour = palette.paper if loud else palette.accent if row % 2 else palette.glow
        body = _running(stage, y, size, colour, 1.0 if loud else 0.30, turn)
        stage.draw(
            body, 0.9 if row % 2 else 0.5, over=STREAK_PERIOD, behaviour=Behaviour("streak", turn=turn)
        )
    pieces.streaks(
        stage,
        8,
        1.7,
        (palette.paper,),
        rows=(38, 62),
        lengths=(14, 40),
        thickness=(0.4, 1.2),
        opacity=(0.4, 0.7),
        blur=0.25,
        turn=turn,
    )


def _beside(stage: Stage) -> None:
    """The name in a disc, beside (in a narrow frame above) what is told of it."""
    x, y = (0.0, -24.0) if stage.portrait else (stage.at(0.27), -5.0)
    radius = min(15.0, stage.at(0.3)) if stage.portrait else 27.0
    pieces.disc(stage, x, y, radius, 0.7, fade=1.0)
    tone = on_disc(stage)
    lines(stage, stage.name, x, y, tone, across=radius * 1.5 / stage.width, tall=radius * 0.9, z=0.75)


def on_disc(stage: Stage) -> Oklch:
    """The colour of type on a disc of the accent."""
    accent = stage.palette.accent.shift(-0.06)
    paper, ink = stage.palette.paper, stage.palette.ink
    # Large type is read at less contrast than text, and paper suits a strong colour better.
    return paper if contrast(paper, accent) * 1.6 > contrast(ink, accent) else ink


def rest(stage: Stage) -> None:
    """The last words, large and still, in rings that light wanders over."""
    palette = stage.palette
    y = -7.0
    pieces.backdrop(stage, glow=(0, y, 60), colours=(palette.top, palette.bottom, palette.lift))
    pieces.shaft(stage)
    radius = min(31.0, stage.at(0.4))
    rings = "".join(
        f'<circle cx="0" cy="{y}" r="{radius * k:.2f}" stroke-opacity="{0.8 - 0.22 * i:.2f}"/>'
        for i, k in enumerate((1.0, 1.16, 1.34))
    )
    stage.draw(f'<g fill="none" stroke="{palette.accent.hex}" stroke-width="0.3">{rings}</g>', 0.6)
    pieces.disc(stage, 0, y, radius * 0.86, ON_DISC, fade=1.0)
    wide = radius * 1.36 / stage.width
    lines(stage, stage.words, 0, y, on_disc(stage), across=wide, tall=radius * 0.9, z=ON_DISC)
    pieces.bokeh(stage, 7, opacity=0.28)


def _running(stage: Stage, y: float, size: float, colour: Oklch, opacity: float, turn: float) -> str:
    """One band of the repeated words, whole within the artwork, which comes round again."""
    word = stage.title_capitals + "  ·  "
    period = STREAK_PERIOD * stage.width
    natural = max(1.0, text_width(word, size, "ExtraBold"))
    count = max(1, min(round(period / natural), LONGEST_LINE // len(word)))
    # Set so that the last word ends where the first one begins again.
    fitted = size * period / (natural * count)
    fitted = min(size * 1.3, fitted)
    line = text(word * count, -period / 2, fitted * 0.36, fitted, "ExtraBold", colour.hex, opacity=opacity)
    return f'<g transform="translate(0 {y:.2f}) rotate({turn})">{line}</g>'


def echo(stage: Stage) -> None:
    """The words many times behind each other, each further away and fainter."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(0, -6, 66))
    made = block(stage.words, 2.4 if not stage.portrait else 1.2)
    wide = min(stage.width * 0.66, 44.0 * made.aspect)
    tall = wide / made.aspect
    for depth in range(5, 0, -1):
        x, y = 0.0, -6.0 - depth * 4.2
        body = made.body(x, y, wide, palette.accent.hex, 0.34 / depth + 0.06)
        stage.draw(body, 1.0 - depth * 0.13, box=Box(x - wide / 2 - 1, y - tall, wide + 2, tall * 2))
    lines(stage, stage.words, 0, -6.0, palette.text, across=wide / stage.width, tall=tall + 0.1)
    pieces.bokeh(stage, 5, opacity=0.25)


def around(stage: Stage) -> None:
    """The words in a ring that turns about a disc; what the film is about stands still within."""
    y = -5.0 if not stage.portrait else -8.0
    radius = min(34.0, stage.at(0.41))
    pieces.backdrop(stage, glow=(0, y, 62))
    pieces.disc(stage, 0, y, radius * 0.74, ON_DISC, fade=1.0)
    _ring(stage, y, radius)
    wide = radius * 1.1 / stage.width
    lines(stage, stage.words, 0, y, on_disc(stage), across=wide, tall=radius * 0.86, z=ON_DISC)
    pieces.bokeh(stage, 6, opacity=0.3)


def _ring(stage: Stage, y: float, radius: float) -> None:
    """A line of type on a circle. The thin ring under it keeps its middle where it is."""
    palette, size = stage.palette, radius * 0.17
    word = stage.title_capitals + "  ·  "
    round_it = 2 * math.pi * radius
    natural = max(1.0, text_width(word, size, "SemiBold", 0.08 * size))
    count = max(1, min(round(round_it / natural), LONGEST_LINE // len(word)))
    angle, body, turn_each = -90.0, "", 360.0 / count
    for _ in range(count):
        body += _bent(stage.title_capitals, y, radius, size, angle, turn_each, palette.text)
        angle += turn_each
    outer = radius + size * 1.5
    rings = (
        f'<circle cx="0" cy="{y}" r="{outer:.2f}" fill="none" stroke="{palette.mid.hex}" stroke-width="0.3"/>'
    )
    box = Box(-outer - 1, y - outer - 1, 2 * outer + 2, 2 * outer + 2)
    stage.draw(rings + body, 0.9, box=box, behaviour=Behaviour("spin", reach=TURNING))


def _bent(word: str, y: float, radius: float, size: float, start: float, span: float, ink: Oklch) -> str:
    """One round of words on the circle: a path for it, and the type upon the path."""
    a, b = math.radians(start), math.radians(start + span)
    natural = text_width(f"{word}  ·  ", size, "SemiBold")
    fitted = size * min(1.25, radius * math.radians(span) / max(1.0, natural))
    if span > 359:
        b = math.radians(start + 359)
    big = 1 if span > 180 else 0
    path = (
        f"M{radius * math.cos(a):.2f},{y + radius * math.sin(a):.2f} A{radius:.2f},{radius:.2f} 0 {big} 1 "
        f"{radius * math.cos(b):.2f},{y + radius * math.sin(b):.2f}"
    )
    name = f"ring{round(start + 90)}"
    # A dot between one round of the words and the next.
    c = math.radians(start + span) - size * 0.55 / radius
    over = radius + size * 0.3
    dot = f'<circle cx="{over * math.cos(c):.2f}" cy="{y + over * math.sin(c):.2f}" r="{size * 0.09:.2f}" '
    return f'<path id="{name}" d="{path}" fill="none"/>{dot}fill="{ink.hex}"/>' + text_along(
        name, word, fitted, "SemiBold", ink.hex
    )


def close(stage: Stage) -> None:
    """So close to the letters that they leave the frame: their forms, and a band of light."""
    palette = stage.palette
    pieces.backdrop(
        stage, glow=(stage.at(0.2), -10, 70), colours=(palette.lift, palette.bottom, palette.lift)
    )
    pieces.bokeh(stage, 10, z=0.45, colour=palette.lift, blur=2.2, radii=(6, 15), opacity=0.6, rows=(-50, 50))
    # Its one word: a part of a phrase, cut by the frame, says nothing.
    word = principal(stage.name, stage.shot.language) or stage.words
    made = block(word, 1.5 if not stage.portrait else 0.8)
    # A narrow frame would show one letter.
    wide = stage.width * 2.2 if stage.portrait else max(stage.width * 1.5, 96.0 * min(made.aspect, 3.0))
    tall = wide / made.aspect
    x, y = stage.at(0.12), -4.0
    if stage.shot.named and stage.shot.beat.title:
        # They leave at the top: below stands the title.
        y = min(y, ABOVE_TITLE - tall / 2)
    for shift, colour, opacity, z in ((3.2, palette.accent, 0.55, 0.8), (0.0, palette.text, 1.0, 1.0)):
        body = made.body(x + shift, y + shift, wide, colour.hex, opacity)
        stage.draw(body, z, box=Box(x - wide / 2 - 2, y - tall * 0.6, wide + 8, tall * 1.2 + 8))
    pieces.bokeh(stage, 4, z=1.9, blur=2.6, radii=(8, 16), opacity=0.30, rows=(-52, -30))


def index(stage: Stage) -> None:
    """What there is to tell, one numbered line after the other; without any, the words alone."""
    told = stage.callouts
    if not told:
        echo(stage)
        return
    palette = stage.palette
    pieces.backdrop(stage, glow=(stage.at(-0.3), -8, 66))
    left = stage.left + (0 if stage.portrait else stage.width * 0.06)
    room = stage.right - left - 10 if stage.portrait else stage.width * 0.42
    size = stage.fitted_size(told, 8.0 if not stage.portrait else 6.0, room, 3.0)
    step = size * 2.1
    y = (4.0 if stage.portrait else -4.0) - step * (len(told) - 1) / 2
    _beside(stage)
    bar = f'<rect x="{left - 4:.2f}" y="{y - size * 1.3:.2f}" width="0.7" '
    stage.draw(f'{bar}height="{step * len(told):.2f}" fill="{palette.accent_text.hex}"/>', 0.9)
    for order, word in enumerate(told):
        row = y + order * step
        body = text(f"{order + 1:02d}", left, row - size * 0.1, size * 0.42, "Bold", palette.accent_text.hex)
        body += text(word, left + size, row, size, "Bold", palette.text.hex, track=-0.015 * size)
        box = Box(left - 1, row - size * 1.2, stage.right - left + 8, size * 1.7)
        stage.draw(body, 1.0, box=box, behaviour=Behaviour("enter", order, turn=0, reach=-9.0))
    pieces.bokeh(stage, 6, opacity=0.3)
