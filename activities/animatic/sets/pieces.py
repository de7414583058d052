"""What sets are furnished with: light, walls, floors, plinths, leaves, bokeh, labels."""

from __future__ import annotations

import math

from activities.animatic.colour import Oklch, contrast
from activities.animatic.compositor import STREAK_PERIOD
from activities.animatic.fonts import Weight
from activities.animatic.layer import Behaviour
from activities.animatic.palette import Palette
from activities.animatic.stage import Stage
from activities.animatic.vector import Box, text, text_width

#: Far beyond any frame, units.
FAR = 400.0
#: Under this contrast a disc is not a form but a stain on its ground.
STANDS_OUT = 1.3
#: How much wider than its letters a short noun may be set and still be read as one word.
WIDELY = 1.2


def stop(offset: float, colour: Oklch, opacity: float = 1.0) -> str:
    return f'<stop offset="{offset}" stop-color="{colour.hex}" stop-opacity="{opacity:.3f}"/>'


def rect(x: float, y: float, width: float, height: float, fill: str, rx: float = 0.0) -> str:
    """A sheet with its left upper corner at `x`, `y`, its corners rounded by `rx`."""
    return (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" rx="{rx}" fill="{fill}"/>'
    )


def band(y: float, height: float, colour: Oklch, opacity: float = 1.0) -> str:
    """A bar right across the set, its upper edge at `y`."""
    return (
        f'<rect x="{-FAR}" y="{y}" width="{2 * FAR}" height="{height}" fill="{colour.hex}" '
        f'fill-opacity="{opacity}"/>'
    )


def vertical(name: str, top: float, bottom: float, *stops: str) -> str:
    """A gradient that runs down the set, in world units."""
    return (
        f'<linearGradient id="{name}" x1="0" y1="{top}" x2="0" y2="{bottom}" gradientUnits="userSpaceOnUse">'
        f"{''.join(stops)}</linearGradient>"
    )


def backdrop(
    stage: Stage,
    glow: tuple[float, float, float] = (0, -8, 62),
    colours: tuple[Oklch, Oklch, Oklch] | None = None,
) -> None:
    """Paper lit from one place: `glow` is its x, y and radius; `colours` are top, bottom and light."""
    palette = stage.palette
    top, bottom, lift = colours or (palette.top, palette.bottom, palette.lift)
    x, y, radius = glow
    defs = vertical("wall", -60, 60, stop(0, top), stop(1, bottom)) + (
        f'<radialGradient id="glow" cx="{x}" cy="{y}" r="{radius}" gradientUnits="userSpaceOnUse">'
        f"{stop(0, lift)}{stop(0.45, lift, 0.45)}{stop(1, lift, 0)}</radialGradient>"
    )
    sheet = f'<rect x="{-FAR}" y="{-FAR}" width="{2 * FAR}" height="{2 * FAR}" fill="url(#{{}})"/>'
    stage.draw(sheet.format("wall") + sheet.format("glow"), 0.2, defs=defs, sharp=0.5, kind="backdrop")


def floor(stage: Stage, y: float, z: float, *, soft: bool = True) -> None:
    """The ground from `y` down; a soft one grows out of the wall as a studio cove does."""
    palette = stage.palette
    defs = vertical(
        "floor",
        y,
        y + 45,
        stop(0, palette.floor, 0 if soft else 1),
        stop(0.3, palette.floor, 0.75 if soft else 1),
        stop(1, palette.near),
    )
    ground = f'<rect x="{-FAR}" y="{y}" width="{2 * FAR}" height="{FAR}" fill="url(#floor)"/>'
    width = stage.width * 1.34
    stage.draw(ground, z, defs=defs, sharp=0.5, box=Box(-width / 2, y - 1, width, 68 - y))


def table(stage: Stage, y: float, z: float = 0.85) -> None:
    """A table's top from `y` down, with the light along its edge."""
    palette = stage.palette
    defs = vertical("wood", y, y + 38, stop(0, palette.mid), stop(1, palette.near))
    top = f'<rect x="{-FAR}" y="{y}" width="{2 * FAR}" height="{FAR}" fill="url(#wood)"/>'
    edge = band(y, 0.7, palette.lift, 0.8)
    width = stage.width * 1.34
    stage.draw(top + edge, z, defs=defs, box=Box(-width / 2, y - 1, width, 70 - y))


def disc(stage: Stage, x: float, y: float, radius: float, z: float, fade: float = 0.28) -> None:
    """The one strong graphic form: a disc of the accent, fading toward its foot to `fade`."""
    accent, ground = stage.palette.accent, stage.palette.top
    if contrast(accent, ground) < STANDS_OUT:
        accent = accent.shift(-0.15 if ground.light > 0.5 else 0.12)
    foot = accent if fade < 1 else accent.shift(-0.12)
    defs = (
        f'<linearGradient id="disc" x1="0" y1="0" x2="0.5" y2="1">{stop(0, accent, 0.95)}'
        f"{stop(1, foot, min(1.0, fade))}</linearGradient>"
    )
    box = Box(x - radius - 1, y - radius - 1, 2 * radius + 2, 2 * radius + 2)
    stage.draw(f'<circle cx="{x}" cy="{y}" r="{radius}" fill="url(#disc)"/>', z, defs=defs, box=box)


def giant(
    stage: Stage, y: float, z: float, largest: float, across: float, opacity: float, turn: float = 0.0
) -> None:
    """The product's noun, set as large as `across` of the frame allows; nothing where the font lacks it."""
    noun = stage.noun
    if not noun:
        return
    # Two nouns fill the line from end to end, and would run out of the frame as the camera nears.
    room = stage.width * across * (0.86 if stage.shot.things else 1)
    size = min(largest, room / max(0.6, text_width(noun, 1, "ExtraBold", -0.02)))
    natural = text_width(noun, size, "ExtraBold")
    # A short noun behind a wide object is set wide, or none of it would show; a narrow frame has it above.
    behind = 1.4 * stage.subject.aspect * stage.fit(50, 0.6)
    wanted = min(room, natural * WIDELY if stage.portrait else behind)
    track = max(-0.02 * size, (wanted - natural) / max(1, len(noun) - 1))
    colour = stage.palette.paper
    if not turn and contrast(colour, stage.palette.top) < STANDS_OUT:
        # Paper on paper: the noun becomes a faint shade instead.
        colour, opacity = stage.palette.near, 0.16
    word = text(noun, 0, size * 0.36, size, "ExtraBold", colour.hex, "middle", track, opacity)
    over = 1.34 if not turn else 1.7
    stage.draw(f'<g transform="translate(0 {y}) rotate({turn})">{word}</g>', z, over=over)


def plinth(stage: Stage, x: float, y: float, width: float, z: float = 0.94) -> None:
    """A turned block whose top stands at `y`."""
    base = stage.palette.mid
    deep, light = base.shift(-0.20, 1.1, -10), base.shift(0.09, 0.8, 6)
    rise = width * 0.085
    side = f"{stop(0, base)}{stop(0.28, light)}{stop(0.62, base)}{stop(1, deep)}"
    defs = (
        f'<linearGradient id="side" x1="0" x2="1">{side}</linearGradient>'
        f'<linearGradient id="top" x1="0" x2="1">{stop(0, light)}{stop(0.6, base)}'
        f"{stop(1, deep)}</linearGradient>"
    )
    body = (
        f'<path d="M{x - width / 2},{y} v60 a{width / 2},{rise} 0 0 0 {width},0 v-60 z" fill="url(#side)"/>'
        f'<ellipse cx="{x}" cy="{y}" rx="{width / 2}" ry="{rise}" fill="url(#top)"/>'
    )
    stage.draw(body, z, defs=defs, box=Box(x - width / 2 - 1, y - rise - 1, width + 2, 68 - y + rise))


def bokeh(
    stage: Stage,
    count: int,
    *,
    z: float = 1.7,
    colour: Oklch | None = None,
    blur: float = 1.1,
    radii: tuple[float, float] = (3, 9),
    opacity: float = 0.35,
    rows: tuple[float, float] | None = None,
) -> None:
    """Lights out of focus. Without `rows` they keep clear of the middle, where the object is."""
    palette, discs = stage.palette, []
    for i in range(count):
        x, y = stage.at(stage.between(-0.62, 0.62)), stage.between(*(rows or (-55, 55)))
        if rows is None and abs(x) < stage.at(0.26) and abs(y) < 36:
            x += math.copysign(stage.at(0.3), x)
        tint = colour or (palette.glow if i % 3 else palette.accent)
        discs.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{stage.between(*radii):.1f}" fill="{tint.hex}" '
            f'fill-opacity="{opacity * stage.between(0.5, 1):.2f}"/>'
        )
    stage.draw("".join(discs), z, blur=blur, over=1.5)


def shaft(stage: Stage) -> None:
    """Light that wanders over the wall, so that the last picture is a place too, and never a still."""
    dark = stage.palette.dark
    # So near that it crosses the wall as fast as clouds part, and behind whatever stands before the wall.
    _beams(stage, 0.6, 0.2 if dark else 0.5, 1.4)


def passing_light(stage: Stage) -> None:
    """The same light over all that stands there, faint: for sets in which little else moves."""
    _beams(stage, 1.15, 0.17 if stage.palette.dark else 0.18, 3.0)


def _beams(stage: Stage, z: float, strength: float, blur: float) -> None:
    light = stage.palette.rim if stage.palette.dark else stage.palette.paper
    period = STREAK_PERIOD * stage.width
    beams = "".join(
        f'<path d="M{period * (share - 0.5):.2f},-90 h{wide:.2f} l60,200 h{-wide * 1.25:.2f} z"/>'
        for share, wide in (
            (share, stage.width * part)
            for share, part in ((0.02, 0.22), (0.27, 0.1), (0.46, 0.2), (0.72, 0.14))
        )
    )
    body = f'<g fill="{light.hex}" fill-opacity="{strength}">{beams}</g>'
    stage.draw(body, z, blur=blur, over=STREAK_PERIOD, behaviour=Behaviour("streak"))


def leaf(x: float, y: float, length: float, turn: float, colour: Oklch, opacity: float) -> str:
    """One blade from its stem at `x`, `y`, as SVG."""
    a, b, c = length * 0.28, length * 0.75, length * 0.2
    return (
        f'<path transform="translate({x:.1f} {y:.1f}) rotate({turn})" fill="{colour.hex}" '
        f'fill-opacity="{opacity}" '
        f'd="M0,0 C{a},{-c} {b},{-c} {length},0 C{b},{c} {a},{c} 0,0"/>'
    )


def streaks(
    stage: Stage,
    count: int,
    z: float,
    colours: tuple[Oklch, ...],
    *,
    rows: tuple[float, float],
    lengths: tuple[float, float],
    thickness: tuple[float, float],
    opacity: tuple[float, float],
    blur: float = 0.0,
    turn: float = 0.0,
) -> None:
    """Lines of speed at one depth, sliding against the direction of travel."""
    bars = ""
    for i in range(count):
        long = stage.between(*lengths)
        # Whole within the artwork, which comes round again: nothing is cut at the seam.
        x = stage.between(-0.5, 0.5) * STREAK_PERIOD * (stage.width - long / STREAK_PERIOD) - long / 2
        y = stage.between(*rows) + x * math.tan(math.radians(turn))
        bars += (
            f'<rect transform="translate({x:.2f} {y:.2f}) rotate({turn})" width="{long:.1f}" '
            f'height="{stage.between(*thickness):.2f}" rx="0.8" fill="{colours[i % len(colours)].hex}" '
            f'fill-opacity="{stage.between(*opacity):.2f}"/>'
        )
    stage.draw(bars, z, over=STREAK_PERIOD, blur=blur, behaviour=Behaviour("streak", turn=turn))


def label(
    x: float, y: float, number: str, word: str, palette: Palette, size: float, weight: Weight = "SemiBold"
) -> str:
    """A callout's two lines: a small number (or heading) over its word."""
    small = text(number, x, y - 1.2, 2.6, "Bold", palette.accent_text.hex, track=0.3)
    return small + text(word, x, y + size * 0.82, size, weight, palette.text.hex)


def ring(x: float, y: float, colour: Oklch, radius: float = 2.2) -> str:
    """The mark where a callout touches the object."""
    return (
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius * 0.45:.2f}" fill="{colour.hex}"/>'
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius}" fill="none" stroke="{colour.hex}" '
        'stroke-width="0.34"/>'
    )
