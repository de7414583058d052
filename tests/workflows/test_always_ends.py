"""Every known way to leave a production running with nobody noticing, each of which has to end with a film:

a wait for money, for a person's risk, a pause, answered after three days, or never; several waits at once;
a shot that waits for money and is wanted otherwise; an update before there is a plan, while the plan fails,
while the run is stopping, in the last moment of it; a plan that is replaced by one that fails; a rung whose
meaning cannot be kept; a stop while a cut is drawn, scored, stitched or delivered, and a pause amid that; a
second stop. A review is another: of what is never there, of what is wanted later, and for as long as nobody
answers, in `test_review`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment

from starter.errors import FilmFailed
from tests.support.holding import Exact, Forgetful, Holding, Replanning, doubtful
from tests.support.on_market import asked
from tests.support.skipping import DAY, ENOUGH, WEEKEND, Showing, idle, showing
from tests.support.skipping import skipping as skipping
from workflows.studio.report import Progress

HERO, CALL = "hero_shot", "call_to_action"
ANIMATIC, DRAFT = ("animatic-1", "animatic-1"), ("draft-1", "draft-1")


# ---- waits -----------------------------------------------------------------------------------------


async def a_budget(one: Showing) -> None:
    one.books.limit = ENOUGH
    await one.decide("set_budget", usd=str(ENOUGH))


async def a_risk(one: Showing) -> None:
    await one.decide("accept_risk", step=f"chunk:{HERO}:1")


async def a_pause(one: Showing) -> None:
    await one.film.resume()


WAITS = {
    "budget": (91, (f"storyboard:{CALL}", f"storyboard:{HERO}"), a_budget, "the budget did not allow it"),
    "risk": (93, (f"chunk:{HERO}:1",), a_risk, ""),
    "pause": (95, ("",), a_pause, ""),
}


#: What it shows where nobody answers: what is bought meanwhile is shown.
SHOWN = {"budget": ANIMATIC, "risk": ("animatic-1", "draft-1"), "pause": ("draft-1", "animatic-1")}


@pytest.mark.parametrize("kind", WAITS)
async def test_what_waits_over_a_long_weekend_goes_on(skipping: WorkflowEnvironment, kind: str) -> None:
    take, names, answer, _ = WAITS[kind]
    async with waiting(skipping, kind, take) as one:
        await one.passes(WEEKEND)
        progress = await one.waits(*names)
        assert await idle(one.film) and progress.expected_s is None
        await answer(one)
        assert await one.shown(whole=True) == DRAFT


@pytest.mark.parametrize("kind", WAITS)
async def test_what_nobody_answers_ends_with_the_best_cut(skipping: WorkflowEnvironment, kind: str) -> None:
    take, *_, why = WAITS[kind]
    async with waiting(skipping, kind, take + 1) as one:
        await one.passes(8 * DAY)
        shown = await one.shown(whole=False, status="stopped")
        assert shown == SHOWN[kind]
        result = await one.film.result()
        assert any("for 7 days" in warning for warning in result.warnings)
        assert all(beat.why and beat.fill for beat in result.beats if beat.placeholder)
        assert not why or result.beats[0].why == why


def running(progress: Progress) -> bool:
    """Whether any step of it is under way."""
    rows = [step for row in progress.beats for step in row.steps]
    return any(step.state == "running" for step in (*progress.film_steps, *rows))


@asynccontextmanager
async def waiting(skipping: WorkflowEnvironment, kind: str, take: int) -> AsyncIterator[Showing]:
    """A film that waits for that."""
    names = WAITS[kind][1]
    limit = Decimal("0.205") if kind == "budget" else ENOUGH
    held = Holding(f"chunk:{CALL}:1")
    market = {"budget": Exact(), "risk": doubtful(f"chunk:{HERO}:1"), "pause": held}[kind]
    async with showing(skipping, market, asked(take, HERO, CALL), limit) as one:
        await one.when(lambda progress: progress.cut is not None)
        if kind == "pause":
            await held.called(1)
            await one.film.pause()
            held.let_go()
        await one.waits(*names)
        await one.when(lambda progress: not running(progress))
        yield one


async def test_several_waits_at_once_and_each_is_answered(skipping: WorkflowEnvironment) -> None:
    request = asked(97, HERO, CALL).model_copy(update={"review": "storyboard"})
    async with showing(skipping, doubtful(f"storyboard:{HERO}"), request, Decimal("0.225")) as one:
        # Who doubts an image keeps nobody from looking at the others.
        await one.waits(f"storyboard:{HERO}", "review")
        await one.film.pause()
        await one.waits("", f"storyboard:{HERO}", "review")
        await one.passes(WEEKEND)
        await one.decide("approve")
        await one.film.resume()
        await one.waits(f"storyboard:{HERO}", f"chunk:{CALL}:1")
        await one.passes(WEEKEND)
        await a_budget(one)
        await one.when(lambda progress: progress.cut == 2)
        await one.decide("accept_risk", step=f"storyboard:{HERO}")
        assert await one.shown(whole=True) == DRAFT


@pytest.mark.parametrize("answer", ["retake", "use"])
async def test_a_shot_that_waits_for_money_is_wanted_otherwise(
    skipping: WorkflowEnvironment, answer: str
) -> None:
    take = 98 if answer == "retake" else 99
    async with showing(skipping, Exact(), asked(take, HERO, CALL), Decimal("0.225")) as one:
        # Both images are there, and the chunks are not paid for.
        await one.waits(f"chunk:{HERO}:1", f"chunk:{CALL}:1")
        if answer == "use":
            await one.decide("use", shot=HERO, version="animatic")
            progress = await one.waits(f"chunk:{CALL}:1")
        else:
            await one.decide("retake", shot=HERO)
            progress = await one.waits(f"storyboard:{HERO}@draft-2", f"chunk:{CALL}:1")
        held = {step.name for beat in progress.beats for step in beat.steps if step.state == "held"}
        assert held == {wait.step for wait in progress.waits}
        await one.passes(WEEKEND)
        await a_budget(one)
        first = "draft-2" if answer == "retake" else "animatic-1"
        assert await one.shown(whole=True) == (first, "draft-1")


# ---- updates at every moment -----------------------------------------------------------------------


async def turned_down(one: Showing, update: str, **said: str) -> str:
    """In which words the film refuses it."""
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await one.decide(update, **said)
    return str(refused.value.cause)


async def test_an_update_before_there_is_a_plan(skipping: WorkflowEnvironment) -> None:
    market = Holding("plan")
    async with showing(skipping, market, asked(101, HERO, CALL), Decimal("0.1")) as one:
        await market.called(1)
        # It waits for its plan, but not for a person who has yet to answer what the plan waits for.
        sent = asyncio.create_task(turned_down(one, "use", shot=HERO, version="animatic"))
        market.let_go(for_good=False)
        said = await sent
        assert f"`reel budget {one.film.id} 0.20`" in said and "nothing is changed" in said
        assert {await turned_down(one, update) for update in ("approve", "retake")} == {said}
        # Nobody answers it: what is there is drawn by the rules, and the plan is still to be bought.
        await one.film.stop()
        assert await one.shown(whole=False, status="stopped") == ANIMATIC
        result = await one.film.result()
        assert {(beat.why, beat.fill) for beat in result.beats} == {
            ("the budget did not allow it", f"reel budget {one.film.id} 0.20")
        }
        assert result.cost_usd == 0 and not one.books.paid and not one.books.versions
        one.books.limit = ENOUGH
        await one.decide_anew("set_budget", usd=str(ENOUGH))
        await market.called(2)
        sent = asyncio.create_task(one.decide("use", shot=HERO, version="animatic"))
        market.let_go()
        assert await sent == f"{HERO} shows animatic-1"
        assert await one.shown(whole=True) == ("animatic-1", "draft-1")


async def test_an_update_while_the_plan_fails(skipping: WorkflowEnvironment) -> None:
    async with showing(skipping, Replanning(fails_from=102), asked(102, HERO, CALL)) as one:
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await one.decide_anew("use", shot=HERO, version="animatic")
        assert "Nothing is changed" in str(refused.value.cause)
        with pytest.raises(FilmFailed):
            await one.film.result()
        assert (await one.film.describe()).status == WorkflowExecutionStatus.FAILED


async def test_a_plan_that_cannot_be_replaced_is_kept(skipping: WorkflowEnvironment) -> None:
    async with showing(skipping, Replanning(fails_from=104), asked(103, HERO, CALL)) as one:
        assert await one.shown(whole=True) == DRAFT
        first = await one.film.result()
        await one.decide_anew("retake")
        assert await one.shown(whole=False) == DRAFT
        # A later run, which has no film to go back to, and whoever decides something about what cannot be.
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await one.decide_anew("use", shot=HERO, version="animatic")
        assert "Nothing is changed" in str(refused.value.cause)
        assert await one.shown(whole=False) == DRAFT
        result = await one.film.result()
        assert result.cut == first.cut and not result.cost_usd, "as it was, and nothing of it is bought"
        assert any("as it was planned before" in warning for warning in result.warnings)


async def test_updates_while_it_is_stopping(skipping: WorkflowEnvironment) -> None:
    market = Holding("deliver")
    async with showing(skipping, market, asked(105, HERO, CALL)) as one:
        await market.called(1)
        await one.film.stop()
        await one.when(lambda progress: progress.status == "stopping")
        sent = [
            asyncio.create_task(one.decide("retake", shot=HERO)),
            asyncio.create_task(one.decide("upgrade", shots=[CALL], profile="final")),
            asyncio.create_task(one.decide("set_budget", usd="50")),
        ]
        await asyncio.gather(*sent)
        market.let_go()
        await one.shown(whole=False, status="stopped")
        # What was decided is made by the next run.
        await one.decide_anew("set_budget", usd="50")
        assert await one.shown(whole=True) == ("draft-2", "final-1")


async def test_what_nobody_reviews_is_not_approved(skipping: WorkflowEnvironment) -> None:
    async with showing(skipping, Exact(), asked(109, HERO, CALL)) as one:
        assert await one.shown(whole=True) == DRAFT
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await one.decide_anew("approve")
        assert "nothing waits for approval" in str(refused.value.cause) and not one.books.edits
        assert await one.shown(whole=True) == DRAFT


class Images(Holding):
    """Keeps whoever asks for an image that is bought."""

    def __init__(self) -> None:
        super().__init__("image")

    async def _pass(self, name: str) -> None:
        await super()._pass("image" if name in (f"storyboard:{HERO}", f"storyboard:{CALL}") else name)


async def test_a_decision_about_a_stopped_film_makes_what_it_names(skipping: WorkflowEnvironment) -> None:
    """And leaves the other shots as whoever stopped it has left them."""
    market = Images()
    async with showing(skipping, market, asked(120, HERO, CALL)) as one:
        await one.when(lambda progress: progress.cut is not None)
        await market.called(2)
        await one.film.stop()
        await one.when(lambda progress: progress.status == "stopping")
        market.let_go()
        assert await one.shown(whole=False, status="stopped") == ANIMATIC
        asked_for = set(one.books.asked)
        await one.decide_anew("use", shot=HERO, version="animatic")
        assert await one.shown(whole=False) == ANIMATIC
        assert set(one.books.asked) == asked_for, "to choose what is there costs nothing"
        result = await one.film.result()
        assert [beat.why for beat in result.beats] == [
            "",
            "it was left unfinished before, and nobody asked for it since",
        ]
        await one.decide_anew("upgrade", shots=[HERO])
        assert await one.shown(whole=False) == ("draft-1", "animatic-1")
        # Whoever asks for the film asks for all of it.
        await one.decide_anew("set_budget", usd="50")
        assert await one.shown(whole=True) == DRAFT


async def test_an_update_in_the_last_moment_is_made_still(skipping: WorkflowEnvironment) -> None:
    market = Holding("balance")
    async with showing(skipping, market, asked(106, HERO, CALL)) as one:
        await market.called(1)
        assert await one.decide("upgrade", shots=[HERO], profile="final")
        market.let_go()
        assert await one.shown(whole=True) == ("final-1", "draft-1")


async def test_a_rung_that_cannot_be_kept_costs_its_shot_alone(skipping: WorkflowEnvironment) -> None:
    async with showing(skipping, Forgetful(), asked(107, HERO, CALL)) as one:
        await one.when(lambda progress: progress.cut is not None)
        await one.decide_anew("upgrade", shots=[HERO], profile="final")
        assert await one.shown(whole=False) == DRAFT


# ---- stops -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("held", ["soundtrack", f"chunk:{HERO}:1@animatic-1", "stitch", "deliver"])
async def test_a_stop_amid_a_cut_leaves_the_cut(skipping: WorkflowEnvironment, held: str) -> None:
    market, take = Holding(held), 110 + len(held)
    request = asked(take, HERO, CALL).model_copy(update={"music": True})
    async with showing(skipping, market, request) as one:
        await market.called(1)
        await one.film.stop()
        await one.when(lambda progress: progress.status == "stopping")
        # Nobody would see that it is paused, nor for how long.
        await one.film.pause()
        market.let_go()
        # What was bought before the stop was felt is in it; where that is all, it is as good as not stopped.
        result = await one.film.result()
        assert result.video and (result.whole or result.status == "stopped")


async def test_who_stops_it_once_more_does_not_wait_for_that_either(skipping: WorkflowEnvironment) -> None:
    market = Holding("stitch")
    async with showing(skipping, market, asked(108, HERO, CALL)) as one:
        await market.called(1)
        await one.film.stop()
        await one.when(lambda progress: progress.status == "stopping")
        market.let_go(for_good=False)
        await one.film.stop()
        market.let_go()
        assert (await one.film.result()).status == "stopped"
