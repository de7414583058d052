"""Finds productions: which of them run, wait, failed, cost something, by what operators know of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode

from infra.refusals import unreachable
from starter.errors import NotRegistered
from workflows.studio import Production, attributes

State = Literal[
    "planning", "rendering", "waiting", "paused", "stopping", "completed", "stopped", "canceled", "failed"
]
# What one answer of a server holds; whoever looks for more asks more exactly.
MOST_LISTED = 100
#: The query of all that waits for a person.
WAITING = f"{attributes.WAITS.name} IS NOT NULL AND ExecutionStatus = 'Running'"
#: What can still change by itself or by a person: only a run that Temporal calls running stands so.
OPEN: tuple[State, ...] = ("planning", "rendering", "waiting", "paused", "stopping")


@dataclass(frozen=True)
class Wanted:
    """Which productions: all that is named here holds of them. `waits` is a reason, such as `budget`, or
    `any`; `labels` are borne all; `since` is how long ago they may have begun at most; `kinds` are their
    nouns, by default all; `batch` is whose items they are, `apart` are batches whose items they are not;
    `at_work` runs, or has ended since that moment."""

    status: Sequence[State] = ()
    user: str = ""
    labels: Sequence[str] = ()
    waits: str = ""
    since: timedelta | None = None
    kinds: Sequence[str] = ()
    batch: str = ""
    apart: Sequence[str] = ()
    at_work: datetime | None = None

    def query(self, kinds: Iterable[str], now: datetime) -> str:
        """For Temporal's lists of workflows, its Web UI's too, of these kinds. As of `now`: a server knows no
        relative dates."""
        types = _one_of("WorkflowType", kinds)
        return " AND ".join([types, *self._status(), *self._others(now)])

    def _status(self) -> list[str]:
        if not self.status:
            return []
        said = _one_of(attributes.STATUS.name, self.status)
        # A run that somebody terminated could not say so any more.
        return [said, "ExecutionStatus = 'Running'"] if set(self.status) <= set(OPEN) else [said]

    def _others(self, now: datetime) -> list[str]:
        rules = [f"{attributes.LABELS.name} = {_quoted(label)}" for label in self.labels]
        if self.user:
            rules.append(f"{attributes.USER.name} = {_quoted(attributes.keyword(self.user))}")
        if self.waits:
            waits = "IS NOT NULL" if self.waits == "any" else f"= {_quoted(self.waits)}"
            # What has been terminated waits for nobody.
            rules += [f"{attributes.WAITS.name} {waits}", "ExecutionStatus = 'Running'"]
        if self.batch:
            rules.append(f"ParentWorkflowId = {_quoted(self.batch)}")
        if self.apart:
            rules.append(f"(ParentWorkflowId IS NULL OR NOT {_one_of('ParentWorkflowId', self.apart)})")
        if self.at_work is not None:
            ended = self.at_work.isoformat(timespec="seconds")
            rules.append(f"(ExecutionStatus = 'Running' OR CloseTime > '{ended}')")
        if self.since is not None:
            rules.append(f"StartTime > '{(now - self.since).isoformat(timespec='seconds')}'")
        return rules


@dataclass(frozen=True)
class Found:
    """One production, by its latest run. Amounts are USD of all its runs; what a namespace without our search
    attributes cannot tell is empty, or None."""

    id: str
    run: str
    production: str
    status: str
    waits: tuple[str, ...]
    user: str
    labels: tuple[str, ...]
    cost_usd: float | None
    budget_usd: float | None
    started: datetime
    ended: datetime | None
    #: The object key of what its run has delivered, once that has ended.
    delivered: str | None = None


async def found(
    client: Client, table: Mapping[str, Production[Any, Any]], wanted: Wanted, limit: int
) -> list[Found]:
    """Those of the kinds in `table` by the names of their workflows, as `Productions.listed` says."""
    by_id: dict[str, Found] = {}
    kinds = [name for name, one in table.items() if not wanted.kinds or one.noun in wanted.kinds]
    try:
        async for one in client.list_workflows(wanted.query(kinds, datetime.now(UTC)), page_size=limit):
            told = await _found(one, table[one.workflow_type])
            # A server lists the newest run of an id first; that it does so is promised nowhere.
            if told.id not in by_id or by_id[told.id].started < told.started:
                by_id[told.id] = told
            if len(by_id) >= limit:
                break
    except RPCError as error:
        if error.status == RPCStatusCode.INVALID_ARGUMENT and "search attribute" in error.message:
            raise NotRegistered(
                f"This namespace does not know what productions are found by ({error.message}): "
                "`reel setup` registers it"
            ) from error
        raise unreachable(error) from error
    return sorted(by_id.values(), key=lambda one: one.started, reverse=True)


async def _found(one: WorkflowExecution, production: Production[Any, Any]) -> Found:
    def told(key: SearchAttributeKey[Any], empty: Any) -> Any:
        return one.typed_search_attributes.get(key, empty)

    return Found(
        id=one.id,
        run=one.run_id,
        production=production.noun,
        status=_status(one.status, told(attributes.STATUS, "")),
        waits=tuple(told(attributes.WAITS, ())) if one.status == WorkflowExecutionStatus.RUNNING else (),
        user=told(attributes.USER, ""),
        labels=tuple(told(attributes.LABELS, ())),
        cost_usd=told(attributes.COST, None),
        budget_usd=told(attributes.BUDGET, None),
        started=one.start_time,
        ended=one.close_time,
        delivered=await one.memo_value(production.delivers, None),
    )


def _status(ended: WorkflowExecutionStatus | None, told: str) -> str:
    """What the run said last, where it still holds."""
    if ended is None or ended == WorkflowExecutionStatus.RUNNING:
        return told or "running"
    return told if told and told not in OPEN else ended.name.lower()


def _one_of(name: str, values: Iterable[str]) -> str:
    return f"{name} IN ({', '.join(_quoted(value) for value in values)})"


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
