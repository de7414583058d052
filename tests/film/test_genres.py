"""Films of every genre: beats, archetypes and sets of their own, held to the same rules as a product's."""

from __future__ import annotations

import json
from collections import Counter
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.animatic.sets import GENRE_SETS, SETS
from activities.film.planning.answer import beat_call, plan_of
from activities.film.planning.compose import compose
from activities.film.planning.constraints import violations
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.library import OTHER_GENRES, Library
from activities.film.planning.wording import TITLE_CHARACTERS
from infra.standins.wire.planner import answer
from workflows.film.contract import BeatDraft, Genre, PlanDraft, VideoRequest

LIBRARY = Library.default()
POSITIONS = ("opening", "middle", "closing")


@pytest.mark.parametrize("genre", OTHER_GENRES)
def test_a_genre_has_beats_and_archetypes_of_its_own(genre: Genre) -> None:
    library = Library.default(genre)
    own = [beat for beat in library.beats.values() if beat.id.partition("_")[0] in (genre, "words")]
    assert all(sum(beat.position == place for beat in own) >= 3 for place in POSITIONS)
    assert len(library.guide.archetypes) >= 2
    assert not library.beats.keys() & LIBRARY.beats.keys()
    for archetype in library.guide.archetypes:
        beats = [library.beats[name] for name in archetype.sequence]
        places = [beat.position for beat in beats]
        assert places == ["opening", *["middle"] * (len(beats) - 2), "closing"]
        # A film of 120 s is eight beats of 15.
        assert len({*archetype.sequence, *archetype.extra}) >= 8


@pytest.mark.parametrize("genre", OTHER_GENRES)
def test_a_genre_says_nothing_that_nobody_told(genre: Genre) -> None:
    for beat in Library.default(genre).beats.values():
        assert "{product_name}" in beat.prompt
        assert beat.titles and all(
            len(title.replace("{product_name}", "mug")) <= TITLE_CHARACTERS for title in beat.titles
        )
        # No price, no date, no address.
        assert not any(char.isdigit() or char in "@/%$€" for title in beat.titles for char in title)


def test_every_built_in_beat_has_a_set() -> None:
    for genre in OTHER_GENRES:
        assert Library.default(genre).beats.keys() <= GENRE_SETS.keys()
    assert LIBRARY.beats.keys() == SETS.keys()


@given(
    genre=st.sampled_from(get_args(Genre)),
    duration_s=st.integers(1, 24).map(lambda steps: steps * 5),
    creativity=st.floats(0, 1),
    take=st.integers(1, 100),
)
@settings(max_examples=150, deadline=None)
def test_every_length_of_every_genre_gives_a_sound_film(
    genre: Genre, duration_s: int, creativity: float, take: int
) -> None:
    request = VideoRequest(
        prompt="Bakery in Lyon", genre=genre, duration_s=duration_s, creativity=creativity, take=take
    )
    plan, library = compose(request, LIBRARY), Library.default(genre)
    assert plan.genre == genre
    assert violations(plan.beats, duration_s, library) == []
    assert {beat.id for beat in plan.beats} <= library.beats.keys()
    assert library.archetype(plan.archetype) is not None
    assert all(a.camera != b.camera for a, b in zip(plan.beats, plan.beats[1:], strict=False))


def test_a_callers_plan_may_use_beats_of_any_genre() -> None:
    named = ["explainer_question", "story_turn", "call_to_action"]
    draft = PlanDraft(beats=tuple(BeatDraft(id=each) for each in named))
    plan = compose(VideoRequest(prompt="A mug", plan=draft), LIBRARY)
    assert [beat.id for beat in plan.beats] == named


def test_films_of_one_kind_are_not_one_film() -> None:
    prompts = [f"A film about a {noun} of {made}" for noun in ("mug", "lamp", "kite") for made in "abcdefgh"]
    plans = [compose(VideoRequest(prompt=prompt), LIBRARY) for prompt in prompts]
    for counted in (Counter(p.archetype for p in plans), Counter(p.beats[0].id for p in plans)):
        assert counted.most_common(1)[0][1] <= 0.5 * len(plans)


@pytest.mark.parametrize("genre", get_args(Genre))
def test_a_planner_model_is_told_of_all_genres_and_may_choose_one(genre: Genre) -> None:
    request = VideoRequest(prompt="Bakery in Lyon", genre=genre)
    call = beat_call(request, LIBRARY, (), 15)
    data = json.loads(call.data.removeprefix("<data>\n").removesuffix("\n</data>"))
    assert data["film"]["genre"] == genre
    assert {each["genre"] for each in data["genres"]} == set(get_args(Genre)) - {genre}
    assert all(other in call.instructions for other in get_args(Genre))
    said = json.loads(answer(call.data, call.schema))
    plan = plan_of(json.dumps(said), request, LIBRARY, ())
    assert plan.genre == genre and plan.archetype in {
        each.id for each in Library.default(genre).guide.archetypes
    }


def test_beats_of_two_genres_make_no_film_of_a_model() -> None:
    request = VideoRequest(prompt="Bakery in Lyon", genre="place")
    call = beat_call(request, LIBRARY, (), 15)
    said = json.loads(answer(call.data, call.schema))
    said["beats"][0]["id"] = "hero_shot"
    with pytest.raises(InvalidPlan, match="no such beat"):
        plan_of(json.dumps(said), request, LIBRARY, ())
