"""How a set is lit and photographed: rays marched through distance fields, in linear light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from infra.standins.pictures.arrays import Array, f32
from infra.standins.pictures.things import Material, Part
from infra.standins.pictures.words import Colour

# A fraction of a pixel at the sizes shown; more steps change nothing that can be seen.
_STEPS, _NEAR = 60, 0.0015


def unit(v: Array) -> Array:
    return f32(v / np.maximum(np.sqrt((v * v).sum(0)), 1e-9))


@dataclass(frozen=True)
class Camera:
    """Looks from `eye` at `target`; `spread` is the tangent of half the angle over the short side."""

    eye: Array
    target: Array
    spread: float

    def rays(self, width: float, height: float, window: tuple[float, float, int, int]) -> Array:
        """Directions (3, n) through the middle of each pixel of a window (left, top, width, height in pixels)
        of a picture of this size."""
        left, top, wide, tall = window
        short = min(width, height)
        x = (left + np.arange(wide) + 0.5 - width / 2) / (short / 2) * self.spread
        y = -(top + np.arange(tall) + 0.5 - height / 2) / (short / 2) * self.spread
        u, v = (f32(a.reshape(-1)) for a in np.meshgrid(x, y))
        ahead, side, up = self.axes()
        return unit(ahead[:, None] + side[:, None] * u + up[:, None] * v)

    def axes(self) -> tuple[Array, Array, Array]:
        ahead = unit(self.target - self.eye)
        side = unit(f32(np.cross(ahead, f32([0, 1, 0]))))
        return ahead, side, f32(np.cross(side, ahead))

    def seen_at(self, points: Array, width: int, height: int) -> Array:
        """Where points (3, n) appear, in pixels (2, n)."""
        ahead, side, up = self.axes()
        p = points - self.eye[:, None]
        deep = np.maximum(ahead @ p, 1e-3) * self.spread
        scale = min(width, height) / 2
        return f32([width / 2 + side @ p / deep * scale, height / 2 - up @ p / deep * scale])


@dataclass(frozen=True)
class Light:
    """What lights a set: one key from the upper left, a rim from behind, the set itself all around."""

    key: Colour
    rim: Colour
    sky: Colour
    floor: Colour
    strength: float = 1.0

    KEY = f32([-0.52, 0.72, 0.46])
    RIM = f32([0.72, 0.42, -0.55])

    def around(self, d: Array, rough: Array) -> Array:
        """What comes from a direction: the set, and the soft boxes that make a studio's highlights."""
        up = np.clip((d[1] + 0.25 + rough * 0.3) / (0.6 + rough), 0, 1)
        light = self.floor[:, None] * (1 - up) + self.sky[:, None] * up
        angle, soft = np.arctan2(d[0], d[2]), 0.05 + rough * 0.7
        for at, half, low, high, colour, power in (
            (-1.0, 0.26, -0.15, 0.8, self.key, 1.5),
            (1.75, 0.16, -0.2, 0.75, self.rim, 1.7),
            (-2.5, 0.12, -0.1, 0.7, self.rim, 0.9),
        ):
            across = _step((half - np.abs(angle - at)) / soft + 0.5)
            along = _step((d[1] - low) / soft + 0.5) * _step((high - d[1]) / soft + 0.5)
            light = light + colour[:, None] * (power * across * along / (1 + rough * 2.2))
        above = _step((d[1] - 0.86) / soft + 0.5) / (1 + rough * 2)
        return f32(light + self.key[:, None] * above * 0.8)


def _step(t: Array) -> Array:
    t = np.clip(t, 0, 1)
    return f32(t * t * (3 - 2 * t))


class Set:
    """Parts under a light, inside one ball around `middle` that no ray needs to be marched beyond."""

    def __init__(self, parts: Sequence[Part], light: Light, middle: Array, reach: float) -> None:
        self.parts, self.light = parts, light
        self.middle, self.reach = middle[:, None], reach

    def distance(self, p: Array) -> Array:
        least = self.parts[0].solid(p)
        for part in self.parts[1:]:
            least = np.minimum(least, part.solid(p))
        return f32(least)

    def march(self, eye: Array, d: Array) -> Array:
        """How far each ray goes until it hits; inf where it does not."""
        eye = np.broadcast_to(eye.reshape(3, -1), d.shape)
        to = self.middle - eye
        along = (to * d).sum(0)
        inside = self.reach**2 - ((to * to).sum(0) - along * along)
        half = np.sqrt(np.maximum(inside, 0))
        start, end = np.maximum(along - half, 0.002), along + half
        live = np.flatnonzero((inside > 0) & (end > 0))
        hit = np.full(d.shape[1], np.inf, np.float32)
        t, o, v, stop = start[live], eye[:, live], d[:, live], end[live]
        for _ in range(_STEPS):
            if not live.size:
                break
            gap = self.distance(o + v * t)
            done = gap < _NEAR
            hit[live[done]] = t[done]
            t = t + np.maximum(gap, _NEAR) * 0.92
            keep = ~done & (t < stop)
            live, t, o, v, stop = live[keep], t[keep], o[:, keep], v[:, keep], stop[keep]
        return hit

    def normals(self, p: Array) -> Array:
        total = np.zeros_like(p)
        for corner in ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)):
            k = f32(corner)[:, None]
            total += k * self.distance(p + k * 0.005)
        return unit(total)

    def shadow(self, p: Array, toward: Array, soft: float, steps: int = 18, reach: float = 2.2) -> Array:
        """How much of an area light a point sees, 0 to 1; `soft` is the light's size as seen from there."""
        seen, t = np.ones(p.shape[1], np.float32), np.full(p.shape[1], 0.03, np.float32)
        away = ((p - self.middle) ** 2).sum(0)
        live = np.flatnonzero(away < (self.reach + reach) ** 2)
        for _ in range(steps):
            gap = self.distance(p[:, live] + toward[:, None] * t[live])
            seen[live] = np.minimum(seen[live], 0.5 + 0.5 * gap / (soft * t[live]))
            t[live] += np.clip(gap, 0.03, 0.2)
            live = live[(seen[live] > 0.0) & (t[live] < reach)]
            if not live.size:
                break
        return _step(np.maximum(seen, 0))

    def open(self, p: Array, n: Array) -> Array:
        """How much of its surroundings a point sees, 0 to 1."""
        shut = np.zeros(p.shape[1], np.float32)
        for step, weight in ((0.04, 1.0), (0.16, 0.9)):
            shut += weight * np.clip(step - self.distance(p + n * step), 0, step) / step
        return f32(np.clip(1 - 0.55 * shut, 0.08, 1))

    def shaded(self, p: Array, d: Array, behind: Array | None = None) -> Array:
        """The light that comes from hit points (3, n) against rays `d`; `behind` is what glass shows."""
        n, light = self.normals(p), self.light
        which = np.argmin(np.stack([part.solid(p) for part in self.parts]), 0)
        skins: list[Material] = [part.material for part in self.parts]
        colour = np.stack([skin.colour for skin in skins])[which].T
        rough = f32([skin.rough for skin in skins])[which]
        metal = f32([skin.metal for skin in skins])[which]
        facing = np.clip(-(n * d).sum(0), 0, 1)
        open_ = self.open(p, n) * np.clip(0.45 + p[1] * 1.6, 0.45, 1)
        key = unit(Light.KEY[:, None])[:, 0]
        lit = np.clip(((n * key[:, None]).sum(0) + 0.18) / 1.18, 0, 1) * self.shadow(
            p + n * 0.012, key, 0.35, 9, 1.0
        )
        rim = np.clip((n * unit(Light.RIM[:, None])).sum(0), 0, 1) ** 1.5 * (0.25 + 0.75 * (1 - facing) ** 2)
        up = np.clip(n[1] * 0.5 + 0.5, 0, 1)
        all_around = light.floor[:, None] * (1 - up) + light.sky[:, None] * up
        fallen = (
            light.key[:, None] * (lit * 1.15) + light.rim[:, None] * (rim * 1.2) + all_around * (0.55 * open_)
        )
        mirror = light.around(unit(d + 2 * facing * n), rough) * (0.35 + 0.65 * open_)
        weak = 0.04 + 0.96 * (1 - facing) ** 5 * (1 - 0.7 * rough)
        first = np.where(metal > 0, colour + (1 - colour) * (weak - 0.04), weak)
        base = np.where(metal > 0, colour * 0.06, colour)
        out = base * fallen * (1 - weak) + mirror * first
        glass = f32([skin.glass for skin in skins])[which]
        if behind is not None and glass.any():
            # Thick at the edge, so darker and more coloured there, as a solid block of glass is.
            tint = colour ** (0.22 + 1.3 * (1 - facing))
            through = behind * tint * (0.55 + 0.45 * facing) + base * fallen * 0.2
            out = np.where(glass > 0, through * glass + (1 - glass) * base * fallen + mirror * first, out)
        glow = f32([skin.glow for skin in skins])[which]
        return f32(out * light.strength + colour * glow)
