"""A still around given edges: their outline becomes the product, lit as everything else on the set."""

from __future__ import annotations

import cv2
import numpy as np

from infra.standins.pictures.arrays import Array, Pixels, f32, u8
from infra.standins.pictures.photo import backdrop, developed_as
from infra.standins.pictures.stage import Light, unit
from infra.standins.pictures.words import drawn, read

# Less of the frame than this is no outline, but dust.
_LEAST = 0.004


def traced(edges: Pixels, prompt: str, seed: int) -> Array:
    """The still: (height, width, 3), BGR, 0 to 1. `edges` are white on black, of the still's own size."""
    height, width = edges.shape
    script, chance = read(prompt), drawn(f"{seed} {prompt}")
    scene, ground = backdrop(prompt, seed, width, height)
    mask = _filled(edges)
    if mask is None:
        return developed_as(ground, script, chance)
    light = scene.set.light
    normals, shape = _inflated(mask)
    body = _lit(normals, light, script.colour, 0.8 if script.finish == "matte" else 0.3)
    # The lines that were given are the product's own seams: darker, with a light edge below each.
    lines = cv2.GaussianBlur(f32(edges) / 255, (0, 0), max(0.8, height / 700))
    inner = lines * (cv2.erode(mask, np.ones((5, 5), np.uint8)) > 0)
    lifted = np.roll(inner, max(1, height // 360), 0) - inner
    body = body * (1 - 0.72 * np.clip(inner * 1.6, 0, 1))[..., None] + np.maximum(lifted, 0)[..., None] * 0.12
    ground = _stood(ground, mask, body)
    alpha = cv2.GaussianBlur(f32(mask), (0, 0), max(0.7, height / 900))[..., None] * (shape > -1)[..., None]
    return developed_as(ground * (1 - alpha) + body * alpha, script, chance)


def _filled(edges: Pixels) -> Pixels | None:
    """The area inside the outline, 0 or 1; None where there is none."""
    height, width = edges.shape
    reach = max(3, round(min(height, width) * 0.018)) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    # Edges have gaps wherever a product is as bright as what is behind it.
    closed = cv2.morphologyEx(u8(edges > 60), cv2.MORPH_CLOSE, disc)
    found, _ = cv2.findContours(np.asarray(closed, np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    large = [one for one in found if cv2.contourArea(one) > _LEAST * height * width]
    mask = np.zeros((height, width), np.uint8)
    if large:
        cv2.drawContours(mask, large, -1, 1, -1)
    elif len(found) and (hull := cv2.convexHull(np.concatenate(found))) is not None:
        cv2.drawContours(mask, [hull], -1, 1, -1)
    mask = u8(cv2.morphologyEx(mask, cv2.MORPH_OPEN, disc))
    return mask if mask.mean() > _LEAST else None


def _inflated(mask: Pixels) -> tuple[Array, Array]:
    """Normals (3, h, w) and height of a body that swells from its outline, as a cushion does."""
    deep = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    round_ = max(4.0, min(float(deep.max()) * 0.85, min(mask.shape) * 0.16))
    rise = np.sqrt(np.maximum(1 - (1 - np.clip(deep / round_, 0, 1)) ** 2, 0)) * round_
    rise = f32(cv2.GaussianBlur(f32(rise), (0, 0), round_ * 0.12))
    across = cv2.Sobel(rise, cv2.CV_32F, 1, 0, ksize=3) / 8
    down = cv2.Sobel(rise, cv2.CV_32F, 0, 1, ksize=3) / 8
    n = np.stack([-across, down, np.full_like(rise, 0.95)])
    return f32(n / np.sqrt((n * n).sum(0))), rise


def _lit(n: Array, light: Light, colour: Array, rough: float) -> Array:
    flat = n.reshape(3, -1)
    key, rim = unit(Light.KEY[:, None]), unit(Light.RIM[:, None])
    facing = np.clip(flat[2], 0, 1)
    lit = np.clip(((flat * key).sum(0) + 0.5) / 1.5, 0, 1)
    edge = np.clip((flat * rim).sum(0) + 0.25, 0, 1) * (1 - facing) ** 2
    up = np.clip(flat[1] * 0.5 + 0.5, 0, 1)
    around = light.floor[:, None] * (1 - up) + light.sky[:, None] * up
    toward = f32([[0], [0], [-1]])
    mirror = light.around(unit(toward + 2 * facing * flat), np.full(flat.shape[1], rough, np.float32))
    weak = 0.04 + 0.9 * (1 - facing) ** 5 * (1 - 0.7 * rough)
    fallen = light.key[:, None] * lit * 0.95 + light.rim[:, None] * edge * 1.5 + around * 0.5
    out = colour[:, None] * fallen * (1 - weak) + mirror * weak
    return f32(out.T.reshape(*n.shape[1:], 3) * light.strength)


def _stood(ground: Array, mask: Pixels, body: Array) -> Array:
    """The set with the body's contact shadow and its faint reflection."""
    height, width = mask.shape
    rows = np.flatnonzero(mask.any(1))
    foot = int(rows[-1])
    low = np.flatnonzero(mask[max(0, foot - max(2, (foot - rows[0]) // 8)) : foot + 1].any(0))
    left, right = int(low[0]), int(low[-1])
    shadow = np.zeros((height, width), np.float32)
    half = max(4, (right - left) // 2)
    cv2.ellipse(
        shadow,
        ((left + right) // 2 + half // 6, foot),
        (round(half * 1.12), max(3, half // 7)),
        0,
        0,
        360,
        1.0,
        -1,
    )
    soft = cv2.GaussianBlur(shadow, (0, 0), max(2.0, half / 9)) * 0.55
    wide = cv2.GaussianBlur(shadow, (0, 0), max(4.0, half / 2.5)) * 0.5
    out = ground * (1 - np.clip(soft + wide, 0, 0.9))[..., None]
    below = min(height - foot - 1, foot)
    if below > 2:
        flip = (body * mask[..., None])[foot - below : foot][::-1]
        fade = np.exp(-np.arange(below) / (0.1 * height))[:, None, None] * 0.22
        seen = cv2.GaussianBlur(f32(flip), (0, 0), max(1.0, height / 240))
        part = mask[foot - below : foot][::-1, :, None] * fade
        out[foot : foot + below] = out[foot : foot + below] * (1 - part) + seen * fade
    return f32(out)
