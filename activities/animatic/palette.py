"""What colours a film wears: ten roles and more, from its style words and the product's own hue."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from activities.animatic.colour import Oklch, contrast


class _Style(NamedTuple):
    """A style word on the wheel: `key` is 0 at night, 1 at noon; `accents` are hues that become it, of which
    the product picks one, so that two films in one style are not twins."""

    hue: float
    chroma: float
    key: float
    accents: tuple[float, ...]


_STYLES = {
    "warm": _Style(62, 0.055, 0.78, (200, 8, 34)),
    "cozy": _Style(55, 0.06, 0.70, (30, 155, 5)),
    "minimal": _Style(85, 0.012, 0.92, (30, 255, 165)),
    "luxury": _Style(75, 0.02, 0.16, (58, 18, 165)),
    "premium": _Style(265, 0.018, 0.18, (58, 190, 300)),
    "tech": _Style(255, 0.045, 0.20, (195, 305, 155)),
    "natural": _Style(125, 0.045, 0.82, (50, 155, 25)),
    "fresh": _Style(195, 0.05, 0.86, (45, 5, 255)),
    "bold": _Style(30, 0.12, 0.70, (255, 200, 335)),
    "playful": _Style(345, 0.10, 0.78, (58, 255, 175)),
    "calm": _Style(230, 0.03, 0.84, (58, 10, 285)),
    "dark": _Style(270, 0.03, 0.15, (30, 190, 335)),
    "cinematic": _Style(235, 0.035, 0.24, (58, 25, 195)),
    "romantic": _Style(5, 0.05, 0.84, (15, 330, 290)),
    "retro": _Style(80, 0.06, 0.80, (30, 195, 150)),
    "ocean": _Style(220, 0.06, 0.76, (45, 195, 15)),
}

# What people write for the words above. A word is looked up whole, after folding to lower case.
_ALIASES = {
    "warm": "golden sunny autumn summer honey glowing inviting friendly",
    "cozy": "cosy homely rustic hygge intimate comfortable snug handmade artisanal crafted",
    "minimal": "minimalist clean simple scandinavian nordic pure white airy understated",
    "luxury": "luxurious elegant opulent gold sophisticated exclusive classy refined",
    "premium": "sleek polished executive professional corporate",
    "tech": "technological futuristic digital modern cyber electric innovative neon scifi",
    "natural": "organic botanical green eco earthy sustainable forest botany wild",
    "fresh": "crisp bright spring minty cool clear sparkling light",
    "bold": "energetic dynamic sporty powerful intense strong vibrant vivid hot passionate",
    "playful": "fun colorful colourful pop whimsical cheerful cute happy youthful kids joyful quirky",
    "calm": "serene peaceful soft gentle quiet zen relaxing soothing tranquil pastel",
    "dark": "moody night noir mysterious black gothic shadowy",
    "cinematic": "dramatic epic film movie grand atmospheric",
    "romantic": "feminine delicate rose pink blush tender dreamy",
    "retro": "vintage nostalgic classic seventies analog analogue old",
    "ocean": "marine blue nautical sea aquatic coastal",
}
_BY_WORD = {word: style for style, words in _ALIASES.items() for word in (style, *words.split())}

# Colours that a product's own name says, or that everybody knows it by, as Oklch; those without chroma are
# the glaze of the object.
_NAMED = {
    "red": (0.60, 0.20, 25),
    "burgundy wine": (0.40, 0.13, 15),
    "coral": (0.70, 0.15, 32),
    "orange copper amber gold golden leather wooden wood oak bamboo": (0.75, 0.14, 58),
    "bread sourdough croissant baguette cookie cookies caramel honey whiskey beer": (0.75, 0.14, 58),
    "green olive emerald matcha avocado": (0.60, 0.14, 150),
    "mint teal turquoise": (0.75, 0.10, 185),
    "yellow": (0.86, 0.17, 92),
    "blue navy cobalt": (0.55, 0.15, 258),
    "purple violet lavender indigo": (0.55, 0.17, 300),
    "pink magenta fuchsia": (0.70, 0.15, 350),
    "black charcoal graphite": (0.38, 0.012, 260),
    "white ivory": (0.93, 0.012, 80),
    "silver grey gray chrome": (0.76, 0.008, 250),
}
_BY_COLOUR = {word: Oklch(*colour) for words, colour in _NAMED.items() for word in words.split()}
_ELSEWHERE = tomllib.loads(Path(__file__).with_name("colours.toml").read_text(encoding="utf-8"))
_BY_COLOUR |= {word: _BY_COLOUR[name] for name, words in _ELSEWHERE.items() for word in words.split()}

# Between these keys neither dark nor light type reads on the ground (under 4.5 : 1), so no film lives there.
_DARKEST_LIGHT_KEY, _LIGHTEST_DARK_KEY = 0.70, 0.30
# What WCAG asks of graphics and large type.
_GRAPHIC_CONTRAST = 3.0
# The key of a light film's dark beats: night, with the hue still to be told.
_NIGHT_KEY = 0.16
# Mid-lightness yellow turns to mustard and olive on screen; orange stands in for it.
_MUSTARD, _ORANGE = (62.0, 125.0), 58.0
# Below this chroma a product is grey, and its hue is noise.
_GREY_CHROMA = 0.03


@dataclass(frozen=True)
class Palette:
    """One film's colours. Only `key` changes between its beats: `dark_version` keeps the accent.

    Grounds run from `lift` (the glow) over `top`, `bottom`, `far`, `mid` to `near` (the deepest). `floor` is
    what things stand on. `ink` is near-black and `paper` near-white whatever the key; `text` is the one of
    the two that reads on the ground, at 4.5 : 1 or more. `glaze` is the product's own colour where that has
    no hue: black, white, silver. `own` is the one that its name says it has.
    """

    hue: float
    chroma: float
    key: float
    accent_hue: float
    top: Oklch
    bottom: Oklch
    lift: Oklch
    floor: Oklch
    far: Oklch
    mid: Oklch
    near: Oklch
    ink: Oklch
    paper: Oklch
    accent: Oklch
    accent_dark: Oklch
    rim: Oklch
    glow: Oklch
    glaze: Oklch | None = None
    own: Oklch | None = None

    @classmethod
    def of(
        cls, style: Sequence[str], product: Oklch | None = None, key: float | None = None, salt: str = ""
    ) -> Palette:
        """The palette of a film.

        The first word that is known gives the hue, the next averages the chroma and pulls the key by a third.
        Where none is known, the words (and `salt`, for instance the product's name) choose among the styles
        by their hash: other words, another film. `salt` also picks the accent. The `product`'s own colour,
        from a photo or its name, becomes the accent; one without chroma becomes its glaze.
        """
        first, *others = _known(style, salt)
        hue, chroma, own_key, accents = first
        if others:
            chroma = (chroma + others[0].chroma) / 2
            own_key = (2 * own_key + others[0].key) / 3
        accent_hue = accents[hashlib.sha256(salt.casefold().encode()).digest()[0] % len(accents)]
        grey = product is not None and product.chroma <= _GREY_CHROMA
        if product is not None and not grey:
            accent_hue = product.hue % 360
        if _MUSTARD[0] < accent_hue < _MUSTARD[1]:
            accent_hue = _ORANGE
        glaze = product if grey else None
        return _mix(hue, chroma, own_key if key is None else key, accent_hue, glaze)

    @property
    def dark(self) -> bool:
        return self.key < 0.5

    @property
    def text(self) -> Oklch:
        """The type colour that reads on this palette's ground."""
        return self.paper if self.dark else self.ink

    @property
    def accent_text(self) -> Oklch:
        """The accent where it must be read as a number or a bar on the ground: 3 : 1 or more."""
        candidate, step = (self.accent, 0.03) if self.dark else (self.accent_dark, -0.03)
        while min(contrast(candidate, self.top), contrast(candidate, self.bottom)) < _GRAPHIC_CONTRAST:
            candidate = candidate.shift(light=step)
        return candidate

    def dark_version(self) -> Palette:
        """The same film at night, on grounds of the accent's own hue; the accent stays."""
        if self.dark:
            return self
        night = _mix(self.accent_hue, max(self.chroma, 0.03), _NIGHT_KEY, self.accent_hue, self.glaze)
        return replace(night, own=self.own)

    def with_own(self, colour: Oklch | None) -> Palette:
        """The same palette for a thing of that colour: what is asked for in red is red, not merely warm."""
        return replace(self, own=colour)

    def object_base(self) -> Oklch:
        """The colour of the lit object on this palette's ground."""
        return self.glaze or self.own or Oklch(0.66 if self.dark else 0.72, 0.125, self.accent_hue)

    def paper_object(self) -> Oklch:
        """The colour of the object on a saturated ground, where an accent of its own would drown."""
        return self.glaze or Oklch(0.93, 0.018, self.accent_hue)


def colour_named(product: str) -> Oklch | None:
    """The colour that a product's name says it has: "matte black headphones"."""
    words = product.casefold().replace("-", " ").split()
    return next((_BY_COLOUR[word] for word in words if word in _BY_COLOUR), None)


def _known(style: Sequence[str], salt: str) -> list[_Style]:
    words = re.findall(r"\w+", " ".join(style).casefold())
    found = list(dict.fromkeys(_BY_WORD[word] for word in words if word in _BY_WORD))
    if not found:
        digest = hashlib.sha256("\0".join((*words, salt.casefold())).encode()).digest()
        names = sorted(_STYLES)
        found = [names[digest[0] % len(names)]]
    return [_STYLES[name] for name in found]


def _legible(key: float) -> float:
    if key >= 0.5:
        return min(1.0, max(_DARKEST_LIGHT_KEY, key))
    return max(0.0, min(_LIGHTEST_DARK_KEY, key))


def _mix(hue: float, chroma: float, key: float, accent_hue: float, glaze: Oklch | None) -> Palette:
    """All roles. Shadows lean 8 to 18 degrees cooler than their base: never grey, never black."""
    key = _legible(key)
    dark = key < 0.5

    def ground(light: float, saturation: float = 1.0, turn: float = 0.0) -> Oklch:
        level = min(0.975, max(0.06, 0.17 + 0.82 * key + light))
        return Oklch(level, chroma * saturation, (hue + turn) % 360)

    between = (hue + ((accent_hue - hue + 180) % 360 - 180) / 2) % 360
    return Palette(
        hue=hue,
        chroma=chroma,
        key=key,
        accent_hue=accent_hue,
        top=ground(0.0),
        bottom=ground(-0.06 if dark else -0.10, 1.25, -12),
        lift=ground(0.09, 0.8, 8),
        floor=ground(0.03 if dark else -0.07, 1.2, -10),
        far=ground(0.07 if dark else -0.05, 1.15),
        mid=ground(0.12 if dark else -0.13, 1.35, -8),
        near=ground(-0.11 if dark else -0.42, 1.2, -18),
        ink=Oklch(0.22, 0.03, hue),
        paper=Oklch(0.97, 0.01, hue),
        accent=Oklch(0.74 if dark else 0.68, 0.15, accent_hue),
        accent_dark=Oklch(0.52, 0.13, accent_hue),
        rim=Oklch(0.86, 0.09, accent_hue),
        glow=Oklch(0.93, 0.05, between),
        glaze=glaze,
    )
