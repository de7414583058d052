"""A kind of production: how it is asked for, what it is called, what it may cost, what it delivers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar

from workflows.studio.facts import Findable
from workflows.studio.money import Account
from workflows.studio.report import Outcome


class Request(Protocol):
    """What somebody asks for: a model that may say what it may cost in all, USD."""

    @property
    def budget_usd(self) -> Decimal | None: ...
    def model_dump(self, *, mode: str = ..., exclude_defaults: bool = ...) -> dict[str, Any]: ...


AnyRequest = TypeVar("AnyRequest", bound=Request)
AnyOutcome = TypeVar("AnyOutcome", bound=Outcome)


@dataclass(frozen=True)
class Production(Generic[AnyRequest, AnyOutcome]):
    """One kind, as its workflow and every client see it. Pure: nothing here asks a server, a clock or a
    setting, so that another workflow or a schedule may start one as well as a terminal."""

    #: The registered name, as clients of every language start it.
    workflow: str
    #: What people call one of them, and one row of its board.
    noun: str
    row: str
    #: The name of one of its steps, for the words of an error.
    example_step: str
    #: The request in raw JSON, None where none was sent; raises `InvalidRequest`, and nothing else.
    parse: Callable[[bytes | None], AnyRequest]
    #: The workflow id that follows from a request: asked for again, it is the same one.
    id_of: Callable[[AnyRequest], str]
    #: What was asked for, in one line, and in markdown: what the Web UI shows of a run.
    summary: Callable[[AnyRequest], str]
    details: Callable[[AnyRequest], str]
    #: Whether anything of it may cost money, and what it may cost in all, USD.
    is_paid: Callable[[AnyRequest], bool]
    budget_of: Callable[[AnyRequest, Account], Decimal]
    result: type[AnyOutcome]
    #: The field of the result that names what was delivered, an object's key.
    delivers: str
    #: By what else operators find one, as its request says.
    findable: Callable[[AnyRequest], Findable] = lambda _: Findable()

    def delivered(self, result: AnyOutcome) -> str | None:
        """The key of what it delivered; None where it was stopped."""
        key: str | None = getattr(result, self.delivers)
        return key
