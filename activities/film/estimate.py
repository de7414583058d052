"""Knows what a film would cost: rehearsed by the steps that make it, and priced by what is not there yet."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from decimal import Decimal

from temporalio.exceptions import ApplicationError

from activities.film.known import Known, account_of, known, words_of
from activities.film.rehearsal import Rehearsal, rehearsing
from activities.film.shown import of_any_plan
from activities.film.studio import FilmStudio
from activities.studio import Estimate, EstimatedArtifact, EstimatedStep, Studio, compared
from workflows.film import Film, Plan, VideoRequest, budget_of, chain_of
from workflows.studio import CannotBeMade, cause_of

_USD = ("price_usd", "least_usd", "most_usd")


async def estimated(
    opened: Studio, request: VideoRequest, film: str, former: VideoRequest | None = None
) -> Estimate:
    """The estimate of a request for the film of that id, compared with the film that it is forked from, as
    `former` asked for it, else as it was first asked for. Nothing is fetched, made or paid: what is in an
    image on the web that was never fetched is not known, so that nothing that was made from it is found.
    Raises `InvalidRequest` for models that cannot make it, `InvalidInput` for a source that is none."""
    studio = FilmStudio.of(opened)
    now = await _estimated(studio, request, film)
    if request.source is None:
        return now
    former = former or await studio.keeping.heritage.first_request(request.source.film)
    if former is None:
        return now
    before = await _estimated(studio, former, request.source.film)
    return compared(now, before, apart=[request.source.plan])


async def _estimated(studio: FilmStudio, request: VideoRequest, film: str) -> Estimate:
    account = await account_of(studio, request, film)
    return await estimate_of(studio, await known(studio, request, film, account))


async def estimate_of(studio: FilmStudio, of: Known, unasked: Collection[str] = ()) -> Estimate:
    """Of a film as it is known; of the `unasked` shots nothing is bought, and they show the best
    that there is."""
    request, models, account, planned = of.request, of.models, of.account, of.planned
    plan = planned.film.plan
    shots, words = await words_of(studio, of)
    rehearsal = Rehearsal(studio, words, of.heir)
    crew = rehearsing(of.id, rehearsal, account.choices)
    film = of.film(crew)
    said = await _rehearsed(film, rehearsal, crew.board.warnings, unasked)
    kept = await studio.keeping.notes(of.id, request, models, shots, words)
    artifacts = (planned.step, *rehearsal.shown.artifacts)
    missing = [each for each in artifacts if not each.found]
    price, least, most = (sum((getattr(each, side) for each in missing), Decimal(0)) for side in _USD)
    if not planned.is_certain:
        low, high = of_any_plan(plan.seconds, planned.film, studio.catalogue)
        least, most = planned.step.least_usd + low, planned.step.most_usd + high
    return Estimate(
        seconds=plan.seconds,
        paid=models.paid or bool(price or account.payments),
        budget_usd=budget_of(request, account),
        spent_usd=sum((payment.usd for payment in account.payments), Decimal(0)),
        price_usd=price,
        steps=(EstimatedStep.model_validate(planned.step.model_dump()), *rehearsal.shown.steps),
        recipes=(*planned.recipes, *rehearsal.keys),
        notes=(*planned.film.warnings, *planned.notes, *kept, *said),
        least_usd=least,
        most_usd=most,
        typical_s=_along_chain(missing, plan)
        if plan.method == "keyframes"
        else _typical_s(missing, planned.film.continuity == "anchored"),
        artifacts=artifacts,
        previews=request.preview and not account.cut and not film.is_free,
    )


def _typical_s(missing: Sequence[EstimatedArtifact], anchored: bool) -> int:
    """Beats are made side by side, and what is in one of them one after the other; of one that is anchored
    all images between its chunks at once, and then all chunks."""
    rows: dict[str, dict[str, int]] = {}
    for each in missing:
        spent = rows.setdefault(each.row, {})
        kind = each.what.rpartition(" ")[0] if anchored else ""
        taken, is_beside = spent.get(kind, 0), kind in ("anchor", "chunk")
        spent[kind] = max(taken, each.typical_s) if is_beside else taken + each.typical_s
    seconds = {row: sum(spent.values()) for row, spent in rows.items()}
    plan = seconds.pop("", 0)
    return plan + max(seconds.values(), default=0)


def _along_chain(missing: Sequence[EstimatedArtifact], plan: Plan) -> int:
    """Keyframes are drawn one from the other, from one that is there on; clips overlap the chain."""
    rows = [beat.id for beat in plan.beats]
    chain, clips = [0] * (len(rows) + 1), [0] * len(rows)
    for each in missing:
        if each.row in rows and each.what.endswith("storyboard"):
            chain[rows.index(each.row) + each.what.startswith("last")] += each.typical_s
        elif each.row in rows:
            clips[rows.index(each.row)] += each.typical_s
    there = list(itertools.accumulate(chain, lambda before, takes: before + takes if takes else 0))
    ready = (max(there[at], there[at + 1]) + clip for at, clip in enumerate(clips))
    return sum(each.typical_s for each in missing if not each.row) + max(ready, default=0)


async def _kept(film: Film, rehearsal: Rehearsal) -> None:
    """What a fork's scenes lie between that the film before has: no step is asked for it."""
    beats, wanted = film.planned.plan.beats, film.direction.wanted
    for kept in film.planned.kept_keyframes:
        number = min(kept.place, len(beats) - 1)
        scenes = {max(kept.place - 1, 0), number}
        asking = [chain_of(wanted[beats[scene].id]) for scene in scenes]
        chains = [one for one in asking if one and (one.rung, one.sheets) == (kept.rung, kept.sheets)]
        if chains:
            other = "" if chains[0] == film.own else f"{chains[0].name} "
            last = "last " if kept.place == len(beats) else ""
            await rehearsal.shows(f"{other}{last}storyboard", number + 1, beats[number].id, kept.image)


async def _rehearsed(
    film: Film, rehearsal: Rehearsal, warnings: Sequence[str], unasked: Collection[str]
) -> Sequence[str]:
    """What a run would say of it, as far as that is known."""
    await _kept(film, rehearsal)
    try:
        await film.rehearse(unasked)
    except (ApplicationError, CannotBeMade) as error:
        return (*warnings, f"It would fail: {cause_of(error).message}")
    for shot, beat in zip(film.shots.all, film.planned.plan.beats, strict=True):
        if shown := film.shots.best(shot):
            await rehearsal.chosen(shot.number + 1, beat.id, shown)
    return tuple(warnings)
