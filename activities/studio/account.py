"""A film's account: what its steps have paid, what was chosen for them, what people decided about them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Literal

from pydantic import JsonValue
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.faults import AtCap, StillWaiting
from activities.ledger import Buyer, LettingGo, Submissions
from activities.running import translated
from activities.studio.caps import Caps
from activities.studio.memory import FilmMemory
from activities.studio.namespace import Namespace
from activities.studio.stages import Stage
from workflows.studio import (
    STUDIO_QUEUE,
    AcceptRisk,
    Account,
    AwaitPlace,
    AwaitRoom,
    BudgetEdit,
    OpenAccount,
    RecordBudget,
    RecordChoice,
    Recorded,
    RecordEdit,
    RecordVersion,
    decided_budget,
)

# Six times within the minute after which the ledger takes it that nobody waits any more.
_LOOK_AGAIN = timedelta(seconds=10)
# A deletion is over within seconds.
_DELETED_WITHIN_S = 2.0
#: The provider on whose queue a production of this id and request is planned; empty where any worker can.
Planned = Callable[[str, Mapping[str, JsonValue]], Awaitable[str]]
#: What a production of this id and request begins with, written down before its account is read.
Inherited = Callable[[str, Mapping[str, JsonValue]], Awaitable[None]]


class Accounts:
    """The accounts of all productions."""

    def __init__(
        self,
        submissions: Submissions,
        memory: FilmMemory,
        caps: Caps,
        letting_go: LettingGo | None = None,
    ) -> None:
        self._submissions, self._memory, self.caps = submissions, memory, caps
        self._letting_go = letting_go

    async def deleted_now(self, film: str) -> bool:
        """Whether it is being deleted: what a run finds now may be gone in a moment."""
        return self._letting_go is not None and await self._letting_go.under_way(film)

    async def account(self, film: str, *asked: BudgetEdit) -> Account:
        """Every attempt that the film paid for, whatever became of it, and what is remembered of it, as if
        `asked` had been said as well."""
        kept = await self._memory.all(film)
        return Account(
            payments=tuple(await self._submissions.payments(film)),
            choices=kept.choices,
            budget_usd=decided_budget((*kept.budgets, *asked)),
            decided=True,
            edits=kept.edits,
            versions=kept.versions,
            cut=kept.cut,
        )


class AccountSteps:
    """What a production asks of its account. `planned` tells where it is planned, `standins` whether it
    is these that are paid; `inherited` writes down what it begins with, where it begins with anything.
    `notices` says who can be told of it."""

    def __init__(
        self,
        accounts: Accounts,
        memory: FilmMemory,
        buyer: Buyer,
        planned: Planned,
        standins: bool,
        inherited: Inherited | None = None,
        *,
        notices: Literal["", "request", "all"] = "",
    ) -> None:
        self._accounts, self._memory, self._buyer = accounts, memory, buyer
        self._planned, self._standins, self._inherited = planned, standins, inherited
        self._namespace, self._notices = Namespace(), notices

    @activity.defn(name="open_account")
    @translated
    async def open_account(self, step: OpenAccount) -> Account:
        """What the film paid and chose, in all its runs; the budget that the run's request names is written
        down first. With the request, also where it is planned."""
        if step.run:
            if await self._accounts.deleted_now(step.film):
                raise StillWaiting(_DELETED_WITHIN_S)
            await self._memory.ask(step.film, step.run, step.budget_usd)
        at_cap = ""
        if step.run and (whose := _whose(step)) is not None:
            await self._memory.made_for(step.film, *whose)
            if not step.is_item:
                at_cap = await self._accounts.caps.place(step.film, activity.client())
        if step.request is not None and self._inherited is not None:
            await self._inherited(step.film, step.request)
        account = await self._accounts.account(step.film)
        if step.run:
            attributes = await self._namespace.attributes()
            account = account.model_copy(
                update={"attributes": attributes, "at_cap": at_cap, "notices": self._notices}
            )
        if step.request is None:
            return account
        planner = await self._planned(step.film, step.request)
        return account.model_copy(update={"planner": planner, "standins": self._standins})

    @activity.defn(name="record_choice")
    @translated
    async def record_choice(self, step: RecordChoice) -> Recorded:
        """Written again, it is the same."""
        await self._memory.choose(step.film, step.choice)
        return Recorded()

    @activity.defn(name="record_budget")
    @translated
    async def record_budget(self, step: RecordBudget) -> Recorded:
        """Kept for the film's later runs."""
        if step.run:
            await self._memory.ask(step.film, step.run, step.asked_usd)
        await self._memory.set_budget(step.film, step.update, step.usd, step.run)
        return Recorded()

    @activity.defn(name="record_edit")
    @translated
    async def record_edit(self, step: RecordEdit) -> Recorded:
        """Kept for the film's later runs."""
        await self._memory.edit(step.film, step.run, step.edit)
        return Recorded()

    @activity.defn(name="record_version")
    @translated
    async def record_version(self, step: RecordVersion) -> Recorded:
        """Kept for the film's later runs."""
        await self._memory.keep_version(step.film, step.version)
        return Recorded()

    @activity.defn(name="accept_risk")
    @translated
    async def accept_risk(self, step: AcceptRisk) -> Recorded:
        """Names the attempt, so that a second click does nothing; nothing either where its id turned up."""
        await self._buyer.resolve(step.attempt)
        return Recorded()

    @activity.defn(name="await_room")
    @translated
    async def await_room(self, step: AwaitRoom) -> Recorded:
        """Reserves nothing: the ledger judges once more when the submit is entered."""
        return _or_again(await self._accounts.caps.room(step.film, step.provider, step.usd))

    @activity.defn(name="await_place")
    @translated
    async def await_place(self, step: AwaitPlace) -> Recorded:
        """What it has taken it keeps, until it has ended."""
        return _or_again(await self._accounts.caps.place(step.film, activity.client()))


def _or_again(full: str) -> Recorded:
    """Tried again by the server, so that a wait of days takes no slot and no room in the history."""
    if full:
        raise ApplicationError(
            full,
            type=AtCap.__name__,
            next_retry_delay=_LOOK_AGAIN,
            category=ApplicationErrorCategory.BENIGN,
        )
    return Recorded()


def _whose(step: OpenAccount) -> tuple[str, list[str]] | None:
    """The user and the labels of the run's request; None where they are not told."""
    if step.user is not None:
        return step.user, list(step.labels)
    if step.request is None:
        return None
    user, labels = step.request.get("user"), step.request.get("labels")
    said = [each for each in labels if isinstance(each, str)] if isinstance(labels, list) else []
    return user if isinstance(user, str) else "", said


STAGES = tuple(
    Stage(activity, (STUDIO_QUEUE,))
    for activity in (
        AccountSteps.open_account,
        AccountSteps.record_choice,
        AccountSteps.record_budget,
        AccountSteps.record_edit,
        AccountSteps.record_version,
        AccountSteps.accept_risk,
        AccountSteps.await_room,
        AccountSteps.await_place,
    )
)
