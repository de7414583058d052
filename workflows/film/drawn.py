"""Knows what of a chain of keyframes, and which sheets, are there or come anyway: who wants a shot of them
need not pay that."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from workflows.film.agenda import step_of_sheet
from workflows.film.direction import Direction
from workflows.film.planned import PlannedFilm
from workflows.film.prices import There, chain_to
from workflows.film.versions import Version, chain_of
from workflows.studio import StepState

# What waits for money or a person was asked for before, and is paid by whoever did.
_COMES: frozenset[StepState] = frozenset(("made", "reused", "running", "held"))


def keyframe_step(scene: str, chain: Version, own: Version | None, kind: str = "") -> str:
    """What the step is called that draws what a scene begins with, or with the kind `last` what it ends with;
    `own` is the version that the film's request asks for."""
    name = f"storyboard:{scene}:{kind}" if kind else f"storyboard:{scene}"
    return name if own is None or chain == own else f"{name}@{chain.name}"


def there_of(
    planned: PlannedFilm,
    own: Version | None,
    direction: Direction,
    states: Mapping[str, StepState],
    version: Version,
) -> There:
    """What there is for a version of a scene, or comes, by how the film's steps stand."""
    chain = chain_of(version)
    assert chain is not None, "of every version"
    there = found_for(planned, own, {name for name, state in states.items() if state in _COMES}, version)
    approved = [
        number
        for number, beat in enumerate(planned.plan.beats)
        if beat.id in direction.approved and chain_of(direction.wanted[beat.id]) == chain
    ]
    return there._replace(
        keyframes={*there.keyframes, *chain_to(planned, chain.rung, approved, chain.sheets)}
    )


def found_for(planned: PlannedFilm, own: Version | None, steps: Collection[str], version: Version) -> There:
    """What there is for a version of a scene, by the names of the film's steps that are there."""
    chain = chain_of(version)
    assert chain is not None, "of every version"
    scenes = [beat.id for beat in planned.plan.beats]
    names = [keyframe_step(scene, chain, own) for scene in scenes]
    names += [keyframe_step(scene, chain, own, "last") for scene in scenes[-1:]]
    sheets = {
        sheet.name
        for sheet in planned.sheets
        if step_of_sheet(sheet, version.sheet(sheet.name).take) in steps
    }
    return There(frozenset(place for place, name in enumerate(names) if name in steps), frozenset(sheets))


def left_by(
    planned: PlannedFilm,
    direction: Direction,
    finished: Mapping[str, Collection[str]],
    version: Version,
) -> There:
    """What there is for a version of a shot, by which versions of each shot are finished: what scenes of its
    chain lie between, and the sheets that any shot was made after. A run, and a dry run, know as much."""
    chain, beats = chain_of(version), planned.plan.beats
    places, sheets = set[int](), set[str]()
    for number, beat in enumerate(beats):
        there = [one for name, one in direction.asked(beat.id).items() if name in finished.get(beat.id, ())]
        for one in there:
            own = chain_to(planned, one.rung, [number], one.part(0).sheets) if beat.span else set()
            places |= own if chain_of(one) == chain else set()
            shown = [beat, *(beats[min(place, len(beats) - 1)] for place in own)]
            drawn = {sheet.name for shot in shown for sheet in planned.sheets_of(one.rung, shot)}
            sheets |= {name for name in drawn if one.sheet(name).take == version.sheet(name).take}
    return There(frozenset(places), frozenset(sheets))
