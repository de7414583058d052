"""A set as it is built for a script: what stands on it, what lights it, where the camera is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from infra.standins.pictures.arrays import f32
from infra.standins.pictures.solids import Solid, disc, moved, turned
from infra.standins.pictures.stage import Camera, Light, Set
from infra.standins.pictures.things import Material, Part, Thing, thing
from infra.standins.pictures.words import Colour, Script, colour

#: Value of the set, how far the wall is lit, how much light there is, how deep the vignette.
PLACES = {
    "studio": (0.80, 1.0, 1.0, 0.35),
    "dark": (0.27, 1.0, 0.9, 0.6),
    "dusk": (0.36, 0.8, 0.9, 0.5),
    "wood": (0.62, 0.9, 0.95, 0.4),
    "dawn": (0.66, 1.1, 1.0, 0.35),
    "bold": (0.72, 1.0, 1.05, 0.3),
}


@dataclass(frozen=True)
class Scene:
    """Everything that stands, shines and looks."""

    script: Script
    thing: Thing
    set: Set
    camera: Camera
    wall: Colour
    pool: Colour
    table: Colour
    gloss: float
    lift: float


def built(script: Script, chance: np.random.Generator, width: int, height: int) -> Scene:
    product = thing(script)
    value, wall, strength, _ = PLACES[script.place]
    hue, saturation = script.mood[0], script.mood[1] * 0.75
    if script.place == "bold":
        saturation = max(saturation, 0.42)
    warm = {"dusk": (0.07, 0.5), "dawn": (0.07, 0.35), "wood": (0.09, 0.22)}.get(script.place, (0.09, 0.08))
    cool = {"dusk": (0.6, 0.55), "dark": (0.6, 0.25)}.get(script.place, (0.58, 0.12))
    back = colour(hue, saturation, value)
    table = (
        colour(0.07, 0.5, 0.42)
        if script.place == "wood"
        else colour(hue + 0.01, saturation * 1.1, value * 0.92)
    )
    light = Light(
        key=colour(*warm, 1.0) * 2.3,
        rim=colour(*cool, 1.0) * (2.8 if script.place in ("dark", "dusk") else 1.5),
        sky=back * 0.75 + 0.03,
        floor=table * 0.5 + 0.01,
        strength=strength,
    )
    lift = 0.14 if script.plinth else 0.0
    parts = (
        [Part(moved(part.solid, y=lift), part.material) for part in product.parts]
        if lift
        else list(product.parts)
    )
    if lift:
        stone = Material(colour(hue, saturation * 0.6, min(1.0, value * 1.05 + 0.05)), 0.8)
        parts.append(Part(disc(round(product.radius * 1.25, 3), lift), stone))
    if script.accent:
        rest = Material(
            colour(hue + 0.04, min(0.5, saturation * 1.15 + 0.05), min(0.9, value * 0.85 + 0.1)), 0.9
        )
        size = max(0.52, product.height * 0.55)
        parts.append(Part(moved(_coin(size), chance.choice([-0.22, 0.22]) * size, size * 1.02, -0.75), rest))
    tall = product.height + lift
    middle = f32([0, tall / 2, -0.3 if script.accent else 0])
    reach = max(product.radius * 1.3, tall * 0.62) + (0.75 if script.accent else 0.12)
    camera = _camera(script, product, lift, chance, width / height)
    return Scene(
        script,
        product,
        Set(parts, light, middle, reach),
        camera,
        back,
        back * wall,
        table,
        0.5 if script.place in ("dark", "studio") else 0.3,
        lift,
    )


def _coin(radius: float) -> Solid:
    return turned(disc(round(radius, 3), 0.06), 90, 0)


def _camera(script: Script, product: Thing, lift: float, chance: np.random.Generator, ratio: float) -> Camera:
    near, turn, rise, aim = {
        "hero": (1.0, (-14, 14), (6, 13), 0.5),
        "close": (0.42, (-25, 30), (10, 26), 0.62),
        "top": (1.15, (-20, 20), (58, 70), 0.4),
        "wide": (2.0, (-12, 12), (4, 9), 0.75),
        "side": (1.1, (-38, -24), (4, 9), 0.5),
        "quarter": (1.0, (20, 36), (16, 26), 0.46),
    }[script.framing]
    around, above = np.radians(chance.uniform(*turn)), np.radians(chance.uniform(*rise))
    size = max(product.height + lift, product.radius * (2.0 if ratio >= 1 else 2.4))
    spread = 0.2
    away = near * size * 0.82 / spread * float(chance.uniform(0.94, 1.06))
    target = f32([0, lift + product.height * aim, 0])
    if script.framing == "close":
        target[1], target[0] = lift + product.look * product.height, chance.uniform(-0.12, 0.12)
    way = f32([np.sin(around) * np.cos(above), np.sin(above), np.cos(around) * np.cos(above)])
    side = f32([np.cos(around), 0, -np.sin(around)])
    if script.left and ratio > 1:
        target = target + side * (away * spread * 0.5)
    elif script.framing in ("wide", "hero") and ratio > 1.2:
        target = target + side * (away * spread * float(chance.choice([-0.22, 0.0, 0.22])))
    return Camera(target + way * away, target, spread)
