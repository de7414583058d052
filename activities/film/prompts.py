"""Knows the words that a paid model gets for a shot, as given and in the softer ones of the ladder.

A film keeps the words that it was first asked in, by the facts that they follow from (`Wording`): a release
may word things otherwise, and buys nothing anew. Where its words follow from more of a shot than before, it
looks up the facts of before as well.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pydantic import JsonValue

from activities.film.composition import composition
from activities.film.pictured import pictures_of, sheets_beside
from activities.film.planning import softening
from activities.models import Model
from workflows.film import Camera, Shot, Shown
from workflows.studio import RATIO, SHORT_SIDE, Aspect, FrameFormat, Size

_MOVES: dict[Camera, str] = {
    "dolly_in": "the camera moves slowly in",
    "dolly_out": "the camera moves slowly out",
    "pan": "the camera pans slowly sideways",
    "tilt": "the camera tilts slowly",
    "orbit": "the camera orbits slowly around the subject",
    "static": "the camera stands still",
    "handheld": "a steady handheld camera",
}
# Above this energy (0 to 1) movement is what the beat is about.
_LIVELY = 0.6


#: What a model is asked for in words.
Operation = Literal["storyboard_image", "anchor_image", "chunk"]


class Words(NamedTuple):
    """What a model is told; `negative` is empty where it takes none. `composed` is how the edges of a product
    are placed that it draws after (`Composition`); empty where it draws after none, or where it was shown its
    whole photo, as in earlier releases."""

    prompt: str
    negative: str
    composed: str = ""


class Asking(ABC):
    """One paid step that is to be put into words: a shot's, or another's."""

    @property
    @abstractmethod
    def facts(self) -> dict[str, JsonValue]:
        """All that the words follow from."""

    @property
    def asked(self) -> str:
        """The digest of the facts."""
        return hashlib.sha256(json.dumps(self.facts, sort_keys=True).encode("ascii")).hexdigest()

    @property
    @abstractmethod
    def words(self) -> Words:
        """As this release puts it."""


@dataclass(frozen=True)
class Wording(Asking):
    """One paid step of a shot that is to be put into words, for one model and on one rung of the ladder.
    `at_s` is the moment that an anchor shows, in seconds of the beat, as text."""

    operation: Operation
    model: Model
    shot: Shot
    rung: int
    at_s: str = ""

    @property
    def facts(self) -> dict[str, JsonValue]:
        """All that the words follow from. Whatever a person changes in the rest of a shot, such as its
        title, changes no words."""
        shot, beat = self.shot, self.shot.beat
        common: dict[str, JsonValue] = {
            "operation": self.operation,
            "model": self.model.id,
            "rung": self.rung,
            "beat": beat.id,
            "prompt": beat.prompt,
            "seed": shot.seed,
            "aspect": aspect_of(shot.format),
            "size": size_of(shot.format),
        }
        if self.operation == "storyboard_image":
            drawn: dict[str, JsonValue] = {
                "shot": beat.shot,
                "product": shot.product,
                "shows": [*beat.references[:1]],
            }
            return common | drawn | self._people
        if self.operation == "anchor_image":
            moment: dict[str, JsonValue] = {"at_s": self.at_s, "camera": beat.camera}
            drawn = {"product": shot.product, "action": beat.action}
            return common | moment | drawn | self._people
        return common | {"action": beat.action, "camera": beat.camera, "energy": beat.energy}

    @property
    def _people(self) -> dict[str, JsonValue]:
        """Nothing for a beat without: it is worded by what it was worded by before there were characters."""
        shown: list[JsonValue] = [
            each.model_dump(exclude={"object"} | ({"kind"} if each.kind == "character" else set()))
            for each in self.shot.beat.shows
        ]
        return {"characters": shown} if shown else {}

    @property
    def words(self) -> Words:
        negative = negative_prompt(self.rung) if "negative_prompt" in self.model.parameters else ""
        return Words(self._prompt, negative, self._composed)

    @property
    def _prompt(self) -> str:
        if self.operation == "anchor_image":
            said = anchor_prompt(self.shot, self.at_s, self.rung, self.model.prompt_limit)
            said += _known(self.shot, self._sheets, " look as the further pictures show them.")
            said += _beside(self.shot, sheets_beside(self.model, self.shot).values())
            return said[: self.model.prompt_limit]
        if self.operation == "storyboard_image":
            said = image_prompt(self.shot, self.rung, self.model.prompt_limit, self._sheets)
            said += _beside(self.shot, pictures_of(self.model, self.shot).values())
            return said[: self.model.prompt_limit]
        return motion_prompt(self.shot, self.rung, self.model.prompt_limit)

    @property
    def _sheets(self) -> int:
        """How many sheets of whom the shot shows its model is shown."""
        # An anchor's first picture is the shot itself.
        own = self.model.takes("image") if self.operation == "storyboard_image" else 0
        takes = own + self.model.takes("references")
        return min(len(_people_shown(self.shot)), takes)

    @property
    def _composed(self) -> str:
        guided = self.operation == "storyboard_image" and "control" in self.model.parameters
        if not (guided and self.shot.beat.references) or (self.shot.beat.is_like_a_sheet and self._sheets):
            return ""
        return str(composition(self.shot, self.model, aspect_of(self.shot.format)))


def image_prompt(shot: Shot, rung: int, limit: int, sheets: int = 0) -> str:
    """What a storyboard image shows: one still, without lettering, which image models cannot spell; of its
    characters, so many are shown to the model by their sheets."""
    beat = shot.beat
    said = beat.prompt.rstrip(". ")
    shown = f"{beat.shot} of {shot.product}: {said}.{_people(shot, sheets)}"
    words = f"{shown} Photographic still, no text, no letters."
    return softening.softened(words, rung)[:limit]


def anchor_prompt(shot: Shot, at_s: str, rung: int, limit: int) -> str:
    """What a shot shows at a moment of it, told to a model that is given how it begins."""
    beat = shot.beat
    action, said, seconds = beat.action.rstrip(". "), beat.prompt.rstrip(". "), float(at_s)
    happens = f"{action}. " if action else ""
    words = (
        f"The same shot {seconds:.0f} seconds later: the same {shot.product}, place, light and style. "
        f"{happens}Until then {_MOVES[beat.camera]}. {said}.{_looks(shot)} "
        "Photographic still, no text, no letters."
    )
    return softening.softened(words, rung)[:limit]


def _people(shot: Shot, sheets: int) -> str:
    """Whom a beat shows, in words, and that they look as in the pictures that go along."""
    return _looks(shot) + _known(shot, sheets, " exactly as the pictures show them.", "Keep ")


def _looks(shot: Shot) -> str:
    people = (one for one in shot.beat.shows if one.kind == "character")
    return "".join(f" With {one.name}: {one.description.rstrip('. ')}." for one in people)


def _known(shot: Shot, sheets: int, how: str, keep: str = "") -> str:
    """What is said of those of whom a model is shown sheets."""
    names = " and ".join([one.name for one in _people_shown(shot)][:sheets])
    return f" {keep}{names}{how}" if names else ""


def _people_shown(shot: Shot) -> list[Shown]:
    return [one for one in shot.beat.shows if one.sheet and one.kind == "character"]


def _beside(shot: Shot, shown: Collection[str]) -> str:
    """What is said of the other sheets that a model is shown."""
    there = {one.kind: one.name for one in shot.beat.shows if one.sheet in shown}
    product = f" The {there['product']} is exactly the one in its picture." if "product" in there else ""
    style = " Place, light and palette are those of the last picture." if "style" in there else ""
    return product + style


def motion_prompt(shot: Shot, rung: int, limit: int) -> str:
    """What happens in a chunk, beginning with its first image."""
    beat = shot.beat
    pace = "lively" if beat.energy > _LIVELY else "calm"
    action, said = beat.action.rstrip(". "), beat.prompt.rstrip(". ")
    words = f"{action}. {_MOVES[beat.camera].capitalize()}, {pace} motion. {said}."
    return softening.softened(words, rung)[:limit]


def negative_prompt(rung: int) -> str:
    return softening.negative(rung)


def aspect_of(format: FrameFormat) -> Aspect:
    """The aspect that a format was made from."""
    exact = format.width / format.height
    return min(RATIO, key=lambda aspect: abs(RATIO[aspect][0] / RATIO[aspect][1] - exact))


def size_of(format: FrameFormat) -> Size:
    """The size that a format was made from."""
    short = min(format.width, format.height)
    return min(SHORT_SIDE, key=lambda size: abs(SHORT_SIDE[size] - short))
