"""Films whose shots show people by sheets, made by a crew that makes nothing."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from tests.bench.studio import planned_film
from tests.support.anchoring import Asked
from workflows.film.method import Method
from workflows.film.plan import Sheet, Shown
from workflows.film.planned import PlannedFilm
from workflows.film.versions import Footage, Version
from workflows.studio.facts import ChunkLength, ModelFacts

PEOPLE = ("Anna", "Bo", "Cleo")


def film(*shown: tuple[str, ...], drawn: bool = True, takes: int = 4) -> PlannedFilm:
    """Of a beat for each of these, who are shown in it."""
    lengths = (ChunkLength(asked_s=Decimal(5), frames=121, price_usd=Decimal("0.1")),)
    priced = {"price_usd": Decimal("0.01"), "references": takes}
    model = ModelFacts(id="m", provider="p", work="waits", fps=Fraction(24), lengths=lengths, **priced)
    planned = planned_film(model, tuple(5 for _ in shown))
    beats = tuple(
        beat.model_copy(
            update={"shows": tuple(Shown(name=name, description=f"{name}'s looks") for name in names)}
        )
        for beat, names in zip(planned.plan.beats, shown, strict=True)
    )
    sheets = tuple(Sheet(name=name, looks=f"{name}'s looks") for name in PEOPLE) if drawn else ()
    plan = planned.plan.model_copy(update={"beats": beats})
    models = {**planned.models, "image": model, "edit": model}
    return planned.model_copy(update={"plan": plan, "models": models, "sheets": sheets})


async def shot(made: Method, *versions: Version) -> list[Any]:
    shootings = [made.shooting(number, version) for number, version in enumerate(versions)]
    return await asyncio.gather(*(one.shoot() for one in shootings), return_exceptions=True)


def names(asked: Asked, what: str) -> list[str]:
    return [name for said, name in asked.events if said == what]


def image(asked: Asked, footage: Footage) -> Any:
    assert footage.image is not None
    return cast(Any, asked.bought[footage.image.key]).shot.beat
