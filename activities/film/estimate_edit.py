"""Knows what a decision about a film would come to, before it is sent: the film with it, compared with the
film as it stands."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import NamedTuple

from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from activities.film.estimate import estimate_of
from activities.film.known import Known, account_of, known
from activities.film.rehearsal import Rehearsal, rehearsing
from activities.film.studio import FilmStudio
from activities.film.survey import found_of
from activities.ledger import LettingGo
from activities.studio import Estimate, Studio, compared
from workflows.film import (
    DECIDE,
    Back,
    Decided,
    Decision,
    VideoRequest,
    decisions,
    never_made,
    plan_of,
    plans_of,
    sought,
    tried,
)
from workflows.studio import Edit, InvalidRequest


class EstimatedEdit(NamedTuple):
    """What a decision comes to, as its update would answer, and the film that it makes, compared with the
    film as it stands."""

    words: str
    shown: Estimate


class _Asked(NamedTuple):
    """What is sent to a film: the name of an update, and its value."""

    film: str
    kind: str
    sent: RawValue

    @property
    def plan(self) -> Back | None:
        decide = DECIDE[self.kind](self.sent)
        return decide if isinstance(decide, Back) else None


async def estimated_edit(
    opened: Studio,
    request: VideoRequest,
    film: str,
    kind: str,
    value: Mapping[str, object],
    runs: bool = False,
) -> EstimatedEdit:
    """What the update of that name (`retake`, `use`, `upgrade`, `approve`) would come to, sent with this
    value to a film that `runs`, or along with the film's own request: what the film makes without it is no
    part of that. Nothing is written down. Raises `ApplicationError` as the update is refused, with the type
    `NotPlanned` where the film has no plan yet; and what `estimated` raises."""
    studio, asked = FilmStudio.of(opened), _asked(film, kind, value)
    account = await account_of(studio, request, film)
    before = await known(studio, request, film, account)
    decided = await _decided(studio, before, asked)
    edit = Edit(id="shown", kind=kind, value=decided.decision.model_dump(mode="json"))
    edited = account.model_copy(update={"edits": (*account.edits, edit)})
    now = await known(studio, request, film, edited)
    # Of what nobody asks for in it a run that it finds, or begins, makes nothing for it.
    is_alone = runs or account.cut > 0
    stands = _shots(before) if is_alone else ()
    as_it_is = await estimate_of(studio, before, stands)
    shown = await estimate_of(studio, now, _unasked(before, now, decided.decision, is_alone))
    return EstimatedEdit(decided.words, compared(shown, as_it_is))


async def refuse_edit(
    opened: Studio, request: VideoRequest, film: str, kind: str, value: Mapping[str, object]
) -> None:
    """Raises `ApplicationError` where the update would be refused for certain, whoever serves the film's
    models: before a run is begun for nothing."""
    studio, asked = FilmStudio.of(opened), _asked(film, kind, value)
    account = await account_of(studio, request, film)
    try:
        before = await known(studio, request, film, account, studio.catalogue.providers.keys())
    except InvalidRequest:
        # What speaks against its models the run says.
        return
    if before.planned.step.found or asked.plan:
        await _decided(studio, before, asked)


async def _decided(studio: FilmStudio, before: Known, asked: _Asked) -> Decided:
    if back := asked.plan:
        decided = back.among(plans_of(decisions(before.account.edits)))
        edit = Edit(id="shown", kind=asked.kind, value=decided.decision.model_dump(mode="json"))
        account = before.account.model_copy(update={"edits": (*before.account.edits, edit)})
        former = await known(studio, before.request, asked.film, account, studio.catalogue.providers.keys())
        if not former.planned.step.found:
            raise never_made(back.plan)
        return decided
    plan, plan_usd = before.planned.step, Decimal(0)
    if not plan.found:
        if not await LettingGo(studio.storage.database).deleted_before(asked.film):
            words = f"{asked.film} has no plan yet: its price is known once it is planned"
            raise ApplicationError(words, type="NotPlanned", non_retryable=True)
        # It is planned anew for this, and paid for.
        plan_usd = plan.price_usd
    try:
        return await _tried(studio, before, asked, plan_usd)
    except ApplicationError as error:
        if plan.found or before.planned.is_certain:
            raise
        # Another plan may have what the one that is shown lacks.
        words = f"the plan of {asked.film} was deleted: what can be decided is known once it is planned"
        raise ApplicationError(words, type="NotPlanned", non_retryable=True) from error


async def _tried(studio: FilmStudio, before: Known, asked: _Asked, plan_usd: Decimal) -> Decided:
    crew = rehearsing(asked.film, Rehearsal(studio, {}, asked.film), ())
    film = before.film(crew)
    wants = sought(asked.kind, asked.sent, film)
    if wants is None:
        return tried(asked.kind, asked.sent, film, None, plan_usd)
    found = await found_of(studio, asked.film, before.request, before.account, wants)
    return tried(asked.kind, asked.sent, film, found, plan_usd)


def _unasked(before: Known, now: Known, decision: Decision, is_alone: bool) -> Collection[str]:
    """The shots of which nothing is bought for the decision: who goes back asks for none, and who wants
    another plan for all."""
    if decision.back:
        return _shots(now)
    if not is_alone or decision.plan != plan_of(decisions(before.account.edits)):
        return ()
    return set(_shots(now)) - {*decision.wanted, *decision.approved}


def _shots(of: Known) -> Collection[str]:
    return [beat.id for beat in of.planned.film.plan.beats]


def _asked(film: str, kind: str, value: Mapping[str, object]) -> _Asked:
    return _Asked(film, kind, RawValue(Payload(data=json.dumps(value).encode())))
