"""What a product stands on and before: floor and backdrop, its shadow and reflection, lights far behind."""

from __future__ import annotations

import cv2
import numpy as np

from infra.standins.pictures.arrays import Array, f32
from infra.standins.pictures.scene import Scene
from infra.standins.pictures.stage import Light, unit
from infra.standins.pictures.words import colour

# The backdrop is out of focus, so nobody misses the pixels.
_RAYS = 130_000
_UP = f32([[0], [1], [0]])


def ground_of(scene: Scene, width: int, height: int, chance: np.random.Generator, *, empty: bool) -> Array:
    shrink = min(1.0, np.sqrt(_RAYS / (width * height)))
    w, h = max(16, round(width * shrink)), max(16, round(height * shrink))
    eye, d = scene.camera.eye, scene.camera.rays(w, h, (0, 0, w, h))
    light, key = scene.set.light, unit(Light.KEY[:, None])[:, 0]
    deep = 2.6 + scene.thing.radius
    t = np.where(d[1] < -1e-4, -eye[1] / np.minimum(d[1], -1e-4), 1e3)
    p = eye[:, None] + d * np.minimum(t, 60)
    # The paper sweeps up behind the product: floor turns into wall over a wide radius, without an edge.
    bend = np.clip((-p[2] - deep * 0.35) / (deep * 0.65), 0, 1)
    bend = bend * bend * (3 - 2 * bend)
    reach = (-deep - eye[2]) / np.minimum(d[2], -1e-3)
    q = eye[:, None] + d * reach
    pool = np.exp(-((q[0] * 0.55) ** 2 + ((q[1] - 0.75) * 0.6) ** 2))
    wall = scene.wall[:, None] * (0.30 + 0.1 * np.clip(1 - q[1] / 4, 0, 1)) + scene.pool[:, None] * (
        0.85 * pool
    )
    wall = wall * (light.key[:, None] / light.key.max())
    floor = _floor(scene, p, chance)
    near = np.flatnonzero(bend < 0.999)
    on = f32(p[:, near])
    on[1] = 0.0
    fall = np.exp(-((on[0] + 0.3) ** 2 + (on[2] - 0.2) ** 2) / 5.5)
    lit = np.ones(near.size, np.float32)
    open_ = np.ones(near.size, np.float32)
    if not empty:
        lit = scene.set.shadow(on + _UP * 0.004, key, 0.55, 22)
        open_ = scene.set.open(on, np.broadcast_to(_UP, on.shape))
    shade = (0.2 + 0.42 * fall * lit) * (0.25 + 0.75 * open_)
    surface = floor[:, near] * shade * (light.key[:, None] * 0.85)
    if not empty:
        surface += _mirrored(scene, on, d[:, near]) * open_
    lower = np.zeros_like(wall)
    lower[:, near] = surface
    flat = lower * (1 - bend) + wall * bend
    picture = f32(flat.T.reshape(h, w, 3)) * light.strength
    if not empty:
        picture = _softened(picture)
    large = f32(cv2.resize(picture, (width, height), interpolation=cv2.INTER_CUBIC))
    return _bokeh(np.maximum(large, 0), scene, chance)


def _softened(picture: Array) -> Array:
    return f32(cv2.GaussianBlur(picture, (0, 0), 1.2))


def _floor(scene: Scene, p: Array, chance: np.random.Generator) -> Array:
    table = scene.table[:, None]
    if scene.script.place != "wood":
        return np.broadcast_to(table, p.shape)
    # Boards along x, each of its own shade, with a grain of stretched noise.
    noise = f32(chance.normal(size=(256, 64)))
    noise = f32(cv2.GaussianBlur(noise, (0, 0), sigmaX=6, sigmaY=0.9))
    noise = noise / noise.std()
    board = np.floor(p[2] / 0.42)
    u = (p[0] * 26 + board * 37) % 63
    v = (p[2] * 190 + board * 11) % 255
    rows = -(-u.size // 1024)
    maps = np.zeros((2, rows * 1024), np.float32)
    maps[0, : u.size], maps[1, : u.size] = u, v
    grain = cv2.remap(noise, maps[0].reshape(rows, 1024), maps[1].reshape(rows, 1024), cv2.INTER_LINEAR)
    shade = 1 + 0.1 * grain.reshape(-1)[: u.size] + 0.12 * np.sin(board * 12.9)
    seam = np.abs((p[2] / 0.42) % 1 - 0.5) > 0.492
    return f32(table * np.clip(shade, 0.4, 1.6) * np.where(seam, 0.5, 1))


def _mirrored(scene: Scene, on: Array, d: Array) -> Array:
    up = d * f32([[1], [-1], [1]])
    hit = scene.set.march(on + _UP * 0.003, up)
    out = np.zeros_like(on)
    found = np.flatnonzero(np.isfinite(hit))
    if found.size:
        strength = 0.03 + 0.5 * (1 - np.abs(d[1, found])) ** 4
        fade = np.exp(-hit[found] * 1.6)
        seen = scene.set.shaded(on[:, found] + up[:, found] * hit[found], up[:, found])
        out[:, found] = seen * strength * fade * scene.gloss * 1.6
    return out


def _bokeh(picture: Array, scene: Scene, chance: np.random.Generator) -> Array:
    """Lights far behind, as discs; many at dusk, a few in the dark, none in a studio."""
    count = {"dusk": 46, "dark": 12, "wood": 9, "dawn": 8}.get(scene.script.place, 0)
    if scene.script.framing in ("close",) and not count:
        count = 7
    if scene.script.framing == "top" or not count:
        return picture
    h, w = picture.shape[:2]
    for _ in range(count):
        r = float(chance.uniform(0.018, 0.05)) * min(w, h) * (1.6 if scene.script.framing == "close" else 1)
        at = (float(chance.uniform(0, w)), float(chance.beta(2, 3) * h * 0.62))
        tone = colour(*((0.08, 0.6) if chance.random() < 0.65 else (0.58, 0.5)), 1.0) * float(
            chance.uniform(0.05, 0.34)
        )
        left, top, size = int(at[0] - r - 3), int(at[1] - r - 3), int(2 * r + 7)
        y, x = np.ogrid[top : top + size, left : left + size]
        away = np.hypot(x - at[0], y - at[1])
        # A lens draws a disc that is a little brighter at its rim.
        one = np.clip(r - away + 0.5, 0, 1) * (0.75 + 0.4 * (np.clip(away / r, 0, 1) ** 6))
        part = picture[max(top, 0) : max(top + size, 0), max(left, 0) : max(left + size, 0)]
        seen = one[max(-top, 0) :, max(-left, 0) :][: part.shape[0], : part.shape[1]]
        part += seen[:, :, None] * tone
    return picture
