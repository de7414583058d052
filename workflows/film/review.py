"""Knows what a person has to approve before a shot goes on, and how it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workflows.film.contract import Review as Kind
from workflows.film.crew import Crew
from workflows.film.direction import Direction
from workflows.film.shooting import Stage
from workflows.studio import Wait

#: Under which name it stands among what is waited for.
REVIEW = "review"
_SEEN = {"plan": "the plan", "storyboard": "the storyboard", "cut": "the animatic cut"}


class Review:
    """Of one run. `is_there` tells whether there is something to look at."""

    def __init__(
        self, kind: Kind, shots: Sequence[str], direction: Direction, crew: Crew, is_there: Callable[[], bool]
    ) -> None:
        self._kind, self._shots, self._direction, self._crew = kind, shots, direction, crew
        self._is_there = is_there

    async def approved(self, number: int, stage: Stage) -> None:
        """Returns once the shot may be bought so far."""
        shot = self._shots[number]
        if self._kind == "off" or self._direction.wanted[shot].rung == "animatic":
            return
        if stage == ("image" if self._kind == "plan" else "chunks"):
            await self._crew.watch.until(lambda: shot in self._direction.approved)

    @property
    def open(self) -> tuple[str, ...]:
        """The shots that wait for a person."""
        if self._kind == "off":
            return ()
        wanted, approved = self._direction.wanted, self._direction.approved
        return tuple(shot for shot in self._shots if shot not in approved and wanted[shot].rung != "animatic")

    async def hold(self) -> None:
        """Asks for an answer whenever shots wait, as those do that a later decision brings: without being
        asked for, nobody could give it. Nobody's answer in time ends the run, as any wait does."""
        while self._kind != "off":
            await self._crew.watch.until(lambda: bool(self.open) and self._is_there())
            words = f"approve: {_SEEN[self._kind]} can be looked at; the rest is bought once it is approved"
            shot = self.open[0]
            use = {"shot": shot, "version": "animatic"}
            wait = Wait(
                step=REVIEW,
                reason="review",
                words=words,
                answers=("approve", "retake", "use"),
                updates={"approve": {}, "retake": {"shot": shot}, "use": use},
            )
            await self._crew.watch.answered(wait, lambda: not self.open)
