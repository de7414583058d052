"""Props of the bathroom shelf: perfume, candle, serum, lipstick, toothbrush."""

from __future__ import annotations

from activities.animatic.colour import Oklch
from activities.animatic.props.kit import Drawing, Kit, cylinder, lathe
from activities.animatic.vector import Box


def perfume(base: Oklch) -> Drawing:
    kit = Kit(base)
    glaze = kit.glaze
    block = "M14,46 Q14,40 20,40 H64 Q70,40 70,46 V102 Q70,108 64,108 H20 Q14,108 14,102 Z"
    inner = "M20,52 Q20,47 25,47 H59 Q64,47 64,52 V95 Q64,100 59,100 H25 Q20,100 20,95 Z"
    glass = kit.linear(
        14,
        40,
        70,
        108,
        (
            (0, glaze.tone(0.24, 0.4)),
            (0.35, glaze.tone(0.1, 0.7)),
            (0.7, glaze.dark),
            (1, glaze.tone(0.02, 0.8)),
        ),
    )
    liquid = kit.linear(20, 50, 64, 100, ((0, glaze.tone(0.1, 0.9, 8)), (0.5, glaze.body), (1, glaze.deep)))
    facet = kit.linear(20, 0, 40, 0, ((0, "#ffffff", 0.65), (1, "#ffffff", 0.0)))
    return kit.done(
        kit.turned(
            cylinder(42, 30, 41, 9, 1.6), Box(33, 29, 18, 14), kit.brass, polished=True, gloss=0, foot=0.3
        ),
        f'<path d="{block}" fill="{glass}"/>',
        f'<path d="{inner}" fill="{liquid}"/>',
        f'<path d="M20,56 H64 V52 Q64,47 59,47 H25 Q20,47 20,52 Z" fill="{glaze.tone(0.2, 0.5)}" '
        'fill-opacity=".75"/>',
        f'<path d="M20,56 H64" stroke="{glaze.light}" stroke-opacity=".8" stroke-width=".6"/>',
        f'<path d="M40.6,40 h2.8 V94 h-2.8 z" fill="{glaze.light}" fill-opacity=".28"/>',
        f'<path d="M17,45 L30,43 L24,105 L17,103 Z" fill="{facet}"/>',
        kit.shaded(f'<path d="M52,40 H74 V112 H40 Q60,96 52,40 Z" fill="{glaze.deep}"/>', block, 4, 0.5),
        f'<rect x="29" y="68" width="26" height="17" rx="1" fill="{kit.paper.body}" fill-opacity=".94"/>',
        f'<path d="M34,74.4 H50" stroke="{kit.charcoal.body}" stroke-width="1.3" stroke-opacity=".8"/>',
        f'<path d="M37,79 H47" stroke="{kit.charcoal.body}" stroke-width=".8" stroke-opacity=".5"/>',
        kit.turned(
            cylinder(42, 8, 31, 12.6, 2.4), Box(29.4, 6, 25.2, 27), kit.charcoal, gloss=0.5, foot=0.35
        ),
        kit.disc(42, 8, 12.6, 2.4, kit.charcoal),
        kit.glint("M30,7.2 a12.6,2.4 0 0 1 13,-1.6", 0.4, 0.6),
        kit.glint("M16,46.5 Q16.4,42 20.5,41.8 H62", 0.7, 0.85),
        kit.glint("M15.6,52 V100", 0.7, 0.55),
        box=(6, 2, 72, 110),
    )


def candle(base: Oklch) -> Drawing:
    kit = Kit(base)
    glaze = kit.glaze
    glass = cylinder(42, 36, 98, 31, 6, 7)
    halo = kit.radial(42, 24, 16, ((0, "#ffe2a0", 0.45), (0.4, "#ffc878", 0.16), (1, "#ffc070", 0)))
    flame = kit.linear(0, 12, 0, 36, ((0, "#fff3c4"), (0.5, "#ffd06a"), (1, "#f08a2e")))
    wax = kit.radial(
        42, 39, 27, ((0, "#fff6dc"), (0.55, kit.paper.tone(0.02, 2, 20)), (1, kit.paper.tone(-0.16, 2)))
    )
    glow = kit.radial(42, 42, 46, ((0, "#ffd590", 0.75), (1, "#ffb860", 0)))
    shine = (
        f'<circle cx="42" cy="24" r="16" fill="{halo}"/>'
        '<path d="M42,38 C42,35 42.4,33.4 42,31.6" stroke="#3a2418" stroke-width="1.1" fill="none"/>'
        f'<path d="M42,11 C44.6,18 48,22.4 47,28 C46.2,32.2 44.4,33.6 42,33.6 C39.6,33.6 37.6,32 37.2,28 '
        f'C36.8,22.6 40.6,18.4 42,11 Z" fill="{flame}"/>'
        '<path d="M42,21 C43.6,25 44.6,27 44,29.6 C43.5,31.6 42.8,32 42,32 C41.1,32 40.3,31.4 40,29.6 '
        'C39.6,27 41,25 42,21 Z" '
        'fill="#fffbe8" fill-opacity=".9"/>'
    )
    return kit.done(
        kit.turned(glass, Box(11, 30, 62, 74), glaze, gloss=0, foot=0.65),
        f'<path d="{glass}" fill="{glow}" fill-opacity=".6"/>',
        kit.streak(glass, Box(18, 44, 4.6, 46), 1.5, 0.62),
        f'<path d="M25,60 A31,6 0 0 0 59,60 V84 A31,6 0 0 1 25,84 Z" fill="{kit.paper.body}" '
        'fill-opacity=".94"/>',
        f'<path d="M33,69.6 q9,1.4 18,0" stroke="{kit.charcoal.body}" stroke-width="1.5" '
        'stroke-opacity=".8" fill="none"/>',
        f'<path d="M36,75.4 q6,1 12,0" stroke="{kit.charcoal.body}" stroke-width=".9" '
        'stroke-opacity=".5" fill="none"/>',
        f'<ellipse cx="42" cy="36" rx="31" ry="6.8" fill="{glaze.tone(0.12, 0.7, 6)}"/>',
        f'<ellipse cx="42" cy="36.4" rx="28.8" ry="5.7" fill="{glaze.dark}"/>',
        f'<path d="M13.6,38 a28.4,4.9 0 0 1 56.8,0 a28.8,5.7 0 0 1 -56.8,0 z" fill="{wax}"/>',
        shine,
        kit.glint("M11.4,35 a31,6.8 0 0 1 30,-5.7", 0.7, 0.75),
        box=(4, 1, 76, 106),
        lights=shine,
    )


def serum(base: Oklch) -> Drawing:
    kit = Kit(base)
    glass = lathe(
        30,
        [
            (8, 50),
            (8, 50),
            (9, 53),
            (14, 56),
            (19, 60),
            (20, 66),
            (20, 66),
            (20, 112),
            (20, 112),
            (19.4, 116),
            (17, 118),
        ],
        3.6,
    )
    bulb = lathe(30, [(0.5, 3), (3.2, 4), (5, 8), (5.4, 16), (6, 24), (6.8, 28), (6.8, 28), (7, 31)], 1)
    rubber = kit.charcoal
    ribs = "".join(
        f'<path d="M{21 + i * 2:.1f},32 V49" stroke="#000" stroke-opacity=".22" stroke-width=".5"/>'
        for i in range(10)
    )
    level = kit.linear(
        0, 76, 0, 118, ((0, kit.glaze.deep, 0.0), (0.04, kit.glaze.deep, 0.35), (1, kit.glaze.deep, 0.5))
    )
    label = kit.linear(
        10,
        0,
        50,
        0,
        ((0, kit.paper.tone(-0.04)), (0.22, kit.paper.light), (0.55, kit.paper.body), (1, kit.paper.dark)),
    )
    return kit.done(
        kit.turned(bulb, Box(23, 3, 14, 29), rubber, gloss=0.5, foot=0.2),
        kit.turned(glass, Box(10, 48, 40, 73), kit.glaze, gloss=0, foot=0.55),
        f'<g clip-path="{kit.clip(glass)}"><rect x="8" y="72" width="44" height="50" fill="{level}"/>'
        f'<path d="M28.4,50 h3.2 V104 l-1.6,5 l-1.6,-5 z" fill="{kit.glaze.light}" fill-opacity=".5"/></g>',
        f'<path d="M10,76 A20,3.6 0 0 0 50,76 V105 A20,3.6 0 0 1 10,105 Z" fill="{label}"/>',
        f'<path d="M20,86.4 q10,1.4 20,0" stroke="{kit.charcoal.body}" stroke-width="1.4" '
        'stroke-opacity=".8" fill="none"/>',
        f'<path d="M23,91.6 q7,1 14,0 M24.6,96 q5.4,.8 10.8,0" stroke="{kit.charcoal.body}" '
        'stroke-width=".8" '
        'stroke-opacity=".5" fill="none"/>',
        kit.streak(glass, Box(14.4, 62, 3, 50), 0.9, 0.75),
        kit.turned(
            cylinder(30, 31, 50, 10.4, 1.9),
            Box(19.6, 29, 20.8, 23),
            kit.brass,
            polished=True,
            gloss=0,
            foot=0.25,
        ),
        ribs,
        f'<ellipse cx="30" cy="31" rx="10.4" ry="1.9" fill="{kit.brass.light}"/>',
        f'<ellipse cx="30" cy="30.8" rx="7" ry="1.1" fill="{kit.charcoal.dark}"/>',
        kit.glint("M14,58.6 C16.6,56.6 19.6,55.2 21.6,53.4", 0.7, 0.7),
        box=(4, -1, 52, 126),
    )


def lipstick(base: Oklch) -> Drawing:
    kit = Kit(base)
    glaze = kit.glaze
    bullet = "M20.5,44 V22 C20.5,10 30,5.4 37,5.2 C39.4,9 39.5,14 39.5,20 V44 Z"
    slant = (
        "M20.5,23 C20.6,11 30,5.4 37,5.2 C38.6,7.6 39,10.4 39.2,13.4 C37,10.4 27,14.6 24.8,24.6 "
        "C23.4,25.4 21.6,25 20.5,23 Z"
    )
    return kit.done(
        kit.turned(bullet, Box(20.5, 4, 19, 42), glaze, gloss=0, foot=0.4),
        f'<path d="{slant}" fill="{glaze.tone(0.14, 0.75, 8)}" fill-opacity=".9"/>',
        kit.streak(bullet, Box(23, 27, 2.2, 18), 0.6, 0.7),
        kit.turned(
            cylinder(30, 42, 66, 12, 2), Box(18, 40, 24, 28), kit.brass, polished=True, gloss=0.3, foot=0.2
        ),
        f'<path d="M18,42 a12,2 0 0 0 24,0" fill="none" stroke="{kit.brass.light}" stroke-width=".7"/>',
        f'<path d="M18,48 a12,2 0 0 0 24,0" fill="none" stroke="{kit.brass.deep}" stroke-opacity=".5" '
        'stroke-width=".5"/>',
        kit.turned(
            cylinder(30, 65, 112, 15.4, 2.8, 1), Box(14.6, 62, 30.8, 53), kit.charcoal, gloss=0.55, foot=0.4
        ),
        '<path d="M14.6,65 A15.4,2.8 0 0 1 18.2,63.3 A12,2 0 0 0 41.8,63.3 A15.4,2.8 0 0 1 45.4,65 '
        'A15.4,2.8 0 0 1 14.6,65 Z" '
        f'fill="{kit.charcoal.tone(0.14)}"/>',
        '<path d="M14.6,104 A15.4,2.8 0 0 0 45.4,104 V107 A15.4,2.8 0 0 1 14.6,107 Z" '
        f'fill="{kit.metal(14.6, 45.4, kit.brass)}"/>',
        kit.glint("M14.9,65.8 a15.4,2.8 0 0 0 12,1.9", 0.4, 0.5),
        box=(6, 0, 48, 120),
    )


def toothbrush(base: Oklch) -> Drawing:
    kit = Kit(base)
    handle = lathe(
        30,
        [
            (4.2, 46),
            (4.2, 46),
            (5.0, 49),
            (8.6, 54),
            (10.6, 62),
            (11, 76),
            (10.4, 92),
            (10.4, 104),
            (11, 112),
            (11, 112),
            (10.6, 116),
        ],
        2.4,
    )
    neck = lathe(30, [(3.0, 17), (3.0, 17), (2.3, 27), (2.5, 36), (4.0, 46), (4.0, 46)])
    head = "M24.6,6 Q24.6,1.4 30,1.4 Q35.4,1.4 35.4,6 V15 Q35.4,20 30,20 Q24.6,20 24.6,15 Z"
    tufts = "".join(
        f'<rect x="{25.7 + column * 2.2:.1f}" y="{3.2 + row * 3.0:.1f}" width="1.9" height="2.7" '
        f'rx=".8" fill="{colour}"/>'
        for row in range(5)
        for column in range(4)
        for colour in (kit.glaze.body if row in (1, 3) else kit.paper.tone(0.06),)
    )
    ring = (
        '<path d="M26.1,44.6 A4,1 0 0 0 33.9,44.6 V47 A4.2,1 0 0 1 26,47 Z" '
        f'fill="{kit.metal(25, 35, kit.steel)}"/>'
    )
    return kit.done(
        kit.turned(neck, Box(25, 16, 10, 31), kit.paper, gloss=0, foot=0.3),
        kit.turned(head, Box(24.6, 1.4, 10.8, 18.6), kit.paper, gloss=0, foot=0.2),
        f'<rect x="25.1" y="2.6" width="9.8" height="16" rx="4" fill="{kit.paper.dark}"/>{tufts}',
        kit.turned(handle, Box(19, 46, 22, 73), kit.glaze, gloss=0.62, foot=0.5),
        ring,
        f'<circle cx="30" cy="69" r="3.7" fill="{kit.paper.body}"/>',
        f'<circle cx="30" cy="69" r="3.7" fill="none" stroke="{kit.glaze.deep}" stroke-opacity=".45" '
        'stroke-width=".5"/>',
        f'<circle cx="30" cy="69" r="1.2" fill="{kit.glaze.dark}"/>',
        "".join(
            f'<circle cx="30" cy="{y}" r=".75" fill="{kit.paper.light}" '
            f'fill-opacity="{0.95 if y < 84 else 0.45}"/>'
            for y in (80, 83.4, 86.8)
        ),
        f'<path d="M19,108 A11,2.2 0 0 0 41,108" fill="none" stroke="{kit.glaze.deep}" '
        'stroke-opacity=".5" stroke-width=".6"/>',
        box=(12, -1, 36, 124),
    )
