"""Props that run on power: phone, lamp, watch."""

from __future__ import annotations

from activities.animatic.colour import Oklch
from activities.animatic.props.kit import Drawing, Kit, cylinder, lathe
from activities.animatic.vector import Box


def phone(base: Oklch) -> Drawing:
    kit = Kit(base)
    glaze = kit.glaze
    frame = kit.linear(
        10,
        0,
        66,
        0,
        (
            (0, glaze.light),
            (0.05, glaze.body),
            (0.5, glaze.dark),
            (0.93, glaze.body),
            (0.97, glaze.light),
            (1, glaze.deep),
        ),
    )
    sky = kit.linear(
        14,
        6,
        60,
        118,
        (
            (0, glaze.tone(-0.34, 0.8, -20)),
            (0.55, glaze.tone(-0.12, 1.1, -8)),
            (1, glaze.tone(0.12, 0.9, 12)),
        ),
    )
    sun = kit.linear(0, 40, 0, 84, ((0, glaze.tone(0.22, 0.6, 14)), (1, glaze.tone(0.02, 1.1, 4))))
    screen = (
        "M15.5,14 Q15.5,6.5 23,6.5 H53 Q60.5,6.5 60.5,14 V110 Q60.5,117.5 53,117.5 H23 Q15.5,117.5 15.5,110 Z"
    )
    hills = (
        f'<path d="M10,92 C22,74 34,92 46,82 S62,76 68,82 V122 H10 Z" fill="{glaze.tone(-0.22, 1, -12)}"/>'
        '<path d="M10,106 C26,90 40,106 54,98 S66,100 68,98 V122 H10 Z" '
        f'fill="{glaze.tone(-0.38, 0.9, -18)}"/>'
    )
    sheen = kit.linear(
        15,
        6,
        58,
        92,
        ((0, "#ffffff", 0.34), (0.42, "#ffffff", 0.12), (0.43, "#ffffff", 0), (1, "#ffffff", 0)),
    )
    return kit.done(
        f'<path d="M66,40 h1.6 q.8,0 .8,.8 v14 q0,.8 -.8,.8 h-1.6 z" fill="{glaze.dark}"/>',
        f'<rect x="10" y="1" width="57" height="122" rx="12.5" fill="{frame}"/>',
        f'<rect x="11.4" y="2.4" width="53.6" height="119.2" rx="11.3" fill="{kit.charcoal.tone(-0.2)}"/>',
        f'<path d="{screen}" fill="{sky}"/>',
        f'<g clip-path="{kit.clip(screen)}"><circle cx="38" cy="66" r="17" fill="{sun}"/>{hills}</g>',
        '<rect x="29.5" y="10" width="17" height="4.9" rx="2.45" fill="#0b0b0d"/>',
        '<circle cx="43.4" cy="12.4" r="1.1" fill="#23283a"/>',
        f'<rect x="28.5" y="112" width="19" height="1.3" rx=".65" fill="{kit.paper.light}" '
        'fill-opacity=".85"/>',
        _bars(kit, 22, 27),
        f'<path d="{screen}" fill="{sheen}"/>',
        kit.glint("M10.8,20 V13.5 Q10.8,2 22.5,1.7 H40", 0.7, 0.9),
        kit.glint("M66.2,70 V111", 0.5, 0.4),
        box=(4, -3, 70, 130),
    )


def _bars(kit: Kit, x: float, y: float) -> str:
    """What a lock screen shows, with no word to read: a large line and a small one."""
    return (
        f'<rect x="{x + 5}" y="{y}" width="22" height="5.4" rx="2.7" fill="{kit.paper.light}" '
        'fill-opacity=".92"/>'
        f'<rect x="{x + 9}" y="{y + 8.4}" width="14" height="2" rx="1" fill="{kit.paper.light}" '
        'fill-opacity=".55"/>'
    )


def lamp(base: Oklch) -> Drawing:
    kit = Kit(base)
    stem = lathe(
        50,
        [(8, 46), (8, 46), (6, 60), (6.4, 76), (10, 90), (19, 99), (23.4, 104), (24.4, 106.5), (24.2, 108)],
        4.6,
    )
    warm = kit.radial(50, 48, 44, ((0, "#fff4d6"), (0.5, "#ffdca0"), (1, "#e9a35e")))
    spill = kit.linear(0, 46, 0, 84, ((0, "#ffe7b8", 0.95), (1, "#ffd28a", 0)))
    shine = (
        f'<ellipse cx="50" cy="45" rx="42" ry="7" fill="{warm}"/>'
        f'<path d="M43.6,47 h12.8 v4.2 a6.4,1.3 0 0 1 -12.8,0 z" fill="{kit.brass.body}"/>'
        '<ellipse cx="50" cy="46.4" rx="9" ry="2.4" fill="#fffdf4"/>'
    )
    return kit.done(
        kit.turned(stem, Box(26, 44, 48, 66), kit.glaze, gloss=0, foot=0.45),
        f'<path d="{stem}" fill="{spill}"/>',
        f'<g clip-path="{kit.clip(stem)}"><path d="M46,60 C45,80 44,90 36,101" fill="none" '
        'stroke="#fff" stroke-opacity=".55" '
        f'stroke-width="2.2" filter="{kit.blur(0.9)}"/></g>',
        shine,
        f'<path d="M8,45 C8,40 9.2,34 12,30 C18.6,19.4 32,8 50,8 C68,8 81.4,19.4 88,30 C90.8,34 92,40 92,45 '
        f'A42,7 0 0 0 8,45 Z" fill="{kit.across(8, 92, kit.glaze)}"/>',
        kit.shaded(
            f'<path d="M8,45 A42,7 0 0 1 92,45 V30 A46,10 0 0 0 8,30 Z" fill="{kit.glaze.deep}"/>',
            "M8,45 C8,20 30,8 50,8 C70,8 92,20 92,45 A42,7 0 0 0 8,45 Z",
            3,
            0.3,
        ),
        '<path d="M20,29 C25,20 32,15.6 40,13.6" fill="none" stroke="#fff" stroke-opacity=".7" '
        'stroke-width="3.4" '
        f'stroke-linecap="round" filter="{kit.blur(1.3)}"/>',
        f'<path d="M8.4,45.6 A42,7 0 0 1 91.6,45.6" fill="none" stroke="{kit.glaze.light}" '
        'stroke-width=".7" stroke-opacity=".9"/>',
        kit.turned(cylinder(50, 5, 9, 3, 0.8), Box(47, 4, 6, 5), kit.brass, polished=True, gloss=0, foot=0.2),
        box=(2, 1, 96, 112),
        lights=shine + f'<path d="{stem}" fill="{spill}"/>',
    )


def watch(base: Oklch) -> Drawing:
    kit = Kit(base)
    glaze = kit.glaze
    upper = "M27,34 C28,20 30,12 31,3 Q31.4,0 34.4,0 H57.6 Q60.6,0 61,3 C62,12 64,20 65,34 Z"
    lower = "M27,90 C28,104 30,112 31,121 Q31.4,124 34.4,124 H57.6 Q60.6,124 61,121 C62,112 64,104 65,90 Z"
    band = kit.across(27, 65, glaze)
    fold_up = kit.linear(
        0,
        0,
        0,
        34,
        ((0, glaze.deep, 0.75), (0.5, glaze.deep, 0.1), (0.85, glaze.deep, 0), (1, glaze.deep, 0.7)),
    )
    fold_down = kit.linear(
        0,
        90,
        0,
        124,
        ((0, glaze.deep, 0.8), (0.2, glaze.deep, 0.1), (0.5, glaze.deep, 0.1), (1, glaze.deep, 0.85)),
    )
    holes = "".join(
        f'<ellipse cx="46" cy="{y}" rx="1.5" ry="1.1" fill="{glaze.deep}"/>' for y in (101, 107, 112.6, 117.4)
    )
    case = kit.metal(16, 76, kit.steel)
    face = kit.linear(20, 32, 72, 92, ((0, "#26272c"), (1, "#08080a")))
    arcs = (
        _ring(46, 62, 19.5, 0.78, glaze.body)
        + _ring(46, 62, 14.6, 0.56, glaze.light)
        + _ring(46, 62, 9.7, 0.86, kit.paper.body)
    )
    sheen = kit.linear(
        20,
        32,
        60,
        84,
        ((0, "#ffffff", 0.32), (0.44, "#ffffff", 0.08), (0.45, "#ffffff", 0), (1, "#ffffff", 0)),
    )
    return kit.done(
        f'<path d="{upper}" fill="{band}"/><path d="{upper}" fill="{fold_up}"/>',
        f'<path d="{lower}" fill="{band}"/><path d="{lower}" fill="{fold_down}"/>{holes}',
        f'<rect x="74.5" y="52" width="5" height="12" rx="2.2" fill="{kit.metal(74, 80, kit.steel)}"/>',
        f'<rect x="16" y="28" width="60" height="68" rx="17" fill="{case}"/>',
        f'<rect x="18" y="30" width="56" height="64" rx="15.4" fill="{kit.steel.tone(-0.42)}"/>',
        f'<rect x="19.4" y="31.4" width="53.2" height="61.2" rx="14.2" fill="{face}"/>{arcs}',
        f'<rect x="19.4" y="31.4" width="53.2" height="61.2" rx="14.2" fill="{sheen}"/>',
        kit.glint("M17,58 V45 Q17,29.4 33,28.8 H50", 0.8, 0.9),
        box=(8, -4, 80, 132),
    )


def _ring(x: float, y: float, radius: float, share: float, colour: str) -> str:
    around = 6.2832 * radius
    circle = f'<circle cx="{x}" cy="{y}" r="{radius}" fill="none" stroke="{colour}" stroke-width="3.6"'
    return (
        f'{circle} stroke-opacity=".22"/>{circle} stroke-linecap="round" transform="rotate(-90 {x} {y})" '
        f'stroke-dasharray="{around * share:.2f} {around:.2f}"/>'
    )
