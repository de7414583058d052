"""`BatchWorkflow`: hundreds of items of one kind under one budget. What all productions share is its base
class."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any, Literal

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from workflows.batch import steps
from workflows.batch.board import rows_of, shown
from workflows.batch.contract import MEANT, BatchProgress, BatchRequest, BatchResult, Counts, Selection
from workflows.batch.production import BATCH
from workflows.batch.telling import Telling
from workflows.batch.window import Window
from workflows.studio import (
    Account,
    Context,
    ItemAsks,
    ItemEnded,
    Outcome,
    ProductionWorkflow,
    Progress,
    answer_of,
)

#: Under which name a run tells the next what the rows do not.
_CONTINUED = "continued"


@workflow.defn(name=BATCH.workflow)
class BatchWorkflow(ProductionWorkflow[BatchRequest, BatchResult]):
    """Makes the items of a `BatchRequest`, and answers with a `BatchResult`. A failed item never fails it."""

    production = BATCH

    def __init__(self) -> None:
        super().__init__()
        self._window: Window | None = None
        self._admitted: steps.Admitted | None = None
        self._telling: Telling | None = None
        #: Reports and questions that came before there was anybody to take them.
        self._early_news: list[ItemEnded | ItemAsks] = []
        self._continued: dict[str, Any] = workflow.memo_value(_CONTINUED, {})
        if self._continued.get("paused"):
            self._control.pause()

    @workflow.run
    async def run(self, request: RawValue = None) -> BatchResult:  # type: ignore[assignment]
        return await self.produce(request)

    # ---- what its items send -------------------------------------------------------------------------

    @workflow.signal(description="An item tells how it ended. Not for people.")
    def item_ended(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        with self._ignoring("item_ended"):
            self._news(answer_of(ItemEnded, sent, number=1, run="…", state="completed"))

    @workflow.signal(description="An item asks for what it lacks. Not for people.")
    def item_asks(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        with self._ignoring("item_asks"):
            self._news(answer_of(ItemAsks, sent, number=1, run="…", ask=1, usd="0.50"))

    def _news(self, news: ItemEnded | ItemAsks) -> None:
        if self._window is None:
            self._early_news.append(news)
        elif isinstance(news, ItemEnded):
            self._window.heard(news)
        else:
            self._window.asked(news)

    # ---- what people decide --------------------------------------------------------------------------

    @workflow.update(
        description='Items that await review go on: {"items": ["3-17"]}, by state or words, or {} for all.'
    )
    async def approve(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        return await self._chosen("approve", _selection(sent))

    @approve.validator
    def _may_approve(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        _selection(sent)

    @workflow.update(
        description='What failed or came to its limit is tried again: {"items": ["12"]}, or {} for all.'
    )
    async def retry(self, sent: RawValue = None) -> str:  # type: ignore[assignment]
        return await self._chosen("retry", _selection(sent))

    @retry.validator
    def _may_retry(self, sent: RawValue = None) -> None:  # type: ignore[assignment]
        _selection(sent)

    async def _chosen(self, kind: Literal["approve", "retry"], chosen: Selection) -> str:
        update, info = workflow.current_update_info(), workflow.info()
        assert update is not None
        window = await self._admitted_first()
        step = steps.SelectItems(
            batch=info.workflow_id,
            run=info.run_id,
            chain=info.first_execution_run_id,
            update=update.id,
            chosen=chosen,
        )
        selected = await window.rows.choose(kind, step)
        what = MEANT[kind].words
        if not selected.items:
            raise ApplicationError(f"no item that is meant {what}", type="NotWaiting")
        unknown = f"; {', '.join(selected.unknown[:10])}: none that {what}" if selected.unknown else ""
        many = f"{selected.items} item{'' if selected.items == 1 else 's'}"
        return f"{many} {'goes' if selected.items == 1 else 'go'} on{unknown}"

    async def _admitted_first(self) -> Window:
        """Which items there are is known once they are admitted."""
        self._early += 1
        try:
            await workflow.wait_condition(
                lambda: self._window is not None or self._is_ending or self._failure is not None
            )
        finally:
            self._early -= 1
        if self._window is None:
            why = self._failure.problem if self._failure else "It ended before its items were admitted."
            raise ApplicationError(f"{why} Nothing is changed.", type="NotAdmitted", non_retryable=True)
        return self._window

    # ---- making it -----------------------------------------------------------------------------------

    async def make(self, asked: BatchRequest, context: Context) -> None:
        window = self._window or await self._begun(asked, context)
        telling = self._telling = self._telling or Telling(asked, context)
        writing = telling.begin(window)
        try:
            while await window.slide(lambda: self._is_paused):
                # First: while it ended, more could come, which another run would know nothing of.
                await telling.end(writing)
                await self._notices.sent()
                await self._continue(asked, window)
                writing = telling.begin(window)
        except (Exception, asyncio.CancelledError):
            # Not where its worker drops the run: what is closed then may not wait once more.
            await telling.end(writing)
            raise
        await telling.end(writing)
        await window.rows.close(window.running)
        await telling.tell()

    async def _begun(self, asked: BatchRequest, context: Context) -> Window:
        context.board.title = asked.name
        admitted = self._admitted = await self._admit(asked, context)
        if not admitted.paid and not _has_budget(asked, context.account):
            context.budget.limit = None
        context.planned()
        window = Window(context.id, asked, context)
        before = self._continued.get("spent_usd")
        # Who approves some of what has ended does not begin again what was stopped.
        is_new = not self._continued and not self._early
        await window.begin(is_new, None if before is None else Decimal(before), self._control.paused)
        self._window = window
        while self._early_news:
            self._news(self._early_news.pop(0))
        if not self._continued:
            await window.afford(window.rows.standing.promised_usd)
        return window

    async def _admit(self, asked: BatchRequest, context: Context) -> steps.Admitted:
        step = steps.AdmitBatch(batch=context.id, request=asked)
        admitted = await steps.admit_batch(step, "Read, check and price every line")
        if admitted.problems:
            words = "\n".join(str(problem) for problem in admitted.problems)
            fields = [problem.model_dump() for problem in admitted.problems]
            raise ApplicationError(words, *fields, type="InvalidRequest", non_retryable=True)
        return admitted

    async def _continue(self, asked: BatchRequest, window: Window) -> None:
        """Goes on in another run, with a history of its own; returns where news came in the last moment."""
        await workflow.wait_condition(workflow.all_handlers_finished)
        if not window.is_long:
            return
        continued = {
            "spent_usd": str(window.rows.before),
            "since": self._since,
            "paused": self._control.paused,
        }
        workflow.continue_as_new(
            asked.model_dump(mode="json", exclude_defaults=True),
            memo={**workflow.memo(), _CONTINUED: continued},
        )

    async def finish(self, asked: BatchRequest) -> None:
        window, context = self._window, self._context
        if window is None or context is None:
            return
        await window.end("stop" if self._control.stopping else "cancel")
        await window.rows.close(window.running)
        self._telling = self._telling or Telling(asked, context)
        await self._telling.tell()

    def asks_for_more(self) -> bool:
        return self._window is not None and not self._window.is_over

    # ---- what is told --------------------------------------------------------------------------------

    async def _balance(self) -> None:
        """The rows say what it came to, as the ledger does."""

    def result(self, asked: BatchRequest, outcome: Outcome) -> BatchResult:
        counts = self._window.rows.standing.counts if self._window else Counts()
        report = self._telling.report if self._telling else None
        return BatchResult(
            **outcome.model_dump(),
            items=counts.total,
            counts=counts,
            results=self._telling.results if self._telling else None,
            report=report.report if report else None,
            table=report.table if report else None,
            labels=asked.labels,
        )

    @property
    def _since(self) -> str:
        since: str = self._continued.get("since") or workflow.info().start_time.isoformat()
        return since

    def _snapshot(self) -> Progress:
        told = super()._snapshot()
        admitted = self._admitted or steps.Admitted()
        window = self._window
        counts = window.rows.standing.counts if window else Counts()
        return BatchProgress(
            **{
                **told.model_dump(),
                "beats": rows_of(window.notable, window.running.values()) if window else (),
                "items": counts.total or admitted.items,
                "counts": counts,
                "done": counts.ended / counts.total if counts.total else 0.0,
                "price_usd": admitted.price_usd,
                "most_usd": admitted.most_usd,
            }
        )

    def _standing(self) -> Progress:
        told, telling = super()._standing(), self._telling
        report = telling.report if telling else None
        found = {
            "delivered": telling.results if telling else None,
            "report": report.report if report else None,
        }
        return told.model_copy(update=found)

    def _page(self, progress: Progress) -> str:
        return shown(progress) if isinstance(progress, BatchProgress) else super()._page(progress)


def _selection(sent: RawValue | None) -> Selection:
    return answer_of(Selection, sent, items=["3-17"])


def _has_budget(asked: BatchRequest, account: Account) -> bool:
    """Whether a person said what it may cost."""
    return asked.budget_usd is not None or account.budget_usd is not None
