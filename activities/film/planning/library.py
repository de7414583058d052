"""The beats and archetypes that plans are made of: data, loaded once and checked."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Self, get_args

from pydantic import Field, model_validator

from workflows.film import BeatSeconds, BeatTemplate, Camera, Genre, Look, VideoRequest
from workflows.studio import Asked, Identifier

_BEATS, _GUIDE = "beats.toml", "archetypes.toml"
# A folder of tables, one a genre; `common` holds middles for all of them but the product's.
_GENRES, _COMMON = "genres", "common"

OTHER_GENRES: tuple[Genre, ...] = tuple(genre for genre in get_args(Genre) if genre != "product")

Words = tuple[str, ...]
Unit = Annotated[float, Field(ge=0, le=1)]


class Archetype(Asked):
    """A guide for a film: suggested sequence, range in seconds, energy curve, narrative.

    `energy` holds equally spaced points over the film; `pace_s` is about how long its beats last.
    """

    id: Identifier
    narrative: str
    shortest_s: Annotated[int, Field(ge=5, multiple_of=5)]
    longest_s: Annotated[int, Field(le=120, multiple_of=5)]
    pace_s: Annotated[float, Field(ge=5, le=15)]
    energy: Annotated[tuple[Unit, ...], Field(min_length=2)]
    sequence: Annotated[tuple[Identifier, ...], Field(min_length=3)]
    extra: tuple[Identifier, ...]
    style: Annotated[Words, Field(min_length=1)]
    look: Look
    film_titles: Annotated[Words, Field(min_length=1)]
    keywords: Words

    def energy_at(self, place: float) -> float:
        """The curve at `place`, 0 to 1 of the film, linear between its points."""
        scaled = min(max(place, 0.0), 1.0) * (len(self.energy) - 1)
        left = min(int(scaled), len(self.energy) - 2)
        return self.energy[left] + (self.energy[left + 1] - self.energy[left]) * (scaled - left)


class Template(BeatTemplate):
    """A built-in beat. `callouts` are English words of its own, for a film that has none to tell: they name
    the parts of its form and claim nothing."""

    callouts: Annotated[Words, Field(max_length=3)] = ()


class Kind(Asked):
    """A kind of product: the nouns that tell it, the archetype it leans to, the palette that suits."""

    lean: Identifier
    style: Words
    nouns: Words


class Style(Asked):
    """A style word that the palette knows: its grade, and other words for it."""

    look: Look
    words: Words


class Guide(Asked):
    """Everything that leads from words to a film: archetypes, kinds, styles, and what a move gives way to."""

    archetypes: Annotated[tuple[Archetype, ...], Field(min_length=1)]
    kinds: Mapping[str, Kind]
    styles: Mapping[str, Style]
    cameras: Mapping[Camera, tuple[Camera, ...]]

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        known = {archetype.id for archetype in self.archetypes}
        for kind in self.kinds.values():
            if kind.lean not in known or not set(kind.style) <= self.styles.keys():
                raise ValueError(f"kind {kind} names an unknown archetype or style")
        for archetype in self.archetypes:
            if not set(archetype.style) <= self.styles.keys():
                raise ValueError(f"archetype {archetype.id} names an unknown style")
        for move, others in self.cameras.items():
            # Two others, so that a beat can differ from the beat before it and the one after it.
            if move in others or len(set(others)) < 2:
                raise ValueError(f"camera {move} needs two other moves")
        return self


def data_digest() -> str:
    """Eight hexadecimal digits that change whenever the built-in beats, archetypes or words do."""
    data = b"".join(each.read_bytes() for each in _data(files(__package__)))
    return hashlib.sha256(data).hexdigest()[:8]


def _data(folder: Traversable) -> Iterator[Traversable]:
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        if each.is_dir():
            yield from _data(each)
        elif each.name.endswith(".toml"):
            yield each


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _tuples(value: Any) -> Any:
    # TOML has arrays; strict models want tuples.
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return value


@cache
def guide(genre: Genre = "product") -> Guide:
    """The built-in guide of a genre. Styles and moves are the same for all; kinds are of products."""
    table = _tuples(_table(_GUIDE))
    if genre != "product":
        table |= {"archetypes": _tuples(_table(f"{_GENRES}/{genre}.toml")["archetypes"]), "kinds": {}}
    archetypes = tuple({"id": name, **entry} for name, entry in table.pop("archetypes").items())
    return Guide.model_validate({"archetypes": archetypes, **table})


@cache
def built_in(genre: Genre = "product") -> tuple[BeatTemplate, ...]:
    """The built-in beats of a genre, its own before those that it shares with others."""
    if genre == "product":
        table = _table(_BEATS)
    else:
        tables = (_table(f"{_GENRES}/{name}.toml") for name in (genre, _COMMON))
        table = {name: entry for each in tables for name, entry in each["beats"].items()}
    return tuple(Template.model_validate({"id": name, **_tuples(entry)}) for name, entry in table.items())


@dataclass(frozen=True)
class Library:
    """Beats by id, in order, with the guide that arranges them."""

    beats: Mapping[str, BeatTemplate]
    guide: Guide
    is_callers: bool = False

    @classmethod
    def default(cls, genre: Genre = "product") -> Library:
        """The built-in beats of a genre: the product's are fifteen."""
        library = cls({beat.id: beat for beat in built_in(genre)}, guide(genre))
        for archetype in library.guide.archetypes:
            unknown = {*archetype.sequence, *archetype.extra} - library.beats.keys()
            if unknown:
                raise ValueError(f"archetype {archetype.id} names unknown beats: {sorted(unknown)}")
        return library

    @classmethod
    def for_request(cls, request: VideoRequest) -> Library:
        """The beats that the request brings, else the built-in ones."""
        return cls.of(request.library) if request.library else cls.default()

    @classmethod
    def every(cls) -> Library:
        """The beats of all genres, the product's first, under the product's guide with all archetypes."""
        genres: tuple[Genre, ...] = ("product", *OTHER_GENRES)
        archetypes = tuple(each for genre in genres for each in guide(genre).archetypes)
        beats = {beat.id: beat for genre in genres for beat in built_in(genre)}
        return cls(beats, guide().model_copy(update={"archetypes": archetypes}))

    @classmethod
    def of(cls, templates: Sequence[BeatTemplate]) -> Library:
        """A caller's own beats. Raises ValueError when there are none, or an id appears twice."""
        beats = {template.id: template for template in templates}
        if not beats or len(beats) != len(templates):
            raise ValueError("a library needs at least one beat, and every id once")
        return cls(beats, guide(), is_callers=True)

    def for_genre(self, genre: Genre, drafted: bool = False) -> Library:
        """What a film of that genre is made of: a caller's own beats whatever it is; where the caller drafted
        the plan, any of ours."""
        if self.is_callers:
            return self
        return Library.every() if drafted else Library.default(genre)

    @property
    def openings(self) -> tuple[BeatTemplate, ...]:
        return tuple(beat for beat in self.beats.values() if beat.position == "opening")

    @property
    def middles(self) -> tuple[BeatTemplate, ...]:
        return tuple(beat for beat in self.beats.values() if beat.position == "middle")

    @property
    def closings(self) -> tuple[BeatTemplate, ...]:
        return tuple(beat for beat in self.beats.values() if beat.position == "closing")

    def archetype(self, name: str) -> Archetype | None:
        return next((each for each in self.guide.archetypes if each.id == name), None)

    def callouts(self, beat_id: str) -> Words:
        """The words that a built-in beat has of its own."""
        template = self.beats.get(beat_id)
        return template.callouts if isinstance(template, Template) else ()

    def seconds(self, beat_id: str) -> BeatSeconds | None:
        """The default length of a beat; None for one that the library does not know."""
        template = self.beats.get(beat_id)
        return template.seconds if template else None
