"""What a success is worth that brings no film: of every provider, on its own wire and in the ledger.

One table. A success that names no file, one whose file is none, and one whose file is gone; each with and
without a word about the cost. What is in doubt counts in full, the same job is asked again before anything
is bought anew, and what only a person can decide is held.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal, NamedTuple, cast

import pytest

from activities.faults import ContentPolicy, JobFailed, OutputExpired
from activities.ledger.purchase import PaidRecipe
from activities.ledger.recipe import Recipe
from activities.ledger.submissions import Submission
from activities.models.available import open_providers
from activities.models.call import ModelCall
from activities.models.catalogue import Catalogue
from activities.models.entries import Model
from activities.models.kinds import VideoModel
from activities.models.provider import Job, JobStatus, Provider
from activities.models.trial import ordered
from activities.storage.fetch import Fetch
from infra.settings import Settings
from tests.support.buying import BuyerProcess, Open
from tests.support.paid import TIMES
from tests.support.standing import Standins

pytest_plugins = ["tests.support.buying_fixtures"]

CATALOGUE = Catalogue.load()
#: What a success that says nothing of its cost counts as, and one that does.
Worth = Literal["full", "stated", "nothing"]


class Row(NamedTuple):
    """A model, what is wrong with its success, how its attempt ends, how often its end was asked for; what it
    counts as where the answer is silent, whether that is sure, and what it counts as where it is not."""

    model: str
    wrong: Literal["no_file", "html", "truncated", "expired"]
    phase: Literal["failed", "held"]
    asked: int
    silent: Worth
    sure: bool
    said: Worth


FULL: Worth = "full"
STATED: Worth = "stated"
NOTHING: Worth = "nothing"
# Replicate and Veo never say what a success cost. fal says it in units, and Gemini in tokens of an image that
# is sold by the piece: what only a bill can price, but nothing is nothing. Where the answer is the output,
# there is nothing to ask again, and nothing that could expire.
ROWS = [
    Row("replicate-flux-schnell", "no_file", "failed", 3, FULL, False, FULL),
    Row("replicate-flux-schnell", "html", "failed", 3, FULL, True, FULL),
    Row("replicate-flux-schnell", "expired", "held", 1, FULL, False, FULL),
    Row("replicate-hailuo-02", "no_file", "failed", 3, FULL, False, FULL),
    Row("replicate-hailuo-02", "truncated", "failed", 3, FULL, True, FULL),
    Row("fal-flux-schnell", "no_file", "failed", 3, FULL, False, NOTHING),
    Row("fal-flux-schnell", "html", "failed", 3, FULL, True, FULL),
    Row("fal-flux-schnell", "expired", "held", 3, FULL, False, FULL),
    Row("fal-kling-2.5-turbo-pro", "no_file", "failed", 3, FULL, False, NOTHING),
    Row("fal-kling-2.5-turbo-pro", "truncated", "failed", 3, FULL, True, FULL),
    Row("openai-gpt-5.4-mini", "no_file", "failed", 3, FULL, False, STATED),
    Row("openai-gpt-5.4-mini", "truncated", "failed", 3, FULL, True, STATED),
    Row("openai-gpt-5.4-mini", "expired", "held", 1, FULL, False, FULL),
    Row("openai-gpt-image-2.5-flare", "no_file", "failed", 0, FULL, False, STATED),
    Row("openai-gpt-image-2.5-flare", "html", "failed", 0, FULL, True, STATED),
    Row("google-veo-3.1-lite", "no_file", "failed", 3, FULL, False, FULL),
    Row("google-veo-3.1-lite", "html", "failed", 3, FULL, True, FULL),
    Row("google-veo-3.1-lite", "expired", "held", 1, FULL, False, FULL),
    Row("google-gemini-3.1-flash-image", "no_file", "failed", 0, FULL, False, NOTHING),
    Row("google-gemini-3.1-flash-image", "html", "failed", 0, FULL, True, FULL),
    Row("google-gemini-3.5-flash", "no_file", "failed", 0, FULL, False, STATED),
    Row("google-gemini-3.5-flash", "truncated", "failed", 0, FULL, True, STATED),
]


class Heard:
    """A provider, and how often it said that a job had ended."""

    def __init__(self, provider: Provider) -> None:
        self._provider, self.ends = provider, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._provider, name)

    async def poll(self, model: Model, job: Job) -> JobStatus:
        standing = await self._provider.poll(model, job)
        self.ends += standing.state not in ("queued", "running")
        return standing


@asynccontextmanager
async def selling(opened: Open, standins: Standins, name: str) -> AsyncIterator[tuple[BuyerProcess, Heard]]:
    """A process that buys from one provider's real client, which talks to its stand-in."""
    every = open_providers(Settings(standins=True), standins.root)
    heard, fetch = Heard(every[name]), Fetch([standins.root])
    yield (
        await opened(TIMES, fetch=fetch, providers={name: cast(Provider, heard)}, models=CATALOGUE),
        heard,
    )
    await fetch.close()
    for each in every.values():
        await each.close()


def wanted(model: Model, provider: Provider) -> PaidRecipe:
    """One call of the model, which no other test buys."""
    recipe = Recipe(operation="test", model=model.id, params={"unique": uuid.uuid4().hex})

    async def call(folder: Path, tag: str) -> ModelCall:
        return await ordered(provider, model, folder)

    seconds = model.lengths[0].asked_s if isinstance(model, VideoModel) else None
    return PaidRecipe(recipe=recipe, model=model, call=call, seconds=seconds)


def worth(one: Submission) -> Worth:
    counted = one.payment.usd
    if counted == one.estimate:
        return "full"
    return "stated" if counted else "nothing"


@pytest.mark.parametrize("silent", [True, False], ids=["silent", "said"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.model}-{row.wrong}")
async def test_what_is_in_doubt_counts_in_full(
    opened: Open, standins: Standins, row: Row, silent: bool
) -> None:
    model = CATALOGUE.model(row.model)
    standins.order(model.provider, "submit", row.wrong)
    if silent:
        standins.order(model.provider, "submit", "no_cost")
    async with selling(opened, standins, model.provider) as (process, heard):
        what = wanted(model, cast(Provider, heard))
        with pytest.raises(OutputExpired if row.phase == "held" else JobFailed) as ended:
            await process.buy(what)
        (one,) = await process.submissions_of(what)
    assert (one.phase, standins.posts(model.provider), heard.ends) == (row.phase, 1, row.asked)
    assert worth(one) == (row.silent if silent else row.said)
    assert one.cost_certain == (row.sure or (not silent and row.said != "full"))
    assert ended.value.payment == one.payment


@pytest.mark.parametrize("model_id", [row.model for row in ROWS if row.wrong == "no_file" and row.asked])
async def test_a_file_that_comes_a_moment_after_its_success_is_taken(
    opened: Open, standins: Standins, model_id: str
) -> None:
    model = CATALOGUE.model(model_id)
    standins.order(model.provider, "poll", "no_file", times=2)
    async with selling(opened, standins, model.provider) as (process, heard):
        what = wanted(model, cast(Provider, heard))
        await process.buy(what)
        assert await process.phases(what) == ["stored"]
    assert (standins.posts(model.provider), heard.ends) == (1, 3)


@pytest.mark.parametrize(
    ("model_id", "said"), [("google-gemini-3.1-flash-image", NOTHING), ("google-gemini-3.5-flash", STATED)]
)
@pytest.mark.parametrize("silent", [True, False], ids=["silent", "said"])
async def test_a_refusal_that_came_as_an_answer_costs_what_it_says(
    opened: Open, standins: Standins, model_id: str, said: Worth, silent: bool
) -> None:
    """Gemini answers a blocked prompt like any other, with the tokens that it has read."""
    standins.order("google", "submit", "content_random")
    if silent:
        standins.order("google", "submit", "no_cost")
    async with selling(opened, standins, "google") as (process, heard):
        what = wanted(CATALOGUE.model(model_id), cast(Provider, heard))
        with pytest.raises(ContentPolicy) as refused:
            await process.buy(what)
        (one,) = await process.submissions_of(what)
    assert (one.phase, one.cost_certain, worth(one)) == ("failed", not silent, FULL if silent else said)
    assert refused.value.payment == one.payment
