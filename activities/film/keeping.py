"""What a film keeps from its first run on, so that no later release buys it anew: models, plan, words.

A person's change is another matter: another profile, model, prompt, style or take has other facts, and what
is made from them is new. Films from before anything was kept are found by what they paid for.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from pydantic import JsonValue

from activities.film.heritage import Heritage, defining
from activities.film.origins import KeptPlan, OldRecipe, Origins
from activities.film.prompts import Asking, Operation, Wording, Words
from activities.film.recipes import is_alike, told
from activities.ledger import Ledger, Recipe, artifact_of
from activities.models import Cast, Catalogue, Model, Profile, cast
from activities.studio import FilmMemory
from workflows.film import CHUNK_RUNGS, Plan, Shot, Source, VideoRequest, decisions, needs_edit, plan_of
from workflows.studio import Artifact, FrameFormat, ModelFacts

#: The rules by which every plan was made or read before a film kept its own.
FORMER_RULES = "rules-1-80e10e92"
#: What of a recipe's parameters are words, and what a chunk's length adds.
_NOT_FACTS = {"prompt", "negative_prompt", "composed", "asked_s"}
#: What a model promises that a film is planned by.
_PROMISED = {"fps", "lengths", "references"}
_IMAGES = {"product", "references", "characters"}


class Keeping:
    """What all films keep. A film without a name, as in a test of one step, keeps nothing."""

    def __init__(self, origins: Origins, memory: FilmMemory, catalogue: Catalogue, ledger: Ledger) -> None:
        self._origins, self._memory, self.heritage = origins, memory, Heritage(origins, memory)
        self._catalogue, self._ledger = catalogue, ledger

    # ---- models ------------------------------------------------------------------------------------

    async def cast(
        self, film: str, request: VideoRequest, hosted: Collection[str], rung: str | None = None
    ) -> Cast:
        """The film's models: what the request names, else what its profile meant when the film first used it.
        With `rung`, those of another than its own, which has moves of its own. Raises `Miscast`."""
        today = datetime.now(UTC).date()
        if not film:
            return cast(request, self._catalogue, hosted, today)
        film = await self.heritage.heir(film, request)
        kept = await self._origins.casting(film, request.profile)
        profile, used = await self._meant(film, request.profile, kept.profile), kept.used
        moved = {model for step, model in kept.chosen if rung in (None, _rung_of(step))}
        for before in await self.heritage.line_from(request.source.film if request.source else kept.source):
            used |= (await self._memory.models(before))[0]
        # Whatever was made with these is found, also where another film paid for it.
        used |= moved | set(_ids(profile, needs_edit(request)).values())
        return cast(request, self._catalogue, hosted, today, used, profile, moved)

    async def _profile(self, film: str, name: str) -> Profile:
        """The profile as the film knows it; today's, where it never used it."""
        return await self._meant(film, name, await self._origins.profile(film, name))

    async def _meant(self, film: str, name: str, kept: Mapping[str, str] | None) -> Profile:
        today = self._catalogue.profile(name)
        if kept is None and (former := self._catalogue.former.get(name)):
            ids = former.model_dump(exclude_none=True)
            kept = ids if await self._origins.old_models(film) & set(ids.values()) else None
        if kept is None:
            return today
        known = self._catalogue.models.keys()
        there = {role: id for role, id in kept.items() if id in known and role in Profile.model_fields}
        # A part that no film had then is played as it would be today.
        return Profile.model_validate(today.model_dump() | {"edges": None} | there)

    async def enter(self, film: str, request: VideoRequest, paid: bool) -> None:
        """Writes down what the film is made from, unless it is known. `request` names images by uploads."""
        if not film:
            return
        profile = await self._profile(await self.heritage.heir(film, request), request.profile)
        await self._origins.enter(film, defining(request))
        if paid:
            await self._origins.keep_profile(film, request.profile, _ids(profile, needs_edit(request)))

    async def keep_rung(self, film: str, name: str, models: Mapping[str, str]) -> None:
        """Writes down the models of a rung, by part, as its profile, unless that is known."""
        profile = await self._profile(film, name)
        now = profile.model_copy(update={"edges": None, **models})
        await self._origins.keep_profile(film, name, _ids(now, "edit" in models))

    async def facts(self, film: str, models: Sequence[Model], request: VideoRequest) -> list[ModelFacts]:
        """The models' facts, each with the rate and the lengths of when the film was first planned with it:
        by others it would be covered by other chunks."""
        of = request.fps, request.size
        today = [model.facts(*of) for model in models]
        promise = [each.id for each in today if each.lengths and each.work == "waits"]
        if not film or not promise:
            return today
        kept = await self._origins.promised(await self.heritage.heir(film, request), promise, *of)
        return [
            # Before films kept how many references a model takes, none was shown any.
            ModelFacts.model_validate({**each.model_dump(), "references": 0, **kept[each.id]})
            if each.id in kept
            else each
            for each in today
        ]

    async def keep_facts(self, film: str, request: VideoRequest, facts: Sequence[ModelFacts]) -> None:
        """Keeps what the models promise the film."""
        promised = {each.id: each.model_dump(mode="json", include=_PROMISED) for each in facts}
        if film and promised:
            await self._origins.keep_promised(film, request.fps, request.size, promised)

    # ---- the plan ----------------------------------------------------------------------------------

    async def plan(
        self, film: str, asked: Sequence[str], formerly: Sequence[str], paid: bool
    ) -> KeptPlan | None:
        """The plan that the film was first given for what was asked, by the first of its keys that is known.
        `formerly` are the keys that it may have had before a film kept its own; where its models are not
        `paid`, nothing else tells an old film."""
        if not film:
            return None
        kept, of_old = await self._origins.plan(film, asked)
        if kept is None and (not paid or await self._is_old(film, of_old)):
            rows = [row for row in [await self._ledger.look(key) for key in formerly] if row and row.done]
            return KeptPlan(rows[0].key, FORMER_RULES) if rows else None
        return kept

    async def keep_plan(
        self,
        film: str,
        asked: Sequence[str],
        kept: KeptPlan,
        shots: Sequence[Wording],
        source: Source | None = None,
    ) -> None:
        """Keeps the plan by each key of what was asked; and of a film from before, the words that it has
        bought by that plan, or that the one has that it is forked from."""
        if not film:
            return
        known, of_old = await self._origins.plan(film, asked)
        if known is None:
            old = await self._old_words(source.film, asked, source.plan, shots) if source else {}
            old = {**old, **await self._bought_words(film, kept.key, shots, of_old)}
            for wording in shots:
                if words := old.get(wording.asked):
                    await self._origins.keep_words(film, wording.asked, wording.facts, words)
        for key in asked:
            await self._origins.keep_plan(film, key, kept)

    async def _is_old(self, film: str, of_old: bool | None) -> bool:
        return bool(await self._origins.old_models(film)) if of_old is None else of_old

    # ---- words -------------------------------------------------------------------------------------

    async def words(self, film: str, wording: Asking) -> Words:
        """The words that the film first asked this step in; written down, where these are the first."""
        if not film:
            return wording.words
        return await self._origins.keep_words(film, wording.asked, wording.facts, wording.words)

    async def all_words(
        self, film: str, asked: Sequence[str], plan: str, shots: Sequence[Wording]
    ) -> Mapping[str, Words]:
        """The words that are kept, and those that would be once the film of that plan is made again, by the
        digest of their facts."""
        if not film:
            return {}
        return {**await self._old_words(film, asked, plan, shots), **await self._origins.all_words(film)}

    async def _old_words(
        self, film: str, asked: Sequence[str], plan: str, shots: Sequence[Wording]
    ) -> Mapping[str, Words]:
        """What a film asked in before its words were kept; nothing where it keeps them, with its plan."""
        kept, of_old = await self._origins.plan(film, asked)
        return {} if kept else await self._bought_words(film, plan, shots, of_old)

    async def _bought_words(
        self, film: str, plan: str, shots: Sequence[Wording], of_old: bool | None
    ) -> Mapping[str, Words]:
        """The words of the recipes that a film from before paid for: one after the other, those of one step
        went up the ladder. Since its plan was made, so that no other plan's are taken for them."""
        row = await self._ledger.look(plan) if await self._is_old(film, of_old) else None
        if row is None or row.done_at is None:
            return {}
        old = await self._origins.old_recipes(film, row.done_at)
        said = {wording.asked: list(dict.fromkeys(_said(old, wording))) for wording in shots}
        return {one.asked: said[one.asked][one.rung] for one in shots if one.rung < len(said[one.asked])}

    # ---- drawings ----------------------------------------------------------------------------------

    async def drawing(self, film: str, recipe: Recipe) -> Artifact | None:
        """What the film has bought chunks from in the place of this drawing: another release drew it in
        another way, and from another start they would be bought again."""
        films = [film, *await self.heritage.line(film)] if film else []
        starts = [start for one in films for start in await self._origins.starts(one, recipe.model)]
        found = [start for start in starts if is_alike(start, recipe)]
        row = await self._ledger.look(found[0].key) if found else None
        return artifact_of(row) if row else None

    async def bought_as(self, key: str) -> tuple[str, str]:
        """The key of what a picture of a film came as, and the model that made it."""
        return await self._origins.bought_as(key)

    async def ends_with(self, clip: str) -> str | None:
        """The key of the keyframe that a scene's clip ends with."""
        return await self._origins.ends_with(clip)

    # ---- what is said of it ------------------------------------------------------------------------

    async def notes(
        self,
        film: str,
        request: VideoRequest,
        models: Cast,
        shots: Sequence[Wording],
        words: Mapping[str, Words],
    ) -> tuple[str, ...]:
        """Whether another film was first asked for under this id, and where this release would make the film
        otherwise, had it not been made already."""
        if not film:
            return ()
        said = (
            await self._other_request(film, request),
            self._other_models(request, models),
            _other_words(shots, words),
        )
        return tuple(filter(None, said))

    async def _other_request(self, film: str, request: VideoRequest) -> str:
        # Each further plan that a person asked for is another take of the same film.
        apart = {"take"} if plan_of(decisions(await self._memory.edits(film))) > 1 else set()
        first, now = await self._origins.first(film), defining(request)
        before = first.request if first else now
        fields = [name for name in VideoRequest.model_fields if name not in apart]
        other = [name for name in fields if before.get(name) != now.get(name)]
        # What lies on the web is known once it has been fetched: a dry run cannot tell.
        other = [name for name in other if name not in _IMAGES or "://" not in json.dumps(now.get(name))]
        if not other:
            return ""
        return (
            f"Another film than this id was first given to, by {', '.join(other)}: what is made is delivered "
            "beside it, as a cut of its own."
        )

    def _other_models(self, request: VideoRequest, models: Cast) -> str:
        today, own = self._catalogue.profile(request.profile), request.models.model_dump(exclude_none=True)
        other = [
            f"{role} {model.id} ({getattr(today, role) or 'none'} today)"
            for role in Profile.model_fields
            if (model := getattr(models, role)) and role not in own and model.id != getattr(today, role)
        ]
        if not other:
            return ""
        return f"Kept with the models that it was first made with: {', '.join(other)}. `models` names others."


def wordings(plan: Plan, format: FrameFormat, models: Cast) -> tuple[Wording, ...]:
    """All that a film's paid steps may have to be put into words for, whichever model and rung it takes."""
    return tuple(
        Wording(operation, model, shot, rung)
        for shot in (Shot.of(plan, beat, format) for beat in plan.beats)
        for operation, model in _steps(shot, models)
        if model.work == "waits"
        for rung in range(CHUNK_RUNGS)
    )


def _ids(profile: Profile, with_edit: bool) -> dict[str, str]:
    """The models of a profile by part; of a film that has no use for `edit`, nothing of that is kept."""
    return profile.model_dump(exclude_none=True, exclude=set() if with_edit else {"edit"})


def _rung_of(step: str) -> str:
    """Of a step such as `chunk:hero_shot:1@final-2`; those of a shot's first version do not name theirs."""
    return step.rpartition("@")[2].rpartition("-")[0]


def _other_words(shots: Sequence[Wording], kept: Mapping[str, Words]) -> str:
    other = [one for one in shots if one.asked in kept and kept[one.asked][:2] != one.words[:2]]
    steps = dict.fromkeys(f"{one.operation.split('_')[0]} {one.shot.number}" for one in other)
    if not steps:
        return ""
    return f"Kept in the words they were bought in, though this release has others: {', '.join(steps)}."


def _steps(shot: Shot, models: Cast) -> Iterator[tuple[Operation, Model]]:
    guided = [models.edges] if models.edges and shot.beat.references else []
    shown = [models.edit, *models.edit_fallbacks] if models.edit and shot.beat.sheets else []
    for image in (*shown, *guided, models.image, *models.image_fallbacks):
        yield "storyboard_image", image
    for video in (models.video, *models.video_fallbacks):
        yield "chunk", video


def _said(old: Sequence[OldRecipe], wording: Wording) -> Iterator[Words]:
    wanted = _facts(told(wording.shot, Words("", "")))
    for recipe in old:
        names = (recipe.operation, recipe.model)
        if names == (wording.operation, wording.model.id) and _facts(recipe.params) == wanted:
            yield Words(str(recipe.params["prompt"]), str(recipe.params["negative_prompt"]))


def _facts(params: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {name: value for name, value in params.items() if name not in _NOT_FACTS}
