"""How a production's money and memory are asked for and written down: the steps of its account."""

from __future__ import annotations

from decimal import Decimal

from pydantic import JsonValue

from workflows.studio.calls import LIGHT, STUDIO_QUEUE, run
from workflows.studio.edits import Edit, KeptVersion
from workflows.studio.facts import Facts
from workflows.studio.money import Account, Choice


class OpenAccount(Facts):
    """`film` is the id of a production of any kind, here and below. `run` is the run that begins, and
    `budget_usd` what its request names; without a run the account is only read, and without the request
    nobody looks where it is planned."""

    film: str
    run: str = ""
    budget_usd: Decimal | None = None
    request: dict[str, JsonValue] | None = None


class RecordChoice(Facts):
    film: str
    choice: Choice


class RecordBudget(Facts):
    """`update` is the id of the update that set it: sent twice, it counts once. `run` and `asked_usd` are
    the run's own and what its request named, which is older than the update, whichever is written first."""

    film: str
    update: str
    usd: Decimal
    run: str = ""
    asked_usd: Decimal | None = None


class RecordEdit(Facts):
    """`run` is the run's own id: another run may be sent an update of the same id."""

    film: str
    run: str
    edit: Edit


class RecordVersion(Facts):
    film: str
    version: KeptVersion


class AcceptRisk(Facts):
    """`attempt` is the ledger's name of what is in doubt, `<recipe key>:<n>`."""

    attempt: str


class Recorded(Facts):
    """It is written down."""


async def open_account(step: OpenAccount, label: str) -> Account:
    """What the ledger knows of its money, and what was chosen for its steps before."""
    return await run("open_account", step, Account, STUDIO_QUEUE, LIGHT, label)


async def record_choice(step: RecordChoice, label: str) -> Recorded:
    """Written before anything is bought with it."""
    return await run("record_choice", step, Recorded, STUDIO_QUEUE, LIGHT, label)


async def record_budget(step: RecordBudget, label: str) -> Recorded:
    """Written before the update is acknowledged."""
    return await run("record_budget", step, Recorded, STUDIO_QUEUE, LIGHT, label)


async def record_edit(step: RecordEdit, label: str) -> Recorded:
    """Written before the update is acknowledged."""
    return await run("record_edit", step, Recorded, STUDIO_QUEUE, LIGHT, label)


async def record_version(step: RecordVersion, label: str) -> Recorded:
    """Written once it is finished: a later run may show it without making it."""
    return await run("record_version", step, Recorded, STUDIO_QUEUE, LIGHT, label)


async def accept_risk(step: AcceptRisk, label: str) -> Recorded:
    """The attempt in doubt is written off, so that another may be made."""
    return await run("accept_risk", step, Recorded, STUDIO_QUEUE, LIGHT, label)
