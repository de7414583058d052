"""Props to wear and carry: shoe, bag."""

from __future__ import annotations

from activities.animatic.colour import Oklch
from activities.animatic.props.kit import Drawing, Kit


def shoe(base: Oklch) -> Drawing:
    kit = Kit(base)
    glaze, paper = kit.glaze, kit.paper
    upper = (
        "M13,24 C13.4,18 18,14 23,16.4 C30,20 37,20.4 44,15 C48,12 53,12 56,15 C63,24 74,34 88,39.4 "
        "C104,45 119,47 126,56 "
        "C128.6,60 128.6,64 126,67 H12 C8,54 10,38 13,24 Z"
    )
    sole = (
        "M7,65 C7,61.6 10,60.6 14,61.4 C32,65.4 52,62 70,62.4 C92,63 112,66.4 126,61.6 C130,60.4 "
        "132,63.4 131.4,67 "
        "C130,74 122,77 112,77 H18 C11,77 7.4,72 7,65 Z"
    )
    tread = (
        "M8.6,71.4 C10,77.4 14,80 20,80 H110 C121,80 129,77.4 131.2,69 C129,74.6 121,76.6 112,76.6 H18 "
        "C13,76.6 10,74.6 8.6,71.4 Z"
    )
    skin = kit.linear(22, 12, 80, 78, ((0, glaze.light), (0.4, glaze.body), (1, glaze.deep)))
    toe = "M97,42.4 C110,46 121,49 126,56 C128.6,60 128.6,64 126,67 H90 C86,57 88.6,48 97,42.4 Z"
    heel = "M13,24 C13.4,18 17,14.8 21,15.8 C20,34 27,48 34,66 H12 C8,54 10,38 13,24 Z"
    swash = "M40,66 C44,50 60,45 84,46 C70,49 58,55 55,66 Z"
    midsole = kit.linear(0, 60, 0, 78, ((0, paper.light), (0.5, paper.body), (1, paper.tone(-0.2))))
    eyestay = "M52,14.4 C54,13.4 55,13.8 56,15 C63,24 74,34 88,39.4 L82,47 C68,42 54,32 46.4,21 Z"
    laces = "".join(
        f'<path d="M{x},{y} l-8.6,4.6" stroke="{glaze.deep}" stroke-opacity=".5" stroke-width="3.2" '
        'stroke-linecap="round"/>'
        f'<path d="M{x},{y - 0.8} l-8.6,4.6" stroke="{paper.light}" stroke-width="2.6" '
        'stroke-linecap="round"/>'
        for x, y in ((60.6, 20.4), (66.6, 26.2), (73.4, 31.6), (80.8, 36))
    )
    return kit.done(
        f'<path d="M20,17 C30,8.6 44,7.4 54,14 C47,22 32,24.6 22,19 Z" fill="{glaze.deep}"/>',
        '<path d="M45,17 C44,10 46.4,4 51,3 C55,5 60,14 67,23.4 L58,25 Z" '
        f'fill="{kit.linear(44, 4, 62, 24, ((0, glaze.body), (1, glaze.dark)))}"/>',
        f'<path d="{upper}" fill="{skin}"/>',
        f'<path d="{swash}" fill="{paper.body}" fill-opacity=".92"/>',
        f'<path d="{toe}" fill="{glaze.tone(-0.1, 1.05, -6)}" fill-opacity=".75"/>',
        f'<path d="{heel}" fill="{glaze.tone(-0.14, 1.05, -8)}" fill-opacity=".8"/>',
        f'<path d="{eyestay}" fill="{glaze.tone(-0.12, 1.05, -8)}"/>',
        kit.shaded(f'<path d="M4,59 C30,65 60,57 134,61 V80 H4 Z" fill="{glaze.deep}"/>', upper, 3.2, 0.75),
        f'<g clip-path="{kit.clip(upper)}"><path d="M101,49 C110,50 117,52.6 121,57" fill="none" '
        'stroke="#fff" '
        f'stroke-opacity=".7" stroke-width="2.4" stroke-linecap="round" filter="{kit.blur(1.1)}"/>'
        '<path d="M26,24 C33,27 40,25.4 45,22" fill="none" stroke="#fff" stroke-opacity=".45" '
        'stroke-width="3" '
        f'filter="{kit.blur(1.5)}"/></g>',
        '<path d="M13,24 C13.4,18 18,14 23,16.4 C30,20 37,20.4 44,15 C46,13.4 48.6,12.8 51,12.9" '
        'fill="none" '
        f'stroke="{glaze.light}" stroke-width="1.6" stroke-linecap="round"/>',
        laces,
        f'<path d="{sole}" fill="{midsole}"/>',
        f'<path d="{tread}" fill="{glaze.dark}"/>',
        f'<path d="M18,70.4 C44,73 76,69.4 120,71" fill="none" stroke="{glaze.body}" '
        'stroke-opacity=".6" stroke-width="1"/>',
        kit.glint("M9,63 C32,68 52,63.4 70,63.6 C92,64.2 112,67.6 126,62.8", 0.7, 0.9),
        box=(2, -1, 136, 86),
    )


def bag(base: Oklch) -> Drawing:
    kit = Kit(base)
    glaze, brass = kit.glaze, kit.brass
    body = "M16,50 Q16.6,45 22,45 H78 Q83.4,45 84,50 L91,97 Q92,105 84,105 H16 Q8,105 9,97 Z"
    flap = "M15.4,50 Q16,44 22,44 H78 Q84,44 84.6,50 L86.6,64 C80,76 62,80 50,80 C38,80 20,76 13.4,64 Z"
    hide = kit.linear(14, 45, 90, 105, ((0, glaze.tone(0.02)), (0.3, glaze.body), (1, glaze.deep)))
    cover = kit.linear(
        18, 42, 82, 82, ((0, glaze.light), (0.35, glaze.tone(0.03)), (1, glaze.tone(-0.2, 1, -8)))
    )
    handle = kit.linear(28, 8, 74, 48, ((0, glaze.light), (0.45, glaze.body), (1, glaze.deep)))
    rings = "".join(
        f'<circle cx="{x}" cy="45.5" r="3.3" fill="none" stroke="{kit.metal(x - 4, x + 4, brass)}" '
        'stroke-width="1.7"/>'
        for x in (31, 69)
    )
    stitch = (
        '<path d="M17.6,63 C25,72.6 40,76.8 50,76.8 C60,76.8 75,72.6 82.4,63" fill="none" '
        f'stroke="{glaze.light}" '
        'stroke-opacity=".75" stroke-width=".55" stroke-dasharray="1.8 1.3"/>'
    )
    return kit.done(
        f'<path d="M35,46 C35,22 42,15 53,15 C64,15 70,24 70,46" fill="none" stroke="{glaze.deep}" '
        'stroke-width="4"/>',
        f'<path d="{body}" fill="{hide}"/>',
        kit.shaded(f'<path d="M8,92 H92 V110 H8 Z" fill="{glaze.deep}"/>', body, 4, 0.75),
        kit.shaded(f'<path d="{flap}" transform="translate(1.2 3.4)" fill="{glaze.deep}"/>', body, 2.2, 0.85),
        f'<path d="{flap}" fill="{cover}"/>',
        f'<g clip-path="{kit.clip(flap)}"><path d="M22,50 C20.6,56 20,60 21,66" fill="none" '
        'stroke="#fff" stroke-opacity=".55" '
        f'stroke-width="4" stroke-linecap="round" filter="{kit.blur(1.8)}"/></g>',
        stitch,
        f'<path d="M31,46 C31,20 38,8 50,8 C62,8 69,20 69,46" fill="none" stroke="{glaze.deep}" '
        'stroke-width="5.4"/>',
        f'<path d="M31,46 C31,20 38,8 50,8 C62,8 69,20 69,46" fill="none" stroke="{handle}" '
        'stroke-width="4.4"/>',
        kit.glint("M30.4,40 C31,22 37.4,9.4 47,7.2", 0.8, 0.7),
        rings,
        f'<rect x="43" y="71" width="14" height="15" rx="3" fill="{kit.metal(43, 57, brass)}"/>',
        f'<rect x="46" y="75.4" width="8" height="3.2" rx="1.6" fill="{brass.deep}"/>',
        kit.glint("M44,72.6 H52", 0.6, 0.9),
        kit.glint("M16.6,49.4 Q17.6,45 22,44.8 H70", 0.6, 0.7),
        box=(2, 2, 96, 108),
    )
