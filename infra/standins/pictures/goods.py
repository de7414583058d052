"""Products that are cut, sewn and assembled."""

from __future__ import annotations

from infra.standins.pictures.shape import Shape
from infra.standins.pictures.solids import (
    Solid,
    block,
    both,
    disc,
    extruded,
    joined,
    moved,
    revolved,
    smooth,
    spun,
    torus,
    turned,
    without,
)


def shoe() -> Shape:
    sole = smooth([
        (-0.6, 0.17), (-0.67, 0.15), (-0.66, 0.02), (-0.5, 0.0), (-0.1, 0.02), (0.3, 0.0), (0.52, 0.02),
        (0.68, 0.12), (0.62, 0.17), (0.4, 0.12), (0.0, 0.13), (-0.3, 0.16), (-0.6, 0.17),
    ])  # fmt: skip
    upper = smooth([
        (-0.6, 0.1), (-0.63, 0.25), (-0.59, 0.42), (-0.61, 0.56), (-0.5, 0.6), (-0.34, 0.52), (-0.22, 0.52),
        (-0.08, 0.57), (0.05, 0.5), (0.24, 0.36), (0.44, 0.32), (0.6, 0.26), (0.65, 0.17),
        (0.6, 0.1), (-0.6, 0.1),
    ])  # fmt: skip
    mouth = moved(
        extruded(smooth([(-0.2, -0.22), (-0.22, 0.2), (0.2, 0.2), (0.13, -0.1), (-0.2, -0.22)]), 0.115, 0.06),
        -0.33,
        0.56,
    )
    # A skin just above the upper, cut out of it by its own outline: a panel that follows every curve.
    heel = both(
        extruded(upper, 0.209, 0.13, 0.4),
        extruded(smooth([(-0.7, 0.1), (-0.7, 0.42), (-0.52, 0.36), (-0.44, 0.1)]), 0.3, 0.02),
    )
    toe = both(
        extruded(upper, 0.207, 0.13, 0.4),
        extruded(smooth([(0.72, 0.1), (0.72, 0.3), (0.5, 0.27), (0.36, 0.1)]), 0.3, 0.02),
    )
    stripe = both(extruded(upper, 0.208, 0.13, 0.4), joined(
        extruded([(-0.26, 0.1), (-0.18, 0.1), (-0.02, 0.46), (-0.09, 0.5)], 0.3, 0.02),
        extruded([(-0.1, 0.1), (-0.02, 0.1), (0.11, 0.4), (0.04, 0.44)], 0.3, 0.02),
    ))  # fmt: skip
    laces = joined(*(_lace(x, y) for x, y in ((0.0, 0.535), (0.07, 0.49), (0.14, 0.44), (0.21, 0.39))))
    parts = (
        (extruded(sole, 0.235, 0.05, 0.5), "rubber"),
        (without(extruded(upper, 0.2, 0.13, 0.4), mouth), "body"),
        (joined(stripe, toe, heel), "trim"),
        (laces, "paper"),
    )
    return Shape(parts, 0.75, 0.62, 28, 0.3)


def _lace(x: float, y: float) -> Solid:
    return moved(turned(turned(block(0.105, 0.035, 0.02, 0.012), 90), -36, 2), x, y - 0.015)


def perfume() -> Shape:
    body = block(0.26, 0.6, 0.15, 0.035)
    collar = revolved([(0, 0.59), (0.085, 0.59), (0.085, 0.66), (0, 0.66)], 0.004)
    cap = moved(block(0.1, 0.24, 0.1, 0.02), y=0.665)
    label = moved(block(0.12, 0.14, 0.158, 0.003), y=0.2)
    return Shape(((body, "body"), (collar, "gold"), (cap, "dark"), (label, "paper")), 0.36, 0.92, 24, 0.5)


def watch() -> Shape:
    ring = revolved(
        [(0, 0), (0.22, 0), (0.24, 0.02), (0.24, 0.07), (0.215, 0.09), (0.185, 0.08), (0, 0.08)], 0.006
    )
    face = revolved([(0, 0.02), (0.19, 0.02), (0.19, 0.083), (0, 0.083)], 0.002)
    crown = moved(turned(disc(0.035, 0.06), -90, 2), 0.23, 0.045)
    marks = spun(moved(block(0.0055, 0.09, 0.026, 0.002), z=-0.15), 12)
    hands = joined(
        moved(block(0.007, 0.094, 0.06, 0.002), 0, 0, -0.05),
        moved(turned(block(0.009, 0.094, 0.04, 0.002), 60), 0.04, 0, 0.02),
        marks,
    )
    parts: list[tuple[Solid, str]] = [(moved(torus(0.36, 0.028, 3.4), y=0.39), "body")]
    for solid, skin in ((ring, "metal"), (face, "screen"), (crown, "metal"), (hands, "paper")):
        # Tipped back on its strap, face to the camera.
        parts.append((moved(turned(solid, 55, 0), 0, 0.585, 0.29), skin))
    return Shape(((turned(parts[0][0], 90), "body"), *parts[1:]), 0.5, 0.85, 22, 0.6)


def headphones() -> Shape:
    band = without(moved(torus(0.4, 0.034, 1.9), y=0.35), moved(block(0.8, 0.5, 0.8, 0.01), y=-0.17))
    parts: list[tuple[Solid, str]] = [(band, "body")]
    for side in (-1, 1):
        # Discs that lie on their side, thickest outside, their cushions turned to the head.
        shell = turned(
            revolved([(0, 0), (0.16, 0), (0.19, 0.03), (0.19, 0.08), (0.13, 0.12), (0, 0.12)], 0.012),
            -90 * side,
            2,
        )
        pad = turned(moved(turned(torus(0.13, 0.055), 90, 0), y=-0.03), -90 * side, 2)
        ring = turned(revolved([(0.1, 0.1), (0.125, 0.1), (0.12, 0.13), (0.1, 0.13)], 0.003), -90 * side, 2)
        for solid, skin in ((shell, "body"), (pad, "dark"), (ring, "metal")):
            parts.append((moved(solid, side * 0.36, 0.19), skin))
    return Shape(tuple(parts), 0.62, 0.8, 32, 0.35)


def phone() -> Shape:
    def tilt(solid: Solid) -> Solid:
        return moved(turned(solid, -14, 0), z=0.02)

    body = block(0.25, 1.02, 0.028, 0.024)
    screen = moved(block(0.236, 0.99, 0.004, 0.003), 0, 0.015, 0.027)
    glow = [
        moved(block(0.21, h, 0.002, 0.0015), 0, y, 0.031) for y, h in ((0.1, 0.18), (0.32, 0.3), (0.66, 0.24))
    ]
    return Shape(
        (
            (tilt(body), "metal"),
            (tilt(screen), "screen"),
            (tilt(glow[1]), "body"),
            (tilt(joined(glow[0], glow[2])), "trim"),
        ),
        0.4,
        1.02,
        26,
        0.6,
    )


def box() -> Shape:
    lid = moved(block(0.36, 0.14, 0.27, 0.012), y=0.3)
    ribbon = moved(block(0.045, 0.447, 0.274, 0.004), x=-0.12)
    return Shape(
        ((block(0.35, 0.4, 0.26, 0.012), "body"), (lid, "body"), (ribbon, "gold")), 0.55, 0.5, 30, 0.35
    )


def bag() -> Shape:
    body = extruded(
        smooth(
            [(-0.4, 0.0), (0.4, 0.0), (0.36, 0.3), (0.3, 0.54), (-0.3, 0.54), (-0.36, 0.3), (-0.4, 0.0)], 1
        ),
        0.17,
        0.07,
    )
    flap = extruded(
        smooth([(-0.31, 0.54), (-0.33, 0.32), (0, 0.22), (0.33, 0.32), (0.31, 0.54)]), 0.185, 0.03
    )
    handle = without(moved(torus(0.21, 0.022, 1.6), y=0.56), moved(block(0.6, 0.5, 0.6, 0.01), y=0.03))
    clasp = moved(block(0.04, 0.06, 0.195, 0.008), y=0.24)
    return Shape(((body, "body"), (flap, "body"), (handle, "body"), (clasp, "gold")), 0.5, 0.8, 24, 0.4)
