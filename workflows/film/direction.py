"""Knows what people want of every shot: the newest decision wins, over older ones and over the request.

A decision is resolved where it is taken, and kept as what it came to: read again by a later run, or by a
later release, it means the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from workflows.film.contract import Profile, VideoRequest
from workflows.film.versions import RUNGS, SheetTake, Version
from workflows.studio import Edit, Facts


class Decision(Facts):
    """What an edit came to. `plan` counts the film's plans from 1; of another than the one that is made it
    says nothing. `approved` are shots that may go on after a review."""

    plan: int
    wanted: Mapping[str, Version] = {}
    #: Whether these were chosen among what was finished: nothing of them is made or bought.
    used: bool = False
    approved: tuple[str, ...] = ()
    #: Whether the film goes back to this plan, as it was left.
    back: bool = False
    #: Of a fork: the takes of sheets that people wanted last in the film before. Its shots are made after
    #: these, but for those that are `as_before`.
    sheets: Mapping[str, SheetTake] = {}
    as_before: tuple[str, ...] = ()


class NoSuchVersion(Exception):
    """A shot has no finished version of that name; `there` are those that it has. Ask for one of them."""

    def __init__(self, shot: str, name: str, there: Iterable[str]) -> None:
        known = ", ".join(there) or "none"
        super().__init__(f"{shot} has no finished version {name[:40]}; it has {known}")


class NoSuchPlan(Exception):
    """The film has no plan of that number to go back to. Ask for one of those that it has."""


class Plans(NamedTuple):
    """The plans of a film, counted from 1: the one that it is made by, and the newest that was wanted."""

    current: int
    newest: int

    def back_to(self, number: int) -> Decision:
        """Raises `NoSuchPlan`."""
        if not 1 <= number <= self.newest:
            known = ", ".join(map(str, range(1, self.newest + 1)))
            raise NoSuchPlan(f"the film has no plan {number}; it has {known}")
        return Decision(plan=number, back=True)


def plans_of(made: Iterable[Decision]) -> Plans:
    """What was decided, oldest first, says of them."""
    current = newest = 1
    for decision in made:
        if decision.back or decision.plan > newest:
            current = decision.plan
        newest = max(newest, decision.plan)
    return Plans(current, newest)


def plan_of(made: Iterable[Decision]) -> int:
    """Which of its plans, from 1, the film is made by: each retake of the whole film is another one, to which
    people may go back."""
    return plans_of(made).current


def of_plan(request: VideoRequest, number: int) -> VideoRequest:
    """The request for that plan of the film: every retake of the whole of it is a further take."""
    return request if number == 1 else request.model_copy(update={"take": request.take + number - 1})


def decisions(edits: Iterable[Edit]) -> tuple[Decision, ...]:
    """What people decided, oldest first."""
    return tuple(Decision.model_validate(edit.value) for edit in edits)


def newest_sheets(made: Iterable[Decision]) -> Mapping[str, SheetTake]:
    """The newest take of every sheet that was drawn once more by the plan that the film is made by."""
    made = tuple(made)
    shots = {shot: None for decision in made for shot in decision.wanted}
    return Direction([*shots], "draft", plan_of(made), made).sheets


class Direction:
    """Of the shots of one plan. Pure: who decides something applies it, once it is kept. `notes`: words are
    told beside the plan's; a run that an earlier release began tells them in their place."""

    def __init__(
        self,
        shots: Sequence[str],
        rung: Profile,
        plan: int,
        made: Iterable[Decision] = (),
        notes: bool = True,
    ) -> None:
        self.plan, self._notes = plan, notes
        self.wanted = {shot: Version(rung=rung) for shot in shots}
        self.approved: set[str] = set()
        #: The shots of which a finished version was chosen last.
        self.used: set[str] = set()
        #: The newest take of every sheet that was drawn once more: what is asked for from then on is made
        #: after it.
        self._sheets: dict[str, SheetTake] = {}
        #: Every version that was ever asked for, by shot and name.
        self._asked = {shot: {version.name: version} for shot, version in self.wanted.items()}
        self._made: list[Decision] = []
        for decision in made:
            self.apply(decision)

    def apply(self, decision: Decision) -> tuple[str, ...]:
        """Takes the decision over, and returns the shots of which another version is wanted now."""
        self._made.append(decision)
        if decision.plan != self.plan:
            return ()
        if decision.sheets:
            self._inherit(decision.sheets, decision.as_before)
        known = {shot: version for shot, version in decision.wanted.items() if shot in self.wanted}
        changed = tuple(shot for shot, version in known.items() if version != self.wanted[shot])
        self.wanted |= known
        self.used = self.used | known.keys() if decision.used else self.used - known.keys()
        for shot, version in known.items():
            self._asked[shot][version.name] = version
            self._draw_after(version.sheets)
        self.approved |= set(decision.approved) & self.wanted.keys()
        return changed

    def _inherit(self, sheets: Mapping[str, SheetTake], as_before: Collection[str]) -> None:
        """Has all shots made after these takes, but for those: nothing was decided of them yet."""
        self._draw_after(sheets)
        for shot, planned in self.wanted.items():
            # What is drawn here shows nobody.
            if shot not in as_before and planned.rung != "animatic":
                version = planned.model_copy(update={"sheets": dict(sheets)})
                self.wanted[shot] = self._asked[shot][version.name] = version

    def _draw_after(self, sheets: Mapping[str, SheetTake]) -> None:
        self._sheets |= {name: one for name, one in sheets.items() if one.take > self._take_of(name)}

    @property
    def sheets(self) -> Mapping[str, SheetTake]:
        """The newest take of every sheet that was drawn once more."""
        return dict(self._sheets)

    def asked(self, shot: str) -> Mapping[str, Version]:
        """Every version of the shot that was ever asked for, by name, oldest first."""
        return self._asked[shot]

    # ---- decisions ---------------------------------------------------------------------------------

    def retake(
        self, shot: str, chunk: int | None, words: str, made: Iterable[str], alone: bool = False
    ) -> Decision:
        """One more take of a shot on its rung, or of a chunk of it and those after it, or of that `alone`.
        Without words of its own it has those of the version that it retakes. `made` names the versions that
        exist."""
        before = self.wanted[shot]
        take = 1 + max(_take(name, before.rung) for name in (*made, *self._asked[shot]))
        said = before.part(chunk or 0)
        note = self._notes if words else said.note
        version = Version(
            rung=before.rung, take=take, words=words or said.words, note=note, sheets=self.sheets
        )
        if chunk is not None:
            version = version.model_copy(update={"since": chunk, "of": before, "alone": alone})
        return Decision(plan=self.plan, wanted={shot: version})

    def retake_sheet(self, name: str, words: str, shots: Mapping[str, Iterable[str]]) -> Decision:
        """One more take of a sheet, and of every one of these shots, which show it; `shots` names the
        versions that exist of each. Without words of its own it has those of the take before."""
        said = words or self._sheets.get(name, SheetTake()).words
        take = {name: SheetTake(take=self._take_of(name) + 1, words=said)}
        again = {shot: self.retake(shot, None, "", made).wanted[shot] for shot, made in shots.items()}
        wanted = {
            shot: one.model_copy(update={"sheets": {**one.sheets, **take}}) for shot, one in again.items()
        }
        return Decision(plan=self.plan, wanted=wanted)

    def _take_of(self, name: str) -> int:
        return self._sheets.get(name, SheetTake()).take

    def upgrade(self, shots: Iterable[str], rung: Profile) -> Decision:
        """The newest take of a higher rung that was ever asked for, else its first. A shot that stands on it
        is tried again as it is wanted; one that stands higher stays as it is."""
        rank = RUNGS.index(rung)
        low = [shot for shot in shots if RUNGS.index(self.wanted[shot].rung) <= rank]
        return Decision(plan=self.plan, wanted={shot: self._on(shot, rung) for shot in low})

    def use(self, shot: str, name: str, finished: Mapping[str, Version]) -> Decision:
        """A finished version, by its name or by its rung. Raises `NoSuchVersion`."""
        fitting = [one for one in finished.values() if name in (one.name, one.rung)]
        if not fitting:
            raise NoSuchVersion(shot, name, finished)
        chosen = max(fitting, key=lambda one: one.take)
        return Decision(plan=self.plan, wanted={shot: chosen}, used=True)

    def approve(self, shots: Iterable[str]) -> Decision:
        return Decision(plan=self.plan, approved=tuple(shots))

    def retake_film(self) -> Decision:
        """Another plan, which there has not been yet."""
        return Decision(plan=self.plans.newest + 1)

    @property
    def plans(self) -> Plans:
        """The film's plans, of which this one need not be what is wanted by now."""
        return plans_of(self._made)

    def _on(self, shot: str, rung: Profile) -> Version:
        wanted = self.wanted[shot]
        there = (
            [wanted]
            if wanted.rung == rung
            else [one for one in self._asked[shot].values() if one.rung == rung]
        )
        said = wanted.part(0)
        first = Version(rung=rung, words=said.words, note=said.note, sheets=self.sheets)
        return max(there, key=lambda one: one.take, default=first)


def _take(name: str, rung: Profile) -> int:
    """Which take of the rung a version's name says; 0 of another rung."""
    own, _, take = name.rpartition("-")
    return int(take) if own == rung and take.isdecimal() else 0
