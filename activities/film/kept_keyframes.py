"""Knows which keyframes a fork has from the film before: it may draw one of them anew, and keep those after
it, though each was drawn from the one before.

They are found by what finished scenes lie between, whoever made them and by whichever release.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import NamedTuple

from activities.film.planning.characters import sheets_to_draw
from activities.film.planning.forked_scenes import same_keyframes
from activities.film.studio import FilmStudio
from activities.ledger import artifact_of, is_there
from workflows.film import (
    Footage,
    KeptKeyframe,
    Plan,
    PlannedFilm,
    Sheet,
    Version,
    VideoRequest,
    chain_of,
    is_drawn_alike,
)


class Place(NamedTuple):
    """Of the chain, as JSON, at that place of it, from 0."""

    chain: str
    place: int


class FoundKeyframes(NamedTuple):
    """The keys of the pictures that scenes begin with, and end with."""

    begins: dict[Place, str]
    ends: dict[Place, str]

    def at(self, at: Place, is_begun: bool = True) -> str | None:
        """What the scene begins with that is there, where it is; else what the one before ends with. Where
        one was refused, the scene behind it begins with the one before: that is at its own place."""
        found = (self.begins, self.ends) if is_begun else (self.ends, self.begins)
        key = next((keys[at] for keys in found if at in keys), None)
        before = at._replace(place=at.place - 1)
        return key if key not in (self.begins.get(before), self.ends.get(before)) else None

    @property
    def chains(self) -> set[str]:
        return {at.chain for at in (*self.begins, *self.ends)}


async def with_kept(
    studio: FilmStudio, film: str, request: VideoRequest, planned: PlannedFilm
) -> PlannedFilm:
    """The fork of that id with what it keeps; any other film as it is. Nothing is fetched or made. Raises
    `InvalidInput` for a source that is none."""
    source = await studio.source(request) if planned.plan.method == "keyframes" else None
    if source is None or request.source is None:
        return planned
    before = await _found(studio, request.source.film, request.source.plan, source, planned)
    stays = same_keyframes(planned.plan, source) if _looks_alike(planned, source, request.product) else {}
    keys: dict[Place, str | None] = {
        # Where another scene lies behind it, it is what the one before really ended with that counts.
        Place(chain, place): before.at(Place(chain, there), begins_at(planned.plan, place, source, there))
        for place, there in stays.items()
        for chain in before.chains
    }
    # What it has made itself counts first, and stays when the film before is deleted.
    if film:
        own = await _found(studio, film, planned.artifact.key, planned.plan, planned)
        mine = {at: own.at(at) for at in (*own.begins, *own.ends)}
        keys |= {at: key for at, key in mine.items() if key}
    kept = [one async for one in _kept(studio, {at: key for at, key in keys.items() if key})]
    return planned.model_copy(update={"kept_keyframes": tuple(kept)})


def _looks_alike(planned: PlannedFilm, source: Plan, photo: str | None) -> bool:
    """Whether what all its keyframes are drawn after, product, place and light, is what it was there."""
    mine, there = (sheets_to_draw(plan, photo) for plan in (planned.plan, source))
    return not planned.sheets or _others(mine) == _others(there)


def _others(sheets: Sequence[Sheet]) -> list[Sheet]:
    return [sheet for sheet in sheets if sheet.kind != "character"]


def begins_at(plan: Plan, place: int, source: Plan, there: int) -> bool:
    """Whether the same scene begins at both places."""
    ids = [
        [beat.id for beat in beats[at : at + 1]] for beats, at in ((plan.beats, place), (source.beats, there))
    ]
    return ids[0] == ids[1]


async def _found(studio: FilmStudio, film: str, key: str, plan: Plan, planned: PlannedFilm) -> FoundKeyframes:
    """Of a film by its plan of that key, where `planned` would draw them by the same models."""
    found = FoundKeyframes({}, {})
    number_of = {beat.id: number for number, beat in enumerate(plan.beats)}
    for version in await studio.memory.versions(film):
        footage, number = Footage.model_validate(version.value), number_of.get(version.row)
        rung, of = footage.version.rung, str(version.value.get("of", ""))
        if number is None or footage.image is None or not is_drawn_alike(of, key, planned, rung):
            continue
        chain = _said(chain_of(footage.version))
        found.begins[Place(chain, number)] = footage.image.key
        if end := await studio.keeping.ends_with(footage.chunks[0].key):
            found.ends[Place(chain, number + 1)] = end
    return found


def _said(chain: Version | None) -> str:
    """The same for sheets in any order."""
    return json.dumps(chain and chain.model_dump(mode="json"), sort_keys=True)


async def _kept(studio: FilmStudio, keys: Mapping[Place, str]) -> AsyncIterator[KeptKeyframe]:
    for at, key in keys.items():
        row, chain = await studio.ledger.look(key), Version.model_validate_json(at.chain)
        image = artifact_of(row) if row and row.done else None
        if image is not None and await is_there(studio.store, image):
            _, model = await studio.keeping.bought_as(key)
            yield KeptKeyframe(rung=chain.rung, place=at.place, image=image, model=model, sheets=chain.sheets)
