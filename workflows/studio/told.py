"""How a production tells how it stands: to a query, to lists, on its page; the same for all of them."""

from __future__ import annotations

from typing import Any, Literal

from temporalio import workflow

from workflows.studio.attributes import Attributes
from workflows.studio.failures import failure_of
from workflows.studio.notices import Notices
from workflows.studio.page import markdown
from workflows.studio.production import AnyOutcome, AnyRequest
from workflows.studio.report import Outcome, Progress, Status, Wait
from workflows.studio.runner import Runner
from workflows.studio.steering import Steered
from workflows.studio.waits import sendable

_PAUSED = Wait(reason="paused", words="the signal resume", answers=("resume",))


class Told(Steered[AnyRequest, AnyOutcome]):
    """What is told of one run."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = Runner(self._control, self._board, self._show)
        self._standins = False
        self._attributes = Attributes()
        self._notices = Notices(self.production.noun)
        self._is_told = False

    @workflow.query(description="Rows, steps and their states, as JSON.")
    def progress(self, *_: Any) -> Progress:
        return self._snapshot()

    @property
    def _is_paused(self) -> bool:
        return self._control.paused and self._board.status in ("planning", "rendering")

    def _snapshot(self) -> Progress:
        """Looks, and changes nothing: a query may come at any time."""
        return self._standing()

    def _standing(self) -> Progress:
        """What lists and notices are told, after every change: what is said of single rows may be missing."""
        asking = sendable(self._control.waits.values(), self._budget.spent + self._budget.reserved)
        waits = (*([_PAUSED] if self._is_paused else []), *asking)
        failing = self._runner.failed if self._board.status == "rendering" else None
        told = self._board.snapshot(workflow.info().start_time, workflow.now())
        return told.model_copy(
            update={
                "paused": self._is_paused,
                "waits": waits,
                "error": self._failure or (failure_of(failing, self.production.noun) if failing else None),
                "waiting_for": "; ".join(wait.words for wait in waits) or None,
                "cost_usd": self._budget.spent_now,
                "spent_usd": self._budget.spent,
                "corrected_usd": self._budget.corrected,
                "budget_usd": self._budget.limit,
                "reserved_usd": self._budget.reserved,
                "standins": self._standins,
            }
        )

    def _show(self, status: Status | None = None) -> None:
        """To be called after every change."""
        if status is not None:
            self._board.status = status
        self._board.tick(workflow.now(), self._is_paused or bool(self._control.waits))
        told, self._is_told = self._standing(), True
        self._attributes.tell(told)
        self._notices.tell(told)

    def current_details(self) -> str:
        """What an operator reads. Looks, and changes nothing: it is written when somebody asks for it."""
        return self._page(self._snapshot()) if self._is_told else ""

    def _page(self, progress: Progress) -> str:
        return markdown(progress, self.production.noun, self.production.row)

    def _outcome(self, status: Literal["completed", "stopped"]) -> Outcome:
        return Outcome(
            status=status,
            made=self._board.made,
            reused=self._board.reused,
            cost_usd=self._budget.spent_now,
            spent_usd=self._budget.spent,
            corrected_usd=self._budget.corrected,
            warnings=tuple(self._board.warnings),
        )
