"""Shapes as distance fields: how far a point is from a thing, in units of about the thing's height."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np

from infra.standins.pictures.arrays import Array, f32

#: Points as (3, n), y up, the table at 0; gives n distances, negative inside.
Solid: TypeAlias = Callable[[Array], Array]
Line: TypeAlias = Sequence[tuple[float, float]]

# A grid cell is a two-hundredth of the height: finer than a pixel of what is ever shown of it.
_CELL = 0.005
_MARGIN = 0.06
# OpenCV refuses maps with a side beyond 32,767, so lists of points are folded into rows.
_ROW = 1024


class Profile:
    """A flat closed outline whose distances are looked up: exact once, then one interpolation a point."""

    def __init__(self, outline: Line, soft: float = 0.0) -> None:
        points = f32(outline)
        low, high = points.min(0) - _MARGIN, points.max(0) + _MARGIN
        self._low, self._high = low, high
        columns, rows = (np.ceil((high - low) / _CELL) + 1).astype(int)
        grid = np.meshgrid(low[0] + np.arange(columns) * _CELL, low[1] + np.arange(rows) * _CELL)
        table = _signed(points, f32(grid[0]), f32(grid[1]))
        # A blurred field has rounded edges, as everything that was ever made has; they catch the light.
        self._table = cv2.GaussianBlur(table, (0, 0), max(soft, 0.008) / _CELL)

    def __call__(self, u: Array, v: Array) -> Array:
        near_u, near_v = np.clip(u, self._low[0], self._high[0]), np.clip(v, self._low[1], self._high[1])
        n = len(u)
        rows = -(-n // _ROW)
        maps = np.zeros((2, rows * _ROW), np.float32)
        maps[0, :n], maps[1, :n] = (near_u - self._low[0]) / _CELL, (near_v - self._low[1]) / _CELL
        x, y = maps.reshape(2, rows, _ROW)
        found = cv2.remap(self._table, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        outside = np.hypot(u - near_u, v - near_v)
        return np.where(outside > 0, outside + _MARGIN / 2, found.reshape(-1)[:n]).astype(np.float32)


def _signed(points: Array, x: Array, y: Array) -> Array:
    nearest, inside = np.full(x.shape, np.inf, np.float32), np.zeros(x.shape, bool)
    for (ax, ay), (bx, by) in zip(points, np.roll(points, -1, 0), strict=True):
        ex, ey = bx - ax, by - ay
        length = max(ex * ex + ey * ey, 1e-12)
        t = np.clip(((x - ax) * ex + (y - ay) * ey) / length, 0, 1)
        nearest = np.minimum(nearest, (x - ax - t * ex) ** 2 + (y - ay - t * ey) ** 2)
        if ey:
            inside ^= ((ay > y) != (by > y)) & (x < ex * (y - ay) / ey + ax)
    return f32(np.where(inside, -1, 1) * np.sqrt(nearest))


def smooth(line: Line, rounds: int = 2) -> list[tuple[float, float]]:
    """An open line with its corners cut again and again."""
    points = np.array(line)
    for _ in range(rounds):
        a, b = points[:-1], points[1:]
        cut = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], 1).reshape(-1, 2)
        points = np.concatenate([points[:1], cut[1:-1], points[-1:]])
    return [(float(x), float(y)) for x, y in points]


def revolved(half: Line, soft: float = 0.008) -> Solid:
    """What a half outline (radius, height) sweeps around the upright axis."""
    mirrored = [(-r, y) for r, y in reversed(half)]
    profile = Profile([*half, *mirrored], soft)
    return lambda p: profile(np.hypot(p[0], p[2]), p[1])


def extruded(outline: Line, half_width: float, rounded: float, taper: float = 0.0) -> Solid:
    """An outline (x, y) with a width in z and round edges; `taper` narrows it away from the middle."""
    profile = Profile(outline)

    def solid(p: Array) -> Array:
        flat = profile(p[0], p[1]) + rounded
        deep = np.abs(p[2]) - (half_width * (1 - taper * (p[0] - 0.12) ** 2) - rounded)
        out = np.hypot(np.maximum(flat, 0), np.maximum(deep, 0))
        return f32(out + np.minimum(np.maximum(flat, deep), 0) - rounded)

    return solid


def block(x: float, y: float, z: float, rounded: float) -> Solid:
    """A box with round edges that stands on the table: half its width, its height, half its depth."""
    half = f32([[x - rounded], [y / 2 - rounded], [z - rounded]])
    middle = f32([[0], [y / 2], [0]])

    def solid(p: Array) -> Array:
        q = np.abs(p - middle) - half
        out = np.sqrt((np.maximum(q, 0) ** 2).sum(0))
        return f32(out + np.minimum(q.max(0), 0) - rounded)

    return solid


def torus(radius: float, thick: float, flat: float = 1.0) -> Solid:
    """A ring around the z axis; `flat` above 1 widens it along the axis."""

    def solid(p: Array) -> Array:
        return f32(np.hypot(np.hypot(p[0], p[1]) - radius, p[2] / flat) - thick)

    return solid


def ball(radius: float) -> Solid:
    return lambda p: f32(np.sqrt((p * p).sum(0)) - radius)


def moved(solid: Solid, x: float = 0, y: float = 0, z: float = 0) -> Solid:
    by = f32([[x], [y], [z]])
    return lambda p: solid(p - by)


def turned(solid: Solid, degrees: float, axis: int = 1) -> Solid:
    """Turned about x (0), y (1) or z (2)."""
    s, c = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    a, b = [(1, 2), (2, 0), (0, 1)][axis]

    def solid_turned(p: Array) -> Array:
        q = p.copy()
        q[a], q[b] = c * p[a] + s * p[b], -s * p[a] + c * p[b]
        return solid(q)

    return solid_turned


def spun(solid: Solid, times: int) -> Solid:
    """So many of it around the upright axis, at the price of one: the one on the far side, at -z."""
    step = 2 * np.pi / times

    def all_around(p: Array) -> Array:
        angle, away = np.arctan2(p[0], -p[2]), np.hypot(p[0], p[2])
        angle = angle - np.round(angle / step) * step
        return solid(f32([np.sin(angle) * away, p[1], -np.cos(angle) * away]))

    return all_around


def joined(*solids: Solid, blend: float = 0.0) -> Solid:
    """All of them; where they meet, a fillet of about `blend`."""

    def solid(p: Array) -> Array:
        least = solids[0](p)
        for one in solids[1:]:
            other = one(p)
            if blend:
                h = np.maximum(blend - np.abs(least - other), 0) / blend
                least = np.minimum(least, other) - h * h * blend / 4
            else:
                least = np.minimum(least, other)
        return least

    return solid


def both(solid: Solid, other: Solid) -> Solid:
    """Only where both are."""
    return lambda p: np.maximum(solid(p), other(p))


def without(solid: Solid, other: Solid) -> Solid:
    return lambda p: np.maximum(solid(p), -other(p))


@lru_cache(maxsize=32)
def disc(radius: float, height: float) -> Solid:
    """A low cylinder on the table."""
    return revolved([(0, 0), (radius, 0), (radius, height), (0, height)], 0.012)
