"""What a fork has of the film before: profiles, what models promised, words, what was chosen.

It is taken over once, when the fork begins: from then on either goes its own way.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from pydantic import JsonValue

from activities.film.origins import Origins
from activities.studio import FilmMemory
from workflows.film import (
    FOLLOWING,
    Decision,
    Source,
    Version,
    VideoRequest,
    decisions,
    newest_sheets,
    plan_of,
    resolved_duration,
)
from workflows.studio import Choice, Edit

#: Neither whose it is nor how it comes about makes it another film.
_NOT_DEFINING = {"user", *FOLLOWING}
#: What of a request names its models.
_CASTING = ("profile", "models")
#: What decisions are kept as that a fork begins with.
_KIND = "fork"


class Heritage:
    """Of all films. Raises what `Database` raises."""

    def __init__(self, origins: Origins, memory: FilmMemory) -> None:
        self._origins, self._memory = origins, memory

    async def heir(self, film: str, request: VideoRequest) -> str:
        """The film that keeps what this one is made from: itself, once it was planned, before that the one
        that it is forked from."""
        source = request.source
        return source.film if source and film and await self._origins.first(film) is None else film

    async def take(self, film: str, request: VideoRequest, same: Collection[str]) -> None:
        """Begins a fork with what the film before keeps. `same` are the beats whose words are as they were:
        so is what was chosen for their steps, and what people wanted of them."""
        source = request.source
        if source is None or await self.heir(film, request) == film:
            return
        choices = await self.choices(request, same)
        await self._origins.inherit(film, source.film, [choice.step for choice in choices])
        for edit in await self.edits(request, same):
            await self._memory.edit(film, _KIND, edit)

    async def choices(self, request: VideoRequest, same: Collection[str]) -> tuple[Choice, ...]:
        """What the film before chose that its fork need not choose again."""
        source = await self._alike(request)
        choices = await self._memory.choices(source.film) if source else ()
        return tuple(choice for choice in choices if _beat_of(choice.step) in same)

    async def edits(self, request: VideoRequest, same: Collection[str]) -> tuple[Edit, ...]:
        """The versions that people wanted of the film before's shots, as decisions of its fork, and the
        sheets that they wanted last: what is made anew is made after these, whoever draws them now."""
        made = decisions(await self._memory.edits(request.source.film)) if request.source else ()
        is_alike = await self._alike(request) is not None
        begun = _wanted(made, same) if is_alike else []
        if request.sheets == "drawn" and (sheets := newest_sheets(made)):
            kept = _as_before(made, same) if is_alike else ()
            begun.insert(0, Decision(plan=1, sheets=sheets, as_before=kept))
        return tuple(
            Edit(id=_named(decision), kind=_KIND, value=decision.model_dump(mode="json"))
            for decision in begun
        )

    async def _alike(self, request: VideoRequest) -> Source | None:
        """What it is forked from, where it is made with the same models: of others nothing was chosen."""
        source, now = request.source, defining(request)
        first = await self._origins.first(source.film) if source else None
        alike = first is not None and all(first.request.get(one) == now.get(one) for one in _CASTING)
        return source if alike else None

    async def line(self, film: str, source: Source | None = None) -> list[str]:
        """The films that it was forked from, the last first; `source` where it was not planned yet."""
        return await self.line_from(source.film if source else await self._origins.source(film))

    async def line_from(self, before: str) -> list[str]:
        """That film, and those that it was forked from; none where it has no name."""
        line = list[str]()
        while before and before not in line:
            line.append(before)
            before = await self._origins.source(before)
        return line

    async def first_request(self, film: str) -> VideoRequest | None:
        """What the film was first asked for, with its images as uploads; None where it was never planned."""
        first = await self._origins.first(film)
        return VideoRequest.model_validate_json(json.dumps(first.request)) if first else None


def _wanted(made: Sequence[Decision], same: Collection[str]) -> list[Decision]:
    """What people wanted of these shots by the newest plan, and what they chose among what was there."""
    number, wanted, used = plan_of(made), dict[str, Version](), dict[str, bool]()
    for decision in made:
        if decision.plan == number:
            wanted |= {shot: each for shot, each in decision.wanted.items() if shot in same}
            used |= dict.fromkeys(decision.wanted, decision.used)
    begun = (
        Decision(plan=1, used=one, wanted={shot: wanted[shot] for shot in wanted if used[shot] is one})
        for one in (False, True)
    )
    return [decision for decision in begun if decision.wanted]


def _as_before(made: Sequence[Decision], same: Collection[str]) -> tuple[str, ...]:
    """Those of these shots that were made after the first takes of sheets, unless people wanted others."""
    number = plan_of(made)
    first = (decision.as_before for decision in made if decision.sheets and decision.plan == number)
    return tuple(sorted(set(same).intersection(*first)))


def _named(decision: Decision) -> str:
    return "sheets" if decision.sheets else f"used {decision.used}"


def defining(request: VideoRequest) -> dict[str, JsonValue]:
    """What makes it this film: not whose it is, nor what it may cost; its length, however that is said."""
    fields = request.model_dump(mode="json", exclude_defaults=True, exclude=_NOT_DEFINING)
    return fields | {"duration_s": resolved_duration(request)}


def _beat_of(step: str) -> str:
    """The beat of a step such as `chunk:hero_shot:2`; empty where it is the film's own."""
    return step.partition(":")[2].partition("@")[0].partition(":")[0]
