"""The plan of a fork: what its draft leaves out is as in the film before, and what is added fits in."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from activities.film.planning.compose import compose
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.further import further
from activities.film.planning.library import Library
from tests.support.forking import SOURCE
from workflows.film.contract import BeatTemplate, Plan, PlanDraft, Position, VideoRequest

PHOTO = f"uploads/{'a' * 64}.png"
BEFORE = VideoRequest(
    prompt="A 25 second film about a ceramic coffee mug for commuters", product=PHOTO, prompt_enhancer="wild"
)
PLAN = compose(BEFORE, Library.default())


def fork(*beats: dict[str, Any], of: Plan = PLAN, **more: object) -> VideoRequest:
    draft = PlanDraft.model_validate(
        {"beats": beats or [{"id": beat.id} for beat in of.beats], **more}, strict=False
    )
    return BEFORE.model_copy(update={"source": SOURCE, "plan": draft})


def planned(request: VideoRequest, of: Plan = PLAN) -> Plan:
    return compose(request, Library.for_request(request), of)


def beats(**change: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": beat.id, **change.get(beat.id, {})} for beat in PLAN.beats]


def test_a_draft_that_says_nothing_is_the_plan_before() -> None:
    """Whatever this release would plan otherwise: seed, words, cuts and looks are those of then."""
    former = PLAN.model_copy(
        update={
            "seed": 7,
            "style": ("bold",),
            "title": "Then",
            "lettered": False,
            "beats": tuple(beat.model_copy(update={"cuts": (1.0,), "shot": "insert"}) for beat in PLAN.beats),
        }
    )
    assert planned(fork(of=former), former) == former


def test_a_beat_is_changed_where_its_draft_says_so_and_no_other_is() -> None:
    second = PLAN.beats[1]
    said = {"prompt": "Rain on a window", "camera": "static", "energy": 0.0, "title": ""}
    made = planned(fork(*beats(**{second.id: said})))
    changed = made.beats[1]
    assert (changed.prompt, changed.camera, changed.energy, changed.title) == (*said.values(),)
    assert changed.references == (), "it shows the product no longer"
    assert (changed.shot, changed.action, changed.seconds) == (second.shot, second.action, second.seconds)
    assert made.model_copy(update={"beats": PLAN.beats}) == PLAN
    assert [beat for beat in made.beats if beat.id != second.id] == [
        beat for beat in PLAN.beats if beat.id != second.id
    ]


def test_beats_may_be_left_out_and_lengthened_and_the_clock_follows() -> None:
    first, *_, last = PLAN.beats
    made = planned(fork({"id": first.id, "seconds": 15}, {"id": last.id}))
    assert [beat.start_s for beat in made.beats] == [0, 15]
    assert made.seconds == 15 + last.seconds


def test_a_fork_is_held_to_the_rules_of_every_plan() -> None:
    for wrong, said in (
        (beats()[1:], "an opening beat belongs here"),
        ([*beats(), {"id": "nothing_such"}], "the library has no beat nothing_such"),
    ):
        with pytest.raises(InvalidPlan, match=said):
            planned(fork(*wrong))


def test_a_callers_own_beat_needs_no_second_description() -> None:
    own = {
        "id": "my_beat",
        "seconds": 5,
        "action": "It glows",
        "prompt": "A mug",
        "camera": "pan",
        "energy": 0.5,
    }
    first = fork(beats()[0], own, beats()[-1])
    before = planned(first)
    assert planned(fork(beats()[0], {"id": "my_beat"}, beats()[-1]), before) == before


# ---- more beats ------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 3])
def test_more_beats_stand_before_the_closing_and_fit_between_their_neighbours(count: int) -> None:
    place, more = further(fork(), PLAN, count)
    drafts = [*beats()[:place], *(one.model_dump(exclude_defaults=True) for one in more), *beats()[place:]]
    made = planned(fork(*drafts))
    new = made.beats[place : place + count]
    assert made.beats[-1].id == PLAN.beats[-1].id and [beat.id for beat in new] == [one.id for one in more]
    assert len({beat.id for beat in made.beats}) == len(made.beats)
    moves = [beat.camera for beat in made.beats[place - 1 : place + count + 1]]
    assert all(one != two for one, two in pairwise(moves))
    low, high = sorted((PLAN.beats[place - 1].energy, PLAN.beats[place].energy))
    assert all(low <= beat.energy <= high for beat in new)
    assert made.seconds == PLAN.seconds + sum(beat.seconds for beat in new) <= 120
    assert all(beat.prompt.endswith(f"Style: {', '.join(PLAN.style)}.") for beat in new), (
        "in the film's style"
    )
    assert {beat.title for beat in new if beat.title}.isdisjoint(beat.title for beat in PLAN.beats)


def test_more_beats_than_there_are_or_than_fit_are_refused_with_what_would_do() -> None:
    with pytest.raises(InvalidPlan, match="add at most"):
        further(fork(), PLAN, 20)
    long = tuple(
        PLAN.beats[0].model_copy(update={"id": f"own_{at}", "seconds": 15, "position": "middle"})
        for at in range(7)
    )
    full = PLAN.model_copy(update={"beats": (PLAN.beats[0], *long, PLAN.beats[-1])})
    with pytest.raises(InvalidPlan, match="films last up to 120 s"):
        further(fork(), full, 4)


def test_a_callers_own_library_is_where_more_beats_come_from() -> None:
    positions: tuple[Position, ...] = ("opening", "middle", "middle", "closing")
    own = {"shot": "wide", "action": "It stands", "prompt": "A mug", "camera": "pan", "energy": 0.5}
    library = tuple(
        BeatTemplate.model_validate({"id": f"own_{at}", "seconds": 5, "position": position, **own})
        for at, position in enumerate(positions)
    )
    request = VideoRequest(prompt="A 15 second film about a mug", library=library)
    before = compose(request, Library.of(library))
    place, more = further(request, before, 1)
    assert (
        place == 2
        and more[0].id in {"own_1", "own_2"}
        and more[0].id not in {beat.id for beat in before.beats}
    )
