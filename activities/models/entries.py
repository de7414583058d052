"""The entries of the catalogue, as far as they are alike: what is known of any model, and of any provider.

What differs by kind of model is asked of its entry, which `kinds.py` has a type for: what it makes and takes,
what it cannot do without, what a call costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator

from activities.faults import InvalidInput
from workflows.studio import ModelFacts, Size

#: What of an entry its maker's own pages or types confirm; all else in it is second-hand.
Fact = Literal["endpoint", "parameters", "lengths", "frames", "price", "retirement"]
#: What a model gives back.
Makes = Literal["plan", "image", "video", "sound"]
#: What a file is to the model that it is given to, and what a person calls that.
Role = Literal["image", "control", "last_frame", "references", "video"]
ROLES: Mapping[Role, str] = {
    "image": "a start image",
    "control": "an edges image",
    "last_frame": "a last frame",
    "references": "reference images",
    "video": "a video",
}
# Seeds come from recipe keys and may have 64 bits; every model takes 31.
_SEED = (1 << 31) - 1


def _exact(value: object) -> object:
    # 0.1 in TOML is a binary float: money and lengths are written as text.
    if not isinstance(value, str):
        raise ValueError('write it in quotation marks, such as "0.025"')
    return value


#: What an entry says of a price that nobody knows.
UNKNOWN = "unknown"
Exact = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, allow_inf_nan=False)]


class Entry(BaseModel):
    """A table of the catalogue: a field that it does not have cannot be set."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ProviderEntry(Entry):
    """A provider of paid models, as far as it is data."""

    needs: tuple[str, ...]
    refusals: tuple[int, ...]
    requests_per_minute: Annotated[int, Field(ge=1)] = 60
    reads_per_minute: Annotated[int, Field(ge=1)] | None = None
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    checked: date | None = None


class Model(Entry):
    """What is known of a model of any kind; the fields are explained in `catalogue.toml`."""

    makes: ClassVar[Makes]
    #: The type of the file that comes back, where its provider names none.
    mime: ClassVar[str]
    #: Whether it does nothing without words.
    worded: ClassVar[bool] = True

    id: str
    provider: str
    work: Literal["computes", "waits"]
    kind: str
    price_usd: Exact
    #: Whether nobody knows what a call costs: its caller says what it may cost at most.
    unpriced: bool = False
    tokens: Mapping[str, Exact] = {}
    endpoint: str = ""
    ledger: Literal["lists", "ended", "id", "synchronous"] | None = None
    parameters: Mapping[str, str] = {}
    fixed: Mapping[str, JsonValue] = {}
    prompt_limit: Annotated[int, Field(ge=100)] = 2000
    typical_s: Annotated[int, Field(ge=0)] = 0
    run_limit_s: Annotated[int, Field(ge=30)] = 1800
    fallbacks: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    checked: date | None = None
    confirmed: tuple[Fact, ...] = ()
    retires_at: date | None = None

    @model_validator(mode="before")
    @classmethod
    def _may_be_unpriced(cls, entry: Any) -> Any:
        if isinstance(entry, dict) and entry.get("price_usd") == UNKNOWN:
            return {**entry, "price_usd": "0", "unpriced": True}
        return entry

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        faults = [what for wrong, what in self._faults() if wrong]
        if faults:
            raise ValueError(f"{self.id}: {'; '.join(faults)}")
        return self

    def _faults(self) -> Iterator[tuple[bool, str]]:
        paid = self.work == "waits"
        yield not paid and bool(self.price_usd), "what computes here has no price"
        yield not paid and self.unpriced, "what computes here is free"
        yield self.unpriced and bool(self.price_usd or self.tokens), "its price is known, or it is not"
        words = not self.worded or self.parameters.get("prompt")
        needs = (self.endpoint, self.ledger, self.sources, words)
        yield paid and not all(needs), "what waits needs endpoint, ledger, sources and parameters.prompt"

    @property
    def answers_at_once(self) -> bool:
        """Whether the answer of a call is the output itself, and no job."""
        return self.ledger == "synchronous"

    @property
    def listed(self) -> bool:
        """Whether its provider lists jobs, all of them or only those that ended."""
        return self.ledger in ("lists", "ended")

    @property
    def needs(self) -> tuple[Role, ...]:
        """The inputs without which it makes nothing."""
        return ()

    def takes(self, role: Role) -> int:
        """How many files of a role it takes in one call."""
        return int(role in self.parameters)

    def price(self, seconds: Decimal | None = None, size: Size = "720p") -> Decimal:
        """USD of one call; of a video model, of a chunk of the length that `seconds` asks for."""
        return self.price_usd

    def retired(self, on: date) -> bool:
        """Whether it has ceased to answer by that day: what it made is found, and nothing more is bought."""
        return self.retires_at is not None and self.retires_at <= on

    def facts(self, fps: int, size: Size = "720p") -> ModelFacts:
        """What the workflow needs to know of it, for a film of `fps` frames a second and that size."""
        return ModelFacts(
            id=self.id,
            provider=self.provider,
            work=self.work,
            image_input=False,
            text_start=False,
            price_usd=self.price_usd,
            typical_s=self.typical_s,
        )

    def check(self, inputs: Sequence[Role], params: Mapping[str, JsonValue]) -> None:
        """Raises `InvalidInput` for a call that it would refuse, or answer with something else. `inputs` are
        what its files are to it, one for each."""
        if len(str(params.get("prompt", ""))) > self.prompt_limit:
            raise InvalidInput(f"{self.id} takes prompts of {self.prompt_limit} characters: shorten this one")
        for role in inputs:
            # Left out in silence, it would be paid for and missing from what comes back.
            if role not in self.parameters:
                raise InvalidInput(f"{self.id} does not take {ROLES[role]}: choose a model that does")
        for role in self.needs:
            if role not in inputs:
                raise InvalidInput(f"{self.id} needs {ROLES[role]}: give one, or choose another model")

    def shown(self, file: JsonValue) -> JsonValue:
        """One of several references as the API takes it in its list."""
        return file

    def value(self, name: str, params: Mapping[str, JsonValue]) -> JsonValue:
        """A parameter in the words of its API. Raises `InvalidInput` for a value that it does not have."""
        asked = params[name]
        return asked & _SEED if name == "seed" and isinstance(asked, int) else asked
