"""Knows what the providers' models take, as each provider has published it, and what is wrong with a request.

The schemas are data of the stand-ins alone, never derived from the studio's catalogue: both would share one
mistake, and a stand-in that takes whatever it is sent hides it until it costs money.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.exceptions import best_match
from pydantic import BaseModel, ConfigDict, JsonValue

from infra.standins.spec import Task

# Of the image models of OpenAI, wherever they are hosted: sides in steps of 16, between these bounds.
_STEP, _LONGEST, _STRETCH = 16, 3840, 3
_LEAST_PIXELS, _MOST_PIXELS = 655_360, 8_294_400

formats = FormatChecker(())


class Published(BaseModel):
    """What one model takes: the parameters that name its pictures, and the JSON Schema of its request."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    checked: date
    makes: Literal["image", "video", "plan"]
    models: tuple[str, ...] = ()
    inputs: Mapping[str, str] = {}
    listed: str = ""
    does: Task = ""
    factor: str = ""
    usual: float = 2
    alone: bool = False
    short: int = 0
    says: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    properties: Mapping[str, Any]
    allOf: tuple[Mapping[str, Any], ...] = ()

    @property
    def pictures(self) -> tuple[str, ...]:
        """The parameters that name pictures, one each or, `listed`, several in one."""
        return tuple(filter(None, (*self.inputs.values(), self.listed)))

    @cached_property
    def schema_(self) -> dict[str, Any]:
        """The JSON Schema, which knows no parameter beside those it names."""
        schema: dict[str, Any] = {
            "type": "object",
            "additionalProperties": False,
            "required": list(self.required),
            "properties": self.properties,
        }
        return {**schema, "allOf": list(self.allOf)} if self.allOf else schema

    @cached_property
    def _validator(self) -> Draft202012Validator:
        return Draft202012Validator(self.schema_, format_checker=formats)

    def wrong(self, said: JsonValue) -> Wrong | None:
        """The first thing that is wrong with a request; None where it may be sent."""
        error = best_match(self._validator.iter_errors(said))
        return None if error is None else _wrong(error)


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong: where it stands in the request, the keyword of JSON Schema that it breaks,
    what that keyword demands, and what was said."""

    place: tuple[str | int, ...]
    keyword: str
    wants: Any
    said: Any

    @property
    def name(self) -> str:
        """The place as people write it, such as `parameters.durationSeconds`."""
        return ".".join(str(each) for each in self.place)

    @property
    def parameter(self) -> str:
        """The parameter that is missing or unknown, else the one that is wrong."""
        return str(self.place[-1]) if self.place else ""


def _wrong(error: ValidationError) -> Wrong:
    place = tuple(error.absolute_path)
    said: Any = error.instance
    wants: Any = error.validator_value
    if error.validator == "required":
        missing = next(name for name in wants if name not in said)
        return Wrong((*place, missing), "required", True, None)
    if error.validator == "additionalProperties" and wants is False:
        schema: Any = error.schema
        known = schema.get("properties", {})
        unknown = next(name for name in said if name not in known)
        return Wrong((*place, unknown), "additionalProperties", sorted(known), said[unknown])
    return Wrong(place, str(error.validator), wants, said)


@cache
def published(provider: str) -> Mapping[str, Published]:
    """What a provider's models take, by its own names of them."""
    text = files(__package__).joinpath(f"schemas/{provider}.toml").read_text(encoding="utf-8")
    entries: dict[str, dict[str, Any]] = tomllib.loads(text)["models"]
    return {name: Published.model_validate(_whole(entry, entries)) for name, entry in entries.items()}


def _whole(entry: dict[str, Any], entries: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """An entry together with what it shares with another one."""
    if "like" not in entry:
        return entry
    own = {name: value for name, value in entry.items() if name != "like"}
    return {**entries[entry["like"]], **own}


@formats.checks("gpt-image-size")
def _is_image_size(said: object) -> bool:
    match said:
        case "auto":
            return True
        case str():
            found = re.fullmatch(r"(\d{2,4})x(\d{2,4})", said)
            width, height = (int(side) for side in found.groups()) if found else (0, 0)
        case {"width": int(width), "height": int(height)}:
            pass
        case _:
            # Of another type, which is not for a format to judge.
            return True
    long, short = max(width, height), min(width, height)
    if short == 0 or width % _STEP or height % _STEP or long > _LONGEST or long > _STRETCH * short:
        return False
    return _LEAST_PIXELS <= width * height <= _MOST_PIXELS
