"""Films of a batch wait for nobody: what is in doubt is given up, what is too dear ends with its best cut,
and what fails is tried again alone."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.film_batches import PAID, FilmBatchRig, films, uploaded
from tests.support.film_batches import film_batches as film_batches
from tests.support.paid import BEAT_USD, FLUX, IMAGE_USD, WAN
from tests.support.standing import Standins

pytestmark = pytest.mark.slow
TEMPLATE = {
    **PAID,
    "models": {"planner": "animatic-planner", "image": "${image}", "video": "${video}"},
    "partial": "${partial}",
    "budget_usd": "${budget}",
}
#: Of one that tells nobody of its jobs: an answer that is lost leaves it in doubt.
UNLISTED = "google-veo-3.1-lite"


async def test_each_film_ends_as_it_can_and_what_failed_is_tried_again_alone(
    film_batches: FilmBatchRig, standins: Standins, tmp_path: Path
) -> None:
    standins.order("replicate", "submit", "content_stable", 12, "walnut stool")
    standins.order("google", "submit", "drop_after", 1, "velvet sofa")
    async with film_batches() as batches:
        source = await uploaded(
            batches.studio.store,
            tmp_path,
            ("steel lamp", "walnut stool", "velvet sofa", "marble table"),
            image=[FLUX] * 4,
            video=[WAN, WAN, UNLISTED, WAN],
            partial=["deliver", "fail", "deliver", "deliver"],
            budget=["", "", "", "0.01"],
        )
        run = await batches.start(films(source, TEMPLATE, name="Mixed"))
        result = await batches.result(run)
        made, refused, doubted, starved = rows = await batches.rows(run.id)
        assert [row["state"] for row in rows] == ["completed", "failed", "completed", "over_budget"]
        # Of one that is to be whole or nothing, the first cut had been delivered.
        assert all(row["delivered"] for row in rows)
        assert [row["whole"] for row in rows] == [True, False, False, False]
        assert "given up" in doubted["why"] and "storyboard" in refused["why"].lower()
        for row in rows:
            assert row["spent_usd"] == await batches.paid([row["item"]])
        assert made["spent_usd"] >= BEAT_USD and not refused["spent_usd"]
        assert IMAGE_USD <= starved["spent_usd"] <= Decimal("0.01")
        # What is in doubt counts in full.
        assert doubted["spent_usd"] > IMAGE_USD
        assert result.spent_usd == await batches.paid(row["item"] for row in rows)
        assert sum(row["reserved_usd"] for row in rows) == Decimal(0)

        # What is refused for good stays so when it is tried again; nobody else is, and nothing is bought.
        assert await batches.ask(run, "retry", state="failed") == "1 item goes on"
        again = await batches.result(run)
        after = await batches.rows(run.id)
        assert not again.cost_usd and again.counts == result.counts
        assert [now["number"] for now, was in zip(after, rows, strict=True) if now["run"] != was["run"]] == [
            2
        ]
