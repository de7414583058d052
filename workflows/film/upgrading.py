"""Knows which shots go to a higher rung for an amount, and what that costs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from temporalio.exceptions import ApplicationError

from workflows.film.contract import Beat, Profile
from workflows.film.direction import Direction
from workflows.film.drawn import found_for, left_by
from workflows.film.planned import PlannedFilm
from workflows.film.prices import There, price_of_shots, price_of_versions, saved_of
from workflows.film.versions import RUNGS, Version
from workflows.studio import usd


class CannotUpgrade(ApplicationError):
    """Nothing can be upgraded so. Nothing has changed; the message says what would do."""

    def __init__(self, words: str) -> None:
        super().__init__(words, type="CannotUpgrade", non_retryable=True)


class Found(NamedTuple):
    """The steps of a film whose results are in the ledger already, by name, bought by whichever film; `own`
    is the version that its request asks for."""

    own: Version
    steps: Collection[str]


class Upgrading:
    """To one rung of one film, of which these versions are `finished`, by shot, and this is `found`, where it
    was looked up. Raises `CannotUpgrade` where that rung cannot be used."""

    def __init__(
        self,
        planned: PlannedFilm,
        direction: Direction,
        rung: Profile,
        finished: Mapping[str, Collection[str]] = MappingProxyType({}),
        found: Found | None = None,
    ) -> None:
        self._planned, self._direction, self._rung, self._finished = planned, direction, rung, finished
        self._found = found
        of = planned.rungs.get(rung)
        if of is None or of.unavailable or not planned.offered_by(rung, "video"):
            raise CannotUpgrade((of and of.unavailable) or f"the film knows no models of {rung}")

    def shots(self, named: Sequence[str], spend: Decimal | None, missing: Collection[str]) -> tuple[str, ...]:
        """Of those named, or of all, the shots that stand lower; with an amount, as many as it pays for:
        those first that stand lowest, among them the liveliest. `missing` are the shots that do not show what
        is wanted, and are tried again. Raises `CannotUpgrade` where there are none."""
        low = self._lower(named, missing)
        chosen = low if spend is None else self._affordable(low, spend)
        if not chosen:
            cheapest = min(self._cost([beat.id]) for beat in low)
            raise CannotUpgrade(f"the cheapest shot on {self._rung} costs {usd(cheapest)}")
        return tuple(beat.id for beat in low if beat in chosen)

    def _lower(self, named: Sequence[str], missing: Collection[str]) -> list[Beat]:
        wanted, rank = self._direction.wanted, RUNGS.index(self._rung)
        low = [
            beat
            for beat in self._planned.plan.beats
            if (not named or beat.id in named)
            and RUNGS.index(wanted[beat.id].rung) < rank + (beat.id in missing)
        ]
        if not low:
            raise CannotUpgrade(f"no shot stands below {self._rung}: `retake` makes another take")
        return low

    def price(self, shots: Iterable[str]) -> Decimal:
        """USD of sheets, images and chunks that were not found, if models return what their facts promise.
        Where nobody has looked, nothing is there of a version that is not finished but what it shares with
        those that are."""
        wanted = self._direction.upgrade(shots, self._rung).wanted
        made = self._finished
        # What is tried again has the sheets that it had: each goes along the chain of keyframes of its own.
        bought = {shot: one for shot, one in wanted.items() if one.name not in made.get(shot, ())}
        price = price_of_versions(self._planned, bought, self._there)
        if self._found is None:
            return price
        own, steps = self._found
        saved = (saved_of(self._planned, own, steps, shot, one) for shot, one in bought.items())
        return price - sum(saved, Decimal(0))

    def _cost(self, shots: Iterable[str]) -> Decimal:
        """By what an amount chooses."""
        return self._whole(shots) if self._found is None else self.price(shots)

    def _whole(self, shots: Iterable[str]) -> Decimal:
        """USD where nothing of these is there: by that an amount chose in earlier releases, and replays
        choose the same."""
        wanted = self._direction.upgrade(shots, self._rung).wanted
        after = {shot: version.part(0).sheets for shot, version in wanted.items()}
        chains = [one for at, one in enumerate(after.values()) if one not in list(after.values())[:at]]
        alike = [(one, [shot for shot, own in after.items() if own == one]) for one in chains]
        return sum((price_of_shots(self._planned, self._rung, of, one) for one, of in alike), Decimal(0))

    def _there(self, version: Version) -> There:
        left = left_by(self._planned, self._direction, self._finished, version)
        if self._found is None:
            return left
        found = found_for(self._planned, *self._found, version)
        return There({*left.keyframes, *found.keyframes}, {*left.sheets, *found.sheets})

    def _affordable(self, low: Sequence[Beat], spend: Decimal) -> list[Beat]:
        rungs = self._direction.wanted
        chosen: list[Beat] = []
        for beat in sorted(low, key=lambda one: (RUNGS.index(rungs[one.id].rung), -one.energy)):
            # Together: scenes share keyframes.
            if self._cost(one.id for one in (*chosen, beat)) <= spend:
                chosen.append(beat)
        return chosen
