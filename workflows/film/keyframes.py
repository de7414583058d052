"""The keyframes of one film on one rung: a chain, each of which ends a scene and begins the next.

They belong to the rung and not to a shot: another take of a scene is another clip between the same two, and
leaves its neighbours as they are.
"""

from __future__ import annotations

import asyncio
from fractions import Fraction

from temporalio.exceptions import ApplicationError

from workflows.film import steps
from workflows.film.contract import Beat, Shot, Shown
from workflows.film.crew import Crew
from workflows.film.planned import KeptKeyframe
from workflows.film.taking import IMAGE_RUNGS, FilmSet, Taking
from workflows.film.versions import Version
from workflows.studio import Artifact, ModelFacts, Offer, PaidStep


class Keyframes:
    """Of the rung of that name. The version of a scene that needs one first makes it; the others wait, and
    take over where it was let go."""

    def __init__(self, film: FilmSet, rung: Version) -> None:
        self._set, self._rung = film, rung
        self._beats = film.planned.plan.beats
        self._made: dict[int, Artifact] = {}
        #: Why there is none at a place: scene after scene would else ask for it again.
        self._failed: dict[int, ApplicationError] = {}
        self._begun: set[int] = set()
        self._makers: dict[int, ModelFacts] = {}
        self._making = [asyncio.Lock() for _ in range(len(self._beats) + 1)]

    def maker(self, place: int) -> ModelFacts | None:
        """The model that made the keyframe at that place, once it is there."""
        return self._makers.get(place)

    def begin(self, number: int) -> None:
        """A version of the scene of that number begins. Where another did before, somebody wants it: what had
        failed is asked for again."""
        if number in self._begun:
            self._failed.clear()
        self._begun.add(number)

    async def at(self, place: int, taking: Taking) -> Artifact:
        """The keyframe at that place, from 0: the scene of that number begins with it, the one before ends
        with it. `taking` is the version that asks for it, and pays. Raises what its step raises, and what
        that of any before it does; lets cancellation pass."""
        async with self._making[place]:
            if place in self._failed:
                raise self._failed[place]
            if place not in self._made:
                try:
                    self._made[place] = await self._make(place, taking)
                except ApplicationError as error:
                    self._failed[place] = error
                    raise
            return self._made[place]

    async def _make(self, place: int, taking: Taking) -> Artifact:
        # Whoever has a sheet drawn anew wants to see her so.
        kept = None if self._rung.sheets else self._set.planned.kept_at(self._rung.rung, place)
        if kept:
            return await self._keep(kept, taking)
        image = self._playing("image")[0]
        beat = self._beats[min(place, len(self._beats) - 1)]
        shows = await self._set.sheets.of(beat, self._rung, taking.bought)
        # What is drawn here lies on one path: none of them follows from another.
        before = await self.at(place - 1, taking) if place and image.work == "waits" else None
        name = self._name(place)
        offer = self._next(place, name, before, shows) if before else self._first(place, name, shows)
        return taking.told("storyboard", await taking.bought(offer))

    async def _keep(self, kept: KeptKeyframe, taking: Taking) -> Artifact:
        """What a fork has from the film before is there, and follows from none of its own."""

        async def there(_label: str) -> Artifact:
            return kept.image

        planned, rung = self._set.planned, self._rung.rung
        drawing = [*planned.offered_by(rung, "image"), *planned.offered_by(rung, "edit")]
        self._makers[kept.place] = next((one for one in drawing if one.id == kept.model), drawing[0])
        return await taking.step(self._name(kept.place), there)

    def _name(self, place: int) -> str:
        beat = self._beats[min(place, len(self._beats) - 1)]
        return self._set.agenda.storyboard(beat, self._rung, "last" if place == len(self._beats) else "")

    def _first(self, place: int, name: str, shows: tuple[Shown, ...]) -> Offer:
        """From words; or, where it is drawn here, an exact frame of the camera's path through the film."""
        is_last = place == len(self._beats)
        shot = self._shot(place - is_last)
        # What would begin one scene more.
        told = shot.beat.model_copy(update={"shows": shows})
        shot = shot.model_copy(update={"number": shot.number + is_last, "beat": told})
        models = self._drawing(told)

        async def buy(model: ModelFacts, terms: PaidStep) -> Artifact:
            # What is drawn here for clips that are bought bears neither words nor mark.
            bare = model.work == "computes" and self._playing("video")[0].work == "waits"
            step = steps.GenerateStoryboardImage(model=model, shot=shot, terms=terms, bare=bare)
            made = await self._crew.steps.generate_storyboard_image(step, self._crew.board.label(name))
            self._makers[place] = model
            return made

        return Offer(name, models, lambda model: model.price_usd, buy, IMAGE_RUNGS, True)

    def _next(self, place: int, name: str, before: Artifact, shows: tuple[Shown, ...]) -> Offer:
        """From the keyframe before it, in the words of what the scene between them ends with."""
        shot, fps = self._shot(place - 1), self._set.planned.format.fps
        scene = shot.beat.scene
        prompt = scene.end_prompt if scene else shot.beat.prompt
        told = shot.beat.model_copy(update={"prompt": prompt, "shows": shows})
        shot = shot.model_copy(update={"beat": told})

        async def buy(model: ModelFacts, terms: PaidStep) -> Artifact:
            step = steps.GenerateAnchorImage(
                model=model,
                shot=shot,
                image=before,
                frame=shot.beat.frames(fps),
                fps=Fraction(fps),
                terms=terms,
                bare=True,
            )
            made = await self._crew.steps.generate_anchor_image(step, self._crew.board.label(name))
            self._makers[place] = model
            return made

        return Offer(name, self._playing("edit"), lambda model: model.price_usd, buy, IMAGE_RUNGS, True)

    @property
    def _crew(self) -> Crew:
        return self._set.crew

    def _drawing(self, beat: Beat) -> list[ModelFacts]:
        planned, rung = self._set.planned, self._rung.rung
        return planned.drawing(rung, beat) or planned.playing(rung, "image")

    def _playing(self, part: str) -> list[ModelFacts]:
        return self._set.planned.playing(self._rung.rung, part)

    def _shot(self, number: int) -> Shot:
        return self._set.agenda.shot(self._beats[number])
