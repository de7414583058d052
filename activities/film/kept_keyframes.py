"""Knows which keyframes a fork has from the film before: it may draw one of them anew, and keep those after
it, though each was drawn from the one before.

They are found by what finished scenes lie between, whoever made them and by whichever release.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from activities.film.planning.characters import sheets_to_draw
from activities.film.planning.forked_scenes import same_keyframes
from activities.film.studio import FilmStudio
from activities.ledger import artifact_of, is_there
from workflows.film import Footage, KeptKeyframe, Plan, PlannedFilm, Sheet, VideoRequest, is_drawn_alike

#: By rung and place, from 0: the key of the picture.
_Keys = dict[tuple[str, int], str]


async def with_kept(
    studio: FilmStudio, film: str, request: VideoRequest, planned: PlannedFilm
) -> PlannedFilm:
    """The fork of that id with what it keeps; any other film as it is. Nothing is fetched or made. Raises
    `InvalidInput` for a source that is none."""
    source = await studio.source(request) if planned.plan.method == "keyframes" else None
    if source is None or request.source is None:
        return planned
    before = await _keyframes(studio, request.source.film, request.source.plan, source, planned)
    stays = same_keyframes(planned.plan, source) if _looks_alike(planned, source, request.product) else {}
    keys: _Keys = {
        (rung, place): before[rung, there]
        for place, there in stays.items()
        for rung in planned.rungs
        if (rung, there) in before
    }
    # What it has made itself counts first, and stays when the film before is deleted.
    keys |= await _keyframes(studio, film, planned.artifact.key, planned.plan, planned) if film else {}
    kept = [one async for one in _kept(studio, keys)]
    return planned.model_copy(update={"kept_keyframes": tuple(kept)})


def _looks_alike(planned: PlannedFilm, source: Plan, photo: str | None) -> bool:
    """Whether what all its keyframes are drawn after, product, place and light, is what it was there."""
    mine, there = (sheets_to_draw(plan, photo) for plan in (planned.plan, source))
    return not planned.sheets or _others(mine) == _others(there)


def _others(sheets: Sequence[Sheet]) -> list[Sheet]:
    return [sheet for sheet in sheets if sheet.kind != "character"]


async def _keyframes(studio: FilmStudio, film: str, key: str, plan: Plan, planned: PlannedFilm) -> _Keys:
    """Of a film by its plan of that key, where `planned` would draw them by the same models."""
    starts, ends = _Keys(), _Keys()
    number_of = {beat.id: number for number, beat in enumerate(plan.beats)}
    for version in await studio.memory.versions(film):
        footage, number = Footage.model_validate(version.value), number_of.get(version.row)
        rung, of = footage.version.rung, str(version.value.get("of", ""))
        if number is None or footage.image is None or not is_drawn_alike(of, key, planned, rung):
            continue
        if footage.version.part(0).sheets:
            # After a newer sheet there is another chain, and a fork begins with the first.
            continue
        starts[rung, number] = footage.image.key
        if end := await studio.keeping.ends_with(footage.chunks[0].key):
            ends[rung, number + 1] = end
    # Where one was refused, the scene behind it begins with the one before: that is at its own place.
    found = {**ends, **starts}
    return {at: key for at, key in found.items() if found.get((at[0], at[1] - 1)) != key}


async def _kept(studio: FilmStudio, keys: Mapping[tuple[str, int], str]) -> AsyncIterator[KeptKeyframe]:
    for (rung, place), key in keys.items():
        row = await studio.ledger.look(key)
        image = artifact_of(row) if row and row.done else None
        if image is not None and await is_there(studio.store, image):
            _, model = await studio.keeping.bought_as(key)
            yield KeptKeyframe(rung=rung, place=place, image=image, model=model)
