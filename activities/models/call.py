"""What is asked of a model, in the studio's words: parameters by name, files by what they are to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import JsonValue

from activities.faults import InvalidInput
from activities.models.entries import ROLES, Model, Role

#: What a prompt says where edges go along as one more picture: no parameter of their own says what they are.
GUIDED = " Keep exactly the outlines that the last image shows in white on black."
# In the catalogue, what ends so is a list, of one item for each of our names that names it.
_LIST = "[]"


@dataclass(frozen=True)
class Picture:
    """An image, or a video, that goes with a call: a file here, and where the provider may read it.

    `url` is None where the model takes bytes. It may be signed: it is never logged or stored as it is.
    """

    path: Path
    mime: str
    sha256: str
    url: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ModelCall:
    """One call of a model of any kind.

    `params` are JSON by our names of them, which `catalogue.toml` lists: what the model has no parameter for
    is a wish, and left out. `seconds` is a decimal as text, one of the model's `lengths`. Planners also get
    `instructions` (ours; the prompt is the caller's words, as data) and `schema`, the JSON Schema of the
    answer. `inputs` are never left out: a file that a model does not take is refused. Of `references` there
    may be several, in an order that the prompt may count them by.
    """

    model: Model
    params: Mapping[str, JsonValue]
    inputs: Mapping[Role, Picture | Sequence[Picture]] = field(default_factory=dict)

    @property
    def prompt(self) -> str:
        return str(self.params["prompt"])

    def values(self) -> dict[str, JsonValue]:
        """The parameters that the model has, by our names and in the words of its API. Raises `InvalidInput`
        for what it would refuse, or answer with something else."""
        model, asked = self.model, self.params
        model.check([role for role, _ in self.files()], asked)
        given = [name for name in asked if name in model.parameters and asked[name] not in (None, "")]
        values = {name: model.value(name, asked) for name in given}
        if "control" in self.inputs and model.parameters["control"].endswith(_LIST):
            values["prompt"] = self.prompt + GUIDED
        return values

    def files(self) -> Iterator[tuple[Role, Picture]]:
        """Every input, with what it is to the model."""
        for role, given in self.inputs.items():
            for file in (given,) if isinstance(given, Picture) else given:
                yield role, file

    def written(self, how: Callable[[Picture], JsonValue]) -> dict[str, JsonValue]:
        """The inputs by what they are to the model, each in the form that goes over the wire; references as a
        list."""
        files: dict[str, list[JsonValue]] = {}
        for role, file in self.files():
            files.setdefault(role, []).append(how(file))
        return {role: each if role == "references" else each[0] for role, each in files.items()}

    def links(self) -> dict[str, JsonValue]:
        """The inputs as URLs, for a provider whose models read them. Raises `InvalidInput`."""
        for role, file in self.files():
            if file.url is None:
                raise InvalidInput(f"{self.model.id} reads {ROLES[role]} from a link: upload it first")
        return self.written(lambda file: file.url)

    def named(
        self,
        values: Mapping[str, JsonValue],
        order: Sequence[str] = (),
        into: dict[str, JsonValue] | None = None,
    ) -> dict[str, JsonValue]:
        """Values by the API's own names of our parameters and roles, put into what is there already: those of
        `order` first, in that order, so that what share one list stand in it as they are ordered."""
        theirs = {} if into is None else into
        for name, value in {**dict.fromkeys(order), **values}.items():
            several = value if name == "references" and isinstance(value, list) else [value]
            for one in several:
                if one is not None:
                    shown = self.model.shown(one) if name == "references" else one
                    _place(theirs, self.model.parameters[name], shown)
        return theirs


def _place(into: dict[str, JsonValue], name: str, value: JsonValue) -> None:
    """Puts a value where its name says: `a.b` is `b` in the object `a`, `a[]` one more of the list `a`."""
    *folders, last = name.split(".")
    for folder in folders:
        inner = into.setdefault(folder, {})
        assert isinstance(inner, dict), f"{name} is no place"
        into = inner
    if last.endswith(_LIST):
        items = into.setdefault(last.removesuffix(_LIST), [])
        assert isinstance(items, list), f"{name} is no list"
        items.append(value)
    else:
        into[last] = value
