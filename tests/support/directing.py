"""A film's shots without a film: what people do to them, in any order, and in how many runs it happens."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from hypothesis import strategies as st

from workflows.film.contract import Profile
from workflows.film.direction import Decision, Direction, NoSuchVersion, decisions, plan_of
from workflows.film.versions import RUNGS, Version
from workflows.studio.edits import Edit

#: What is finished of every shot, and all that was seen of it.
Left = tuple[dict[str, dict[str, Version]], dict[str, list[Version]]]
SHOTS = ("hero_shot", "detail_showcase", "call_to_action")


class Act(NamedTuple):
    """What happens: a person decides something, or what is wanted of a shot gets finished. `number` is a
    chunk, `words` a person's, `pick` says which of the versions that are there."""

    what: Literal["retake", "upgrade", "use", "approve", "retake_film", "use_plan", "finish"]
    shot: str
    number: int
    words: str
    rung: Profile
    pick: int


ACTS = st.lists(
    st.builds(
        Act,
        # Mostly what a person does to a shot: a film is planned anew now and then.
        st.sampled_from([*["retake", "upgrade", "use", "finish"] * 4, "approve", "retake_film", "use_plan"]),
        st.sampled_from(SHOTS),
        st.integers(0, 4),
        st.sampled_from(["", "a red mug", "a blue mug"]),
        st.sampled_from(RUNGS),
        st.integers(0, 9),
    ),
    max_size=15,
)


@dataclass
class Desk:
    """What is decided of a film that asks for one rung, and what is finished of it. `kept` is all that a
    later run knows of the decisions, as it lies in the database."""

    rung: Profile = "draft"
    kept: list[str] = field(default_factory=list)
    finished: dict[str, dict[str, Version]] = field(default_factory=lambda: {shot: {} for shot in SHOTS})
    #: Every version of the plan that was ever wanted or finished, by shot.
    seen: dict[str, list[Version]] = field(default_factory=lambda: {shot: [] for shot in SHOTS})
    #: What was finished and seen of the plans that are not made now.
    left: dict[int, Left] = field(default_factory=dict)
    direction: Direction = field(init=False)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """A run begins: all that it knows is what was kept."""
        made = decisions(Edit.model_validate_json(text) for text in self.kept)
        self.direction = Direction(SHOTS, self.rung, plan_of(made), made)
        self._look()

    def decide(self, act: Act) -> Decision | None:
        """What somebody decides, before anybody knows of it; None where there is nothing to decide."""
        there = self.finished[act.shot]
        match act.what:
            case "retake":
                return self.direction.retake(act.shot, act.number or None, act.words, there)
            case "upgrade":
                return self.direction.upgrade([act.shot], act.rung)
            case "approve":
                return self.direction.approve([act.shot])
            case "retake_film":
                return self.direction.retake_film()
            case "use_plan":
                plans = self.direction.plans
                return plans.back_to(1 + act.pick % plans.newest)
            case "use":
                # By its name, or by its rung alone.
                names = [*there, *{one.rung for one in there.values()}]
                try:
                    return self.direction.use(act.shot, names[act.pick % len(names)] if names else "", there)
                except NoSuchVersion:
                    return None
        wanted = self.direction.wanted[act.shot]
        there[wanted.name] = wanted
        return None

    def keep(self, decision: Decision) -> None:
        """Written down, then taken over; another plan starts from nothing, and an earlier one as it was."""
        edit = Edit(id=f"{len(self.kept)}", kind="decision", value=decision.model_dump(mode="json"))
        self.kept.append(json.dumps(edit.model_dump(mode="json")))
        if decision.plan != self.direction.plan:
            self.left[self.direction.plan] = self.finished, self.seen
            nothing: Left = {shot: {} for shot in SHOTS}, {shot: [] for shot in SHOTS}
            self.finished, self.seen = self.left.get(decision.plan, nothing)
            self.begin()
            return
        self.direction.apply(decision)
        self._look()

    def does(self, acts: Sequence[Act]) -> Desk:
        for act in acts:
            if decision := self.decide(act):
                self.keep(decision)
        return self

    @property
    def stands(self) -> object:
        """All that people's decisions come to."""
        direction = self.direction
        asked = {shot: dict(direction.asked(shot)) for shot in SHOTS}
        return direction.plan, direction.wanted, direction.approved, direction.used, asked

    def _look(self) -> None:
        for shot, seen in self.seen.items():
            seen.append(self.direction.wanted[shot])
