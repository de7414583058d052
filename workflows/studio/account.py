"""How a production's money and memory are asked for and written down: the steps of its account."""

from __future__ import annotations

from workflows.studio.account_facts import AcceptRisk as AcceptRisk
from workflows.studio.account_facts import OpenAccount as OpenAccount
from workflows.studio.account_facts import RecordBudget as RecordBudget
from workflows.studio.account_facts import RecordChoice as RecordChoice
from workflows.studio.account_facts import Recorded as Recorded
from workflows.studio.account_facts import RecordEdit as RecordEdit
from workflows.studio.account_facts import RecordVersion as RecordVersion
from workflows.studio.calls import LIGHT, STUDIO_QUEUE, run
from workflows.studio.money import Account


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
