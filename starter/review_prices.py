"""Knows what each answer about a shot under review would buy for, and whether its image is there already."""

from __future__ import annotations

from decimal import Decimal

from activities.film import Directed
from workflows.film import (
    RUNGS,
    Profile,
    Version,
    chain_of,
    keyframe_step,
    left_by,
    price_of,
    price_of_shots,
    saved_of,
    there_of,
)
from workflows.studio import Progress, RowProgress, StepState, VersionProgress


def rung_of(version: VersionProgress) -> Profile:
    return next(rung for rung in RUNGS if version.name.startswith(f"{rung}-"))


def price_asked(film: Directed | None, row: RowProgress, progress: Progress) -> Decimal | None:
    """USD of what its approval would buy that is not there; None where it waits for none, or no prices are
    known here."""
    wanted = _version(film, row, row.wanted)
    if film is None or wanted is None or not any(row.id in wait.rows for wait in progress.waits):
        return None
    sheets = wanted.part(0).sheets
    if film.planned.plan.method == "keyframes":
        there = there_of(film.planned, film.own, film.direction, _states(film, progress), wanted)
        price = price_of_shots(film.planned, wanted.rung, [row.id], sheets, there)
    else:
        price = price_of(film.planned, wanted.rung, row.id, sheets).all
    return price - _saved(film, row, wanted)


def prices_of(film: Directed | None, row: RowProgress, progress: Progress) -> dict[str, Decimal]:
    """USD of another version of it on the rung that is wanted, and of one on each above, as far as what they
    are made after, or between, is not there."""
    wanted = _version(film, row, row.wanted)
    if film is None or wanted is None:
        return {}
    above = RUNGS[max(1, RUNGS.index(wanted.rung)) :]
    rungs = [rung for rung in above if film.planned.offered_by(rung, "video")]
    return {rung: _price(film, row, wanted, rung, progress) for rung in rungs}


def _price(film: Directed, row: RowProgress, wanted: Version, rung: Profile, progress: Progress) -> Decimal:
    # A retake is made after the newest sheets; what an upgrade finds there may have been made after others.
    upgraded = film.direction.upgrade([row.id], rung).wanted.get(row.id, wanted)
    version = Version(rung=rung, sheets=film.direction.sheets) if rung == wanted.rung else upgraded
    finished = {
        one.id: [made.name for made in one.versions if made.state == "finished"]
        for one in (*progress.beats, row)
    }
    if rung != wanted.rung and upgraded.name in finished[row.id]:
        return Decimal(0)
    left = left_by(film.planned, film.direction, finished, version)
    drawn = there_of(film.planned, film.own, film.direction, _states(film, progress), version)
    there = drawn._replace(
        keyframes={*drawn.keyframes, *left.keyframes}, sheets={*drawn.sheets, *left.sheets}
    )
    price = price_of_shots(film.planned, rung, [row.id], version.part(0).sheets, there)
    # Of another take nothing is there.
    return price if rung == wanted.rung else price - _saved(film, row, upgraded)


def _saved(film: Directed, row: RowProgress, version: Version) -> Decimal:
    """USD of what is there of a version that is not finished."""
    made = {step.name for step in row.steps if step.object}
    return saved_of(film.planned, film.own, {*film.found, *made}, row.id, version)


def _states(film: Directed, progress: Progress) -> dict[str, StepState]:
    steps = [*progress.film_steps, *(step for one in progress.beats for step in one.steps)]
    found: dict[str, StepState] = dict.fromkeys(film.found, "reused")
    return {step.name: step.state for step in steps} | found


def image_of(film: Directed | None, row: RowProgress) -> str | None:
    """The object key of the image that what is wanted of it starts from, once that is there and was not drawn
    as the animatic."""
    there = {step.name: step.object for step in row.steps if step.object}
    wanted, plain = _version(film, row, row.wanted), f"storyboard:{row.id}"
    if film is None or wanted is None or wanted.name not in film.direction.asked(row.id):
        # Which one it starts from nobody says: its own, or the request's.
        marked = f"{plain}@{row.wanted.name}" if row.wanted else plain
        return there.get(marked) or there.get(plain)
    chain = chain_of(wanted) if film.planned.plan.method == "keyframes" else wanted.part(0)
    assert chain is not None, "of every version"
    return there.get(keyframe_step(row.id, chain, film.own))


def _version(film: Directed | None, row: RowProgress, told: VersionProgress | None) -> Version | None:
    """As people asked for it; None of a shot that the plan does not know."""
    if film is None or told is None or row.id not in film.direction.wanted:
        return None
    asked = film.direction.asked(row.id).get(told.name)
    return asked or Version(rung=rung_of(told), take=int(told.name.rpartition("-")[2]))
