"""Knows what a person approves before a shot goes on, and how it is asked for.

Of what waits nothing dearer than an image is bought, and of what nobody can look at yet nothing at all: an
animatic cut shows no image that was bought, and whoever asks for another take of a shot would pay for both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from pydantic import JsonValue

from workflows.film.agenda import Agenda
from workflows.film.contract import Review as Kind
from workflows.film.crew import Crew
from workflows.film.direction import Direction
from workflows.film.drawn import there_of
from workflows.film.prices import Price, There, price_of, price_of_sheets, price_of_versions
from workflows.film.taking import Stage
from workflows.film.versions import Version
from workflows.studio import Answer, Wait, usd

#: Under which name it stands among what is waited for.
REVIEW = "review"
#: Before which stage of a shot it is asked for, and what there is to be looked at by then.
_BEFORE: Mapping[Kind, Stage] = {
    "plan": "image",
    "characters": "shown",
    "storyboard": "chunks",
    "cut": "image",
}
_SEEN: Mapping[Kind, str] = {
    "plan": "the plan is",
    "characters": "whom it shows is",
    "storyboard": "the storyboard is",
    "cut": "the animatic cut is",
}
_ANSWERS: tuple[Answer, ...] = ("approve", "retake", "use", "upgrade")


class Review:
    """Of one run. `is_coming` tells of a shot by its number whether more of it comes by itself that may be
    looked at; `is_there` whether what shows all of them together is there, or cannot come."""

    def __init__(
        self,
        kind: Kind,
        agenda: Agenda,
        direction: Direction,
        crew: Crew,
        is_coming: Callable[[int], bool],
        is_there: Callable[[], bool],
    ) -> None:
        planned = agenda.planned
        # Of a film that shows nobody by a sheet there is nothing to be looked at.
        is_seen = kind != "characters" or planned.has_sheets
        self._kind: Kind = kind if is_seen else "off"
        self._planned, self._direction, self._crew, self._agenda = planned, direction, crew, agenda
        self._is_coming, self._is_there = is_coming, is_there
        self._shots = [beat.id for beat in planned.plan.beats]
        #: What waits at the gate, by its number.
        self._waiting: set[int] = set()
        self._has_asked = False

    async def approved(self, number: int, version: Version, stage: Stage) -> None:
        """Returns once that stage of a version may begin. What is drawn here costs nothing, and is what
        a person looks at before anything is approved: it may."""
        if self._kind == "off" or version.rung == "animatic" or stage != _BEFORE[self._kind]:
            return
        if self._is_approved(number):
            return
        self._waiting.add(number)
        try:
            await self._crew.watch.until(lambda: self._is_approved(number))
        finally:
            self._waiting.discard(number)

    def _is_approved(self, number: int) -> bool:
        return self._shots[number] in self._direction.approved

    @property
    def open(self) -> tuple[str, ...]:
        """The shots that wait for a person, in their order."""
        return tuple(self._shots[number] for number in sorted(self._waiting) if not self._is_approved(number))

    @property
    def can_be_answered(self) -> bool:
        """Whether a shot waits, or is going to."""
        wanted, approved = self._direction.wanted, self._direction.approved
        return self._kind != "off" and any(
            wanted[shot].rung != "animatic" and shot not in approved for shot in self._shots
        )

    async def hold(self) -> None:
        """Asks whenever shots wait, for as long as the film is made; each answer begins the limit anew.
        Nobody's answer in time ends the run, as any wait does."""
        while self._kind != "off":
            await self._crew.watch.until(lambda: self._is_due)
            self._has_asked, asked = True, self.open
            approval = self._direction.approve(asked).model_dump(mode="json")
            await self._crew.watch.answered(
                self._wait(asked),
                lambda was=asked: self.open != was,  # type: ignore[misc]
                approval,
            )

    @property
    def _is_due(self) -> bool:
        """People look at all shots at once; later, at what was made anew since."""
        others = [
            number
            for number in range(len(self._shots))
            if number not in self._waiting and not self._is_approved(number)
        ]
        is_there = self._is_there() and not any(self._is_coming(number) for number in others)
        return bool(self.open) and (is_there or self._has_asked)

    def _wait(self, asked: tuple[str, ...]) -> Wait:
        assert self._kind != "off"
        price, answers = self._price(asked), self._answers
        shots = f"{len(asked)} of {len(self._shots)} shots" if len(self._shots) > 1 else "its shot"
        shots += " waits" if len(asked) == 1 else " wait"
        words = (
            f"{', '.join(answers[:-1])} or {answers[-1]}: {_SEEN[self._kind]} there, and {shots}; "
            f"to go on costs about {usd(price)}. Look: reel review {self._crew.film}"
        )
        shot, rung = asked[0], self._direction.wanted[asked[0]].rung
        updates: dict[Answer, dict[str, JsonValue]] = {
            "approve": {"shots": [*asked]},
            "retake": self._again(shot),
            "use": {"shot": shot, "version": "animatic"},
            "upgrade": {"shots": [shot], "profile": rung},
        }
        return Wait(
            step=REVIEW,
            reason="review",
            words=words,
            answers=answers,
            updates={answer: updates[answer] for answer in answers},
            rows=asked,
            buys_usd=price,
        )

    @property
    def _answers(self) -> tuple[Answer, ...]:
        """Another take of a scene has the same keyframes: where those are looked at it is of no use."""
        same = self._kind == "storyboard" and self._planned.plan.method == "keyframes"
        return tuple(answer for answer in _ANSWERS if not (same and answer == "retake"))

    def _again(self, shot: str) -> dict[str, JsonValue]:
        """What a retake is sent that makes another of what is looked at."""
        drawn = self._planned.sheets_by(self._direction.wanted[shot].rung, shot)
        return {"sheet": drawn[0].name} if self._kind == "characters" and drawn else {"shot": shot}

    def _price(self, shots: tuple[str, ...]) -> Decimal:
        """USD of what these would buy once they are approved, if models return what their facts promise."""
        wanted = {shot: self._direction.wanted[shot] for shot in shots}
        if self._planned.plan.method == "keyframes" and self._kind != "storyboard":
            # Also those of scenes that wait for nobody, which lie before: the chain is drawn from its first.
            return price_of_versions(self._planned, wanted, self._there)
        prices = [price_of(self._planned, one.rung, shot, one.part(0).sheets) for shot, one in wanted.items()]
        left = sum((self._left(price) for price in prices), Decimal(0))
        if self._kind in ("plan", "cut"):
            first = wanted[shots[0]]
            left += price_of_sheets(self._planned, first.rung, shots, self._there(first))
        return left

    def _there(self, version: Version) -> There:
        """What of it was bought before, or is being bought for another shot."""
        states = self._crew.board.states
        return there_of(self._planned, self._agenda.own, self._direction, states, version)

    def _left(self, price: Price) -> Decimal:
        return price.chunks if self._kind == "storyboard" else price.all
