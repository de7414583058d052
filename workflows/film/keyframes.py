"""The keyframes of one film on one rung: a chain, each of which ends a scene and begins the next.

They belong to the rung and not to a shot: another take of a scene is another clip between the same two, and
leaves its neighbours as they are.
"""

from __future__ import annotations

import asyncio

from workflows.film import steps
from workflows.film.taking import FilmSet
from workflows.film.versions import Version
from workflows.studio import Artifact, ModelFacts, PaidStep


class Keyframes:
    """Of the rung of that name. Who needs one first makes it; the others wait, and take over where whoever
    made it was let go."""

    def __init__(self, film: FilmSet, rung: Version) -> None:
        self._set, self._rung = film, rung
        self._beats = film.planned.plan.beats
        self._made: dict[int, Artifact] = {}
        self._making = [asyncio.Lock() for _ in range(len(self._beats) + 1)]

    def there(self, place: int) -> Artifact | None:
        """The keyframe at that place, from 0, where it exists."""
        return self._made.get(place)

    async def at(self, place: int) -> Artifact:
        """The keyframe at that place: the scene of that number begins with it, the one before ends with it.
        Raises what its step raises: whoever asks again tries again."""
        async with self._making[place]:
            if place not in self._made:
                self._made[place] = await self._draw(place)
            return self._made[place]

    async def _draw(self, place: int) -> Artifact:
        """An exact frame of the path that the animatic's camera takes through the whole film."""
        film, is_last = self._set, place == len(self._beats)
        beat = self._beats[min(place, len(self._beats) - 1)]
        shot = film.agenda.shot(beat)
        if is_last:
            # What would begin one scene more.
            shot = shot.model_copy(update={"number": shot.number + 1})
        name = film.agenda.storyboard(beat, self._rung, "last" if is_last else "")
        terms = PaidStep(film=film.crew.film, step=name)
        step = steps.GenerateStoryboardImage(model=self._model, shot=shot, terms=terms)
        return await film.crew.runner.step(
            name, lambda label: film.crew.steps.generate_storyboard_image(step, label)
        )

    @property
    def _model(self) -> ModelFacts:
        return self._set.planned.playing(self._rung.rung, "image")[0]
