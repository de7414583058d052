"""A provider that is away for longer than a step's time: its shots stay placeholders, and the film ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from tests.support.holding import Exact
from tests.support.on_market import asked
from tests.support.skipping import DAY, showing
from tests.support.skipping import skipping as skipping
from workflows.studio.calls import WORK
from workflows.studio.facts import Artifact

HERO, CALL = "hero_shot", "call_to_action"


class Away(Exact):
    """Does not answer for steps of that shot, until it is back."""

    def __init__(self, shot: str) -> None:
        super().__init__()
        self._shot, self.is_back = shot, False

    async def _sell(self, model: Any, terms: Any, price: Any, length: Any = None) -> Artifact:
        if self._shot in terms.step and model.work == "waits" and not self.is_back:
            # As every passing failure, but asked again seldom: days pass in a moment here.
            raise ApplicationError(
                "the provider does not answer", type="ProviderUnavailable", next_retry_delay=3 * DAY
            )
        return await super()._sell(model, terms, price, length)


@pytest.mark.slow
async def test_who_is_away_for_longer_than_its_step_may_take_leaves_a_placeholder(
    skipping: WorkflowEnvironment,
) -> None:
    limit = WORK["schedule_to_close_timeout"]
    assert limit is not None and 2 * 3 * DAY < limit < 3 * 3 * DAY
    market = Away(CALL)
    async with showing(skipping, market, asked(141, HERO, CALL)) as one:
        await one.when(
            lambda told: "finished" in [one.state for row in told.beats[:1] for one in row.versions[1:]]
        )
        for _ in range(2):
            assert (await one.film.progress()).status == "rendering", "it is asked again for days"
            await one.passes(3 * DAY + timedelta(hours=1))
        assert await one.shown(whole=False) == ("draft-1", "animatic-1")
        result = await one.film.result()
        hero, call = result.beats
        assert (hero.placeholder, call.placeholder) == (False, True)
        assert call.why == "the provider was away, or a server of the studio"
        command = f"reel upgrade {one.film.id} {CALL} draft"
        assert call.fill == f"{command}  # once the provider answers again"
        assert result.spent_usd == one.books.spent, "what was bought is paid, and nothing else"
        market.is_back = True
        await one.decide_anew("upgrade", shots=[CALL], profile="draft")
        assert await one.shown(whole=True) == ("draft-1", "draft-1"), "the command fills it"
