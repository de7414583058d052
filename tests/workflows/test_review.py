"""A person's look before anything dear is bought: asked for while it lacks, and kept for the plan."""

from __future__ import annotations

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment

from activities.faults import InvalidInput
from starter.errors import FilmFailed
from tests.support.on_market import asked
from tests.support.recordings import Told
from tests.support.sheet_recordings import ANNA, SheetMarket
from tests.support.sheet_recordings import asked as sheeted
from tests.support.skipping import DAY, WEEKEND, bought, idle, showing
from tests.support.skipping import skipping as skipping
from workflows.film.contract import VideoRequest
from workflows.studio.facts import Artifact

HERO, DETAIL, CALL = "hero_shot", "detail_showcase", "call_to_action"
ALL = (HERO, CALL)


def reviewed(kind: str, take: int, *beats: str) -> VideoRequest:
    return asked(take, *(beats or ALL)).model_copy(update={"review": kind})


@pytest.mark.parametrize(
    ("kind", "take", "there", "price"),
    [("plan", 61, set(), "0.06"), ("storyboard", 62, set(ALL), "0.04"), ("cut", 63, set(), "0.06")],
)
async def test_nothing_dear_is_bought_before_it_is_approved(
    skipping: WorkflowEnvironment, kind: str, take: int, there: set[str], price: str
) -> None:
    async with showing(skipping, Told(), reviewed(kind, take)) as one:
        progress = await one.waits("review")
        if kind != "cut":
            # The animatic cut comes all the same.
            progress = await one.when(lambda progress: progress.cut is not None)
        assert progress.cut == 1 and await idle(one.film)
        await one.passes(WEEKEND)
        assert bought(one.books, "storyboard:", "chunk:") == {f"storyboard:{shot}" for shot in there}
        (wait,) = (await one.waits("review")).waits
        assert wait.rows == ALL and str(wait.buys_usd) == price and f"reel review {one.film.id}" in wait.words
        assert len(wait.words) <= 160, "the page in the Web UI cuts what is longer"
        # Some go on, and the others wait.
        await one.decide("approve", shots=[HERO])
        await one.when(lambda progress: progress.cut == 2)
        progress = await one.waits("review")
        assert progress.waits[0].rows == (CALL,) and not bought(one.books, f"chunk:{CALL}")
        assert [beat.why for beat in progress.beats] == ["", "it waits to be approved"]
        await one.decide("approve")
        assert await one.shown(whole=True) == ("draft-1", "draft-1")
        assert one.books.cuts[0] == ("animatic-1", "animatic-1")


async def test_a_review_that_nobody_answers_ends_with_the_cut(skipping: WorkflowEnvironment) -> None:
    async with showing(skipping, Told(), reviewed("cut", 69)) as one:
        await one.waits("review")
        assert await idle(one.film)
        await one.passes(8 * DAY)
        assert await one.shown(whole=False, status="stopped") == ("animatic-1", "animatic-1")
        result = await one.film.result()
        assert any("for 7 days" in warning for warning in result.warnings)
        assert all(beat.placeholder and beat.fill for beat in result.beats)
        assert {beat.why for beat in result.beats} == {"nobody approved it"}
        assert not bought(one.books, "storyboard:", "chunk:")


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "take"), [("stop", 601), ("cancel", 602)])
async def test_whoever_ends_it_at_the_gate_has_its_cut(
    skipping: WorkflowEnvironment, ending: str, take: int
) -> None:
    async with showing(skipping, Told(), reviewed("cut", take)) as one:
        await one.waits("review")
        if ending == "stop":
            await one.film.stop()
            assert await one.shown(whole=False, status="stopped") == ("animatic-1", "animatic-1")
            result = await one.film.result()
            assert {beat.why for beat in result.beats} == {"nobody approved it"}
            assert all(beat.fill.startswith("reel approve ") for beat in result.beats)
        else:
            await one.film.handle.cancel()
            with pytest.raises(FilmFailed, match="cancelled"):
                await one.film.result()
        memo = await (await one.film.describe()).memo()
        assert memo["status"] == {"stop": "stopped", "cancel": "canceled"}[ending]
        assert memo["video"] == (await one.film.progress()).delivered, "also where no worker answers any more"
        assert not bought(one.books, "storyboard:", "chunk:") and not (await one.film.progress()).waits


@pytest.mark.slow
async def test_other_answers_than_yes(skipping: WorkflowEnvironment) -> None:
    async with showing(skipping, Told(), reviewed("storyboard", 64, HERO, DETAIL, CALL)) as one:
        await one.waits("review")
        await one.decide("retake", shot=HERO, words="a red mug in the morning light")
        await one.decide("use", shot=CALL, version="animatic")
        await one.decide("upgrade", shots=[DETAIL], profile="final")
        progress = await one.when(lambda told: [wait.rows for wait in told.waits] == [(HERO, DETAIL)])
        images = bought(one.books, "storyboard:")
        assert {f"storyboard:{HERO}@draft-2", f"storyboard:{DETAIL}@final-1"} < images
        assert not bought(one.books, "chunk:")
        # Of what nobody wants any more nothing is left to be made.
        steps = [step.name for beat in progress.beats for step in beat.steps if step.state == "waiting"]
        assert f"chunk:{HERO}:1" not in steps and f"chunk:{HERO}:1@draft-2" in steps
        await one.passes(WEEKEND)
        await one.decide("approve")
        assert await one.shown(whole=True) == ("draft-2", "final-1", "animatic-1")


@pytest.mark.slow
async def test_whom_it_shows_is_looked_at_before_anything_is_drawn_by_it(
    skipping: WorkflowEnvironment,
) -> None:
    """And drawn anew with a person's words, and what shows her after it."""
    market, request = SheetMarket(), sheeted(92, ANNA, review="characters")
    async with showing(skipping, market, request) as one:
        progress = await one.waits("review")
        assert bought(one.books, "sheet:", "storyboard:", "chunk:") == {"sheet:Anna"}
        (wait,) = progress.waits
        assert wait.updates["retake"] == {"sheet": "Anna"} and wait.rows == ALL
        assert "whom it shows is there" in wait.words and str(wait.buys_usd) == "0.06"
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await one.decide("retake", sheet="Bo")
        assert "no sheet is drawn of Bo, but of Anna" in str(refused.value.cause)
        await one.decide("retake", sheet="anna", words="older")
        await one.when(lambda told: any(step.name == "sheet:Anna:2" for step in told.film_steps))
        await one.waits("review")
        assert not bought(one.books, "storyboard:")
        await one.decide("approve")
        assert await one.shown(whole=True) == ("draft-2", "draft-2")
        assert bought(one.books, "sheet:") == {"sheet:Anna", "sheet:Anna:2"}
        assert market.notes == {"sheet:Anna": "", "sheet:Anna:2": "older"}
        # The animatic draws them as well, and nobody by a sheet.
        assert len({keys for keys in market.shown.values() if keys}) == 1


@pytest.mark.slow
async def test_an_approval_is_for_one_plan(skipping: WorkflowEnvironment) -> None:
    async with showing(skipping, Told(), reviewed("plan", 65)) as one:
        await one.waits("review")
        await one.decide("approve")
        assert await one.shown(whole=True) == ("draft-1", "draft-1")
        with pytest.raises(WorkflowUpdateFailedError):
            await one.decide_anew("use", shot=HERO, version="draft-7")
        assert await one.shown(whole=True) == ("draft-1", "draft-1"), "the next run asks nothing"
        await one.decide_anew("retake")
        await one.waits("review")
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await one.decide("approve", shots=["no_such_shot"])
        assert "there is no shot" in str(refused.value.cause)
        await one.decide("approve")
        assert await one.shown(whole=True) == ("draft-1", "draft-1")
        with pytest.raises(WorkflowUpdateFailedError):
            await one.decide_anew("approve", shots=["no_such_shot"])


@pytest.mark.slow
async def test_what_is_dearer_than_it_was_is_asked_for(skipping: WorkflowEnvironment) -> None:
    """A film that showed the animatic by a person's choice was never approved."""
    async with showing(skipping, Told(), reviewed("storyboard", 66)) as one:
        await one.waits("review")
        await one.decide("use", shot=HERO, version="animatic")
        await one.decide("approve", shots=[CALL])
        assert await one.shown(whole=True) == ("animatic-1", "draft-1")
        await one.decide_anew("upgrade", shots=[HERO])
        assert (await one.waits("review")).waits[0].rows == (HERO,)
        await one.decide("approve", shots=[HERO])
        assert await one.shown(whole=True) == ("draft-1", "draft-1")


class Undrawn(Told):
    """Here nothing can be drawn."""

    async def _sell(self, model, terms, price, length=None) -> Artifact:  # type: ignore[no-untyped-def]
        if model.work == "computes":
            raise InvalidInput("there is no font")
        return await super()._sell(model, terms, price, length)


async def test_a_review_of_what_cannot_be_drawn_is_asked_for_all_the_same(
    skipping: WorkflowEnvironment,
) -> None:
    async with showing(skipping, Undrawn(), reviewed("cut", 67)) as one:
        progress = await one.waits("review")
        assert progress.cut is None and not bought(one.books, "storyboard:")
        await one.decide("approve")
        assert await one.shown(whole=True) == ("draft-1", "draft-1")


async def test_a_persons_time_is_no_time_of_the_film(skipping: WorkflowEnvironment) -> None:
    market = Told(slow={f"chunk:{CALL}:2": 3.0})
    async with showing(skipping, market, reviewed("storyboard", 68)) as one:
        await one.waits("review")
        await one.when(lambda progress: progress.cut is not None and progress.expected_s is None)
        await one.passes(WEEKEND)
        await one.decide("approve")
        progress = await one.when(lambda progress: progress.expected_s is not None)
        assert progress.expected_s and progress.elapsed_s >= WEEKEND.total_seconds()
        assert progress.expected_s - progress.elapsed_s < 3600
        await one.shown(whole=True)
