"""The sets of the middle that are places: a table from above, and a sill at dusk."""

from __future__ import annotations

from activities.animatic.colour import Oklch
from activities.animatic.sets import cast, pieces
from activities.animatic.sets.pieces import FAR, stop, vertical
from activities.animatic.stage import Stage
from activities.animatic.vector import Box


def usage_scenario(stage: Stage) -> None:
    """A table from above: a tray under the object, a notebook and a sprig; shadows fall to the right."""
    palette, portrait = stage.palette, stage.portrait
    y = -9.0 if portrait else -3.0
    pieces.backdrop(
        stage, glow=(stage.at(-0.3), -30, 90), colours=(palette.lift, palette.bottom, palette.lift)
    )
    _cloth(stage)
    radius = min(30.0 if portrait else 34.0, stage.at(0.41))
    _tray(stage, y, radius)
    _notebook(stage, stage.at(-0.40) if not portrait else stage.at(-0.5) - 20, y - 26)
    _sprig(stage, stage.at(0.40) if not portrait else stage.at(0.5) + 6, y + (16 if not portrait else 43))
    height = min(stage.fit(42, 0.46), radius * 1.75 / stage.subject.aspect)
    cast.hang(stage, 0, y, height, shade=0.42, throw=4.4)


def _cloth(stage: Stage) -> None:
    """A runner of cloth across the table, woven in two tones."""
    palette, width = stage.palette, stage.width
    stripe = "".join(f'<path d="M{-FAR},{-21 + k} H{FAR}"/>' for k in (0, 1.6, 36, 37.6))
    cloth = pieces.band(-24, 43, palette.far, 0.8)
    weave = f'<g stroke="{palette.accent.hex}" stroke-opacity="0.55" stroke-width="0.5">{stripe}</g>'
    stage.draw(
        f'<g transform="rotate(-12)">{cloth}{weave}</g>', 0.6, box=Box(-width * 0.67, -67, width * 1.34, 134)
    )


def _tray(stage: Stage, y: float, radius: float) -> None:
    palette = stage.palette
    shade = palette.near.shift(-0.05)
    shadow = f'<circle cx="4" cy="{y + 5}" r="{radius}" fill="{shade.hex}" fill-opacity="0.45"/>'
    stage.draw(shadow, 0.85, blur=2.2)
    wood, light = palette.mid, palette.mid.shift(0.08, 0.9, 6)
    defs = (
        f'<linearGradient id="rim" x1="0" y1="0" x2="1" y2="1">{stop(0, light)}{stop(1, wood.shift(-0.14))}'
        f'</linearGradient><linearGradient id="bed" x1="0" y1="0" x2="1" y2="1">{stop(0, wood.shift(-0.05))}'
        f"{stop(1, light)}</linearGradient>"
    )
    body = (
        f'<circle cx="0" cy="{y}" r="{radius}" fill="url(#rim)"/>'
        f'<circle cx="0" cy="{y}" r="{radius * 0.93:.2f}" fill="url(#bed)"/>'
        f'<circle cx="0" cy="{y}" r="{radius * 0.93:.2f}" fill="none" stroke="{light.hex}" '
        'stroke-width="0.3"/>'
    )
    stage.draw(body, 0.9, defs=defs, box=Box(-radius - 1, y - radius - 1, 2 * radius + 2, 2 * radius + 2))


def _notebook(stage: Stage, x: float, y: float) -> None:
    """A closed notebook with its band and a pencil, lying askew."""
    palette = stage.palette
    turn = f'transform="translate({x:.2f} {y:.2f}) rotate(-9)"'
    dark = palette.near.shift(-0.05)
    stage.draw(
        f'<rect {turn} x="2.5" y="3" width="26" height="36" rx="1.5" fill="{dark.hex}" fill-opacity="0.45"/>',
        0.9,
        blur=1.4,
    )
    accent, deep = palette.accent_dark, palette.accent_dark.shift(-0.14)
    body = (
        f'<g {turn}><rect width="26" height="36" rx="1.5" fill="{accent.hex}"/>'
        f'<rect width="3" height="36" rx="1" fill="{deep.hex}"/>'
        f'<rect x="21" width="1.3" height="36" fill="{deep.hex}"/>'
        f'<rect x="7" y="7" width="10" height="5" rx="0.6" fill="{palette.paper.hex}" fill-opacity="0.85"/>'
        f'<g transform="translate(31 4) rotate(6)">'
        f'<rect width="1.7" height="27" rx="0.4" fill="{palette.accent.hex}"/>'
        f'<path d="M0,27 h1.7 l-0.85,3 z" fill="{palette.paper.hex}"/></g></g>'
    )
    stage.draw(body, 0.93)


def _sprig(stage: Stage, x: float, y: float) -> None:
    """A cut twig with paired leaves; its shadow falls the way every shadow here does."""
    palette = stage.palette
    green = palette.near.shift(0.16 if not palette.dark else 0.3, 1.3)
    leaves = "".join(
        pieces.leaf(-i * 5.2, -i * 4.2, 12 - i * 0.9, -100 + side * 55 - 22, green, 1.0)
        for i in range(6)
        for side in (-1, 1)
    )
    stem = f'<path d="M6,5 L-28,-23" stroke="{green.hex}" stroke-width="0.7" fill="none"/>'
    shade = palette.near.shift(-0.1)
    ghost = leaves.replace(green.hex, shade.hex)
    stage.draw(
        f'<g opacity="0.5" transform="translate({x + 2.4:.2f} {y + 3:.2f})">{ghost}</g>', 0.9, blur=1.2
    )
    stage.draw(f'<g transform="translate({x:.2f} {y:.2f})">{stem}{leaves}</g>', 0.95)


def lifestyle_context(stage: Stage) -> None:
    """A window at dusk: lights of a town out of focus, the frame of the window, the object on the sill."""
    palette, portrait = stage.palette, stage.portrait
    accent = palette.accent
    high, low = Oklch(0.24, 0.06, 275), Oklch(0.62, 0.11, palette.accent_hue)
    pieces.backdrop(stage, glow=(stage.at(-0.2), 22, 58), colours=(high, Oklch(0.42, 0.09, 320), low))
    sill = 14.0 if portrait else 22.0
    town(stage, sill)
    tints = (palette.rim, accent, Oklch(0.90, 0.08, 85))
    for i, tint in enumerate(tints):
        pieces.bokeh(
            stage,
            9,
            z=0.42,
            colour=tint,
            blur=0.7 + 0.3 * i,
            radii=(1.4, 4.4),
            opacity=0.55,
            rows=(-4, sill - 2),
        )
    _window_frame(stage)
    _sill(stage, sill)
    x = 0.0 if portrait else stage.at(0.14)
    cast.stand(stage, x, sill + 8, stage.fit(40, 0.5 if portrait else 0.4), light=(-0.55, -0.4, 0.5), rim=1.3)
    _curtain(stage, stage.at(0.5) - 2)


def town(stage: Stage, foot: float) -> None:
    """Roofs against the sky, out of focus."""
    blocks, x = [], -stage.width * 0.8
    while x < stage.width * 0.8:
        wide, tall = stage.between(7, 17), stage.between(6, 24)
        shade = Oklch(stage.between(0.20, 0.28), 0.045, 285)
        blocks.append(
            f'<rect x="{x:.1f}" y="{foot - tall:.1f}" width="{wide:.1f}" height="90" fill="{shade.hex}"/>'
        )
        x += wide * stage.between(0.8, 1.25)
    stage.draw("".join(blocks), 0.38, blur=1.0)


def _window_frame(stage: Stage) -> None:
    dark = Oklch(0.17, 0.03, 290)
    light = stage.palette.rim
    bars = ""
    for x in (stage.at(-0.36), stage.at(0.40)) if not stage.portrait else (stage.at(-0.40),):
        bars += f'<rect x="{x:.2f}" y="-120" width="3.2" height="240" fill="{dark.hex}"/>'
        bars += f'<rect x="{x + 3:.2f}" y="-120" width="0.35" height="240" fill="{light.hex}" opacity="0.5"/>'
    bars += f'<rect x="{-FAR}" y="-30" width="{2 * FAR}" height="2.2" fill="{dark.hex}"/>'
    bars += (
        f'<rect x="{-FAR}" y="-27.9" width="{2 * FAR}" height="0.3" fill="{light.hex}" fill-opacity="0.4"/>'
    )
    stage.draw(bars, 0.8)


def _sill(stage: Stage, y: float) -> None:
    tone = Oklch(0.30, 0.04, (stage.palette.accent_hue + 10) % 360)
    defs = vertical(
        "sill", y, y + 40, stop(0, tone.shift(0.12)), stop(0.25, tone), stop(1, tone.shift(-0.17))
    )
    body = f'<rect x="{-FAR}" y="{y}" width="{2 * FAR}" height="{FAR}" fill="url(#sill)"/>' + pieces.band(
        y, 0.5, stage.palette.rim, 0.6
    )
    width = stage.width * 1.34
    stage.draw(body, 0.85, defs=defs, box=Box(-width / 2, y - 1, width, 70 - y))


def _curtain(stage: Stage, x: float) -> None:
    """A sheer curtain at the edge of the frame: the town shows through its folds as the camera passes."""
    hue = stage.palette.accent_hue
    light, dark = Oklch(0.52, 0.06, hue), Oklch(0.22, 0.04, 290)
    folds = f"{stop(0, dark, 0.62)}{stop(0.35, light, 0.34)}{stop(0.55, light, 0.5)}{stop(1, dark, 0.62)}"
    defs = (
        f'<linearGradient id="folds" x1="{x}" x2="{x + 8}" y1="0" y2="0.6" gradientUnits="userSpaceOnUse" '
        f'spreadMethod="repeat">{folds}</linearGradient>'
    )
    cloth = f'<path d="M{x},-90 q5,90 -2,180 h90 v-180 z" fill="url(#folds)"/>'
    stage.draw(cloth, 1.2, defs=defs, blur=0.7, over=1.6)
