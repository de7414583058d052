"""The sets of a place: its front, its rooms, the way there."""

from __future__ import annotations

from activities.animatic.colour import Oklch
from activities.animatic.layer import Behaviour
from activities.animatic.sets import kinetic, pieces
from activities.animatic.sets.pieces import FAR, rect, stop, vertical
from activities.animatic.sets.places import town
from activities.animatic.stage import Stage
from activities.animatic.vector import Box

#: Stripes of an awning, and how far it hangs down, units.
STRIPES, AWNING = 9, 11.0


def front(stage: Stage) -> None:
    """A shop front in the morning: the sign with the words, an awning, a lit window, a door, the pavement."""
    palette = stage.palette
    wall = palette.far if not palette.dark else palette.mid
    pieces.backdrop(stage, glow=(stage.at(-0.3), -40, 70), colours=(wall, wall.shift(-0.05), palette.lift))
    wide = min(stage.width * 0.86, 118.0)
    left, top, foot = -wide / 2, -27.0, 33.0
    bricks = "".join(f'<path d="M{-FAR},{y} H{FAR}"/>' for y in range(-66, 34, 4))
    stage.draw(f'<g stroke="{wall.shift(-0.03).hex}" stroke-width="0.3">{bricks}</g>', 0.55)
    _pavement(stage, foot)
    _window_and_door(stage, left, top + 15, wide, foot)
    board = palette.accent_dark
    stage.draw(rect(left - 2, top - 1.5, wide + 4, 16, board.shift(-0.08).hex, 1.2), 0.9)
    stage.draw(rect(left - 2, top - 2.5, wide + 4, 16, board.hex, 1.2), 0.9)
    kinetic.lines(
        stage, stage.name, 0, top + 5.6, palette.paper, across=wide * 0.9 / stage.width, tall=10.0, z=0.9
    )
    _awning(stage, left - 2, top + 13.5, wide + 4)
    leaves = "".join(
        pieces.leaf(stage.at(-0.60), 62, 44 - i * 3, -70 + i * 16, palette.near, 0.95) for i in range(5)
    )
    stage.draw(leaves, 1.8, blur=1.5, over=1.5)


def _pavement(stage: Stage, foot: float) -> None:
    palette = stage.palette
    defs = vertical("stones", foot, foot + 22, stop(0, palette.mid), stop(1, palette.near))
    ground = f'<rect x="{-FAR}" y="{foot}" width="{2 * FAR}" height="{FAR}" fill="url(#stones)"/>'
    width = stage.width * 1.34
    stage.draw(
        ground + pieces.band(foot, 0.6, palette.lift, 0.7),
        0.86,
        defs=defs,
        box=Box(-width / 2, foot - 1, width, 68 - foot),
    )


def _window_and_door(stage: Stage, left: float, top: float, wide: float, foot: float) -> None:
    """Light within: shelves behind the glass, and a door with a round handle."""
    palette = stage.palette
    inside, frame = Oklch(0.88, 0.09, 75), palette.near.shift(-0.04)
    pane, door = wide * 0.62, wide * 0.24
    tall = foot - top
    glass = rect(left, top, pane, tall - 7, frame.hex, 1) + rect(
        left + 1.5, top + 1.5, pane - 3, tall - 10, inside.hex
    )
    sells = stage.subject.is_shop
    goods = "" if sells else _plants(stage, left, pane, foot - 7)
    # Goods on shelves only where it is known to be a shop.
    for row in range(2 if sells else 0):
        shelf = top + 17 + row * 16
        goods += rect(left + 3, shelf, pane - 6, 0.9, palette.mid.hex)
        x = left + 5
        while x < left + pane - 10:
            w, h = stage.between(3, 6.5), stage.between(4, 9)
            tone = (palette.accent, palette.accent_dark, palette.mid, palette.paper)[
                int(stage.between(0, 3.99))
            ]
            goods += rect(x, shelf - h, w, h, tone.hex, 1.2)
            x += w + stage.between(1.5, 5)
    shine = (
        f'<path d="M{left + pane * 0.2:.2f},{top + 1.5} h{pane * 0.14:.2f} '
        f"l-{tall * 0.4:.2f},{tall - 10:.2f} "
        f'h-{pane * 0.14:.2f} z" fill="{palette.paper.hex}" fill-opacity="0.28"/>'
    )
    x = left + wide - door
    leaf = (
        rect(x, top, door, tall, frame.hex, 1)
        + rect(x + 2, top + 2, door - 4, tall * 0.62, inside.shift(-0.04).hex, 0.6)
        + rect(x + 2, top + tall * 0.7, door - 4, tall * 0.24, palette.accent_dark.hex, 0.6)
        + f'<circle cx="{x + door - 4:.2f}" cy="{top + tall * 0.66:.2f}" r="0.9" fill="{palette.rim.hex}"/>'
    )
    stage.draw(glass + goods + shine + leaf, 0.85)


def _plants(stage: Stage, left: float, pane: float, foot: float) -> str:
    """Two plants behind the glass."""
    made = ""
    for share, tall in ((0.24, 20.0), (0.76, 15.0)):
        x = left + pane * share
        made += rect(x - 3, foot - 7, 6, 7, stage.palette.accent_dark.hex, 1)
        tone = Oklch(0.52, 0.08, 150)
        made += "".join(
            pieces.leaf(x, foot - 7, tall - abs(k) * 2.4, -90 + k * 22, tone, 1.0) for k in range(-2, 3)
        )
    return made


def _awning(stage: Stage, x: float, y: float, wide: float) -> None:
    palette, each = stage.palette, wide / STRIPES
    body = ""
    for i in range(STRIPES):
        tone = (palette.paper if i % 2 else palette.accent).hex
        at = x + i * each
        body += (
            f'<path d="M{at:.2f},{y} h{each:.2f} l0,{AWNING} a{each / 2:.2f},2.6 0 0 1 -{each:.2f},0 z" '
            f'fill="{tone}"/>'
        )
    stage.draw(body, 0.95, box=Box(x - 1, y - 1, wide + 2, AWNING + 6))
    shade = rect(x, y + AWNING, wide, 5, palette.near.hex)
    stage.draw(f'<g opacity="0.3">{shade}</g>', 0.9, blur=1.6)


def room(stage: Stage) -> None:
    """Inside: an arch of daylight, lamps over a counter, the words on the wall."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(stage.at(-0.28), -6, 60))
    arch = stage.at(-0.27) if not stage.portrait else 0.0
    light = palette.paper if not palette.dark else palette.rim
    body = (
        f'<path d="M{arch - 15},26 V-14 a15,15 0 0 1 30,0 V26 z" fill="{light.hex}" fill-opacity="0.8"/>'
        f'<path d="M{arch},-29 V26 M{arch - 15},-6 h30" stroke="{palette.far.hex}" stroke-width="0.9"/>'
    )
    stage.draw(body, 0.4)
    at = stage.at(0.18) if not stage.portrait else 0.0
    y = -10.0 if not stage.portrait else -2.0
    kinetic.lines(
        stage, stage.words, at, y, palette.text, across=0.46 if not stage.portrait else 0.74, tall=22, z=0.6
    )
    pieces.table(stage, 24, 0.95)
    for i, x in enumerate((0.02, 0.2, 0.38) if not stage.portrait else (-0.3, 0.0, 0.3)):
        _lamp(stage, stage.at(x), -24 - 2.4 * (i % 2))
    pots = "".join(
        rect(stage.at(-0.44) + i * 7, 24 - h, 5, h, tone.hex, 1)
        for i, (h, tone) in enumerate(((9, palette.accent), (6, palette.accent_dark), (11, palette.mid)))
    )
    stage.draw(pots, 0.96)
    pieces.bokeh(stage, 5, opacity=0.3)


def _lamp(stage: Stage, x: float, y: float) -> None:
    palette = stage.palette
    shade = palette.accent_dark.hex
    body = (
        f'<path d="M{x},-80 V{y}" stroke="{palette.near.hex}" stroke-width="0.35"/>'
        f'<path d="M{x - 5},{y + 5} a5,5.6 0 0 1 10,0 z" fill="{shade}"/>'
        f'<circle cx="{x}" cy="{y + 5.4}" r="1.5" fill="{palette.glow.hex}"/>'
    )
    stage.draw(body, 0.8)
    glow = f'<circle cx="{x}" cy="{y + 7}" r="8" fill="{palette.glow.hex}" fill-opacity="0.5"/>'
    stage.draw(glow, 0.8, blur=3)


def way(stage: Stage) -> None:
    """A map: streets, a park, water, a dashed way that ends at the pin, and the words beside it."""
    palette = stage.palette
    ground = palette.lift if not palette.dark else palette.far
    pieces.backdrop(stage, glow=(0, 0, 90), colours=(ground, ground.shift(-0.03), palette.lift))
    width = stage.width
    pin_x, pin_y = (stage.at(0.22), -8.0) if not stage.portrait else (0.0, -16.0)
    street = palette.paper if not palette.dark else palette.mid
    lanes = "".join(
        f'<path d="M{-width},{y + k} L{width},{y - k}" stroke-width="{w}"/>'
        for y, k, w in ((-34, 6, 2.4), (-8, 6, 3.6), (16, 6, 2.2), (40, 6, 3.0))
    ) + "".join(
        f'<path d="M{stage.at(x) - 8},-80 L{stage.at(x) + 8},80" stroke-width="{w}"/>'
        for x, w in ((-0.46, 2.4), (-0.28, 3.4), (-0.06, 2.2), (0.22, 3.6), (0.42, 2.2))
    )
    green, water = Oklch(0.80, 0.07, 150), Oklch(0.78, 0.06, 230)
    if palette.dark:
        green, water = green.shift(-0.42), water.shift(-0.42)
    areas = (
        f'<path d="M{stage.at(-0.27)},-31 l{width * 0.18},-2 l2,22 l{-width * 0.18},2 z" fill="{green.hex}"/>'
        f'<path d="M{-width},52 C{stage.at(-0.2)},30 {stage.at(0.1)},62 {width},34 V120 H{-width} z" '
        f'fill="{water.hex}"/>'
    )
    stage.draw(f'{areas}<g fill="none" stroke="{street.hex}" stroke-linecap="round">{lanes}</g>', 0.8)
    route = (
        f'<path d="M{stage.at(-0.44)},30 L{stage.at(-0.28)},24 L{stage.at(-0.30)},-3 L{pin_x},{pin_y}" '
        f'fill="none" '
        f'stroke="{palette.accent_dark.hex}" stroke-width="1.1" stroke-dasharray="2.4 1.8" '
        'stroke-linejoin="round" stroke-linecap="round"/>'
    )
    stage.draw(route, 0.82, behaviour=Behaviour("enter", 1, turn=180, reach=2))
    _pin(stage, pin_x, pin_y)
    _plate(stage)


def _pin(stage: Stage, x: float, y: float) -> None:
    palette = stage.palette
    shadow = (
        f'<ellipse cx="{x}" cy="{y + 0.6}" rx="5" ry="1.6" fill="{palette.near.hex}" fill-opacity="0.6"/>'
    )
    stage.draw(shadow, 0.9, blur=0.8)
    body = (
        f'<path d="M{x},{y} C{x - 3},{y - 7} {x - 9},{y - 10} {x - 9},{y - 17} a9,9 0 0 1 18,0 '
        f'C{x + 9},{y - 10} {x + 3},{y - 7} {x},{y} z" fill="{palette.accent.hex}"/>'
        f'<circle cx="{x}" cy="{y - 17}" r="3.8" fill="{palette.paper.hex}"/>'
    )
    stage.draw(body, 1.0, behaviour=Behaviour("enter", 2, turn=-90, reach=12))


def _plate(stage: Stage) -> None:
    """The words on a card that lies on the map."""
    palette = stage.palette
    wide, tall = (stage.width * 0.42, 26.0) if not stage.portrait else (stage.width * 0.84, 22.0)
    x, y = (stage.at(-0.24), 14.0) if not stage.portrait else (0.0, 16.0)
    shade = rect(x - wide / 2 + 1, y - tall / 2 + 1.6, wide, tall, palette.near.hex, 2)
    stage.draw(f'<g opacity="0.4">{shade}</g>', 0.94, blur=1.6)
    stage.draw(rect(x - wide / 2, y - tall / 2, wide, tall, palette.paper.hex, 2), 0.95)
    kinetic.lines(
        stage, stage.words, x, y, palette.ink, across=wide * 0.82 / stage.width, tall=tall * 0.62, z=0.95
    )


def sign(stage: Stage) -> None:
    """A sign that hangs out into the dusk, the words on it."""
    palette = stage.palette
    pieces.backdrop(stage, glow=(stage.at(0.1), 20, 60))
    town(stage, 30)
    pieces.bokeh(stage, 16, z=0.42, colour=palette.rim, radii=(1, 3.4), opacity=0.5, rows=(6, 34))
    wide = min(stage.width * 0.72, 84.0)
    y, tall = -6.0, 34.0
    iron = palette.near.shift(-0.06) if not palette.dark else palette.mid
    bracket = (
        rect(-FAR, y - tall / 2 - 9, FAR + wide / 2 + 5, 1.4, iron.hex)
        + f'<circle cx="{wide / 2 + 5}" cy="{y - tall / 2 - 8.3}" r="1.5" fill="{iron.hex}"/>'
        + "".join(rect(x, y - tall / 2 - 8, 0.5, 9, iron.hex) for x in (-wide * 0.32, wide * 0.32))
    )
    stage.draw(bracket, 0.95)
    board = rect(-wide / 2, y - tall / 2, wide, tall, palette.accent_dark.hex, 4)
    rim = (
        f'<rect x="{-wide / 2 + 1.6}" y="{y - tall / 2 + 1.6}" width="{wide - 3.2}" '
        f'height="{tall - 3.2}" rx="2.8" '
        f'fill="none" stroke="{palette.paper.hex}" stroke-width="0.4" stroke-opacity="0.7"/>'
    )
    stage.draw(board + rim, 1.0)
    kinetic.lines(stage, stage.words, 0, y, palette.paper, across=wide * 0.8 / stage.width, tall=tall * 0.62)


def roofs(stage: Stage) -> None:
    """Over the roofs at first light, the words standing among them like a landmark."""
    palette = stage.palette
    x = stage.at(0.2)
    pieces.backdrop(stage, glow=(x, 4, 60), colours=(palette.top, palette.lift, palette.glow))
    sun = (
        f'<circle cx="{x}" cy="-4" r="{min(16.0, stage.at(0.24)):.1f}" fill="{palette.accent.hex}" '
        f'fill-opacity="0.8"/>'
    )
    stage.draw(sun, 0.25)
    for z, foot, depth in ((0.45, 16, 0.0), (0.7, 26, -0.12)):
        _skyline(stage, foot, z, palette.mid.shift(depth))
    y = -2.0 if not stage.portrait else -6.0
    kinetic.lines(stage, stage.words, stage.at(-0.06), y, palette.text, across=0.66, tall=30, z=0.8)
    _skyline(stage, 40, 1.0, palette.near)


def _skyline(stage: Stage, foot: float, z: float, tone: Oklch) -> None:
    blocks, x = "", -stage.width * 0.8
    while x < stage.width * 0.8:
        wide, tall = stage.between(8, 18), stage.between(4, 17)
        blocks += rect(x, foot - tall, wide, 140, tone.hex)
        if stage.between(0, 1) > 0.5:
            blocks += (
                f'<path d="M{x:.1f},{foot - tall:.1f} l{wide / 2:.1f},-{wide * 0.3:.1f} '
                f'l{wide / 2:.1f},{wide * 0.3:.1f} z" fill="{tone.hex}"/>'
            )
        x += wide * stage.between(0.9, 1.1)
    stage.draw(blocks, z)
