"""The sets that open a film: hero, teaser, lifestyle, a loud one and a wide one."""

from __future__ import annotations

import math

import numpy as np

from activities.animatic.colour import Oklch
from activities.animatic.layer import Behaviour
from activities.animatic.sets import cast, pieces
from activities.animatic.sets.pieces import stop, vertical
from activities.animatic.stage import Stage
from activities.animatic.vector import Box

#: In a narrow frame the object would hide the noun, which is set above it then: at least this far down, so
#: that even a slanted one is clear of the slate, no larger than this, its middle so far above the object.
NOUN_LINE, NOUN_SIZE, NOUN_RISE = -29.0, 12.0, 5.0
#: The longest slanted noun that stays clear of the slate, units.
SLANTED_NOUN = 50.0
#: Banners, type and streaks of the loud set all lean by this, degrees.
SLANT = -18


def hero_shot(stage: Stage) -> None:
    """A disc, the noun set huge between disc and object, and the object on a plinth."""
    floats, dark = stage.subject.floats, stage.palette.dark
    middle = (-1 if floats else -8) if stage.portrait else -6
    hung = stage.fit(45, 0.60) if stage.portrait else stage.fit(50, 0.62)
    height, foot = hung if floats else stage.fit(43, 0.52), 22 if stage.portrait else 27
    top = middle + 1 - height / 2 if floats else foot - height
    pieces.backdrop(stage, glow=(0, middle, 60))
    pieces.disc(stage, 0, middle, min(35, stage.at(0.40)), 0.42)
    line, largest, across = (_noun_line(top), NOUN_SIZE, 0.82) if stage.portrait else (middle, 44, 0.90)
    # Set small, it wants more ink to be read.
    ink = (0.28 if dark else 0.42) * (1.6 if stage.portrait else 1.0)
    pieces.giant(stage, line, 0.62, largest, across, ink)
    if floats:
        cast.hang(stage, 0, middle + 1, height)
    else:
        pieces.floor(stage, foot - 2, 0.7)
        pieces.plinth(stage, 0, foot, max(30 if stage.portrait else 36, height * stage.subject.aspect * 1.22))
        # The block sinks into the studio's haze: the title below stands on one tone.
        pieces.floor(stage, foot + 3, 0.96)
        cast.stand(stage, 0, foot + 0.5, height)
    pieces.bokeh(stage, 7)


def _noun_line(top: float) -> float:
    """The middle of the noun over an object whose upper edge is at `top`."""
    return max(NOUN_LINE, top - NOUN_RISE)


def teaser_reveal(stage: Stage) -> None:
    """Near-black: a cone of light, the object in silhouette, and a light that travels over it."""
    accent = stage.palette.accent_hue
    rim, night = stage.palette.rim, Oklch(0.10, 0.02, accent)
    lamp, foot = stage.at(0.16), 22 if stage.portrait else 27
    pieces.backdrop(
        stage,
        glow=(lamp, -14, 44),
        colours=(
            Oklch(0.17, 0.03, (accent + 10) % 360),
            Oklch(0.11, 0.02, accent),
            Oklch(0.42, 0.10, accent),
        ),
    )
    cone = f'<path d="M{lamp - 5},-80 L{lamp + 9},-80 L44,60 L-42,60 Z" fill="url(#cone)"/>'
    stage.draw(cone, 0.5, defs=vertical("cone", -60, 52, stop(0, rim, 0.42), stop(0.85, rim, 0)), blur=2.4)
    reach = min(50.0, stage.at(0.5))
    pool = f'<ellipse cx="2" cy="{foot - 0.5}" rx="{reach}" ry="5.5" fill="{rim.hex}" fill-opacity="0.24"/>'
    ground = f'<rect x="-400" y="{foot - 2}" width="800" height="400" fill="{night.hex}"/>'
    stage.draw(ground + pool, 0.8, blur=1.3)
    height = stage.fit(52, 0.62)
    centre = foot - height / 2 - cast.lift(stage)
    dim = stage.subject.get(key=0.32, rim=1.5, light=(0.6, -0.6, 0.25))
    lit = stage.subject.get(key=1.0, rim=1.4, light=(0.5, -0.65, 0.45))
    stage.place(dim[0], 0, centre, height, 1.0, relief=dim[1], kind="subject")
    stage.place(lit[0], 0, centre, height, 1.0, relief=lit[1], kind="subject", behaviour=Behaviour("reveal"))
    pieces.bokeh(stage, 8, colour=stage.palette.accent, opacity=0.16, radii=(1.2, 4), blur=0.7)


def ambient_lifestyle(stage: Stage) -> None:
    """A wall with the light of a window, the shade of leaves, and the object on a table beside books."""
    palette, portrait = stage.palette, stage.portrait
    pieces.backdrop(stage, glow=(stage.at(-0.25), -20, 70))
    _window_light(stage, stage.at(-0.42), -38)
    shade = "".join(
        pieces.leaf(stage.at(0.40), -46, 26 - i * 1.5, 100 + i * 19, palette.mid, 0.55) for i in range(6)
    )
    stage.draw(shade, 0.45, blur=1.6)
    edge = 14 if portrait else 21
    # Near the object's own depth, or the camera's push would slide what stands on it.
    pieces.table(stage, edge, 0.95)
    _books(stage, stage.at(-0.36) if not portrait else stage.at(-0.5) - 9, edge + 8)
    foot = edge + (10 if portrait else 11)
    cast.stand(stage, stage.at(0.10 if portrait else 0.17), foot, stage.fit(40, 0.5 if portrait else 0.4))
    near = palette.near
    fan = "".join(pieces.leaf(stage.at(-0.62), 60, 46 - i * 3, -74 + i * 17, near, 0.96) for i in range(5))
    stage.draw(fan, 1.9, blur=1.5, over=1.5)


def _window_light(stage: Stage, x: float, y: float) -> None:
    """Nine slanted panes of sun on the wall."""
    panes = "".join(
        f'<path d="M{x + i * 15 + j * 4.5:.1f},{y + j * 19.5:.1f} l13,3 l4.2,17.5 l-13,-3 z"/>'
        for i in range(3)
        for j in range(3)
    )
    light = stage.palette.paper if not stage.palette.dark else stage.palette.rim
    strength = 0.74 if not stage.palette.dark else 0.30
    stage.draw(f'<g fill="{light.hex}" fill-opacity="{strength}">{panes}</g>', 0.35, blur=0.9)


def _books(stage: Stage, x: float, foot: float) -> None:
    palette = stage.palette
    book = '<rect x="{}" y="{}" width="{}" height="{}" rx="1" fill="{}"/>'
    cast.ground_shadow(stage, x + 15, foot + 0.4, 32, 0.93, 0.6)
    stack = (
        book.format(x, foot - 4.4, 30, 4.4, palette.accent_dark.hex)
        + book.format(x + 2.6, foot - 9.2, 27, 4.8, palette.far.shift(-0.03, 1.2).hex)
        + book.format(x + 5.4, foot - 13, 22, 3.8, palette.lift.hex)
        + book.format(x + 4, foot - 3.3, 1.2, 2.2, palette.rim.hex)
    )
    stage.draw(stack, 0.93, box=Box(x - 1, foot - 14, 33, 15))


def dynamic_intro(stage: Stage) -> None:
    """Banners and the noun at one slant, the object paper white and tilted, streaks before the lens."""
    palette = stage.palette
    deep = Oklch(0.40, 0.12, (palette.accent_hue - 14) % 360)
    ground = palette.accent.shift(-0.06)
    pieces.backdrop(stage, glow=(stage.at(0.1), -5, 75), colours=(palette.accent_dark, deep, ground))
    bands, tints = (
        [],
        ((ground, 0.55), (palette.paper, 0.13), (palette.glow, 0.20), (palette.accent_dark, 0.8)),
    )
    for i in range(7):
        colour, opacity = tints[i % 4]
        y, thick = -62 + i * 21 + stage.between(-4, 4), stage.between(3, 13)
        bands.append(
            f'<rect x="-400" y="{y:.1f}" width="800" height="{thick:.1f}" fill="{colour.hex}" '
            f'fill-opacity="{opacity}"/>'
        )
    stage.draw(f'<g transform="rotate({SLANT})">{"".join(bands)}</g>', 0.4, over=1.7)
    height = stage.fit(45, 0.62) if stage.portrait else stage.fit(54, 0.64)
    if stage.portrait:
        # In a square, a slanted line as wide as the frame would climb into the slate.
        across = min(0.86, SLANTED_NOUN / stage.width)
        pieces.giant(stage, _noun_line(-height / 2 - 3), 0.62, NOUN_SIZE, across, 0.92, turn=SLANT)
    else:
        pieces.giant(stage, -2, 0.62, 50, 1.08, 0.92, turn=SLANT)
    turn = -6 if stage.subject.floats else -10
    cast.hang(stage, 0, 0, height, base=palette.paper_object(), turn=turn, shade=0.42, throw=4.6)
    pieces.streaks(
        stage,
        11,
        1.7,
        (palette.paper,),
        rows=(50, 66) if stage.portrait else (34, 64),
        lengths=(14, 40),
        thickness=(0.5, 1.5),
        opacity=(0.6, 0.9),
        blur=0.25,
        turn=SLANT,
    )


def atmospheric_setup(stage: Stage) -> None:
    """A wide place at dawn: sun, ridges in haze, the object small on the last one, grass before the lens."""
    palette = stage.palette
    sun_x = stage.at(0.18 if stage.portrait else 0.14)
    pieces.backdrop(stage, glow=(sun_x, 2, 66), colours=(palette.top, palette.lift, palette.glow))
    sun = vertical("sun", -20, 14, stop(0, palette.paper), stop(1, palette.accent, 0.55))
    radius = min(17.0, stage.at(0.24))
    stage.draw(
        f'<circle cx="{sun_x}" cy="-5" r="{radius}" fill="url(#sun)"/>',
        0.28,
        defs=sun,
        box=Box(sun_x - 18, -23, 36, 36),
    )
    raise_by = -9 if stage.portrait else -5
    x = stage.at(-0.12 if stage.portrait else -0.16)
    ground = 0.0
    for i, (z, y, swell) in enumerate(((0.36, 6, 9), (0.5, 14, 8), (0.68, 22, 7), (0.9, 31, 4))):
        ground = _ridge(stage, i, z, y + raise_by, swell, x)
    light = (0.6, -0.5, 0.35)
    cast.stand(stage, x, ground + 0.8, stage.fit(22, 0.30), light=light, z=0.93, shade=0.7)
    _grass(stage)


def _ridge(stage: Stage, i: int, z: float, y: float, swell: float, x: float) -> float:
    """Draws one range of hills and returns how high it stands at `x`."""
    palette = stage.palette
    depth = (0.02, -0.08, -0.19, -0.32)[i] * (0.45 if palette.dark else 1)
    colour = Oklch(
        max(0.08, palette.mid.light + depth), palette.mid.chroma * 1.2 + 0.02, (palette.mid.hue - 6 * i) % 360
    )
    phase = [stage.between(0, 6) for _ in range(3)]

    def rise(at: float) -> float:
        waves = zip((0.55, 0.3, 0.15), (0.035, 0.075, 0.15), phase, strict=True)
        return y - swell * sum(share * math.sin(at * rate + shift) for share, rate, shift in waves)

    reach = stage.width * 0.9 + 10
    line = " L".join(f"{at:.1f},{rise(at):.1f}" for at in np.linspace(-reach, reach, 90))
    haze = palette.lift if i < 3 else colour.shift(-0.08)
    defs = vertical("ridge", y - 10, y + 30, stop(0, colour), stop(1, haze, 0.85 if i < 3 else 1))
    box = Box(-stage.width * 0.72, y - swell - 1, stage.width * 1.44, 74 - y)
    stage.draw(f'<path d="M{line} L{reach},160 L{-reach},160 Z" fill="url(#ridge)"/>', z, defs=defs, box=box)
    return rise(x)


def _grass(stage: Stage) -> None:
    blades = []
    for _ in range(46):
        x, tall = stage.at(stage.between(-0.8, 0.8)), stage.between(8, 26)
        lean = stage.between(-5, 5)
        blades.append(
            f'<path d="M{x:.1f},70 q{lean:.1f},{-tall / 2:.1f} {lean * 1.5:.1f},{-tall:.1f} '
            f'q1.4,{tall / 2:.1f} 1.8,{tall:.1f} z"/>'
        )
    dark = Oklch(0.07 if stage.palette.dark else 0.24, 0.04, (stage.palette.hue - 20) % 360)
    stage.draw(f'<g fill="{dark.hex}">{"".join(blades)}</g>', 1.9, over=1.5, blur=0.9)
