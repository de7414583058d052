"""What is expected of a purchase is no failure: who knows answers is answered, others hear it as before."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import BaseModel
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.faults import (
    AtCap,
    ContentPolicy,
    InvalidInput,
    ModelGone,
    OutputExpired,
    OverBudget,
    StudioError,
    SubmitOutcomeUnknown,
)
from activities.running.failures import as_application_error, translated
from workflows.studio.facts import Artifact, NotBought
from workflows.studio.money import PaidStep

PRICE = Decimal("0.3")
EXPECTED = (
    OverBudget("it costs more", PRICE),
    AtCap("a cap is reached"),
    SubmitOutcomeUnknown("nobody can say", "key:1", PRICE),
    OutputExpired("it is gone", "key:1", PRICE),
    ContentPolicy("refused"),
)


class Wanted(BaseModel):
    terms: PaidStep


async def ended(error: StudioError, answers: bool) -> object:
    """How an activity ends that meets this error."""

    @translated
    async def buy(step: Wanted) -> Artifact:
        raise error

    try:
        told: object = await ActivityEnvironment().run(buy, Wanted(terms=PaidStep(answers=answers)))
    except ApplicationError as failed:
        return failed
    return told


@pytest.mark.parametrize("error", EXPECTED, ids=lambda error: type(error).__name__)
async def test_what_is_expected_is_an_answer_with_all_that_the_failure_says(error: StudioError) -> None:
    told = await ended(error, answers=True)
    failed = await ended(error, answers=False)
    assert isinstance(told, NotBought) and isinstance(failed, ApplicationError)
    assert (told.not_bought, told.message, told.details) == (failed.type, failed.message, failed.details)
    assert as_application_error(error, 0).type == failed.type
    # By this the bars of a history are told apart.
    assert told.model_dump_json().startswith('{"not_bought":')


@pytest.mark.parametrize("error", [InvalidInput("no photo"), ModelGone("retired")])
async def test_what_is_wrong_stays_a_failure(error: StudioError) -> None:
    assert isinstance(await ended(error, answers=True), ApplicationError)
