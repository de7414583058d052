"""Knows what a shot costs on a rung, by what the plan tells of its models."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from workflows.film import clips, timeline
from workflows.film.agenda import step_named
from workflows.film.contract import Beat, Profile
from workflows.film.planned import PlannedFilm
from workflows.film.versions import SheetTake, Version

#: Which take of whose sheet keyframes are drawn after.
_Sheets = Mapping[str, SheetTake]
_FIRST: _Sheets = {}


class There(NamedTuple):
    """What of a film need not be paid any more: the places of keyframes along a chain, and sheets by name."""

    keyframes: Collection[int] = frozenset()
    sheets: Collection[str] = frozenset()


NOTHING = There()


class Price(NamedTuple):
    """USD of a shot's image, and of its chunks with the images between them, if models return what their
    facts promise."""

    image: Decimal
    chunks: Decimal

    @property
    def all(self) -> Decimal:
        return self.image + self.chunks


def price_from(planned: PlannedFilm, rung: Profile, shot: str, number: int, alone: bool = False) -> Decimal:
    """What the chunk of that number, from 1, and those after it cost, or it `alone`. Raises as `price_of`."""
    beat = next(beat for beat in planned.plan.beats if beat.id == shot)
    video, fps = planned.offered_by(rung, "video")[0], planned.format.fps
    if beat.span:
        return clips.length_of_clip(planned.plan.beats.index(beat), planned, video).price_usd
    lengths = timeline.choose_lengths(beat.frames(fps), fps, video)
    # Models may have returned less than they promise, and made more of them needed.
    left = lengths[number - 1 : number if alone else None] or lengths[-1:]
    return sum((length.price_usd for length in left), Decimal(0))


def price_of(planned: PlannedFilm, rung: Profile, shot: str, sheets: _Sheets = _FIRST) -> Price:
    """What one version of the shot of that id costs, after these takes of sheets, where nothing of it is
    there. Raises `StopIteration` and `IndexError` for a shot, or a rung, that the plan does not know."""
    beat = next(beat for beat in planned.plan.beats if beat.id == shot)
    image = planned.drawing(rung, planned.as_shown(rung, beat))[0]
    video, fps = planned.offered_by(rung, "video")[0], planned.format.fps
    if beat.span:
        return _of_scene(planned, rung, planned.plan.beats.index(beat), image.price_usd, sheets)
    lengths = timeline.choose_lengths(beat.frames(fps), fps, video)
    chunks = sum((length.price_usd for length in lengths), Decimal(0))
    anchors = [model.price_usd for model in planned.anchors(rung)[:1]]
    return Price(image.price_usd, chunks + (len(lengths) - 1) * sum(anchors, Decimal(0)))


def price_of_shots(
    planned: PlannedFilm,
    rung: Profile,
    shots: Collection[str],
    sheets: _Sheets = _FIRST,
    there: There = NOTHING,
) -> Decimal:
    """USD of one version of each of these shots, where no more of them is `there`: of scenes, with the whole
    chain of keyframes up to the last of them, after these takes of sheets. Raises as `price_of`."""
    beats = planned.plan.beats
    among = [number for number, beat in enumerate(beats) if beat.id in shots]
    prices = [price_of(planned, rung, beats[number].id) for number in among]
    if not among or not beats[0].span:
        return sum((price.all for price in prices), price_of_sheets(planned, rung, shots, there))
    first = planned.drawing(rung, planned.as_shown(rung, beats[0]))[0].price_usd
    chain = chain_to(planned, rung, among, sheets, there)
    keyframes = sum((_keyframe(planned, rung, place, sheets, first) for place in chain), Decimal(0))
    chunks = sum((price.chunks for price in prices), Decimal(0))
    return chunks + keyframes + price_of_sheets(planned, rung, _seen(planned, shots, chain), there)


def _seen(planned: PlannedFilm, scenes: Collection[str], chain: Collection[int]) -> set[str]:
    """The scenes, and those that keyframes at these places begin: each shows whom that scene shows."""
    beats = planned.plan.beats
    return {*scenes, *(beats[min(place, len(beats) - 1)].id for place in chain)}


def saved_of(
    planned: PlannedFilm, own: Version, found: Collection[str], shot: str, version: Version
) -> Decimal:
    """USD of what is bought already of a version that is not finished, of all that `price_of` counts but what
    is not its own: a scene's keyframes, and sheets. `found` are the steps of the film that are there, by
    name; `own` is the version that its request asks for. Raises as `price_of`."""
    beat = next(beat for beat in planned.plan.beats if beat.id == shot)
    return sum((usd for step, usd in _parts(planned, own, beat, version) if step in found), Decimal(0))


def _parts(planned: PlannedFilm, own: Version, beat: Beat, version: Version) -> Iterator[tuple[str, Decimal]]:
    rung, fps = version.rung, planned.format.fps
    video = planned.offered_by(rung, "video")[0]
    if beat.span:
        clip = clips.length_of_clip(planned.plan.beats.index(beat), planned, video)
        yield step_named(f"chunk:{beat.id}:1", version.part(1), own), clip.price_usd
        return
    image = planned.drawing(rung, planned.as_shown(rung, beat))[0]
    yield step_named(f"storyboard:{beat.id}", version.part(0), own), image.price_usd
    lengths = timeline.choose_lengths(beat.frames(fps), fps, video)
    for number, length in enumerate(lengths, 1):
        yield step_named(f"chunk:{beat.id}:{number}", version.part(number), own), length.price_usd
    for model in planned.anchors(rung)[:1]:
        for number in range(1, len(lengths)):
            yield step_named(f"anchor:{beat.id}:{number}", version.anchor(number), own), model.price_usd


def price_of_versions(
    planned: PlannedFilm, wanted: Mapping[str, Version], there: Callable[[Version], There]
) -> Decimal:
    """USD of these versions, by shot: scenes of one chain share its keyframes, shots of one take of a sheet
    that, on whichever rung. `there` tells what each need not pay any more. Raises as `price_of`."""
    chains: dict[str, list[str]] = {}
    for scene, version in wanted.items():
        chains.setdefault(f"{(version.rung, sorted(version.part(0).sheets.items()))}", []).append(scene)
    price, paid = Decimal(0), set[tuple[str, int]]()
    for scenes in chains.values():
        one, sheets = wanted[scenes[0]], wanted[scenes[0]].part(0).sheets
        known = {name for name, take in paid if one.sheet(name).take == take}
        found = there(one)
        found = found._replace(sheets={*found.sheets, *known})
        price += price_of_shots(planned, one.rung, scenes, sheets, found)
        numbers = [
            number for number, beat in enumerate(planned.plan.beats) if beat.span and beat.id in scenes
        ]
        seen = _seen(planned, scenes, chain_to(planned, one.rung, numbers, sheets, found))
        paid |= {(name, one.sheet(name).take) for name in _drawn(planned, one.rung, seen, found)}
    return price


def chain_to(
    planned: PlannedFilm,
    rung: Profile,
    scenes: Collection[int],
    sheets: _Sheets,
    there: There = NOTHING,
) -> set[int]:
    """The places of the keyframes to be drawn that these scenes, from 0, lie between, and of those that they
    follow from: back to the first, or to one that is there."""
    needed = set[int]()
    for place in (edge for number in scenes for edge in (number, number + 1)):
        while place >= 0 and not (place in there.keyframes or planned.kept_at(rung, place, sheets)):
            needed.add(place)
            place -= 1
    return needed


def price_of_sheets(
    planned: PlannedFilm, rung: Profile, shots: Collection[str], there: There = NOTHING
) -> Decimal:
    """USD of the sheets that are drawn for these shots on a rung, where no more of them are `there`."""
    drawn = _drawn(planned, rung, shots, there)
    return len(drawn) * planned.sheet_models[0].price_usd if drawn else Decimal(0)


def _drawn(planned: PlannedFilm, rung: Profile, shots: Collection[str], there: There) -> set[str]:
    beats = [beat for beat in planned.plan.beats if beat.id in shots]
    return {sheet.name for beat in beats for sheet in planned.sheets_of(rung, beat)} - {*there.sheets}


def _of_scene(planned: PlannedFilm, rung: Profile, number: int, first: Decimal, sheets: _Sheets) -> Price:
    """Its clip and the keyframe that it begins with; the last scene also has what the film ends with."""
    clip = clips.length_of_clip(number, planned, planned.offered_by(rung, "video")[0])
    image = _keyframe(planned, rung, number, sheets, first)
    is_last = number == len(planned.plan.beats) - 1
    return Price(image + (_keyframe(planned, rung, number + 1, sheets) if is_last else 0), clip.price_usd)


def _keyframe(
    planned: PlannedFilm, rung: Profile, place: int, sheets: _Sheets, first: Decimal = Decimal(0)
) -> Decimal:
    """That at a place of the chain, of which the `first` is drawn from words; a fork has some already."""
    if planned.kept_at(rung, place, sheets):
        return Decimal(0)
    if not place:
        return first
    by_part = (planned.offered_by(rung, part) for part in ("edit", "image"))
    return next((models[0].price_usd for models in by_part if models), Decimal(0))
