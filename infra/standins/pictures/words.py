"""What a prompt asks to see, as far as a stand-in understands it: thing, material, framing, set, colours."""

from __future__ import annotations

import colorsys
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from infra.standins.pictures.arrays import Array, f32

#: Linear RGB.
Colour: TypeAlias = Array

# What stands first wins where a prompt names two; anything else is shown as a bottle, which nobody minds.
THINGS = {
    "mug": "mug cup teacup coffee espresso tea tumbler кружка чашка κούπα φλιτζάνι becher tasse taza",
    "shoe": "shoe shoes sneaker sneakers trainer trainers boot boots runner runners кроссовки παπούτσια",
    "perfume": "perfume fragrance cologne parfum eau духи άρωμα whisky decanter",
    "watch": "watch smartwatch wristwatch ring bracelet часы ρολόι",
    "headphones": "headphones headphone headset earphones наушники ακουστικά",
    "phone": "phone smartphone tablet mobile app display телефон τηλέφωνο κινητό",
    "speaker": "speaker speakers soundbar ball globe orb drone robot колонка ηχείο",
    "lamp": "lamp luminaire lantern лампа λάμπα φωτιστικό",
    "candle": "candle candles tealight свеча κερί",
    "jar": "jar cream balm honey jam powder pot moisturizer moisturiser крем κρέμα μέλι",
    "can": "can soda cola beer drink lemonade seltzer газировка αναψυκτικό",
    "box": "box package book notebook parcel soap chocolate camera console laptop wallet коробка книга κουτί",
    "bag": "bag handbag backpack tote purse suitcase рюкзак сумка τσάντα",
    "vase": "vase teapot kettle pot bowl planter ваза чайник βάζο",
    "lipstick": "lipstick mascara balm помада κραγιόν",
    "bottle": "bottle flask wine oil juice shampoo serum lotion water thermos бутылка μπουκάλι",
}
HUES = {
    "red": (0.0, 0.8, 0.55), "crimson": (0.97, 0.85, 0.42), "orange": (0.07, 0.85, 0.8),
    "amber": (0.09, 0.78, 0.72), "yellow": (0.13, 0.8, 0.85),
    "green": (0.36, 0.55, 0.42), "olive": (0.2, 0.45, 0.38),
    "teal": (0.49, 0.6, 0.42), "turquoise": (0.48, 0.6, 0.65), "blue": (0.6, 0.7, 0.55),
    "navy": (0.62, 0.65, 0.25), "purple": (0.76, 0.5, 0.45), "pink": (0.95, 0.4, 0.82),
    "black": (0.6, 0.08, 0.09), "white": (0.1, 0.04, 0.9), "grey": (0.6, 0.05, 0.5),
    "gray": (0.6, 0.05, 0.5), "brown": (0.06, 0.5, 0.32), "terracotta": (0.04, 0.6, 0.62),
    "cream": (0.11, 0.14, 0.88), "beige": (0.1, 0.22, 0.78), "gold": (0.11, 0.6, 0.85),
    "golden": (0.11, 0.6, 0.85), "copper": (0.05, 0.6, 0.75), "silver": (0.6, 0.03, 0.8),
    "steel": (0.6, 0.04, 0.68), "walnut": (0.07, 0.5, 0.3), "oak": (0.09, 0.4, 0.6),
}  # fmt: skip
#: What each thing comes in when nobody says: hue, saturation, value.
USUAL: Mapping[str, tuple[tuple[float, float, float], ...]] = {
    "mug": ((0.08, 0.10, 0.86), (0.56, 0.35, 0.42), (0.04, 0.5, 0.6), (0.36, 0.18, 0.5)),
    "shoe": ((0.02, 0.75, 0.7), (0.58, 0.65, 0.55), (0.1, 0.05, 0.88), (0.38, 0.5, 0.5)),
    "perfume": ((0.09, 0.5, 0.8), (0.95, 0.3, 0.85), (0.55, 0.3, 0.75)),
    "watch": ((0.6, 0.04, 0.72), (0.1, 0.5, 0.8), (0.6, 0.1, 0.2)),
    "headphones": ((0.6, 0.08, 0.12), (0.1, 0.06, 0.85), (0.6, 0.4, 0.4)),
    "phone": ((0.6, 0.1, 0.12), (0.6, 0.2, 0.35), (0.1, 0.1, 0.75)),
    "can": ((0.99, 0.8, 0.6), (0.4, 0.6, 0.5), (0.12, 0.75, 0.85), (0.58, 0.6, 0.6)),
}
ANY = ((0.36, 0.35, 0.38), (0.07, 0.45, 0.6), (0.57, 0.35, 0.45), (0.1, 0.1, 0.84), (0.98, 0.45, 0.55))
FRAMINGS = {
    "close": ("macro", "close-up", "closeup", "detail", "texture"),
    "top": ("top-down", "overhead", "flat-lay", "flat lay"),
    "wide": ("extreme wide", "establishing", "small and centred", "wide shot", "landscape"),
    "side": ("profile", "tracking", "gliding"),
    "quarter": ("three-quarter", "circles", "orbit"),
}
SETS = {
    "dark": ("low-key", "near-black", "dark", "night", "haze", "luxury", "mysterious"),
    "dusk": ("dusk", "city lights", "evening", "window sill", "sunset"),
    "wood": ("wood", "interior", "morning", "kitchen", "cozy", "cosy", "home", "table set", "rustic"),
    "dawn": ("dawn", "ridge", "sunrise", "outdoor", "beach"),
    "bold": ("high-energy", "bold", "montage", "vibrant", "playful", "energetic", "graphic"),
}
#: Hue and saturation of the set that a word of style stands for.
STYLES = {
    "warm": (0.08, 0.24), "cozy": (0.07, 0.3), "natural": (0.14, 0.28), "fresh": (0.42, 0.25),
    "calm": (0.55, 0.2), "tech": (0.6, 0.3), "minimal": (0.1, 0.1), "bold": (0.03, 0.5),
    "luxury": (0.09, 0.3), "elegant": (0.09, 0.16), "cinematic": (0.55, 0.3), "vibrant": (0.93, 0.5),
    "playful": (0.13, 0.55),
}  # fmt: skip
# What follows "of" or "about", up to where the sentence goes on to say how or where.
_NAMED = re.compile(
    r"\b(?:of|about|for|on) (?:an? |the )?([^:.,;]{3,60}?)"
    r"(?=$|[:.,;]| (?:in|on|at|with|before|alone|small|gliding|beginning|and|from|for|set) )"
)


@dataclass(frozen=True)
class Script:
    """What is to be seen. `mood` is the set's hue and saturation."""

    thing: str
    finish: str
    colour: Colour
    second: Colour
    framing: str
    place: str
    mood: tuple[float, float]
    plinth: bool
    accent: bool
    left: bool


def colour(hue: float, saturation: float, value: float) -> Colour:
    """A colour in linear light."""
    return f32(np.array(colorsys.hsv_to_rgb(hue % 1, min(saturation, 1), min(value, 1))) ** 2.2)


def drawn(text: str) -> np.random.Generator:
    """Chance that always falls the same for a text."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))


def read(prompt: str) -> Script:
    """What a prompt asks for. The product and its colours follow from the words that name it alone, so
    that all stills of one film show one thing."""
    text = prompt.lower()
    named = _NAMED.search(text)
    product = named[1].strip() if named else " ".join(text.split()[:6])
    thing = _thing(product) or _thing(text) or "bottle"
    chance = drawn(f"{thing} {product}")
    words = set(re.findall(r"\w+", product)) or set(re.findall(r"\w+", text))
    said = next((HUES[word] for word in HUES if word in words), None)
    usual = USUAL.get(thing, ANY)
    hue, saturation, value = said or usual[int(chance.integers(len(usual)))]
    mood = next((STYLES[w] for w in re.findall(r"\w+", text)[::-1] if w in STYLES), None)
    return Script(
        thing=thing,
        finish=_finish(words, thing),
        colour=colour(hue, saturation, value),
        second=colour(hue + 0.5, saturation * 0.3, 0.9 if value < 0.5 else 0.25),
        framing=_first(FRAMINGS, text, "hero"),
        place=_first(SETS, text.split(": ")[-1] if ": " in text else text, "studio"),
        mood=mood or (float(chance.uniform(0.05, 0.62)), float(chance.uniform(0.12, 0.3))),
        plinth="plinth" in text or "pedestal" in text,
        accent=any(word in text for word in ("accent", "disc", "rings", "arcs", "closing")),
        left="left third" in text,
    )


def _thing(text: str) -> str | None:
    # The last noun tells what a thing is: a coffee table is a table, a watch box is a box.
    for word in reversed(re.findall(r"\w+", text)):
        for thing, words in THINGS.items():
            if word in words.split():
                return thing
    return None


def _first(table: Mapping[str, tuple[str, ...]], text: str, default: str) -> str:
    places = {
        name: min((text.find(w) for w in words if w in text), default=-1) for name, words in table.items()
    }
    found = {name: place for name, place in places.items() if place >= 0}
    return min(found, key=lambda name: found[name]) if found else default


def _finish(words: set[str], thing: str) -> str:
    for finish, said in (
        ("glass", {"glass", "crystal"}),
        (
            "metal",
            {
                "steel",
                "metal",
                "chrome",
                "aluminium",
                "aluminum",
                "gold",
                "golden",
                "silver",
                "copper",
                "brass",
            },
        ),
        ("matte", {"matte", "leather", "canvas", "fabric", "wool", "paper", "cardboard", "wooden", "stone"}),
    ):
        if words & said:
            return finish
    usual = {
        "perfume": "glass",
        "watch": "metal",
        "shoe": "matte",
        "bag": "matte",
        "box": "matte",
        "lamp": "matte",
    }
    return usual.get(thing, "gloss")
