"""The studio in which a set is built: where things go, how finely they are drawn, in what order they stand.

World units: the frame is 100 high, the origin its centre, y points down; one description of a set serves
every size. Nothing here knows which beat is being built.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypedDict, Unpack

import cv2
import numpy as np

from activities.animatic.framing import nearest
from activities.animatic.icons import principal
from activities.animatic.layer import Behaviour, HeightMap, Image, Layer
from activities.animatic.lettering import capitals, legible
from activities.animatic.palette import Palette
from activities.animatic.subject import Subject
from activities.animatic.vector import Box, grain_sigma, has_glyphs, render, text_width, texture
from workflows.film import Shot

#: Artwork is drawn this much larger than it is shown, so that a push into it never upsamples.
DRAWN_AT, OBJECT_AT = 1.12, 1.25
#: A set reaches this much beyond the frame, for the camera's way.
OVERSCAN = 1.34
#: A blur of this many pixels survives bilinear enlarging without a trace of the pixel grid.
SOFT_PX = 4.0
#: Clear margin round an object, units: an orbit slides its edge by less.
MARGIN = 6.0
#: A slim object is shown taller than others by this at most, and by this in a narrow frame.
TALLEST, NARROW_TALLEST = 1.22, 1.06
#: Narrower frames (9:16, 4:5, 1:1) lift the composition and stack what stands side by side in a wide one.
NARROW = 120.0
#: Characters of the nouns of several things that are set behind them.
LONGEST_NOUNS = 16
#: Distance of type and callouts from the frame's edge, units.
GUTTER = 5.2


class Drawing(TypedDict, total=False):
    """How artwork is drawn: `box` bounds it (else the frame times `over`); `blur` is a defocus in units;
    `sharp` under 1 saves pixels on what is soft by nature."""

    defs: str
    over: float
    box: Box
    blur: float
    sharp: float
    behaviour: Behaviour | None
    kind: Literal["backdrop", "plain"]


@dataclass(eq=False)
class Stage:
    """A set being built. `pixels` is the frame's height, `width` the frame's width in units."""

    shot: Shot
    palette: Palette
    subject: Subject
    layers: list[Layer] = field(default_factory=list)

    def __post_init__(self) -> None:
        frame = self.shot.format
        self.pixels, self.scale = frame.height, frame.height / 100
        self.width = 100 * frame.width / frame.height
        self.portrait = self.width < NARROW
        self.left, self.right = -self.width / 2 + GUTTER, self.width / 2 - GUTTER
        self.grain = grain_sigma(min(frame.width, frame.height))
        self.dice = np.random.default_rng(seed_of(self.shot))
        #: How much nearer than the whole set the camera ever comes.
        self.nearest = nearest(self.shot)
        #: Whether the beat's title is set beside what the set is made of.
        self.titled = False
        #: Where the set's object or words stand, units; what a closer framing looks at.
        self.focus = (0.0, 0.0)

    # ---- where --------------------------------------------------------------------------

    def at(self, share: float) -> float:
        """A place across the frame: -0.5 is its left edge, 0 its centre."""
        return share * self.width

    def fit(self, height: float, across: float) -> float:
        """The object's height: about `height` units, and never wider than `across` of the frame."""
        aspect = self.subject.aspect
        # A narrow frame has its slate and its title nearer to the object.
        taller = min(NARROW_TALLEST, stature(aspect)) if self.portrait else stature(aspect)
        return min(height * taller, self.width * across / aspect)

    def between(self, low: float, high: float) -> float:
        """A draw of this beat's own dice."""
        return float(self.dice.uniform(low, high))

    @property
    def noun(self) -> str:
        """What the film is about in one word for giant type; empty where the words are the object, and where
        no font can draw it."""
        if self.subject.is_type:
            return ""
        if self.shot.things:
            return self._nouns
        # A name is shown as it is, the head of a thing large.
        shown = self.shot.name if len(self.shot.name.split()) == 1 else ""
        noun = capitals(shown or principal(thing_of(self.shot), self.shot.language))
        return noun if has_glyphs(noun) else ""

    @property
    def _nouns(self) -> str:
        heads = [principal(thing, self.shot.language) for thing in self.shot.things]
        # Two of one kind are one word, and a long line behind objects is read by nobody.
        nouns = capitals(" & ".join(dict.fromkeys(heads)))
        return nouns if has_glyphs(nouns) and len(nouns) <= LONGEST_NOUNS else ""

    @property
    def name(self) -> str:
        """What stands on screen for what the film is about; empty where no font can draw it."""
        shot = self.shot
        return next((words for words in map(legible, (shot.name, shot.product, shot.subject)) if words), "")

    @property
    def words(self) -> str:
        """What a set of words is made of: the beat's title, else the name; the name where the title stands
        elsewhere as well."""
        if self.shot.named and self.titled:
            return self.name
        return (legible(self.shot.beat.title) if self.shot.titles else "") or self.name

    @property
    def title_capitals(self) -> str:
        """The name in capitals, to be repeated."""
        return capitals(self.name) or "·"

    @property
    def callouts(self) -> list[str]:
        """What the plan has to tell in this beat, as far as it can be drawn. What nobody said is not
        claimed."""
        words = self.shot.beat.callouts if self.shot.titles else ()
        return [word for word in map(legible, words) if word]

    # ---- artwork ------------------------------------------------------------------------

    def paint(self, body: str, z: float, **how: Unpack[Drawing]) -> Layer | None:
        """SVG in world units as a layer at depth `z`; None where nothing of it shows."""
        over, blur, sharp = how.get("over", OVERSCAN), how.get("blur", 0.0), how.get("sharp", 1.0)
        window = how.get("box") or Box(-self.width * over / 2, -50 * over, self.width * over, 100 * over)
        # What is far away grows less as the camera comes nearer.
        ppu = self.scale * DRAWN_AT * sharp * self.nearest ** min(1.0, z)
        if blur:
            ppu = min(ppu, max(SOFT_PX / blur, self.scale / 8))
        size = max(2, round(window.width * ppu)), max(2, round(window.height * ppu))
        image = render(body, window, *size, how.get("defs", ""))
        if blur:
            image = np.asarray(cv2.GaussianBlur(image, (0, 0), blur * ppu), np.uint8)
        else:
            image = self._grained(image, sharp)
            ppu = image.shape[1] / window.width
        layer = Layer(image, window.x, window.y, ppu, z, behaviour=how.get("behaviour"))
        return replace(layer, kind=how.get("kind", "plain")).crop()

    def draw(self, body: str, z: float, **how: Unpack[Drawing]) -> None:
        """Paints it in front of all before it."""
        self.add(self.paint(body, z, **how))

    def _grained(self, image: Image, sharp: float) -> Image:
        if sharp < 1:
            # Grain must be fine even where the artwork is not.
            image = np.asarray(cv2.resize(image, None, fx=1 / sharp, fy=1 / sharp), np.uint8)
        return texture(image, self.grain)

    def add(self, layer: Layer | None) -> None:
        """Adds a layer in front of all before it; a layer of which nothing shows is dropped."""
        if layer is not None:
            self.layers.append(layer)

    # ---- objects ------------------------------------------------------------------------

    def place(
        self,
        image: Image,
        x: float,
        y: float,
        height: float,
        z: float,
        *,
        relief: HeightMap | None = None,
        turn: float = 0.0,
        blur: float = 0.0,
        behaviour: Behaviour | None = None,
        kind: Literal["plain", "subject"] = "plain",
    ) -> None:
        """Hangs a picture with its centre at `x`, `y`, `height` units tall, turned by `turn` degrees."""
        layer = self.sprite(image, height, z, relief=relief, turn=turn, blur=blur)
        layer = replace(layer, behaviour=behaviour, kind=kind)
        self.add(replace(layer, x=x - layer.width_units / 2, y=y - layer.height_units / 2))

    def sprite(
        self,
        image: Image,
        height: float,
        z: float,
        *,
        relief: HeightMap | None = None,
        turn: float = 0.0,
        blur: float = 0.0,
    ) -> Layer:
        """A picture made ready to be placed: no larger than it is shown, padded, turned, blurred."""
        ppu = image.shape[0] / height
        wanted = self.scale * OBJECT_AT * self.nearest ** min(1.0, z)
        if blur:
            wanted = min(wanted, max(SOFT_PX / blur, self.scale / 8))
        if ppu > wanted:
            size = (
                max(1, round(image.shape[1] * wanted / ppu)),
                max(1, round(image.shape[0] * wanted / ppu)),
            )
            image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
            relief = None if relief is None else np.asarray(cv2.resize(relief, size), np.float32)
            ppu = image.shape[0] / height
        layer = Layer(image, 0, 0, ppu, z, height=relief)
        spread = 0.25 * max(layer.width_units, layer.height_units) if turn else 0.0
        layer = layer.pad(max(MARGIN, spread, blur * 3.5))
        if turn:
            layer = _turned(layer, turn)
        if blur:
            soft = np.asarray(cv2.GaussianBlur(layer.image, (0, 0), blur * layer.ppu), np.uint8)
            layer = replace(layer, image=soft)
        return layer

    def point_on_object(self, across: float, down: float) -> tuple[float, float]:
        """The solid point of the object nearest to a wished one, in shares of its size from its centre.

        A callout that points at the hole of a handle points at nothing.
        """
        alpha = cv2.resize(
            cv2.extractChannel(self.subject.get()[0], 3), (96, 96), interpolation=cv2.INTER_AREA
        )
        solid = cv2.erode((alpha > 220).astype(np.uint8), np.ones((5, 5), np.uint8))
        rows, columns = np.nonzero(solid if solid.any() else alpha)
        if not len(rows):
            return 0.0, 0.0
        x, y = columns / 95 - 0.5, rows / 95 - 0.5
        nearest = int(np.argmin((x - across) ** 2 + (y - down) ** 2))
        return float(x[nearest]), float(y[nearest])

    def fitted_size(self, words: Sequence[str], size: float, width: float, smallest: float) -> float:
        """The type size, `size` or less, at which the longest of `words` fits `width` units."""
        widest = max((text_width(word, 1, "SemiBold") for word in words), default=0.0)
        return size if not widest else max(smallest, min(size, width / widest))


def thing_of(shot: Shot) -> str:
    """What is drawn: the subject, where the plan tells it from the name."""
    return shot.subject or shot.product


def stature(aspect: float) -> float:
    """How much taller a slim object is shown: the eye takes size for area, and a bottle would look lost."""
    return min(TALLEST, max(1.0, math.pow(0.75 / aspect, 0.35)))


def seed_of(shot: Shot, salt: str = "") -> int:
    """64 bits of the film's seed and the beat's name: the same in every process, another for every beat."""
    return int.from_bytes(hashlib.sha256(f"{shot.seed}:{shot.beat.id}:{salt}".encode()).digest()[:8], "big")


def _turned(layer: Layer, degrees: float) -> Layer:
    rows, columns = layer.image.shape[:2]
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), degrees, 1)
    image = np.asarray(cv2.warpAffine(layer.image, matrix, (columns, rows), flags=cv2.INTER_CUBIC), np.uint8)
    # Cubic overshoot: colour above its alpha would glow as a bright fringe.
    alpha = cv2.extractChannel(image, 3)
    image = np.asarray(cv2.min(image, cv2.merge((alpha, alpha, alpha, alpha))), np.uint8)
    relief = layer.height
    if relief is not None:
        relief = np.asarray(cv2.warpAffine(relief, matrix, (columns, rows)), np.float32)
    return replace(layer, image=image, height=relief)
