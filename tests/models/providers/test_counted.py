"""What a provider fails is told to whoever counts it, and comes out as it was."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest

from activities.faults import (
    AtCap,
    Held,
    ModelResting,
    OverBudget,
    Permanent,
    ProviderUnavailable,
    RateLimited,
    StudioError,
    Transient,
)
from activities.models.counted import FAILURES, Counted
from activities.models.provider import Job, NotAccepted, Request, Unanswered
from activities.models.providers.replicate import Replicate
from tests.support.provider_contract import ended, ordered, sent
from tests.support.replicate import FLUX
from tests.support.standing import Standins


@pytest.fixture
def failures() -> Counter[tuple[str, str]]:
    return Counter()


@pytest.fixture
def counted(on_standin: Replicate, failures: Counter[tuple[str, str]]) -> Counted:
    return Counted(on_standin, lambda model, kind: failures.update([(model, kind)]))


async def asked_of(counted: Counted, folder: Path) -> Request:
    return counted.request(await ordered(counted, FLUX, folder), str(uuid4()))


async def test_each_answer_that_is_a_failure_counts_by_its_kind(
    counted: Counted, standins: Standins, failures: Counter[tuple[str, str]], tmp_path: Path
) -> None:
    standins.order("replicate", "submit", "429")
    with pytest.raises(NotAccepted) as refused:
        await sent(counted, await asked_of(counted, tmp_path))
    assert isinstance(refused.value.why, RateLimited)
    standins.order("replicate", "submit", "503_after")
    with pytest.raises(Unanswered):
        await counted.submit(await asked_of(counted, tmp_path), 30.0)
    standins.order("replicate", "submit", "failed")
    job = await sent(counted, await asked_of(counted, tmp_path))
    assert isinstance(job, Job)
    standins.order("replicate", "poll", "503")
    with pytest.raises(ProviderUnavailable):
        await counted.poll(FLUX, job)
    assert (await ended(counted, FLUX, job)).state == "failed"
    kinds = ("RateLimited", "Unanswered", "ProviderUnavailable", "JobFailed")
    assert failures == {(FLUX.id, kind): 1 for kind in kinds}


async def test_who_takes_too_long_has_not_answered(
    counted: Counted, standins: Standins, failures: Counter[tuple[str, str]], tmp_path: Path
) -> None:
    standins.order("replicate", "submit", "timeout")
    request = await asked_of(counted, tmp_path)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await counted.submit(request, 30.0)
    assert failures == {(FLUX.id, "Unanswered"): 1}


def test_every_failure_that_may_be_a_providers_is_known_beforehand() -> None:
    def below(kind: type[StudioError]) -> set[type[StudioError]]:
        return {kind}.union(*map(below, kind.__subclasses__()))

    # Of the studio's own making: money, doubt, rest, and the branches of the tree.
    ours = {StudioError, Permanent, Transient, OverBudget, AtCap, ModelResting, *below(Held)}
    named = {one for one in below(StudioError) if one.__module__ == "activities.faults"}
    assert named - ours == set(FAILURES) - {Unanswered}
