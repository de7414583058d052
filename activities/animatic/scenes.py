"""How a shot becomes a scene: its palette, its object, its set, its words; built once and kept a while."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from activities.animatic import photo
from activities.animatic.clearance import Clearance, solids_of
from activities.animatic.colour import Oklch
from activities.animatic.compositor import Compositor, Scene
from activities.animatic.framing import Framing, framings_of, nearest
from activities.animatic.ink import Ground
from activities.animatic.layer import Caption
from activities.animatic.legs import leg_of, standing
from activities.animatic.lettering import legible
from activities.animatic.palette import Palette, colour_named
from activities.animatic.raster import beside
from activities.animatic.sets import SETS, WITHOUT_WORDS, Set, kinetic, pieces, set_for
from activities.animatic.slate import Slate
from activities.animatic.stage import OBJECT_AT, Stage, seed_of, stature, thing_of
from activities.animatic.subject import Subject, subject_for
from activities.animatic.titles import Typesetter, places_of
from workflows.film import Shot

# A built scene holds 15 MB of artwork at 720p, 35 at 1080p. Two chunks render side by side, each perhaps of
# its own beat, and the next chunk of either comes soon after.
KEPT_SCENES = 6
# The object is smooth: above this many pixels it only costs time.
LARGEST_OBJECT = 1200
PROBE_PX = 64
# A set of words may be filmed this much nearer.
NEAREST_NAME = 1.2
WIDE_PHOTO = 1.6
# Shares of each framing at which the ground under the type is measured.
MEASURED_AT = (0.1, 0.5, 0.9)
# And of all of a film whose scenes are legs of one way.
MEASURED_ALONG = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


class Scenes:
    """Scenes by what determines them. Safe in threads: two that ask for one scene build it once."""

    def __init__(self, kept: int = KEPT_SCENES) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._scenes: OrderedDict[str, tuple[threading.Lock, list[Scene]]] = OrderedDict()

    def get(self, shot: Shot, photos: Sequence[Path]) -> Scene:
        """The scene of a shot; raises `InvalidInput` where a photo is no picture."""
        product = photos[0] if photos else None
        key = _key(shot, product)
        with self._lock:
            building, made = self._scenes.setdefault(key, (threading.Lock(), []))
            self._scenes.move_to_end(key)
            while len(self._scenes) > self._kept:
                self._scenes.popitem(last=False)
        with building:
            if not made:
                with beside():
                    made.append(self._on_path(shot, photos) if shot.beat.span else build(shot, product))
            return made[0]

    def _on_path(self, shot: Shot, photos: Sequence[Path]) -> Scene:
        """A scene between keyframes: the set is the film's, the way through it and the words are its own."""
        base, leg = self.get(standing(shot), photos), leg_of(shot)
        scene = replace(
            base,
            duration=leg.lasts * shot.count,
            holds=shot.number >= shot.count,
            framings=(),
            captions=(),
            leg=leg,
        )
        compositor, palette = Compositor(scene), palette_of(shot, photos[0] if photos else None)
        # The mark is in one ink from keyframe to keyframe: it is measured along all of the way.
        along = [share * scene.duration - leg.since for share in MEASURED_ALONG]
        ground = Ground(shot.format, palette, [compositor.picture(moment) for moment in along])
        own = [compositor.picture(share * leg.lasts) for share in MEASURED_AT]
        title = Typesetter(shot, Ground(shot.format, palette, own)).title() if shot.titles else []
        return replace(scene, captions=(*Slate(shot, ground).captions(), *title))


def build(shot: Shot, product: Path | None) -> Scene:
    """Builds the scene of `shot` about the thing in the photo `product`, or about a drawn one."""
    chosen = _chosen(shot)
    palette = palette_of(shot, product)
    if chosen.night:
        palette = palette.dark_version()
    pixels = _object_pixels(shot, chosen, product, palette)
    subject = _drawn(shot, palette, pixels, product)
    stage = Stage(shot, palette, subject)
    if subject.is_type and chosen.typed is not None:
        chosen = chosen.typed
    stage.titled = not chosen.lettered
    chosen.build(stage)
    if chosen.quiet:
        pieces.passing_light(stage)
    beat = shot.beat
    framings = _framings(shot, chosen, stage)
    scene = Scene(
        framings=framings,
        format=shot.format,
        duration=float(beat.lasts_s),
        move=beat.camera,
        energy=beat.energy,
        seed=seed_of(shot),
        holds=shot.number >= shot.count,
        layers=tuple(stage.layers),
    )
    compositor = Compositor(scene)
    moments = [each.since + share * (each.until - each.since) for each in framings for share in MEASURED_AT]
    plates = [compositor.frame(moment, captions=False) for moment in moments]
    ground = Ground(shot.format, palette, plates)
    words = Typesetter(shot, ground)
    return replace(scene, captions=(*Slate(shot, ground).captions(), *_lettering(words, chosen, stage)))


def _framings(shot: Shot, chosen: Set, stage: Stage) -> tuple[Framing, ...]:
    """The shot's framings, none of which has the object under the title."""
    # A name is read whole, as the words of a set are.
    runs = chosen.build in (kinetic.close, kinetic.banners)
    reads = shot.named and stage.subject.is_type and not runs
    closest = min(chosen.nearest, NEAREST_NAME) if reads else chosen.nearest
    made = framings_of(shot, stage.focus, stage.width, closest)
    if chosen.lettered:
        return made
    words = places_of(shot, stage.width, chosen.centred, chosen.button)
    solids = solids_of(stage.layers)
    clearance = Clearance(solids, words, shot.beat.energy, stage.width, seed_of(shot))
    return tuple(map(clearance.clear, made))


def _chosen(shot: Shot) -> Set:
    """The beat's set; where no font can draw the film's words, one that shows its thing instead of them."""
    chosen = set_for(shot.beat)
    drawable = any(map(legible, (shot.beat.title, shot.name, shot.product)))
    if drawable or not (chosen.lettered or chosen.wordy):
        return chosen
    return SETS[WITHOUT_WORDS[shot.beat.position]]


def shows_thing(shot: Shot) -> bool:
    """Whether the beat's set has a place for a thing that there is a photo of."""
    return _chosen(shot).shows_thing


def _lettering(words: Typesetter, chosen: Set, stage: Stage) -> list[Caption]:
    if not words.shot.titles:
        return []
    # A set of one word of it, as large as the frame, does not tell it.
    twice = chosen.build is not kinetic.close
    twice = twice and legible(words.shot.beat.title).casefold() == stage.name.casefold()
    if words.shot.named and stage.subject.is_type and twice and not chosen.centred:
        # The set is made of the name.
        return []
    if chosen.lettered:
        return words.button() if chosen.button else []
    return words.centred(chosen.button) if chosen.centred else words.title()


def palette_of(shot: Shot, product: Path | None) -> Palette:
    """One palette for the whole film: of its style words and of the colour in the product's photo or name.
    Raises `InvalidInput` where the photo is no picture."""
    if product is not None:
        return Palette.of(shot.style, product=photo.product_colour(product), salt=shot.product)
    named = named_colour(shot)
    return Palette.of(shot.style, product=named, salt=shot.product).with_own(named)


def named_colour(shot: Shot) -> Oklch | None:
    """The colour that a film's words say its thing has: "a car in red" says it of the thing, or as what it
    stands in."""
    return colour_named(thing_of(shot)) or (colour_named(shot.setting) if _is_short(shot.setting) else None)


def _is_short(setting: str) -> bool:
    """Whether a setting can be a colour and nothing else: "in red", but not "on a red carpet"."""
    return len(setting.split()) == 2


def _object_pixels(shot: Shot, chosen: Set, product: Path | None, palette: Palette) -> int:
    """The object's long side as it will be shown. A drawn one is asked for its shape first; a photo
    may be as wide as photos are."""
    aspect = WIDE_PHOTO if product is not None else _drawn(shot, palette, PROBE_PX, None).aspect
    across = max(chosen.tallest, shot.format.width / shot.format.height * 66)
    units = min(chosen.tallest * max(stature(aspect), aspect), across) * nearest(shot)
    return min(LARGEST_OBJECT, round(units * shot.format.height / 100 * OBJECT_AT))


def _drawn(shot: Shot, palette: Palette, pixels: int, product: Path | None) -> Subject:
    shown = shot.name or shot.product
    return subject_for(thing_of(shot), product, palette, pixels, shot.language, shown, shot.things)


def _key(shot: Shot, product: Path | None) -> str:
    content = product.read_bytes() if product is not None else b""
    return hashlib.sha256(shot.model_dump_json().encode() + b"\0" + content).hexdigest()
