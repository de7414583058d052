"""Knows what a cut is joined from, frame by frame, by the ledger's rows: its shots, each in the versions that
any cut of the same plan shows, where their chunks join, how shots follow each other, and the sound.

It is read back from the recipe of the delivered film, so that it is told of any cut, whoever made it when.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from activities.film.cut_folders import cuts_of
from activities.ledger import Stored
from activities.storage import FactsUnreadable, ObjectMissing
from activities.studio import Studio
from workflows.film import Conform
from workflows.studio import FrameFormat, Part

CUTS = "SELECT number, key FROM film_cut WHERE film = $1 ORDER BY number DESC"

PIECES = """
SELECT input.key AS place, r.key, r.object, r.recipe::text AS recipe, r.facts::text AS facts
  FROM render film, jsonb_each_text(film.recipe -> 'inputs') AS input JOIN render r ON r.key = input.value
 WHERE film.key = $1"""


@dataclass(frozen=True)
class ShotVersion:
    """A version of a shot as one run of frames: `head` (lossless; None for the film's first shot), `body` in
    the final codec, and `tail` (lossless), the handle beyond the shot's end. Objects with their frames."""

    name: str
    key: str
    head: Part | None
    body: Part
    tail: Part | None
    #: Where a further chunk begins, in frames of the shot; and the score of each of these seams.
    joins: tuple[int, ...]
    seams: tuple[float, ...]
    models: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(part for part in (self.head, self.body, self.tail) if part)

    @property
    def frames(self) -> int:
        """All of them, handle included."""
        return sum(part.media.frames or 0 for part in self.parts)


@dataclass(frozen=True)
class ListedShot:
    """A shot of the cut: its `frames`, the first `fade` of which dissolve from the shot before (0: a cut).
    `versions` begin with what the cut shows."""

    id: str
    title: str
    camera: str
    frames: int
    fade: int
    versions: tuple[ShotVersion, ...]


@dataclass(frozen=True)
class CutList:
    """One cut of a film; `sound` is the object key of its soundtrack."""

    film: str
    number: int
    title: str
    format: FrameFormat
    shots: tuple[ListedShot, ...]
    sound: str | None

    @property
    def frames(self) -> int:
        return sum(shot.frames for shot in self.shots)


@dataclass(frozen=True)
class _Piece:
    """What the stitched film names: a segment, a transition, or the soundtrack."""

    place: str
    key: str
    object: str
    recipe: Mapping[str, Any]
    stored: Stored

    @property
    def params(self) -> Mapping[str, Any]:
        params: Mapping[str, Any] = self.recipe["params"]
        return params


@dataclass(frozen=True)
class _Cut:
    number: int
    manifest: Mapping[str, Any]
    pieces: Mapping[str, _Piece]

    @property
    def segments(self) -> list[_Piece]:
        """In the film's order, one a shot."""
        return self._of("segment")

    @property
    def fades(self) -> list[int]:
        """One a shot; the first has none."""
        return [0, *(int(piece.params["fade"]) for piece in self._of("transition"))]

    def _of(self, operation: str) -> list[_Piece]:
        found = (piece for piece in self.pieces.values() if piece.recipe["operation"] == operation)
        return sorted(found, key=lambda piece: int(piece.place.partition("_")[2]))


async def listed_cut(studio: Studio, film: str, number: int) -> CutList:
    """The film's cut of that number. Raises `ObjectMissing` where its manifest is gone, `FactsUnreadable`
    where another release wrote what it cannot read, and what the database and the bucket raise."""
    keys = {row["number"]: row["key"] for row in await studio.storage.database.rows(CUTS, film)}
    if number not in keys:
        raise ObjectMissing(f"cut {number} of {film} is not in the ledger")
    try:
        cut = await _cut(studio, film, number, keys[number])
        others = [await _other(studio, film, each, keys[each]) for each in keys if each != number]
        alike = [other for other in others if other and other.manifest.get("plan") == cut.manifest["plan"]]
        return _listed(film, cut, alike)
    except (KeyError, TypeError, ValueError) as error:
        raise FactsUnreadable(f"another release made cut {number} of {film}: {error}") from error


async def _cut(studio: Studio, film: str, number: int, key: str) -> _Cut:
    manifest = json.loads(await studio.read(f"{cuts_of(film)}{number}/manifest.json"))
    rows = await studio.storage.database.rows(PIECES, key)
    return _Cut(number, manifest, {row["place"]: _piece(row) for row in rows})


async def _other(studio: Studio, film: str, number: int, key: str) -> _Cut | None:
    """A cut that is told of beside the one that is wanted; None where it was deleted."""
    try:
        return await _cut(studio, film, number, key)
    except ObjectMissing:
        return None


def _piece(row: Any) -> _Piece:
    recipe, stored = json.loads(row["recipe"]), Stored.model_validate_json(row["facts"])
    return _Piece(row["place"], row["key"], row["object"], recipe, stored)


def _listed(film: str, cut: _Cut, others: Sequence[_Cut]) -> CutList:
    beats = cut.manifest["plan"]["beats"]
    every = [_versions(each, beats) for each in (cut, *others)]
    sound = cut.pieces.get("soundtrack")
    return CutList(
        film=film,
        number=cut.number,
        title=cut.manifest["title"],
        format=FrameFormat.model_validate(cut.segments[0].params["format"]),
        shots=tuple(
            ListedShot(
                id=beat["id"],
                title=beat["title"],
                camera=beat["camera"],
                frames=Conform.model_validate(segment.params["conform"]).beat_frames,
                fade=fade,
                versions=_once([versions[place] for versions in every]),
            )
            for place, (beat, segment, fade) in enumerate(zip(beats, cut.segments, cut.fades, strict=True))
        ),
        sound=sound.object if sound else None,
    )


def _versions(cut: _Cut, beats: Sequence[Mapping[str, Any]]) -> list[ShotVersion]:
    """What a cut shows, shot by shot."""
    said = {shot["beat"]: shot for shot in cut.manifest.get("shots", ())}
    return [
        _version(segment, said.get(beat["id"], {})) for beat, segment in zip(beats, cut.segments, strict=True)
    ]


def _version(segment: _Piece, said: Mapping[str, Any]) -> ShotVersion:
    stored = segment.stored
    conform = Conform.model_validate(segment.params["conform"])
    return ShotVersion(
        # What an earlier release delivered has no name.
        name=said.get("version") or "shown",
        key=segment.key,
        head=stored.parts.get("head"),
        body=Part(object=segment.object, media=stored.media),
        tail=stored.parts.get("tail"),
        joins=joins_of(conform),
        seams=_numbers(stored.facts.get("seams")),
        models=tuple(said.get("models", ())),
        words=tuple(said.get("words", ())),
    )


def joins_of(conform: Conform) -> tuple[int, ...]:
    """The frames of a shot that are the first of a further chunk; none beyond its end."""
    counts = conform.counts
    before = [conform.model_copy(update={"counts": counts[:number]}) for number in range(1, len(counts))]
    firsts = [chunks.available for chunks in before]
    shown = [conform.source(frame) for frame in range(conform.beat_frames)]
    found = (next((frame for frame, at in enumerate(shown) if at >= first), None) for first in firsts)
    return tuple(frame for frame in found if frame is not None)


def _once(versions: Sequence[ShotVersion]) -> tuple[ShotVersion, ...]:
    """Each by its name, as it was shown last; the first one first."""
    named: dict[str, ShotVersion] = {}
    for version in versions:
        named.setdefault(version.name, version)
    return tuple(named.values())


def _numbers(value: JsonValue) -> tuple[float, ...]:
    return tuple(each for each in value if isinstance(each, float)) if isinstance(value, list) else ()
