"""What a run leaves in its memo: what the Web UI, and a client in any language, finds when no worker runs any
more. Called in a workflow."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from temporalio import workflow

from workflows.studio.production import AnyOutcome, AnyRequest, Production
from workflows.studio.report import Failure

# Lists of workflows come with their memos, a hundred at once, in an answer of at most 4 MB. A longer request
# is read from the run's history.
_MEMO_BYTES = 16_000


def remember_request(asked: AnyRequest) -> None:
    """To begin another run with, once this one has ended."""
    if not workflow.patched("a-memo-of-the-request"):
        return
    request = asked.model_dump(mode="json", exclude_defaults=True)
    if len(json.dumps(request)) <= _MEMO_BYTES:
        workflow.upsert_memo({"request": request})


def remember_failure(failure: Failure, cost_usd: Decimal) -> None:
    """A failed run has no result but its memo."""
    # Films that failed under an earlier release left none.
    if workflow.patched("a-memo-of-a-failure"):
        error = {**failure.model_dump(mode="json"), "words": failure.words}
        workflow.upsert_memo({"status": "failed", "error": error, "cost_usd": str(cost_usd)})


def remember_cancel(production: Production[Any, AnyOutcome], result: AnyOutcome) -> None:
    """A run that is cancelled has no result either, and may have delivered what there was."""
    # Runs that were cancelled under an earlier release left none.
    if workflow.patched("a-memo-of-a-cancel"):
        _remember(production, result, "canceled")


def remember_result(production: Production[Any, AnyOutcome], result: AnyOutcome) -> None:
    _remember(production, result, result.status)


def _remember(production: Production[Any, AnyOutcome], result: AnyOutcome, status: str) -> None:
    memo = {
        "status": status,
        production.delivers: production.delivered(result),
        "cost_usd": str(result.cost_usd),
    }
    if result.corrected_usd:
        memo["corrected_usd"] = str(result.corrected_usd)
    workflow.upsert_memo(memo)
