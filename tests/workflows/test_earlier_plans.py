"""The way back to an earlier plan of a film: while it runs, once it has ended, where the next one failed."""

from __future__ import annotations

import copy
from decimal import Decimal

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment

from tests.support.editing import refusal
from tests.support.holding import Exact, Holding, Pondering, Replanning
from tests.support.on_market import asked
from tests.support.skipping import Showing, showing
from tests.support.skipping import skipping as skipping

pytestmark = pytest.mark.slow
HERO, CALL = "hero_shot", "call_to_action"
DRAFT, PARTIAL = ("draft-1", "draft-1"), ("draft-1", "animatic-1")


async def refused(one: Showing, plan: int) -> tuple[str, str]:
    with pytest.raises(WorkflowUpdateFailedError) as error:
        await one.decide_anew("use", plan=plan)
    return refusal(error.value)


async def test_an_ended_film_goes_back_for_nothing(skipping: WorkflowEnvironment) -> None:
    async with showing(skipping, Exact(), asked(131, HERO, CALL)) as one:
        assert await one.shown(whole=True) == DRAFT
        await one.decide_anew("retake", shot=HERO)
        assert await one.shown(whole=True) == ("draft-2", "draft-1")
        assert await one.decide_anew("retake") == "the film is planned anew, as plan 2"
        assert await one.shown(whole=True) == DRAFT
        assert ((told := await one.film.progress()).plan, told.plans) == (2, (1, 2))
        paid, tried = len(one.books.paid), copy.deepcopy(one.books.asked)
        assert await one.decide_anew("use", plan=1)
        assert await one.shown(whole=True) == ("draft-2", "draft-1"), "with what was decided about it"
        assert (len(one.books.paid), (await one.film.result()).cost_usd) == (paid, Decimal(0))
        assert one.books.asked == tried, "of what is finished nothing is even asked for"
        assert ((told := await one.film.progress()).plan, told.plans) == (1, (1, 2))
        assert await refused(one, 3) == ("NoSuchVersion", "the film has no plan 3; it has 1, 2")
        await one.shown(whole=True)
        assert await one.decide_anew("retake") == "the film is planned anew, as plan 3"
        assert await one.shown(whole=True) == DRAFT


async def test_a_running_film_goes_back_to_what_is_there(skipping: WorkflowEnvironment) -> None:
    """What was finished by this very run is shown, and what it left is bought once somebody asks for it."""
    market = Holding(f"chunk:{CALL}:1")
    # A cut that is under way is waited for, and the shot might be finished by then: here there is none.
    request = asked(134, HERO, CALL).model_copy(update={"preview": False})
    async with showing(skipping, market, request) as one:
        await market.called(1)
        await one.when(lambda told: any(one.state == "finished" for one in told.beats[0].versions[1:]))
        await one.decide("retake")
        market.let_go(for_good=False)
        await market.called(2)
        assert (await one.film.progress()).plan == 2
        await one.decide("use", plan=1)
        market.let_go(for_good=False)
        assert await one.shown(whole=False) == PARTIAL
        result = await one.film.result()
        assert result.beats[1].fill == f"reel upgrade {one.film.id} {CALL} draft"
        market.let_go()
        await one.decide_anew("upgrade", shots=[CALL])
        assert await one.shown(whole=True) == DRAFT


async def test_who_goes_back_at_once_has_no_other_plan_made(skipping: WorkflowEnvironment) -> None:
    market = Replanning(fails_from=136)
    async with showing(skipping, market, asked(135, HERO, CALL)) as one:
        assert await one.shown(whole=True) == DRAFT
        await one.decide_anew("retake")
        assert await one.shown(whole=False) == DRAFT, "it cannot be planned anew"
        assert "plan 2 was never made" in (await refused(one, 2))[1]
        assert await one.shown(whole=False) == DRAFT
        await one.decide_anew("use", plan=1)
        assert await one.shown(whole=True) == DRAFT
        assert not (await one.film.result()).warnings
        # Which was no way to decide anything about it before.
        await one.decide_anew("use", shot=HERO, version="animatic")
        assert await one.shown(whole=True) == ("animatic-1", "draft-1")


async def test_a_plan_that_is_being_made_need_not_be_waited_for(skipping: WorkflowEnvironment) -> None:
    market = Pondering(138)
    async with showing(skipping, market, asked(137, HERO, CALL)) as one:
        assert await one.shown(whole=True) == DRAFT
        await one.decide_anew("retake")
        await market.called(1)
        assert "as it was by plan 1" in await one.decide("use", plan=1)
        market.let_go()
        assert await one.shown(whole=True) == DRAFT
        assert ((told := await one.film.progress()).plan, told.plans) == (1, (1, 2))
        await one.decide_anew("use", plan=2)
        assert await one.shown(whole=False) == ("animatic-1", "animatic-1"), "nothing of it was ever made"
