"""How a production's money and memory are asked for and written down: the steps of its account."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

from workflows.studio.account_facts import AcceptRisk as AcceptRisk
from workflows.studio.account_facts import AwaitPlace as AwaitPlace
from workflows.studio.account_facts import AwaitRoom as AwaitRoom
from workflows.studio.account_facts import OpenAccount as OpenAccount
from workflows.studio.account_facts import RecordBudget as RecordBudget
from workflows.studio.account_facts import RecordChoice as RecordChoice
from workflows.studio.account_facts import Recorded as Recorded
from workflows.studio.account_facts import RecordEdit as RecordEdit
from workflows.studio.account_facts import RecordVersion as RecordVersion
from workflows.studio.calls import LIGHT, STUDIO_QUEUE, run
from workflows.studio.money import Account
from workflows.studio.precedence import Stage

_UNTIL: workflow.ActivityConfig = {
    **LIGHT,
    # Longer than the wait that it is made for, whose limit says in words what has ended.
    "schedule_to_close_timeout": timedelta(days=8),
}


async def open_account(step: OpenAccount, label: str) -> Account:
    """What the ledger knows of its money, and what was chosen for its steps before."""
    # With a run it is opened for what is not begun yet; without, it is the balance of what is done.
    stage = Stage.EARLY if step.run else Stage.LATE
    return await run("open_account", step, Account, STUDIO_QUEUE, LIGHT, label, stage)


async def record_choice(step: RecordChoice, label: str) -> Recorded:
    """Written before anything is bought with it."""
    return await run("record_choice", step, Recorded, STUDIO_QUEUE, LIGHT, label, Stage.LATE)


async def record_budget(step: RecordBudget, label: str) -> Recorded:
    """Written before the update is acknowledged."""
    return await run("record_budget", step, Recorded, STUDIO_QUEUE, LIGHT, label, Stage.LATE)


async def record_edit(step: RecordEdit, label: str) -> Recorded:
    """Written before the update is acknowledged."""
    return await run("record_edit", step, Recorded, STUDIO_QUEUE, LIGHT, label, Stage.LATE)


async def record_version(step: RecordVersion, label: str) -> Recorded:
    """Written once it is finished: a later run may show it without making it."""
    return await run("record_version", step, Recorded, STUDIO_QUEUE, LIGHT, label, Stage.LATE)


async def accept_risk(step: AcceptRisk, label: str) -> Recorded:
    """The attempt in doubt is written off, so that another may be made."""
    return await run("accept_risk", step, Recorded, STUDIO_QUEUE, LIGHT, label, Stage.LATE)


async def await_room(step: AwaitRoom, label: str) -> Recorded:
    """Ends once the caps leave room for a submit; who asks for the submit then may still come too late."""
    return await run("await_room", step, Recorded, STUDIO_QUEUE, _UNTIL, label)


async def await_place(step: AwaitPlace, label: str) -> Recorded:
    """Ends once the production has a place among those that run at once."""
    return await run("await_place", step, Recorded, STUDIO_QUEUE, _UNTIL, label, Stage.EARLY)
