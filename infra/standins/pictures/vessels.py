"""Products that are turned on a wheel or a lathe: an outline around an upright axis."""

from __future__ import annotations

from infra.standins.pictures.shape import Shape
from infra.standins.pictures.solids import (
    ball,
    block,
    joined,
    moved,
    revolved,
    smooth,
    torus,
    turned,
    without,
)


def bottle() -> Shape:
    body = smooth(
        [
            (0.0, 0.0),
            (0.2, 0.0),
            (0.22, 0.03),
            (0.22, 0.56),
            (0.2, 0.66),
            (0.09, 0.76),
            (0.08, 0.86),
            (0, 0.86),
        ]
    )
    cap = [(0, 0.845), (0.092, 0.845), (0.092, 0.99), (0.08, 1.0), (0, 1.0)]
    label = [(0.0, 0.16), (0.2235, 0.16), (0.2235, 0.46), (0.0, 0.46)]
    return Shape(
        ((revolved(body), "body"), (revolved(cap), "trim"), (revolved(label, 0.001), "paper")), 0.3, 1.02
    )


def mug() -> Shape:
    wall = smooth(
        [
            (0, 0),
            (0.27, 0),
            (0.305, 0.05),
            (0.32, 0.3),
            (0.325, 0.6),
            (0.326, 0.66),
            (0.312, 0.675),
            (0.298, 0.66),
            (0.288, 0.1),
            (0, 0.09),
        ]
    )
    coffee = [(0, 0.08), (0.29, 0.08), (0.293, 0.57), (0, 0.57)]
    handle = without(
        moved(torus(0.185, 0.036, 1.35), 0.34, 0.35),
        revolved([(0, -0.1), (0.3, -0.1), (0.3, 0.9), (0, 0.9)], 0.002),
    )
    return Shape(
        ((joined(revolved(wall), handle, blend=0.05), "body"), (revolved(coffee, 0.002), "coffee")),
        0.58,
        0.7,
        20,
        0.42,
    )


def vase() -> Shape:
    half = smooth(
        [
            (0, 0),
            (0.16, 0),
            (0.3, 0.2),
            (0.32, 0.4),
            (0.2, 0.66),
            (0.1, 0.8),
            (0.13, 0.95),
            (0.11, 0.95),
            (0.08, 0.8),
            (0, 0.7),
        ],
        3,
    )
    return Shape(((revolved(half), "body"),), 0.42, 0.98, 0, 0.6)


def jar() -> Shape:
    body = revolved(smooth([(0, 0), (0.26, 0), (0.3, 0.03), (0.31, 0.2), (0.3, 0.36), (0.25, 0.4), (0, 0.4)]))
    lid = revolved([(0, 0.39), (0.275, 0.39), (0.275, 0.55), (0.25, 0.57), (0, 0.57)], 0.01)
    label = revolved([(0, 0.1), (0.3135, 0.1), (0.3135, 0.3), (0, 0.3)], 0.001)
    return Shape(((body, "body"), (lid, "gold"), (label, "paper")), 0.4, 0.6, 0, 0.35)


def can() -> Shape:
    body = revolved(
        [(0, 0.03), (0.17, 0.0), (0.2, 0.05), (0.205, 0.08), (0.205, 0.7), (0.17, 0.78), (0, 0.78)]
    )
    rim = revolved([(0.15, 0.775), (0.172, 0.775), (0.172, 0.8), (0.15, 0.8)], 0.003)
    top = revolved([(0, 0.77), (0.155, 0.77), (0.155, 0.788), (0, 0.788)], 0.002)
    band = revolved([(0, 0.3), (0.2075, 0.3), (0.2075, 0.44), (0, 0.44)], 0.001)
    return Shape(((body, "body"), (joined(rim, top), "metal"), (band, "paper")), 0.3, 0.82, 0, 0.5)


def candle() -> Shape:
    glass = revolved(
        [(0, 0), (0.24, 0), (0.26, 0.03), (0.26, 0.5), (0.245, 0.51), (0.235, 0.5), (0.235, 0.05), (0, 0.05)]
    )
    wax = revolved([(0, 0.04), (0.238, 0.04), (0.238, 0.4), (0, 0.4)], 0.004)
    wick = revolved([(0, 0.39), (0.008, 0.39), (0.008, 0.47), (0, 0.47)], 0.002)
    flame = revolved(smooth([(0, 0.45), (0.03, 0.475), (0.028, 0.52), (0.006, 0.6), (0, 0.61)]), 0.003)
    label = revolved([(0, 0.14), (0.2625, 0.14), (0.2625, 0.36), (0, 0.36)], 0.001)
    return Shape(
        ((glass, "body"), (wax, "wax"), (wick, "dark"), (flame, "flame"), (label, "paper")),
        0.36,
        0.64,
        0,
        0.4,
    )


def lipstick() -> Shape:
    case = moved(block(0.1, 0.38, 0.1, 0.012), y=0)
    tube = revolved([(0, 0.37), (0.082, 0.37), (0.082, 0.56), (0, 0.56)], 0.004)
    stick = without(
        revolved(smooth([(0, 0.5), (0.068, 0.5), (0.068, 0.84), (0.03, 0.9), (0, 0.9)]), 0.006),
        moved(turned(block(0.3, 0.3, 0.3, 0.01), 38, 2), 0.16, 0.8),
    )
    return Shape(((case, "dark"), (tube, "gold"), (stick, "body")), 0.25, 0.92, 24, 0.65)


def speaker() -> Shape:
    body = revolved(
        smooth([(0, 0), (0.26, 0), (0.4, 0.16), (0.42, 0.4), (0.34, 0.66), (0.14, 0.78), (0, 0.78)], 3)
    )
    band = revolved([(0, 0.36), (0.428, 0.36), (0.428, 0.42), (0, 0.42)], 0.003)
    top = revolved([(0, 0.7), (0.14, 0.7), (0.14, 0.79), (0, 0.79)], 0.004)
    return Shape(((body, "body"), (band, "gold"), (top, "dark")), 0.5, 0.8, 0, 0.5)


def lamp() -> Shape:
    foot = revolved(
        [(0, 0), (0.2, 0), (0.2, 0.025), (0.03, 0.05), (0.022, 0.1), (0.022, 0.7), (0, 0.7)], 0.006
    )
    shade = revolved([(0.17, 0.98), (0.34, 0.62), (0.325, 0.62), (0.155, 0.98)], 0.004)
    return Shape(((foot, "gold"), (shade, "body"), (moved(ball(0.085), y=0.72), "bulb")), 0.42, 1.02, 0, 0.7)
