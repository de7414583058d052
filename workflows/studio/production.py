"""A kind of production: how it is asked for, what it is called, what it may cost, what it delivers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from workflows.studio.facts import Findable
from workflows.studio.items import Grant
from workflows.studio.money import Account, Decision, SetBudget
from workflows.studio.report import Outcome, Progress
from workflows.studio.standing import STEP_STANDING, StepStanding


class Request(Protocol):
    """What somebody asks for: a model that may say what it may cost in all, USD."""

    @property
    def budget_usd(self) -> Decimal | None: ...
    def model_dump(self, *, mode: str = ..., exclude_defaults: bool = ...) -> dict[str, Any]: ...


#: What every production is sent, each by its name: an update's JSON object, a signal's, None where it takes
#: none; and what a query answers. A wing adds its own; callers are told of these by `reel schema`.
UPDATES: Mapping[str, type[BaseModel]] = {
    "set_budget": SetBudget,
    "accept_risk": Decision,
    "give_up": Decision,
}
SIGNALS: Mapping[str, type[BaseModel] | None] = {
    "pause": None,
    "resume": None,
    "stop": None,
    "grant": Grant,
    STEP_STANDING: StepStanding,
}
QUERIES: Mapping[str, type[BaseModel]] = {"progress": Progress}

AnyRequest = TypeVar("AnyRequest", bound=Request)
AnyOutcome = TypeVar("AnyOutcome", bound=Outcome)


def differences(asked: Any, running: Any) -> tuple[str, ...]:
    """The fields in which a request, a model, differs from that of what it was attached to. One that names no
    budget does not ask for another."""
    fields = ((name, getattr(asked, name), getattr(running, name)) for name in type(asked).model_fields)
    unsaid = ("budget_usd", None)
    return tuple(name for name, this, that in fields if this != that and (name, this) != unsaid)


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
    #: The model of a request, whose JSON Schema says which types its fields have.
    request: type[BaseModel]
    #: The request in raw JSON, None where none was sent; raises `InvalidRequest`, and nothing else.
    parse: Callable[[bytes | None], AnyRequest]
    #: The workflow id that follows from a request: asked for again, it is the same one.
    id_of: Callable[[AnyRequest], str]
    #: SHA-256 of what makes it this one, and of nothing else. An id has but the first characters of it: of
    #: ten thousand about one product, some three share one.
    digest_of: Callable[[AnyRequest], bytes]
    #: What was asked for, in one line, and in markdown: what the Web UI shows of a run.
    summary: Callable[[AnyRequest], str]
    details: Callable[[AnyRequest], str]
    #: Whether anything of it may cost money, and what it may cost in all, USD.
    is_paid: Callable[[AnyRequest], bool]
    budget_of: Callable[[AnyRequest, Account], Decimal]
    result: type[AnyOutcome]
    #: The field of the result that names what was delivered, an object's key.
    delivers: str
    #: In which fields a request differs from that of one that runs under the same id.
    differs: Callable[[AnyRequest, AnyRequest], tuple[str, ...]] = differences
    #: By what else operators find one, as its request says.
    findable: Callable[[AnyRequest], Findable] = lambda _: Findable()
    #: What it takes and answers beside what all do.
    updates: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    signals: Mapping[str, type[BaseModel] | None] = field(default_factory=dict)
    queries: Mapping[str, type[BaseModel]] = field(default_factory=dict)

    def longer_id_of(self, request: AnyRequest) -> str:
        """The workflow id of a request of whose digest another's begins alike."""
        return f"{self.id_of(request)}-{self.digest_of(request).hex()[:8]}"

    def delivered(self, result: AnyOutcome) -> str | None:
        """The key of what it delivered; None where it was stopped."""
        key: str | None = getattr(result, self.delivers)
        return key
