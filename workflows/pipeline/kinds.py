"""The kinds of steps, in one table: what each takes, what it gives, and which parameters it knows."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator

from workflows.studio import Asked, Aspect, Size, Text

#: What a file is.
Medium = Literal["image", "video", "text"]
#: What words are to a kind: it does nothing without them, it may be told some, or it hears none.
Words = Literal["needed", "taken", "none"]
#: Longer than any model's, and short enough to be drawn here in a minute.
_LONGEST_S = 60
_MOST_JOINED = 50
#: As many pictures beside its own as any model of the catalogue may take.
_MOST_SHOWN = 16
#: As many as any planner of the catalogue looks at in one call.
_MOST_JUDGED = 4


class Params(Asked):
    """Of a kind that has none."""


class Drawn(Params):
    """Of a picture."""

    aspect: Aspect | None = Field(default=None, description="Default 16:9; of an edit, that of its image.")
    size: Size = Field(default="720p", description="The short side, where the model makes several.")


class Filmed(Drawn):
    """Of a video."""

    seconds: Annotated[float, Field(gt=0, le=_LONGEST_S)] | None = Field(
        default=None, description="One of the model's lengths; default its first."
    )
    prompt_optimizer: bool | None = Field(
        default=None, description="Whether the model words the prompt anew, where it can; default as it does."
    )


def _moment(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if value not in ("first", "last") and not (is_number and 0 <= value < math.inf):
        raise ValueError("is neither first nor last, nor a number of seconds")
    return value


class At(Params):
    at: Annotated[str | float, PlainValidator(_moment)] = Field(
        default="first", description="The first frame, the last one, or what is shown at so many seconds."
    )


class Joined(Params):
    fade_s: Annotated[float, Field(ge=0, le=5)] = Field(
        default=0.0, description="Seconds in which each goes over into the next; 0 is a cut."
    )


class Resized(Params):
    """Either is enough; what is left out is as it was."""

    aspect: Aspect | None = None
    size: Size | None = None
    fit: Literal["cut", "pad"] = Field(
        default="cut", description="Of another shape: its middle, or all of it on black."
    )


class Enlarged(Params):
    factor: Annotated[int, Field(ge=2, le=4)] = Field(
        default=2, description="How many times as wide and high."
    )


class Scored(Params):
    style: Annotated[Text, Field(max_length=200)] = Field(default="", description="Such as `warm minimal`.")
    energy: Annotated[float, Field(ge=0, le=1)] = 0.5


@dataclass(frozen=True)
class Takes:
    """What a role is given: files of these media, `most` of them. Without a `needed` one nothing is made."""

    media: tuple[Medium, ...]
    needed: bool = True
    most: int = 1


@dataclass(frozen=True)
class Kind:
    """One kind. `gives` is None where it gives what its one input is. `part` says who does it: the part of a
    profile whose models do; empty where it is done `here`, by no model. Where a step names one, one of those
    does it that are `sold` for it."""

    roles: Mapping[str, Takes]
    gives: Medium | None
    params: type[Params] = Params
    words: Words = "none"
    part: Literal["", "image", "edit", "video", "planner"] = ""
    sold: Literal["", "upscale_image", "upscale_video", "remove_background"] = ""
    here: bool = True

    @property
    def may_cost(self) -> bool:
        """Whether a model may do it."""
        return bool(self.part or self.sold)

    def comes_out_the_same(self, named: str | None) -> bool:
        """Whether another take of a step that names this model, or none, would be what there is."""
        return self.words == "none" and self.params is not Scored and not self.by_model(named)

    def by_model(self, named: str | None) -> bool:
        """Whether a model does a step of it that names this one, or none."""
        return bool(self.part) or named is not None or not self.here


_IMAGE, _VIDEO = Takes(("image",)), Takes(("video",))

# `package.kind`: whether there is one, and what it takes, is known where the package is.
_FOREIGN = re.compile(r"[a-z][a-z0-9_]{0,30}\.[a-z][a-z0-9_]{0,30}")


def is_foreign(name: str) -> bool:
    """Whether a kind would be one of an installed package, which no workflow looks at: planning does, and
    tells what follows."""
    return bool(_FOREIGN.fullmatch(name))


def by_model(name: str, model: str | None) -> bool:
    """Whether a model does a step of that kind which names this one, or none."""
    return name in KINDS and KINDS[name].by_model(model)


#: By the name under which a step asks for it.
KINDS: Mapping[str, Kind] = {
    "text_to_image": Kind({}, "image", Drawn, "needed", "image"),
    "image_to_image": Kind(
        {"image": _IMAGE, "references": Takes(("image",), needed=False, most=_MOST_SHOWN)},
        "image",
        Drawn,
        "needed",
        "edit",
    ),
    "text_to_video": Kind({}, "video", Filmed, "needed", "video"),
    "image_to_video": Kind(
        {"image": _IMAGE, "last_frame": Takes(("image",), needed=False)}, "video", Filmed, "needed", "video"
    ),
    "text": Kind(
        {"images": Takes(("image",), needed=False, most=_MOST_JUDGED)}, "text", Params, "needed", "planner"
    ),
    "frame": Kind({"video": _VIDEO}, "image", At),
    "join": Kind({"videos": Takes(("video",), most=_MOST_JOINED)}, "video", Joined),
    "resize": Kind({"source": Takes(("image", "video"))}, None, Resized),
    "edges": Kind({"image": _IMAGE}, "image"),
    "upscale_image": Kind({"image": _IMAGE}, "image", Enlarged, sold="upscale_image"),
    "upscale_video": Kind({"video": _VIDEO}, "video", Enlarged, sold="upscale_video"),
    "remove_background": Kind({"image": _IMAGE}, "image", sold="remove_background", here=False),
    "soundtrack": Kind({"video": _VIDEO}, "video", Scored),
}
