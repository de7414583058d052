"""The shots of a film as rows of its board: what each is, and how its versions stand."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from workflows.film.agenda import PICTURES
from workflows.film.contract import Plan
from workflows.film.counts import counts_of
from workflows.film.ends import told_ends_of
from workflows.film.film import Film
from workflows.film.planned import FinishedBefore
from workflows.film.seams import colours_of, told_seams_of
from workflows.film.shot_state import ShotState
from workflows.film.spending import Spending
from workflows.film.versions import Footage, Version, chain_of, parts_of
from workflows.studio import FILES_GONE, Progress, RowProgress, VersionProgress, VersionState, why_of


def rows_of(plan: Plan) -> tuple[RowProgress, ...]:
    """The beats as rows of the board."""
    return tuple(
        RowProgress(id=beat.id, title=beat.title, seconds=beat.seconds, camera=beat.camera, words=beat.prompt)
        for beat in plan.beats
    )


def with_versions(progress: Progress, film: Film, spending: Spending) -> Progress:
    """The same, with every version of each shot, what each has cost, and why a shot shows less than was asked
    for."""
    results = film.results()
    drawing = tuple(
        step.name
        for row in progress.beats
        for step in row.steps
        if step.state == "running" and step.name.startswith("storyboard:")
    )
    rows = [
        row.model_copy(
            update={
                "versions": tuple(
                    _versions(film, shot, result.shows, _At(row, progress.status, drawing), spending)
                ),
                "why": result.why if result.placeholder else "",
                "fill": result.fill if result.placeholder else "",
            }
        )
        for row, shot, result in zip(progress.beats, film.shots.all, results, strict=True)
    ]
    costs = {(row.id, one.name): one.usd for row in rows for one in row.versions}
    beside = spending.beside(costs, sum(costs.values(), Decimal(0)))
    plan, plans = film.direction.plan, tuple(range(1, film.direction.plans.newest + 1))
    told = {"beats": tuple(rows), "beside_usd": beside, "plan": plan, "plans": plans}
    return progress.model_copy(update=told)


def _versions(
    film: Film, shot: ShotState, shown: str, at: _At, spending: Spending
) -> Iterator[VersionProgress]:
    asked = film.direction.asked(shot.id)
    others = {name: version for name, version in film.shots.versions_of(shot).items() if name not in asked}
    for name, version in sorted({**asked, **others}.items(), key=lambda one: one[1].rank):
        footage, error = shot.finished.get(name), shot.failed.get(name)
        before = _before(film, shot.id, version, footage)
        own = shot.segments.get(name)
        segment = own.artifact if own else before.segment if before else None
        spent = spending.of(shot.id, name, footage)
        state = _state(film, shot, version, at, before is not None)
        is_gone = state == "unmade" and spent.deleted
        yield VersionProgress(
            name=name,
            state=state,
            wanted=version == film.direction.wanted[shot.id],
            shown=name == shown,
            models=footage.models if footage else before.models if before else (),
            parts=parts_of(version, film.planned.plan.method),
            words=version.words,
            note=version.note,
            usd=spent.usd,
            lost_usd=spent.lost,
            deleted_usd=spent.deleted,
            seams=told_seams_of(segment),
            colours=colours_of(segment),
            ends=told_ends_of(segment),
            clips=counts_of(footage.chunks) if footage else (),
            object=segment.object if segment else None,
            why=why_of(error) if error and not footage else FILES_GONE if is_gone else "",
        )


def _before(film: Film, shot: str, version: Version, footage: Footage | None) -> FinishedBefore | None:
    """What an earlier run finished as this version; None where it is made of something else by now. What was
    bought is taken over before: of what is not, none can be chosen."""
    there = (one for one in film.planned.before if (one.shot, one.name) == (shot, version.name))
    if footage is not None:
        keys = tuple(chunk.key for chunk in footage.chunks)
        return next((one for one in there if one.chunks == keys), None)
    return next(there, None) if version.rung == "animatic" else None


def _state(film: Film, shot: ShotState, version: Version, at: _At, is_there: bool) -> VersionState:
    if version.name in shot.finished:
        return "finished"
    if version.name in shot.failed:
        return "failed"
    shooting = None if shot.is_settled else shot.shooting
    # What is all there is only made fit.
    is_fitted = shooting is not None and shooting.footage is not None and shooting.version == version
    if at.makes(version == film.own, version.name) or is_fitted:
        return "making"
    if version != film.direction.wanted[shot.id] or at.status not in ("planning", "rendering"):
        return "finished" if is_there else "unmade"
    return "making" if at.draws_for(film, shot.number, version) else "waiting"


class _At(NamedTuple):
    """A row as it stands, of a film as it stands. `drawing` are the names of the images that are under way,
    whichever row they are told of with."""

    row: RowProgress
    status: str
    drawing: tuple[str, ...] = ()

    def makes(self, is_own: bool, version: str) -> bool:
        """Whether any picture of that version is under way; steps of the film's own have plain names."""
        mark = "" if is_own else version
        return any(
            step.state == "running" and step.name.partition("@")[2] == mark
            for step in self.row.steps
            if step.name.startswith(PICTURES)
        )

    def draws_for(self, film: Film, number: int, version: Version) -> bool:
        """Whether a keyframe is under way that the scene of that number, from 0, lies behind or ends with: of
        the chain of that version, or in its own words. What waits for a person waits all the same."""
        beats = film.planned.plan.beats
        if film.planned.plan.method != "keyframes" or beats[number].id in film.review.open:
            return False
        marks = {"" if one == film.own else one.name for one in (chain_of(version), version) if one}
        places = {beat.id: place for place, beat in enumerate(beats)}
        for name in self.drawing:
            step, _, mark = name.partition("@")
            _, scene, *kinds = step.split(":")
            if mark in marks and places[scene] + ("last" in kinds) <= number + 1:
                return True
        return False
