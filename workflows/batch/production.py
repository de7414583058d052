"""What kind of production a batch is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from workflows.batch.contract import AXES, MAX_ITEMS, BatchProgress, BatchRequest, BatchResult, Selection
from workflows.studio import (
    Account,
    FieldProblem,
    Findable,
    ItemAsks,
    ItemEnded,
    Production,
    Rules,
    asked_for,
    canonical_digest,
    malformed,
    parsed,
    quoted,
    readable_id,
)

#: As a film's: enough to see that it works, too little to hurt. What a batch is priced at, it is told first.
DEFAULT_BUDGET_USD = Decimal(5)
_EXAMPLE = 'send one JSON object such as {"name": "Mugs", "items": [{"prompt": "A film about a mug"}]}'
#: What it may cost, how many run at a time and what it is labelled with is no part of what it is.
_HOW = frozenset({"budget_usd", "max_running", "labels", "notify"})
_SHAPES = {
    "source": "the key of an upload, such as uploads/items.csv",
    "production": "the noun of a production, such as film",
    "review": "a gate of the production, such as cut",
}


def parse_request(data: bytes | None) -> BatchRequest:
    """The request in `data`, raw JSON in UTF-8; None when no argument was sent. Its items are read when it is
    admitted. Raises `InvalidRequest`, and nothing else."""
    return parsed(data, Rules(BatchRequest, _EXAMPLE, _meant, _own))


def batch_id(request: BatchRequest) -> str:
    """The workflow id of a batch: `batch-autumn-catalogue-3f9a2c`, the same for the same items and user."""
    return readable_id("batch", request.name, batch_digest(request))


def batch_digest(request: BatchRequest) -> bytes:
    """SHA-256 of what makes it this batch."""
    fields = request.model_dump(mode="json", exclude_defaults=True, exclude=set(_HOW))
    return canonical_digest(fields)


def summary(request: BatchRequest) -> str:
    """In one line: what it is called, and of what it is."""
    count = len(request.items or ()) or (request.bulk.count if request.bulk else 0)
    of = f"{count} {request.production}{'' if count == 1 else 's'}" if count else f"{request.production}s"
    return f"{request.name} · {of}"


def details(request: BatchRequest) -> str:
    """In markdown: its name, and whatever else was asked for but the items."""
    rows = request.model_dump(
        mode="json", exclude={"name", "items", "template", "bulk"}, exclude_defaults=True
    )
    return asked_for(request.name, rows)


def budget_of(request: BatchRequest, account: Account) -> Decimal:
    """What all of it may cost: what people decided last, else the default."""
    return account.limit(request.budget_usd, DEFAULT_BUDGET_USD)


def _own(field: str, kind: str, given: Any) -> tuple[str, str] | None:
    if kind == "string_pattern_mismatch" and field in _SHAPES:
        return malformed(given, _SHAPES[field])
    return None


def _meant(value: dict[str, Any]) -> Iterator[FieldProblem]:
    """What no single field shows."""
    has = {name for name in ("items", "source", "bulk", "template") if value.get(name) is not None}
    if len(named := sorted(has - {"template"})) != 1:
        problem = f"both {' and '.join(named)} are given" if named else "there are no items"
        yield FieldProblem(field="items", problem=problem, suggestion="give either items, a source or a bulk")
    yield from _bulk(value.get("bulk"), "template" in has)
    if "items" in has and "template" in has:
        yield FieldProblem(
            field="template", problem="items are whole requests", suggestion="leave the template out"
        )
    if value.get("production") == "batch":
        yield FieldProblem(
            field="production", problem="a batch has no batches", suggestion="name what its items are"
        )


def _bulk(value: Any, has_template: bool) -> Iterator[FieldProblem]:
    if not isinstance(value, dict):
        return
    axes = {name: len(value[name]) for name in AXES if isinstance(value.get(name), list) and value[name]}
    if not axes:
        how = "name sources, prompts or models"
        yield FieldProblem(field="bulk", problem="nothing is named", suggestion=how)
    if (count := math.prod(axes.values())) > MAX_ITEMS:
        said = " × ".join(f"{number} {name}" for name, number in axes.items())
        how = f"at most {MAX_ITEMS}: make several of it"
        yield FieldProblem(field="bulk", problem=f"{said} are {count:,} items", suggestion=how)
    for name in axes:
        named = [one for one in value[name] if isinstance(one, str)]
        if twice := next((one for one in named if named.count(one) > 1), None):
            problem = f"{quoted(twice)} appears twice"
            yield FieldProblem(field=f"bulk.{name}", problem=problem, suggestion="name each once")
    if not has_template:
        how = 'such as {"steps": [{"id": "draw", "kind": "text_to_image", "prompt": "${prompt}"}]}'
        yield FieldProblem(field="template", problem="a bulk needs one", suggestion=how)


BATCH = Production(
    workflow="BatchWorkflow",
    noun="batch",
    row="item",
    example_step="batch",
    request=BatchRequest,
    parse=parse_request,
    id_of=batch_id,
    digest_of=batch_digest,
    summary=summary,
    details=details,
    # Whether anything of it is paid is known once its items are read.
    is_paid=lambda _: True,
    budget_of=budget_of,
    result=BatchResult,
    delivers="results",
    findable=lambda request: Findable(user=request.user, labels=request.labels),
    updates={"approve": Selection, "retry": Selection},
    signals={"item_asks": ItemAsks, "item_ended": ItemEnded},
    queries={"progress": BatchProgress},
)
