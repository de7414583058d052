"""Knows who makes the versions of a film's shots, by its method: each shot by itself, or along a chain of
keyframes that a whole rung shares."""

from __future__ import annotations

from workflows.film.chain import Chain
from workflows.film.scene_shooting import SceneShooting
from workflows.film.shooting import Shooting
from workflows.film.taking import FilmSet
from workflows.film.versions import Version, chain_of

AnyShooting = Shooting | SceneShooting


class Method:
    """Of one film."""

    def __init__(self, film: FilmSet) -> None:
        self._set = film
        self._chains: list[tuple[Version, Chain]] = []

    @property
    def is_drawing(self) -> bool:
        """Whether a keyframe is being drawn, for whichever shots."""
        return any(chain.is_drawing for _, chain in self._chains)

    def shooting(self, number: int, version: Version) -> AnyShooting:
        """One version of the shot of that number, from 0, that nobody has begun to make."""
        if self._set.planned.plan.method != "keyframes":
            return Shooting(self._set, number, version)
        chain = self._chain(version)
        chain.begin(number)
        return SceneShooting(self._set, chain, number, version)

    def _chain(self, version: Version) -> Chain:
        named = chain_of(version)
        assert named is not None
        for other, chain in self._chains:
            if other == named:
                return chain
        self._chains.append((named, Chain(self._set, named)))
        return self._chains[-1][1]
