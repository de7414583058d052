"""The cheapest job of each model, and what is held against its entry of what came back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from activities.faults import InvalidInput
from activities.models.call import ModelCall, Picture
from activities.models.catalogue import Catalogue
from activities.models.kinds import VideoModel
from activities.models.provider import Job, ListedJob
from activities.upkeep.findings import of_bill, of_identity, of_output
from activities.upkeep.jobs import CheapestJob, cheapest_jobs
from workflows.studio.facts import SHORT_SIDE, Artifact, Media

CATALOGUE, TODAY = Catalogue.load(), date(2026, 11, 27)
JOBS = cheapest_jobs(CATALOGUE, CATALOGUE.providers, (), TODAY)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.model.id)
def test_its_model_takes_it(job: CheapestJob) -> None:
    given = {role: Picture(Path("a.png"), "image/png", "0", "https://x.test/a") for role in job.model.needs}
    assert ("prompt" in ModelCall(job.model, {**job.params, "seed": 1}, given).values()) == job.model.worded


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.model.id)
def test_nothing_of_it_is_cheaper(job: CheapestJob) -> None:
    model = job.model
    if isinstance(model, VideoModel):
        prices = [model.price(each.asked_s, size) for size in SHORT_SIDE for each in model.offered(size)]
        assert job.usd == min(prices)
    assert job.usd > 0


def test_what_cannot_be_bought_is_left_out_and_refused_where_it_is_named() -> None:
    assert {job.model.provider for job in cheapest_jobs(CATALOGUE, ["fal"], (), TODAY)} == {"fal"}
    for name in ("animatic-video", "replicate-seedance-1-lite", "fal-flux-dev"):
        assert name not in {job.model.id for job in cheapest_jobs(CATALOGUE, ["replicate"], (), TODAY)}
        with pytest.raises(InvalidInput, match=name):
            cheapest_jobs(CATALOGUE, ["replicate"], (name,), TODAY)
    with pytest.raises(InvalidInput, match="known are replicate-") as unknown:
        cheapest_jobs(CATALOGUE, ["replicate"], ("nonsense",), TODAY)
    assert "animatic" not in str(unknown.value)


def test_another_day_another_deployment_and_a_mended_entry_buy_another_job() -> None:
    job = CheapestJob.of(CATALOGUE.model("fal-flux-dev"))
    dearer = CheapestJob(job.model.model_copy(update={"price_usd": Decimal("0.03")}))
    looked_at = CheapestJob(job.model.model_copy(update={"checked": TODAY}))
    keys = [job.recipe("2026-11-27", "").key, job.recipe("2026-11-28", "").key]
    keys += [job.recipe("2026-11-27", "staging").key, dearer.recipe("2026-11-27", "").key]
    assert len(set(keys)) == 4 and looked_at.recipe("2026-11-27", "").key == keys[0]


def test_by_the_token_a_bill_may_be_less_and_never_more() -> None:
    plan = CheapestJob.of(CATALOGUE.model("openai-gpt-5.4-mini"))
    for usd, differs in (("0.0001", False), ("0.05", False), ("0.0501", True), ("0", True)):
        assert of_bill(plan, Decimal(usd)).differs == differs
    image = CheapestJob.of(CATALOGUE.model("fal-flux-dev"))
    assert [of_bill(image, Decimal(usd)).differs for usd in ("0.025", "0.024")] == [False, True]
    # In the form of all amounts, unless that would hide what differs.
    amounts = ("0.2", "0.21", "0.025", "0.0251", "0")
    seen = [of_bill(image, Decimal(usd)).seen for usd in amounts]
    assert seen == ["$0.20", "$0.21", "$0.025", "$0.0251", "$0.00"]


def test_a_video_of_another_rate_length_shape_or_with_sound_is_told() -> None:
    job = CheapestJob.of(CATALOGUE.model("replicate-wan-2.2-i2v-fast"))
    media = Media(mime="video/mp4", bytes=1, sha256="0", width=720, height=1280, frames=81, fps=Fraction(16))

    def differs(**more: object) -> list[str]:
        made = Artifact(key="0", object="renders/0/1", media=media.model_copy(update=more))
        return [one.field for one in of_output(job, made) if one.differs]

    assert differs() == differs(width=719, height=1279) == []
    assert differs(fps=Fraction(24)) == ["rate"] and differs(frames=82) == ["length"]
    assert differs(width=1280, height=720) == differs(width=480, height=854) == ["size"]
    assert differs(samples=48_000) == ["sound"]


def test_a_tag_that_was_sent_and_is_not_listed_is_told() -> None:
    def found(tag: str | None, fingerprint: str | None) -> dict[str, bool]:
        listed = ListedJob(Job("1"), datetime.now(UTC), tag, fingerprint)
        return {one.field: one.differs for one in of_identity(listed, "mine", "print", tagged=True)}

    assert found("mine", "print") == {"tag": False, "request": False}
    assert found(None, "print") == {"tag": True, "request": False}
    assert found("mine", None) == {"tag": False, "request": True}
