"""The products that a stand-in can show: their parts and what these are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from infra.standins.pictures import goods, vessels
from infra.standins.pictures.shape import Shape
from infra.standins.pictures.solids import Solid, turned
from infra.standins.pictures.words import Colour, Script, colour


@dataclass(frozen=True)
class Material:
    """How a surface takes light: `rough` 0 to 1; glass shows what is behind it; `glow` shines by itself."""

    colour: Colour
    rough: float = 0.35
    metal: bool = False
    glass: float = 0.0
    glow: float = 0.0


@dataclass(frozen=True)
class Part:
    solid: Solid
    material: Material


@dataclass(frozen=True)
class Thing:
    """Parts that stand on the table around the middle; `radius` and `height` enclose them. `turn` is how far
    it is turned towards the camera, in degrees; `look` the height that a close shot looks at."""

    parts: tuple[Part, ...]
    radius: float
    height: float
    turn: float = 0.0
    look: float = 0.6


def thing(script: Script) -> Thing:
    """The product of a script."""
    made = _shape(script.thing)
    skins = _skins(script)
    parts = [Part(turned(solid, made.turn), skins[skin]) for solid, skin in made.parts]
    return Thing(tuple(parts), made.radius, made.height, made.turn, made.look)


def _skins(script: Script) -> dict[str, Material]:
    body = {
        "gloss": Material(script.colour, 0.22),
        "matte": Material(script.colour, 0.75),
        "metal": Material(script.colour, 0.28, metal=True),
        "glass": Material(script.colour, 0.06, glass=0.85),
    }[script.finish]
    dark = Material(colour(0.6, 0.1, 0.13), 0.3)
    return {
        "body": body,
        "inner": replace(body, rough=0.5, glass=0.0, metal=False),
        "trim": Material(script.second, 0.35),
        "dark": dark,
        "screen": Material(colour(0.6, 0.3, 0.06), 0.05),
        "metal": Material(colour(0.1, 0.05, 0.78), 0.2, metal=True),
        "gold": Material(colour(0.105, 0.5, 0.85), 0.22, metal=True),
        "paper": Material(colour(0.1, 0.05, 0.9), 0.85),
        "rubber": Material(colour(0.1, 0.04, 0.85), 0.7),
        "coffee": Material(colour(0.06, 0.75, 0.16), 0.08),
        "wax": Material(colour(0.1, 0.12, 0.92), 0.6),
        "flame": Material(colour(0.09, 0.55, 1.0), 0.9, glow=6.0),
        "bulb": Material(colour(0.1, 0.3, 1.0), 0.9, glow=3.0),
    }


@lru_cache(maxsize=32)
def _shape(name: str) -> Shape:
    return SHAPES.get(name, vessels.bottle)()


SHAPES: dict[str, Callable[[], Shape]] = {
    "bottle": vessels.bottle,
    "mug": vessels.mug,
    "vase": vessels.vase,
    "jar": vessels.jar,
    "can": vessels.can,
    "candle": vessels.candle,
    "lipstick": vessels.lipstick,
    "speaker": vessels.speaker,
    "lamp": vessels.lamp,
    "shoe": goods.shoe,
    "perfume": goods.perfume,
    "watch": goods.watch,
    "headphones": goods.headphones,
    "phone": goods.phone,
    "box": goods.box,
    "bag": goods.bag,
}
