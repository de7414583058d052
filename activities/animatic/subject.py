"""What the film is about, as an object to be lit: a photo, a drawn prop, an icon in ceramic, or words."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from activities.animatic import forms, icons, photo, props
from activities.animatic.colour import Oklch
from activities.animatic.group import MOST, Body, group_body
from activities.animatic.layer import HeightMap, Image
from activities.animatic.lettering import legible
from activities.animatic.letters import letter_body
from activities.animatic.palette import Palette
from activities.animatic.relief import STUDIO, Lighting, Mask, Vector
from activities.animatic.shapes import SHAPES

#: What the tables of nouns call a place where things are sold.
SHOP = "storefront"
_WITHOUT_A_DRAWING = (None, SHOP)
# Two lightings a beat at most, and a montage wears four; more would only hold memory.
_KEPT_LIGHTINGS = 4


class Subject:
    """One object in one palette. Pictures are premultiplied BGRA, cut to the object, all of one size."""

    def __init__(
        self,
        body: Body,
        palette: Palette,
        *,
        is_photo: bool = False,
        is_type: bool = False,
        is_shop: bool = False,
    ) -> None:
        self._body = body
        self._palette = palette
        self._lit: OrderedDict[Lighting, Image] = OrderedDict()
        #: Made from the user's photo: its colours are its own, and `base` and `rim` do not touch it.
        self.is_photo = is_photo
        #: Made of the film's own words, where no object is certain.
        self.is_type = is_type
        #: A place where things are sold: it has a front, and no picture of it in ceramic would be read.
        self.is_shop = is_shop

    @property
    def floats(self) -> bool:
        """Whether it hangs before the set where it may. A photo's viewpoint is unknown, and one taken from
        above would look like falling off a plinth."""
        return self.is_photo

    @property
    def aspect(self) -> float:
        """Width over height."""
        return float(self._body.mask.shape[1] / self._body.mask.shape[0])

    def get(
        self, key: float = 1.0, rim: float = 1.0, light: Vector = STUDIO, base: Oklch | None = None
    ) -> tuple[Image, HeightMap]:
        """The object in that light, and how near each pixel is. Both are shared: copy before writing."""
        lighting = Lighting(key, rim, light, base)
        if lighting not in self._lit:
            self._lit[lighting] = self._body.lit(self._palette, lighting)
            while len(self._lit) > _KEPT_LIGHTINGS:
                self._lit.popitem(last=False)
        self._lit.move_to_end(lighting)
        return self._lit[lighting], self._body.height

    def ghost(self, colour: Oklch, opacity: float) -> Image:
        """The silhouette in one flat colour: a shadow, a trail."""
        return _tinted(self._body.mask * opacity, colour)

    def outline(self, colour: Oklch) -> Image:
        """The object as a drawing: its edges in thin lines."""
        side = max(self._body.mask.shape)
        pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (max(2, round(side / 220)),) * 2)
        line = cv2.GaussianBlur(cv2.dilate(self._body.edges, pen), (0, 0), max(0.7, side / 900))
        # The pen must not draw beyond the object: the picture ends there.
        return _tinted(np.clip(line * 1.3, 0, 1) * self._body.mask, colour)


def subject_for(
    product_noun: str,
    photo_path: Path | None,
    palette: Palette,
    pixels: int,
    language: str = "",
    shown: str = "",
    things: Sequence[str] = (),
) -> Subject:
    """The best object there is for a product, about `pixels` on its long side; for several `things`, all of
    them side by side that there is a drawing of.

    In this order: the user's photo; a prop drawn for the noun; an icon of the noun turned to ceramic; the
    words that stand for it on screen, `shown` or the noun itself, cut from paper; a stone where no font has
    them. The same arguments give the same pixels in any process. Raises `InvalidInput` where the photo is no
    picture.
    """
    if photo_path is not None:
        return Subject(photo.body(photo_path, pixels), palette, is_photo=True)
    drawn = _drawings(things, language)
    if len(drawn) > 1:
        return Subject(group_body([partial(_body, name) for name in drawn[:MOST]], pixels), palette)
    found = drawn[0] if drawn else icons.match(product_noun, language)
    if found in _WITHOUT_A_DRAWING:
        words = next((each for each in map(legible, (shown, product_noun)) if each), "")
        if not words:
            return Subject(forms.stone_body(pixels), palette)
        return Subject(letter_body(words, pixels), palette, is_type=True, is_shop=found == SHOP)
    return Subject(_body(found, pixels), palette)


def is_drawn(product_noun: str, language: str = "", things: Sequence[str] = ()) -> bool:
    """Whether a drawing stands for a product that there is no photo of, or for one of several things; else
    its words do."""
    return bool(_drawings((product_noun, *things), language))


def _drawings(nouns: Sequence[str], language: str) -> list[str]:
    found = (icons.match(noun, language) for noun in nouns)
    return [name for name in found if name is not None and name not in _WITHOUT_A_DRAWING]


def _body(name: str, pixels: int) -> Body:
    if name in props.NAMES:
        return props.body(name, pixels)
    return (forms.shape_body if name in SHAPES else forms.icon_body)(name, pixels)


def _tinted(coverage: Mask, colour: Oklch) -> Image:
    channels = [coverage * value for value in colour.bgr]
    return np.asarray(np.dstack([*channels, coverage * 255]) + 0.5, np.uint8)
