"""Films of keyframes whose scenes are made by a crew that makes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.bench.studio import planned_film
from tests.support.anchoring import DRAFT, Asked, crew_of
from tests.support.scenes import scenes
from workflows.film.agenda import Agenda
from workflows.film.method import Method
from workflows.film.plan import Scene
from workflows.film.planned import KeptKeyframe, PlannedFilm
from workflows.film.taking import FilmSet
from workflows.film.versions import Version
from workflows.studio.facts import Artifact, ChunkLength, Media, ModelFacts, Payment


class Remembered(Asked):
    """What was ordered once goes on when its run ends, and is found later, by what it is made from. Each
    costs a dollar."""

    def __init__(self, refused: Mapping[str, int], slow: Mapping[str, int]) -> None:
        super().__init__(refused, slow=slow)
        self._ordered: set[tuple[object, ...]] = set()

    def _order(self, step: Any) -> None:
        given = (getattr(step, role, None) for role in ("image", "first", "last"))
        order = step.terms.step, step.terms.rung, step.terms.take, *(one.key for one in given if one)
        if order not in self._ordered:
            self._ordered.add(order)
            super()._order(step)

    async def _make(self, step: Any, mime: str, length: ChunkLength | None) -> Artifact:
        made = await super()._make(step, mime, length)
        return made.model_copy(update={"payment": Payment(attempt=made.key, usd=Decimal(1))})


def film(count: int, scene_s: int = 5) -> PlannedFilm:
    """Of so many scenes, by a model that makes them."""
    lengths = (ChunkLength(asked_s=Decimal(scene_s), frames=24 * scene_s + 1, price_usd=Decimal("0.1")),)
    model = ModelFacts(id="m", provider="p", work="waits", fps=Fraction(24), lengths=lengths, last_frame=True)
    planned = planned_film(model, (5,))
    beats = tuple(
        beat.model_copy(
            update={"prompt": f"first of {beat.id}", "scene": Scene(end_prompt=f"end of {beat.id}")}
        )
        for beat in scenes(count * scene_s, count)
    )
    plan = planned.plan.model_copy(update={"beats": beats, "method": "keyframes"})
    return planned.model_copy(update={"plan": plan, "models": {**planned.models, "edit": model}})


def kept(place: int, chain: Version = DRAFT) -> KeptKeyframe:
    """What a fork has at that place from the film before."""
    media = Media(mime="image/png", bytes=1, sha256="0" * 64)
    image = Artifact(key=f"kept {place}", object="o", media=media)
    return KeptKeyframe(rung=chain.rung, place=place, image=image, model="m", sheets=chain.sheets)


def method(asked: Asked, planned: PlannedFilm) -> Method:
    crew = crew_of(asked, asked.board)

    async def nothing(*_: object) -> None:
        return None

    agenda = Agenda(planned, asked.board, True, DRAFT)
    agenda.announce(False)
    return Method(FilmSet(planned, agenda, crew, nothing, nothing))
