"""What the stages of a film work with: the studio, what films keep, what is bought for a shot, who plans."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

from pydantic import JsonValue, ValidationError

from activities.faults import InvalidInput, ProviderUnavailable
from activities.film.calls import PaidRecipes
from activities.film.keeping import Keeping
from activities.film.origins import Origins
from activities.film.planning.compose import compose
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.forked_scenes import same_scenes
from activities.film.planning.library import Library
from activities.ledger import Work, artifact_of
from activities.models import Cast, Miscast, Model
from activities.studio import Studio
from workflows.film import Plan, Shot, VideoRequest, is_paid
from workflows.studio import Artifact

#: What a plan is kept as.
PLAN_MIME = "application/json"
# What of a beat its paid steps are worded by, and a draft may change.
_WORDS = ("prompt", "action", "camera", "energy")


@dataclass(frozen=True)
class FilmStudio(Studio):
    """The studio as films know it."""

    @classmethod
    def of(cls, studio: Studio) -> FilmStudio:
        """The same studio."""
        return cls(**{field.name: getattr(studio, field.name) for field in fields(studio)})

    @cached_property
    def keeping(self) -> Keeping:
        return Keeping(Origins(self.storage.database), self.memory, self.catalogue, self.ledger)

    @cached_property
    def paid_recipes(self) -> PaidRecipes:
        return PaidRecipes(self.store, self.storage.cache, self.inputs)

    async def cast(self, film: str, request: VideoRequest) -> Cast:
        """The film's models, of providers that some worker serves. Raises `Miscast`,
        `ProviderUnavailable`."""
        return await self.keeping.cast(film, request, await self._served(request))

    async def planner(self, film: str, asked: Mapping[str, JsonValue]) -> str:
        """The provider on whose queue the film is planned. Empty where any worker can: rules plan it, or
        nobody can, which `compose_plan` then says in full."""
        request = VideoRequest.model_validate_json(json.dumps(asked))
        try:
            models = await self.keeping.cast(film, request, self.catalogue.providers.keys())
        except Miscast:
            return ""
        provider = models.planner.provider
        if is_ruled(request, models.planner) or provider not in await self._served(request):
            return ""
        return provider

    async def sellers(self) -> Collection[str]:
        """The paid providers that some worker serves; this one's alone while Temporal does not tell: what
        might be bought as well is no reason to wait."""
        try:
            return await self.fleet.providers()
        except ProviderUnavailable:
            return self.providers.keys()

    async def inherit(self, film: str, asked: Mapping[str, JsonValue]) -> None:
        """What a fork keeps of the film before, before anything is asked of its account. Raises
        `InvalidInput` where there is no such plan."""
        request = VideoRequest.model_validate_json(json.dumps(asked))
        source = await self.source(request)
        if source is not None:
            await self.keeping.heritage.take(film, request, same_words(request, source))

    async def source(self, request: VideoRequest) -> Plan | None:
        """The plan that a film is forked from; None where it is not. Raises `InvalidInput`."""
        if request.source is None:
            return None
        row = await self.ledger.look(request.source.plan)
        artifact = artifact_of(row) if row and row.done else None
        # A plan is a small file; whatever else somebody names is not read.
        if artifact is not None and artifact.media.mime == PLAN_MIME:
            with suppress(ValidationError):
                return await self.plan(artifact)
        raise InvalidInput(f"source.plan: {request.source.plan} is no plan of a film that was made here")

    async def plan(self, artifact: Artifact) -> Plan:
        """The plan that was kept as this artifact."""
        return Plan.model_validate_json(await self.read(artifact.object))

    async def _served(self, request: VideoRequest) -> Collection[str]:
        # Where nothing is paid, nobody else has to be asked.
        return await self.fleet.providers() if is_paid(request) else self.providers.keys()


def same_words(request: VideoRequest, source: Plan) -> frozenset[str]:
    """The shots that a fork asks for in the words of the film before."""
    if request.method == "keyframes":
        with suppress(InvalidPlan):
            return same_scenes(compose(request, Library.for_request(request), source), source)
        return frozenset()
    before = {beat.id: beat for beat in source.beats}
    drafts = request.plan.beats if request.plan else ()
    return frozenset(
        draft.id
        for draft in drafts
        if (beat := before.get(draft.id))
        and all(getattr(draft, name) in (None, getattr(beat, name)) for name in _WORDS)
    )


def is_ruled(request: VideoRequest, planner: Model) -> bool:
    """Whether rules plan it, and no model."""
    return planner.work == "computes" or request.plan is not None


def place(shot: Shot) -> str:
    """Which beat, in the words of a heartbeat: the page of pending activities shows nothing else."""
    return f"beat {shot.number}/{shot.count} {shot.beat.id}"


async def photos(shot: Shot, work: Work) -> Sequence[Path]:
    """Those that its beat shows, as files to read."""
    return [await work.fetch(key) for key in shot.beat.references]
