"""Knows who makes the versions of a film's shots, by its method: each shot by itself, or along a chain of
keyframes that a whole rung shares."""

from __future__ import annotations

from workflows.film.keyframes import Keyframes
from workflows.film.scene_shooting import SceneShooting
from workflows.film.shooting import Shooting
from workflows.film.taking import FilmSet
from workflows.film.versions import Version, chain_of

AnyShooting = Shooting | SceneShooting


class Method:
    """Of one film."""

    def __init__(self, film: FilmSet) -> None:
        self._set = film
        self._keyframes: list[tuple[Version, Keyframes]] = []

    def shooting(self, number: int, version: Version) -> AnyShooting:
        """One version of the shot of that number, from 0, that nobody has begun to make."""
        if self._set.planned.plan.method != "keyframes":
            return Shooting(self._set, number, version)
        chain = self._chain(version)
        chain.begin(number)
        return SceneShooting(self._set, chain, number, version)

    def _chain(self, version: Version) -> Keyframes:
        named = chain_of(version)
        assert named is not None
        for other, chain in self._keyframes:
            if other == named:
                return chain
        self._keyframes.append((named, Keyframes(self._set, named)))
        return self._keyframes[-1][1]
