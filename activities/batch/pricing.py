"""Knows what the items of a batch would cost: each as its own dry run prices it, a page of them at a time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from activities.batch.lines import Asked, Line, Lines
from activities.batch.page import Page
from activities.faults import Permanent
from activities.studio import Estimate, Estimator, Studio
from workflows.studio import FieldProblem, InvalidRequest, Production

# What each of these ids was first asked for, as far as anything is known of it.
FIRST = "SELECT id, request::text AS request FROM film WHERE id = ANY($1::text[])"

# What is asked of the database at once. Beyond this nothing more is shared.
_ASKED = 100
#: Rehearsals are arithmetic with looks into the ledger in between: what else the process does, its heartbeats
#: among it, waits for one pass over these, some tenths of a second. Whoever dies has lost no more than that.
PAGE = 16

#: By the registered name of the workflow.
Estimators = Mapping[str, Estimator]


class Priced(NamedTuple):
    """One item with its price, USD: of what is not there yet as its models promise it, and what it may come
    to. `models` say what each model's share is; `there` of its `steps` are made already."""

    asked: Asked
    price_usd: Decimal
    most_usd: Decimal
    spent_usd: Decimal
    paid: bool
    seconds: int
    there: int
    steps: int
    models: Mapping[str, Decimal]


class Pricing:
    """Prices items by the table `estimates`, in the studio's ledger as it is now. Nothing is made or paid."""

    def __init__(self, studio: Studio, estimates: Estimators) -> None:
        self._studio, self._estimates = studio, estimates

    async def whole(self, lines: Lines) -> list[Priced]:
        """Every item. Raises `InvalidRequest` with every line that is wrong, and what `pages` raises."""
        found, problems = list[Priced](), Problems()
        async for page in self.pages(lines):
            for one in page:
                problems.add(one) if isinstance(one, Line) else found.append(one)
        if problems:
            raise problems.error
        return found

    async def pages(self, lines: Lines, after: int = 0) -> AsyncIterator[Sequence[Priced | Line]]:
        """Every item beyond the number `after`, page by page, and every line that is wrong. Raises
        `InvalidRequest` for a file that is none, `ProviderUnavailable` while a server is away."""
        left = (one for one in lines.items() if isinstance(one, Line) or one.number > after)
        # Thousands of lines may be passed over for one page.
        while asked := await asyncio.to_thread(lambda: list(islice(left, _ASKED))):
            asked = await self._named(lines.production, asked)
            ids = [one.item for one in asked if isinstance(one, Asked)]
            studio = self._studio.reading(await Page.of(self._studio.storage.database, ids))
            for at in range(0, len(asked), PAGE):
                yield await self._priced(studio, lines, asked[at : at + PAGE])

    async def _named(
        self, production: Production[Any, Any], page: Sequence[Asked | Line]
    ) -> list[Asked | Line]:
        """The same page; an item whose id is another's already, of which the id has the same few digits, is
        made under a longer one, as by a client that starts it."""
        ids = [one.item for one in page if isinstance(one, Asked)]
        first = {row["id"]: row["request"] for row in await self._studio.storage.database.rows(FIRST, ids)}
        return [
            one._replace(item=production.longer_id_of(one.request))
            if isinstance(one, Asked)
            and (known := first.get(one.item))
            and _is_another(production, known, one)
            else one
            for one in page
        ]

    async def _priced(
        self, studio: Studio, lines: Lines, page: Sequence[Asked | Line]
    ) -> Sequence[Priced | Line]:
        async def priced(one: Asked | Line) -> Priced | Line:
            return one if isinstance(one, Line) else await self._of(studio, lines, one)

        return await asyncio.gather(*map(priced, page))

    async def _of(self, studio: Studio, lines: Lines, asked: Asked) -> Priced | Line:
        try:
            estimate = await self._estimates[lines.production.workflow](studio, asked.request, asked.item)
        except (InvalidRequest, Permanent) as error:
            fields: Sequence[FieldProblem] = getattr(error, "fields", ())
            said = tuple(
                lines.wrong(asked.line, one.problem, one.suggestion, one.field) for one in fields
            ) or (lines.wrong(asked.line, str(error), "change the line, or leave it out"),)  # fmt: skip
            return Line(asked.line, problems=said)
        return _priced(asked, estimate)


def _is_another(production: Production[Any, Any], known: str, asked: Asked) -> bool:
    try:
        held = production.parse(known.encode())
    except InvalidRequest:
        # Of a release that took what this one does not: nothing tells it from this.
        return False
    return production.digest_of(held) != production.digest_of(asked.request)


def _priced(asked: Asked, estimate: Estimate) -> Priced:
    most, limit = estimate.most_usd, asked.request.budget_usd
    if limit is not None:
        # What it says it may cost in all, it never passes.
        most = min(most, max(Decimal(0), limit - estimate.spent_usd))
    models: Counter[str] = Counter()
    for step in estimate.artifacts:
        if not step.found and step.price_usd:
            models[step.model] += step.price_usd  # type: ignore[assignment]
    return Priced(
        asked=asked,
        price_usd=estimate.price_usd,
        most_usd=most,
        spent_usd=estimate.spent_usd,
        paid=estimate.paid,
        seconds=estimate.seconds,
        there=sum(each.found for each in estimate.artifacts),
        steps=len(estimate.artifacts),
        models=models,  # type: ignore[arg-type]
    )


class Problems:
    """What is wrong with a batch: the first hundred in words, and how many more."""

    #: A person mends these and looks again; more would not fit a screen, or an answer of Temporal's.
    MOST = 100

    def __init__(self) -> None:
        self._first: list[FieldProblem] = []
        self._more = 0

    def add(self, line: Line) -> None:
        """All that is wrong with one line, and was not said: items of a bulk are written once."""
        told = [one for one in line.problems if one not in self._first]
        room = self.MOST - len(self._first)
        self._first += told[:room]
        self._more += len(told[room:])

    @property
    def error(self) -> InvalidRequest:
        """With all that is named here."""
        return InvalidRequest(self, self.MOST + 1)

    def __bool__(self) -> bool:
        return bool(self._first)

    def __iter__(self) -> Iterator[FieldProblem]:
        yield from self._first
        if self._more:
            yield FieldProblem(
                field="lines", problem=f"{self._more:,} more problems", suggestion="correct these first"
            )


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of amounts, USD."""
    return sum(amounts, Decimal(0))
