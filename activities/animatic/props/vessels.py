"""Props that hold something: mug, bottle, jar, can, box, tube."""

from __future__ import annotations

from activities.animatic.colour import Oklch
from activities.animatic.props.kit import Drawing, Kit, cylinder, lathe
from activities.animatic.vector import Box


def mug(base: Oklch) -> Drawing:
    kit = Kit(base)
    glaze = kit.glaze
    side = "M14,20 C14,50 15.5,72 18,84 Q20,92 30,93 L56,93 Q66,92 68,84 C70.5,72 72,50 72,20 Z"
    handle = kit.linear(70, 34, 94, 74, ((0, glaze.light), (0.5, glaze.body), (1, glaze.deep)))
    coffee = kit.linear(20, 18, 66, 27, ((0, "#2b1409"), (1, "#8a4a20")))
    inside = kit.linear(16, 0, 70, 0, ((0, glaze.deep), (1, glaze.tone(0.02))))
    return kit.done(
        _stroke("M69,36 C92,30 98,72 67,72", glaze.deep, 8.4),
        _stroke("M69,35.4 C91,30 96.6,71 67,71", handle, 6.6),
        kit.glint("M71,33.8 C84,31.5 89.5,42 88,54", 1.1, 0.5),
        kit.turned(side, Box(14, 14, 58, 79), glaze, gloss=0.62, foot=0.75),
        kit.shaded(f'<path d="M14,82 q29,12 58,0 v14 h-58z" fill="{glaze.deep}"/>', side, 1.5, 0.35),
        f'<ellipse cx="43" cy="20" rx="29" ry="7.2" fill="{glaze.tone(0.12, 0.7, 6)}"/>',
        f'<ellipse cx="43" cy="20.5" rx="26.4" ry="5.8" fill="{inside}"/>',
        f'<path d="M18.6,22.6 a25.6,4.6 0 0 1 48.8,0 a26.4,5.8 0 0 1 -48.8,0z" fill="{coffee}"/>',
        kit.glint("M14.4,19 a29,7.2 0 0 1 34,-5.9"),
        box=(8, 8, 90, 90),
    )


def bottle(base: Oklch) -> Drawing:
    kit = Kit(base)
    body = lathe(
        30,
        [
            (9, 26),
            (9, 26),
            (9, 29),
            (11.5, 34),
            (16.5, 40),
            (18, 48),
            (18, 48),
            (18, 112),
            (18, 112),
            (17, 116),
            (14, 118),
        ],
        4,
    )
    cap = cylinder(30, 7, 22, 10.4, 2.2)
    loop = kit.linear(20, 0, 40, 4, ((0, kit.charcoal.tone(0.24)), (1, kit.charcoal.tone(-0.12))))
    ridges = "".join(
        f'<path d="M{x},10 V23" stroke="#000" stroke-opacity=".16" stroke-width=".5"/>'
        for x in (23.5, 26.6, 30, 33.4, 36.5)
    )
    return kit.done(
        _stroke("M23,7 C23,-5 37,-5 37,7", loop, 3.0),
        kit.turned(cylinder(30, 22, 28, 8.6, 1.8), Box(21.4, 20, 17.2, 8), kit.steel, polished=True, gloss=0),
        kit.turned(body, Box(12, 26, 36, 94), kit.glaze, gloss=0.66, foot=0.6),
        f'<path d="M12.1,104 A18,3.4 0 0 0 47.9,104" fill="none" stroke="{kit.glaze.deep}" '
        'stroke-opacity=".55" '
        'stroke-width=".7"/>',
        f'<path d="M12.1,105 A18,3.4 0 0 0 47.9,105" fill="none" stroke="{kit.glaze.light}" '
        'stroke-opacity=".5" '
        'stroke-width=".4"/>',
        _drop_mark(30, 74, kit.paper.tone(0.03)),
        kit.turned(cap, Box(19.6, 5, 20.8, 19), kit.charcoal, gloss=0.34, foot=0.4),
        ridges,
        kit.disc(30, 7, 10.4, 2.2, kit.charcoal),
        kit.glint("M20,6.4 a10.4,2.2 0 0 1 12,-1.5", 0.45, 0.55),
        kit.glint("M15.2,42 C17,37.6 20,35.4 21.2,33.4", 0.8, 0.5),
        box=(6, -6, 48, 132),
    )


def jar(base: Oklch) -> Drawing:
    kit = Kit(base)
    glass, lid = cylinder(46, 40, 84, 36, 7.5, 5), cylinder(46, 18, 38, 37.5, 7.6, 1)
    print_ = kit.linear(20, 0, 66, 0, ((0, kit.paper.light), (0.6, kit.paper.body), (1, kit.paper.dark)))
    label = "M20,50 A36,7 0 0 0 64,52.6 V77.6 A36,7 0 0 1 20,75 Z"
    return kit.done(
        kit.turned(glass, Box(10, 36, 72, 54), kit.glaze, gloss=0.6, foot=0.65),
        kit.shaded(
            f'<path d="M10,38 A36,8 0 0 0 82,38 v5 A36,8 0 0 1 10,43 z" fill="{kit.glaze.deep}"/>',
            glass,
            1.2,
            0.7,
        ),
        f'<path d="{label}" fill="{print_}"/>',
        _label_lines(26, 58.5, 26, kit.charcoal.body, 6.0),
        kit.turned(lid, Box(8.5, 14, 75, 32), kit.paper, gloss=0.8, foot=0.35),
        kit.disc(46, 18, 37.5, 7.6, kit.paper),
        kit.glint("M10,16.8 a37.5,7.6 0 0 1 40,-6", 0.7, 0.9),
        box=(2, 4, 88, 94),
    )


def can(base: Oklch) -> Drawing:
    kit = Kit(base)
    side = lathe(
        30, [(20.5, 16), (20.5, 16), (24, 24), (24, 24), (24, 98), (24, 98), (20.5, 105), (19.5, 107)], 4.2
    )
    steel = kit.steel
    disc = f'<circle cx="27" cy="60" r="13.5" fill="{kit.paper.tone(0.04)}" fill-opacity=".95"/>'
    wave = (
        '<path d="M6,70 C16,60 24,84 34,74 S50,68 56,72 V92 A24,5 0 0 1 6,92 Z" '
        f'fill="{kit.glaze.tone(-0.16, 1.1, -10)}" '
        'fill-opacity=".75"/>'
    )
    lip = kit.metal(9, 51, steel)
    return kit.done(
        kit.turned(side, Box(6, 16, 48, 95), kit.glaze, gloss=0),
        f'<g clip-path="{kit.clip(side)}">{disc}{wave}</g>',
        f'<path d="{side}" fill="{_around(kit, 6, 54)}"/>',
        kit.streak(side, Box(13, 28, 3.4, 62), 1.3, 0.75),
        f'<path d="M10.6,104 A19.6,4.4 0 0 0 49.4,104 L49.2,107 A19.4,4.2 0 0 1 10.8,107 Z" fill="{lip}"/>',
        '<path d="M9.5,16 A20.5,4 0 0 0 50.5,16 L54,24 A24,4.8 0 0 1 6,24 Z" '
        f'fill="{kit.metal(6, 54, steel)}"/>',
        f'<ellipse cx="30" cy="16" rx="21.4" ry="4.6" fill="{lip}"/>',
        '<ellipse cx="30" cy="16.3" rx="19.2" ry="3.7" '
        f'fill="{kit.linear(12, 12, 48, 20, ((0, steel.tone(-0.26)), (1, steel.tone(0.04))))}"/>',
        f'<ellipse cx="31" cy="15.9" rx="6.4" ry="1.5" fill="{steel.tone(0.12)}"/>',
        f'<ellipse cx="33.4" cy="15.9" rx="2.4" ry=".7" fill="{steel.tone(-0.28)}"/>',
        kit.glint("M9,15 a21.4,4.6 0 0 1 24,-3.5", 0.6, 0.9),
        box=(0, 6, 60, 110),
    )


def box(base: Oklch) -> Drawing:
    kit = Kit(base)
    glaze = kit.glaze
    front, side, top = (
        "M8,32 L58,40 V104 L8,92 Z",
        "M58,40 L88,29 V89 L58,104 Z",
        "M8,32 L40,22.5 L88,29 L58,40 Z",
    )
    face = kit.linear(8, 32, 58, 100, ((0, glaze.light), (0.4, glaze.body), (1, glaze.tone(-0.14, 1, -6))))
    away = kit.linear(58, 40, 88, 90, ((0, glaze.tone(-0.18, 1, -10)), (1, glaze.deep)))
    lid = kit.linear(20, 22, 70, 42, ((0, glaze.tone(0.2, 0.5, 8)), (1, glaze.tone(0.06, 0.8))))
    panel = kit.linear(16, 50, 50, 86, ((0, kit.paper.light), (1, kit.paper.tone(-0.06))))
    return kit.done(
        f'<path d="{front}" fill="{face}" stroke="{glaze.body}" stroke-width=".8" stroke-linejoin="round"/>',
        f'<path d="{side}" fill="{away}" stroke="{glaze.dark}" stroke-width=".8" stroke-linejoin="round"/>',
        f'<path d="{top}" fill="{lid}" stroke="{glaze.light}" stroke-width=".8" stroke-linejoin="round"/>',
        f'<path d="M17,53.4 L49,58.8 V90.2 L17,82.8 Z" fill="{panel}"/>',
        f'<circle cx="33" cy="67.4" r="6.4" fill="{glaze.body}"/>',
        f'<path d="M24,78.3 L42,82.2" stroke="{kit.charcoal.body}" stroke-opacity=".7" stroke-width="1.3"/>',
        f'<path d="M28,82.4 L38,84.5" stroke="{kit.charcoal.body}" stroke-opacity=".4" stroke-width=".9"/>',
        f'<path d="M27,27.2 L71,35.2 L74.6,33.9 L30.6,26.1 Z" fill="{kit.paper.body}" fill-opacity=".5"/>',
        f'<path d="M71,35.2 L74.6,33.9 V49 L71,50.4 Z" fill="{kit.paper.dark}" fill-opacity=".45"/>',
        kit.shaded(f'<path d="M8,84 L58,96 L88,81 V110 H8 Z" fill="{glaze.deep}"/>', front + side, 4, 0.55),
        kit.glint("M8.4,32.2 L58,40.1 L87.6,29.2", 0.6, 0.6),
        kit.glint("M58,41 V103", 0.4, 0.35),
        box=(2, 16, 92, 94),
    )


def tube(base: Oklch) -> Drawing:
    kit = Kit(base)
    body = "M9,10 H51 L49,86 Q48,94 41,95 H19 Q12,94 11,86 Z"
    crimp = "M8.2,3.4 H51.8 V11 H8.2 Z"
    teeth = "".join(
        f'<path d="M{10 + i * 2.5},4 V10.4" stroke="{kit.glaze.deep}" stroke-opacity=".35" '
        'stroke-width=".7"/>'
        for i in range(17)
    )
    band = f'<path d="M0,58 H60 V71 H0 Z" fill="{kit.paper.body}"/>'
    cap = cylinder(30, 94, 112, 15.5, 2.6, 1)
    return kit.done(
        kit.turned(cap, Box(14.5, 92, 31, 23), kit.paper, gloss=0.6, foot=0.4),
        kit.turned(body, Box(9, 8, 42, 87), kit.glaze, gloss=0, foot=0.5),
        f'<g clip-path="{kit.clip(body)}">{band}<rect y="74" width="60" height="1.6" '
        f'fill="{kit.paper.body}"/></g>',
        f'<path d="{body}" fill="{_around(kit, 9, 51)}" fill-opacity=".8"/>',
        kit.shaded(f'<path d="M22,10 L30,54 L38,10 Z" fill="{kit.glaze.deep}"/>', body, 2.2, 0.35),
        kit.streak(body, Box(14.6, 22, 3.2, 58), 1.3, 0.7),
        f'<path d="{crimp}" fill="{kit.across(8, 52, kit.glaze)}"/>{teeth}',
        kit.glint("M8.6,4 H51.4", 0.5, 0.7),
        kit.glint("M15,97.2 a15.5,2.6 0 0 0 10,2.2", 0.5, 0.4),
        box=(2, -2, 56, 120),
    )


def _stroke(path: str, paint: str, width: float) -> str:
    return f'<path d="{path}" fill="none" stroke="{paint}" stroke-width="{width}" stroke-linecap="round"/>'


def _drop_mark(x: float, y: float, colour: str) -> str:
    return (
        f'<path d="M{x},{y - 7} C{x + 5},{y - 1} {x + 5.4},{y + 5} {x},{y + 5} C{x - 5.4},{y + 5} '
        f'{x - 5},{y - 1} {x},{y - 7} Z" '
        f'fill="{colour}" fill-opacity=".8"/>'
    )


def _label_lines(x: float, y: float, width: float, colour: str, step: float) -> str:
    lines = ((0.62, 1.5, 0.8), (0.42, 0.9, 0.5), (0.5, 0.9, 0.5))
    return "".join(
        f'<path d="M{x},{y + i * step} q{width * share / 2},{1.4 * share} '
        f'{width * share},{1.7 * share}" fill="none" '
        f'stroke="{colour}" stroke-opacity="{opacity}" stroke-width="{weight}" stroke-linecap="round"/>'
        for i, (share, weight, opacity) in enumerate(lines)
    )


def _around(kit: Kit, x1: float, x2: float) -> str:
    """The fall of light over print on a turned body."""
    deep = kit.glaze.deep
    return kit.linear(
        x1, 0, x2, 0, ((0, deep, 0.35), (0.16, deep, 0), (0.5, deep, 0.0), (0.86, deep, 0.72), (1, deep, 0.3))
    )
