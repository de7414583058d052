"""Where neighbouring scenes share no keyframe they fade into each other, as far as frames reach, and it is
told; and what a scene lacks is told by the keyframes before it."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.studio import planned_film
from tests.support.anchoring import DRAFT, crew_of
from tests.support.joining import Joining
from tests.support.keyframing import film
from workflows.film import steps
from workflows.film.contract import VideoRequest
from workflows.film.direction import Direction
from workflows.film.film import Film
from workflows.film.places import keyframe_of
from workflows.film.plan import Sheet, Shown
from workflows.film.results import Results
from workflows.film.shot_state import ShotState
from workflows.film.versions import SheetTake, Version
from workflows.studio.facts import Artifact
from workflows.studio.failures import StepFailed
from workflows.studio.money import Account, Choice
from workflows.studio.report import Wait

SCENES = ("scene_1", "scene_2", "scene_3")
PLANNED = film(3)


class Meeting(Joining):
    """Notes how long each scene fades into the one before it."""

    def __init__(self, refused: dict[str, int]) -> None:
        super().__init__({})
        self._refused = refused
        self.fades: dict[str, int] = {}

    async def refine_segment(self, step: steps.RefineSegment, label: str, unseen: bool = False) -> Artifact:
        made = await super().refine_segment(step, label, unseen)
        return made.model_copy(update={"key": f"{made.key}+{step.conform.handle}"})

    async def render_transition(self, step: steps.RenderTransition, label: str) -> Artifact:
        self.fades[step.beat_id] = step.fade
        return await super().render_transition(step, label)

    async def made(self) -> tuple[str, ...]:
        """The warnings of the film, once it is made."""
        asked = VideoRequest(prompt="A mug", preview=False, music=False, profile="draft", method="keyframes")
        direction = Direction(SCENES, "draft", 1)
        await self.run(Film(PLANNED, asked, crew_of(self, self.board, self), direction, Account()))
        return self.cuts[-1].warnings


async def test_neighbours_that_share_a_keyframe_are_cut() -> None:
    asked = Meeting({})
    assert not await asked.made() and asked.fades == {"scene_2": 0, "scene_3": 0}


async def test_neighbours_that_share_none_fade_into_each_other_and_it_is_told() -> None:
    asked = Meeting({"chunk:scene_1:1": 2})
    # What another run began the clip of the second scene with.
    asked.choices["start:scene_2"] = Choice(step="start:scene_2", model="")
    told = await asked.made()
    assert [one for one in told if "The join between scene_1 and scene_2" in one and "cross-fade" in one]
    # 121 frames cover 120 and 5 more, 4 % slower.
    assert asked.fades == {"scene_2": 5, "scene_3": 0}
    assert len(asked.cuts[-1].shots) == 3


@given(st.integers(0, 2), st.integers(0, 3), st.sampled_from(("planned", "softened", "reworded")))
def test_a_keyframe_is_known_by_its_step(number: int, place: int, how: str) -> None:
    scene, last = SCENES[min(place, 2)], ":last" if place == 3 else ""
    step = f"storyboard:{scene}{last}{'' if how == 'planned' else f':{how}'}"
    drawn = keyframe_of(step, PLANNED.plan)
    assert drawn and (drawn.place, drawn.scene) == (place, scene)
    assert drawn.is_for(number, DRAFT) == (
        number >= place - 1 if how == "planned" else number in (place - 1, place)
    )
    other = keyframe_of(f"{step}@final-1", PLANNED.plan)
    assert other and not other.is_for(number, DRAFT)
    # Of two chains of a rung, which differ by a sheet, a scene waits for its own, whichever take it is.
    newer = Version(rung="draft", take=4, sheets={"Anna": SheetTake(take=2)})
    behind = keyframe_of(f"{step}@{newer.name if how == 'reworded' else 'draft-2'}", PLANNED.plan)
    assert behind and behind.is_for(number, newer) == drawn.is_for(number, DRAFT)
    assert not drawn.is_for(number, newer) and not behind.is_for(number, DRAFT)


@pytest.mark.parametrize("step", ["chunk:scene_1:1", "plan", "storyboard:nobody", "stitch"])
def test_other_steps_draw_no_keyframe(step: str) -> None:
    assert keyframe_of(step, PLANNED.plan) is None


def told(number: int, waits: tuple[Wait, ...] = (), error: StepFailed | None = None) -> Any:
    """What is told of a scene that shows nothing yet."""
    shots = [ShotState(at, id) for at, id in enumerate(SCENES)]
    if error:
        shots[number].failed[DRAFT.name] = error
    results = Results("film-mug", PLANNED, Direction(SCENES, "draft", 1), (), waits)
    return results.of(shots, [None] * 3, "the film was stopped before it was made")[number]


def test_scenes_behind_a_keyframe_that_waited_for_money_say_so() -> None:
    needs = {"set_budget": {"usd": "7.50"}}
    wait = Wait(step="storyboard:scene_2", reason="budget", words="", answers=(), updates=cast(Any, needs))
    said = [told(number, (wait,)) for number in range(3)]
    assert {one.why for one in said} == {"the budget did not allow it"}
    assert {one.fill for one in said} == {"reel budget film-mug 7.50"}


@pytest.mark.parametrize(
    ("number", "step", "fill"),
    [
        (0, "storyboard:scene_1", "reel retake film-mug scene_1"),
        (0, "storyboard:scene_2", "reel retake film-mug scene_1"),
        (2, "storyboard:scene_3:last", "reel retake film-mug scene_3"),
        (1, "storyboard:scene_2", "reel fork film-mug --shot scene_2 --prompt"),
    ],
)
def test_a_retake_is_told_where_it_reaches_the_keyframe_that_was_refused(
    number: int, step: str, fill: str
) -> None:
    error = StepFailed("not so", type="ContentPolicy", step=step, label="")
    assert told(number, error=error).fill.startswith(fill)


def test_a_shot_that_waited_for_a_sheet_in_vain_says_what_it_lacked() -> None:
    model = PLANNED.models["edit"].model_copy(update={"references": 1})
    shown = Shown(name="Anna", description="a woman")
    planned = planned_film(model, (5, 5))
    one, *others = planned.plan.beats
    beats = (one.model_copy(update={"shows": (shown,)}), *others)
    planned = planned.model_copy(
        update={
            "plan": planned.plan.model_copy(update={"beats": beats}),
            "sheets": (Sheet(name="Anna", looks="a woman"),),
        }
    )
    ids = [beat.id for beat in beats]
    updates = cast(Any, {"set_budget": {"usd": "7.50"}})
    wait = Wait(step="sheet:Anna", reason="budget", words="", answers=(), updates=updates)
    results = Results("film-mug", planned, Direction(ids, "draft", 1), (), (wait,))
    shots = [ShotState(at, id) for at, id in enumerate(ids)]
    first, second = results.of(shots, [None] * 2, "the film was stopped before it was made")
    assert (first.why, first.fill) == ("the budget did not allow it", "reel budget film-mug 7.50")
    assert second.why == "the film was stopped before it was made" and "budget" not in second.fill
