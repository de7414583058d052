"""The shots of a film as rows of its board: what each is, and how its versions stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflows.film.contract import Plan
from workflows.film.film import Film
from workflows.film.shot_state import ShotState
from workflows.film.versions import Version
from workflows.studio import RowProgress, VersionProgress, VersionState, why_of


def rows_of(plan: Plan) -> tuple[RowProgress, ...]:
    """The beats as rows of the board."""
    return tuple(
        RowProgress(id=beat.id, title=beat.title, seconds=beat.seconds, camera=beat.camera)
        for beat in plan.beats
    )


def with_versions(rows: Sequence[RowProgress], film: Film) -> tuple[RowProgress, ...]:
    """The same rows, with every version of each, and why it shows less than was asked for."""
    results = film.results()
    return tuple(
        row.model_copy(
            update={
                "versions": tuple(_versions(film, shot, result.shows)),
                "why": result.why if result.placeholder else "",
                "fill": result.fill if result.placeholder else "",
            }
        )
        for row, shot, result in zip(rows, film.shots.all, results, strict=True)
    )


def _versions(film: Film, shot: ShotState, shown: str) -> Iterator[VersionProgress]:
    asked = film.direction.asked(shot.id)
    others = {name: one.version for name, one in shot.finished.items() if name not in asked}
    for name, version in sorted({**asked, **others}.items(), key=lambda one: one[1].rank):
        footage, error = shot.finished.get(name), shot.failed.get(name)
        segment = shot.segments.get(name)
        seams = segment.artifact.facts.get("seams") if segment else None
        yield VersionProgress(
            name=name,
            state=_state(film, shot, version),
            wanted=version == film.direction.wanted[shot.id],
            shown=name == shown,
            models=footage.models if footage else (),
            words=version.part(0).words,
            usd=footage.usd if footage else VersionProgress.model_fields["usd"].default,
            seams=tuple(one for one in seams if isinstance(one, float)) if isinstance(seams, list) else (),
            object=segment.artifact.object if segment else None,
            why=why_of(error) if error and not footage else "",
        )


def _state(film: Film, shot: ShotState, version: Version) -> VersionState:
    if version.name in shot.finished:
        return "finished"
    if version.name in shot.failed:
        return "failed"
    making = shot.shooting is not None and shot.shooting.version == version and not shot.is_settled
    return "making" if making else "waiting"
