"""Knows which shots go to a higher rung for an amount, and what that costs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from temporalio.exceptions import ApplicationError

from workflows.film.contract import Beat, Profile
from workflows.film.direction import Direction
from workflows.film.planned import PlannedFilm
from workflows.film.prices import price_of_shots
from workflows.film.versions import RUNGS, SheetTake
from workflows.studio import usd


class CannotUpgrade(ApplicationError):
    """Nothing can be upgraded so. Nothing has changed; the message says what would do."""

    def __init__(self, words: str) -> None:
        super().__init__(words, type="CannotUpgrade", non_retryable=True)


class Upgrading:
    """To one rung of one film. Raises `CannotUpgrade` where that rung cannot be used."""

    def __init__(self, planned: PlannedFilm, direction: Direction, rung: Profile) -> None:
        self._planned, self._direction, self._rung = planned, direction, rung
        of = planned.rungs.get(rung)
        if of is None or of.unavailable or not planned.offered_by(rung, "video"):
            raise CannotUpgrade((of and of.unavailable) or f"the film knows no models of {rung}")

    def shots(self, named: Sequence[str], spend: Decimal | None, missing: Collection[str]) -> tuple[str, ...]:
        """Of those named, or of all, the shots that stand lower; with an amount, as many as it pays for:
        those first that stand lowest, among them the liveliest. `missing` are the shots that do not show what
        is wanted, and are tried again. Raises `CannotUpgrade` where there are none."""
        wanted, rank = self._direction.wanted, RUNGS.index(self._rung)
        low = [
            beat
            for beat in self._planned.plan.beats
            if (not named or beat.id in named)
            and RUNGS.index(wanted[beat.id].rung) < rank + (beat.id in missing)
        ]
        if not low:
            raise CannotUpgrade(f"no shot stands below {self._rung}: `retake` makes another take")
        chosen = low if spend is None else self._affordable(low, spend)
        if not chosen:
            cheapest = min(self.price([beat.id]) for beat in low)
            raise CannotUpgrade(f"the cheapest shot on {self._rung} costs {usd(cheapest)}")
        return tuple(beat.id for beat in low if beat in chosen)

    def price(self, shots: Iterable[str]) -> Decimal:
        """USD of images and chunks, if the models return what their facts promise."""
        wanted = self._direction.upgrade(shots, self._rung).wanted
        after = {shot: version.part(0).sheets for shot, version in wanted.items()}
        # What is tried again has the sheets that it had: each goes along the chain of keyframes of its own.
        chains = [
            sheets for at, sheets in enumerate(after.values()) if sheets not in list(after.values())[:at]
        ]
        return sum((self._price(after, sheets) for sheets in chains), Decimal(0))

    def _price(
        self, after: Mapping[str, Mapping[str, SheetTake]], sheets: Mapping[str, SheetTake]
    ) -> Decimal:
        shots = [shot for shot, own in after.items() if own == sheets]
        return price_of_shots(self._planned, self._rung, shots, sheets)

    def _affordable(self, low: Sequence[Beat], spend: Decimal) -> list[Beat]:
        rungs = self._direction.wanted
        chosen: list[Beat] = []
        for beat in sorted(low, key=lambda one: (RUNGS.index(rungs[one.id].rung), -one.energy)):
            # Together: scenes share keyframes.
            if self.price(one.id for one in (*chosen, beat)) <= spend:
                chosen.append(beat)
        return chosen
