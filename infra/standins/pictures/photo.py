"""A still of a product on a set, as a camera would take it: focus, lens and film."""

from __future__ import annotations

import cv2
import numpy as np

from infra.standins.pictures.arrays import Array, f32
from infra.standins.pictures.ground import ground_of
from infra.standins.pictures.scene import PLACES, Scene, built
from infra.standins.pictures.words import Script, drawn, read

# Rays of the product in one still: enough to show an edge smoothly at 720p, cheap enough for a shared core.
_RAYS = 380_000


def photograph(prompt: str, seed: int, width: int, height: int) -> Array:
    """The still for a prompt: (height, width, 3), BGR, 0 to 1 as shown. The same arguments give the same
    picture."""
    chance = drawn(f"{seed} {prompt}")
    scene = built(read(prompt), chance, width, height)
    ground = ground_of(scene, width, height, chance, empty=False)
    return developed_as(_product(scene, ground, width, height), scene.script, chance)


def backdrop(prompt: str, seed: int, width: int, height: int) -> tuple[Scene, Array]:
    """The scene for a prompt, and its set without the product in linear RGB."""
    chance = drawn(f"{seed} {prompt}")
    scene = built(read(prompt), chance, width, height)
    return scene, ground_of(scene, width, height, chance, empty=True)


def developed_as(light: Array, script: Script, chance: np.random.Generator) -> Array:
    """Linear RGB light as a print, with the vignette of the script's place."""
    return developed(light, PLACES[script.place][3], chance)


def _product(scene: Scene, ground: Array, width: int, height: int) -> Array:
    box = _window(scene, width, height)
    left, top, right, bottom = box
    area = max(1, (right - left) * (bottom - top))
    fine = float(np.clip(np.sqrt(_RAYS / area), 0.5, 1.6))
    w, h = max(4, round((right - left) * fine)), max(4, round((bottom - top) * fine))
    full_w, full_h = width * w / (right - left), height * h / (bottom - top)
    d = scene.camera.rays(full_w, full_h, (left * w / (right - left), top * h / (bottom - top), w, h))
    hit = scene.set.march(scene.camera.eye, d)
    found = np.flatnonzero(np.isfinite(hit))
    layer = np.zeros((h * w, 4), np.float32)
    if found.size:
        p = scene.camera.eye[:, None] + d[:, found] * hit[found]
        part = cv2.GaussianBlur(cv2.resize(ground[top:bottom, left:right], (w, h)), (0, 0), 0.012 * h + 0.5)
        # A block of glass turns what is behind it upside down and left to right.
        behind = part[::-1, ::-1].reshape(-1, 3)[found].T / scene.set.light.strength
        layer[found, :3] = scene.set.shaded(f32(p), d[:, found], f32(behind)).T
        layer[found, 3] = 1
    square = layer.reshape(h, w, 4)
    if fine < 1.4:
        # Too few rays to show an edge smoothly; a lens is not that sharp anyway.
        square = f32(cv2.GaussianBlur(square, (0, 0), 0.7))
    shown = cv2.resize(
        square, (right - left, bottom - top), interpolation=cv2.INTER_AREA if fine > 1 else cv2.INTER_CUBIC
    )
    out = ground.copy()
    # Light bleeds around an edge on any real lens.
    alpha = np.clip(shown[:, :, 3:], 0, 1)
    out[top:bottom, left:right] = shown[:, :, :3] + out[top:bottom, left:right] * (1 - alpha)
    return out


def _window(scene: Scene, width: int, height: int) -> tuple[int, int, int, int]:
    middle, reach = scene.set.middle, scene.set.reach
    corners = f32([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]).T * reach + middle
    corners[1] = np.clip(corners[1], 0, None)
    x, y = scene.camera.seen_at(corners, width, height)
    left, right = int(np.clip(x.min(), 0, width - 4)), int(np.clip(np.ceil(x.max()), 4, width))
    top, bottom = int(np.clip(y.min(), 0, height - 4)), int(np.clip(np.ceil(y.max()), 4, height))
    return left, top, max(right, left + 4), max(bottom, top + 4)


def developed(light: Array, vignette: float, chance: np.random.Generator) -> Array:
    """Linear RGB light as a print: bloom, filmic curve, vignette, split tone, fine grain; BGR, 0 to 1."""
    h, w = light.shape[:2]
    bright = np.maximum(light - 0.9, 0)
    small = cv2.resize(bright, (max(2, w // 8), max(2, h // 8)), interpolation=cv2.INTER_AREA)
    bloom = cv2.resize(cv2.GaussianBlur(small, (0, 0), max(1.0, min(w, h) / 200)), (w, h))
    light = light + bloom * 0.5
    y, x = np.ogrid[-1 : 1 : h * 1j, -1 : 1 : w * 1j]
    light = light * f32(1 - vignette * np.clip((x * x * 0.7 + y * y * 0.6), 0, 1.3)[..., None])
    light = light * 0.92
    film = np.clip(light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14), 0, 1)
    shown = film ** (1 / 2.2)
    luma = shown.mean(2, keepdims=True)
    shown = (
        shown
        + (1 - luma) * luma * f32([-0.02, 0.0, 0.03])
        + luma * luma * (1 - luma) * f32([0.05, 0.01, -0.04])
    )
    grain = cv2.GaussianBlur(f32(chance.normal(size=(h, w))), (0, 0), 0.7) * 0.016
    return f32(np.clip(shown[:, :, ::-1] + (grain * (1.1 - luma[..., 0]))[..., None], 0, 1))
