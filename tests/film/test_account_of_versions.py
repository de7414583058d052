"""What every version of a shot has cost, also of what was let go: together they are the account."""

from __future__ import annotations

from decimal import Decimal

import pytest
from temporalio.client import Client

from starter.films import Film
from starter.versions import account_words
from tests.support.editing import edited, submitted, told
from tests.support.paid import BEAT_USD, FLUX, WAN, PaidRig, asked
from tests.support.standing import Standins
from workflows.film.naming import film_id
from workflows.studio.report import Progress, VersionProgress

SHOT = "hero_shot"


def account(progress: Progress) -> Decimal:
    """USD of all versions that there are, and of what is beside them."""
    versions = [one.usd for row in progress.beats for one in row.versions]
    return sum([*versions, *progress.beside_usd.values()], Decimal(0))


async def versions_of(film: Film) -> tuple[Progress, dict[str, VersionProgress]]:
    progress = await film.progress()
    return progress, {one.name: one for one in progress.beats[0].versions}


@pytest.mark.slow
async def test_versions_are_told_with_all_that_they_cost(
    paid_rig: PaidRig, standins: Standins, client: Client
) -> None:
    standins.order("replicate", "submit", "stuck", match=WAN.removeprefix("replicate-"))
    request = asked(SHOT, image=FLUX, video=WAN, partial="deliver")
    async with paid_rig() as (studio, films):

        async def ledger() -> tuple[Decimal, Decimal]:
            payments = await studio.ledger.payments(film_id(request))
            lost = [payment.usd for payment in payments if payment.lost]
            return sum((payment.usd for payment in payments), Decimal(0)), sum(lost, Decimal(0))

        film = await films.start(request)
        await submitted(standins, 2)
        await told(film, "retake", shot=SHOT, words="a red mug")
        result = await film.result()
        progress, versions = await versions_of(film)
        paid, lost = await ledger()
        # The chunk that was let go names no price: it may have been charged in full, for nothing.
        assert versions["draft-1"].state == "unmade" and versions["draft-1"].usd == BEAT_USD
        assert versions["draft-1"].lost_usd == lost > 0
        assert (versions["draft-2"].state, versions["draft-2"].usd) == ("finished", BEAT_USD)
        assert account(progress) == progress.spent_usd == result.spent_usd == paid == 2 * BEAT_USD
        assert any("charged for draft-1 of hero_shot" in warning for warning in result.warnings)
        assert versions["draft-1"].price() == "$0.11 $0.11 of it lost"
        assert account_words(progress) == "The film has cost $0.23: $0.23 for these versions"

        await edited(client, request, "use", shot=SHOT, version="animatic")
        progress, versions = await versions_of(film)
        assert versions["draft-1"].usd == BEAT_USD and account(progress) == (await ledger())[0]

        await edited(client, request, "retake")
        progress, versions = await versions_of(film)
        assert versions["draft-1"].usd == BEAT_USD, "of this plan, and not of the one before"
        assert progress.beside_usd == {"draft-1 of hero_shot": BEAT_USD, "draft-2 of hero_shot": BEAT_USD}
        assert account(progress) == progress.spent_usd == (await ledger())[0] == 3 * BEAT_USD
