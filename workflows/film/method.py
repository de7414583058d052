"""Knows who makes the versions of a film's shots, by its method: each shot by itself, or along a chain of
keyframes that a whole rung shares."""

from __future__ import annotations

from workflows.film.keyframes import Keyframes
from workflows.film.scene_shooting import SceneShooting
from workflows.film.shooting import Shooting
from workflows.film.taking import FilmSet
from workflows.film.versions import Version

AnyShooting = Shooting | SceneShooting


class Method:
    """Of one film."""

    def __init__(self, film: FilmSet) -> None:
        self._set = film
        self._keyframes: dict[str, Keyframes] = {}

    def shooting(self, number: int, version: Version) -> AnyShooting:
        """One version of the shot of that number, from 0, that nobody has begun to make."""
        if self._set.planned.plan.method != "keyframes":
            return Shooting(self._set, number, version)
        chain = self._chain(version)
        chain.begin(number)
        return SceneShooting(self._set, chain, number, version)

    def _chain(self, version: Version) -> Keyframes:
        rung = version.rung
        if rung not in self._keyframes:
            self._keyframes[rung] = Keyframes(self._set, Version(rung=rung))
        return self._keyframes[rung]
