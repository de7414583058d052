"""The planner: every legal request gives a film that meets every constraint, the same one each time."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from activities.film.planning.compose import compose
from activities.film.planning.constraints import violations
from activities.film.planning.errors import InvalidPlan
from activities.film.planning.library import Library
from activities.film.planning.words import languages
from workflows.film.contract import BeatDraft, BeatTemplate, Plan, PlanDraft, VideoRequest
from workflows.film.duration import spoken_duration

LIBRARY = Library.default()
UPLOAD = f"uploads/{'a' * 64}.png"
DURATIONS = st.integers(1, 24).map(lambda steps: steps * 5)
PROMPTS = st.one_of(
    st.sampled_from(
        [
            "A film about a ceramic coffee mug",
            "Bold energetic ad for running shoes",
            "Μια ταινία για μια κεραμική κούπα",
            "Фильм о керамической кружке",
            "{product_name} {0} %s <b>&amp;</b>",
        ]
    ),
    st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=80).filter(str.strip),
)
TEMPLATES = st.builds(
    BeatTemplate,
    id=st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True),
    seconds=st.sampled_from([5, 10, 15]),
    position=st.sampled_from(["opening", "middle", "closing"]),
    shot=st.just("wide"),
    action=st.just("It stands there."),
    prompt=st.sampled_from(["The {product_name} stands there", "An empty room"]),
    camera=st.sampled_from(["dolly_in", "pan", "static", "handheld"]),
    energy=st.floats(0, 1),
    titles=st.sampled_from([(), ("One",), ("The {product_name}", "Two")]),
    products=st.sampled_from([("any",), ("drinkware",), ("shoe",)]),
)
LIBRARIES = st.lists(TEMPLATES, min_size=1, max_size=12, unique_by=lambda each: each.id).map(tuple)


@given(
    prompt=PROMPTS,
    duration_s=DURATIONS,
    creativity=st.floats(0, 1),
    take=st.integers(1, 10_000),
    style=st.sampled_from(["", "warm minimal", "nothing known", "ΖΕΣΤΉ"]),
)
@settings(max_examples=150, deadline=None)
def test_every_legal_request_gives_a_sound_film(
    prompt: str, duration_s: int, creativity: float, take: int, style: str
) -> None:
    request = VideoRequest(
        prompt=prompt, duration_s=duration_s, creativity=creativity, take=take, style=style, product=UPLOAD
    )
    plan = compose(request, LIBRARY)
    assert violations(plan.beats, duration_s, LIBRARY) == []
    assert plan.seconds == duration_s
    assert all(a.camera != b.camera for a, b in zip(plan.beats, plan.beats[1:], strict=False))
    assert all(
        0 <= beat.energy <= 1 and "{product_name}" not in beat.shot + beat.action for beat in plan.beats
    )
    assert all(beat.references == (UPLOAD,) for beat in plan.beats)
    assert plan.style and set(plan.style) <= LIBRARY.guide.styles.keys()
    assert 0 <= plan.seed < 2**32
    assert compose(request, LIBRARY) == plan


@given(templates=LIBRARIES, duration_s=DURATIONS, creativity=st.floats(0, 1))
@settings(max_examples=80, deadline=None)
def test_any_library_fills_the_film_or_says_that_it_cannot(
    templates: tuple[BeatTemplate, ...], duration_s: int, creativity: float
) -> None:
    request = VideoRequest(prompt="A mug", duration_s=duration_s, creativity=creativity, library=templates)
    library = Library.of(templates)
    ends = bool(library.openings) + bool(library.closings)
    # A film of one beat may be any; otherwise both ends, and as many middles as there are.
    fewest, most = max(1, ends), max(1, ends + len(library.middles))
    can = duration_s <= 15 or 5 * fewest <= duration_s <= 15 * most
    try:
        plan = compose(request, library)
    except InvalidPlan as invalid:
        assert not can
        assert [problem.field for problem in invalid.fields] == ["library"]
    else:
        assert can
        assert violations(plan.beats, duration_s, library) == []
        assert {beat.id for beat in plan.beats} <= library.beats.keys()


def test_the_library_is_the_one_that_is_promised() -> None:
    of = {
        position: [b.id for b in LIBRARY.beats.values() if b.position == position]
        for position in ("opening", "middle", "closing")
    }
    assert [len(of[position]) for position in ("opening", "middle", "closing")] == [5, 8, 2]
    tens = {beat.id for beat in LIBRARY.beats.values() if beat.seconds == 10}
    assert tens == {
        "usage_scenario",
        "lifestyle_context",
        "feature_highlight_sequence",
        "transformation_moment",
        "brand_moment",
    }
    for beat in LIBRARY.beats.values():
        assert "{product_name}" in beat.prompt
        assert len(beat.titles) >= 3
        assert all(len(title.replace("{product_name}", "mug")) <= 27 for title in beat.titles)
    ranges = {each.id: (each.shortest_s, each.longest_s) for each in LIBRARY.guide.archetypes}
    assert ranges == {
        "luxury_showcase": (15, 30),
        "energetic_lifestyle": (10, 20),
        "minimalist_reveal": (10, 20),
        "emotional_storytelling": (20, 30),
        "feature_demo": (15, 30),
    }


@pytest.mark.parametrize("archetype", LIBRARY.guide.archetypes, ids=lambda each: each.id)
def test_without_creativity_a_film_of_usual_length_follows_its_archetype(archetype: object) -> None:
    guide = next(each for each in LIBRARY.guide.archetypes if each is archetype)
    word = next(word for word in guide.keywords if word.isascii())
    request = VideoRequest(prompt=f"Something {word} {word}", duration_s=guide.longest_s, creativity=0.0)
    plan = compose(request, LIBRARY)
    assert plan.archetype == guide.id
    assert tuple(beat.id for beat in plan.beats) == guide.sequence
    for beat in plan.beats:
        middle = (beat.start_s + beat.seconds / 2) / plan.seconds
        assert beat.energy == pytest.approx(guide.energy_at(middle), abs=0.006)


def test_creativity_varies_the_film_and_a_take_another_time() -> None:
    def films(creativity: float) -> set[tuple[str, ...]]:
        requests = (
            VideoRequest(prompt="A film about a mug", duration_s=30, creativity=creativity, take=take)
            for take in range(1, 21)
        )
        return {tuple(beat.id for beat in compose(request, LIBRARY).beats) for request in requests}

    assert len(films(0.0)) == 1
    assert len(films(1.0)) > 10


def test_a_film_is_the_same_in_every_process_and_format() -> None:
    request = VideoRequest(prompt="A 15 second film about a ceramic coffee mug", creativity=0.9)
    here = compose(request, LIBRARY)
    assert compose(request.model_copy(update={"size": "360p", "fps": 30, "music": False}), LIBRARY) == here
    code = (
        "import sys; from activities.film.planning.compose import compose\n"
        "from activities.film.planning.library import Library\n"
        "from workflows.film.contract import VideoRequest\n"
        "print(compose(VideoRequest.model_validate_json(sys.argv[1]), Library.default()).model_dump_json())"
    )
    there = subprocess.run(
        [sys.executable, "-c", code, request.model_dump_json()], capture_output=True, text=True, check=True
    )
    assert Plan.model_validate_json(there.stdout) == here


def test_the_words_lead_to_archetype_style_and_look() -> None:
    def plan(prompt: str, style: str = "") -> Plan:
        return compose(VideoRequest(prompt=prompt, style=style, duration_s=20), LIBRARY)

    assert (
        plan("make me an ad for our new wireless headphones, bold and energetic").archetype
        == "energetic_lifestyle"
    )
    assert plan("A cozy candle for family evenings at home").archetype == "emotional_storytelling"
    assert plan("A demo of the features of our drone").archetype == "feature_demo"
    assert plan("A mug", "moody elegant").style == ("dark", "premium")
    assert plan("A mug", "minimalist").look == "elegant_muted"


@pytest.mark.parametrize("prompt", ["فيلم عن كوب قهوة", "తేనీటి కప్పు ప్రకటన"])
def test_titles_never_stand_beside_a_language_that_we_have_no_words_of(prompt: str) -> None:
    plan = compose(VideoRequest(prompt=prompt, duration_s=30), LIBRARY)
    shown = {beat.title.casefold() for beat in plan.beats} | {plan.title.casefold()}
    assert plan.language not in ("en", *languages())
    assert shown == {"", plan.name.casefold()}
    assert not any(beat.callouts for beat in plan.beats)


# ---- plans brought by a caller ---------------------------------------------------------------


def drafted(
    *beats: BeatDraft, duration_s: int | None = None, prompt: str = "A mug", **more: str
) -> VideoRequest:
    return VideoRequest(prompt=prompt, duration_s=duration_s, plan=PlanDraft(beats=beats, **more))  # type: ignore[arg-type]


def test_a_draft_is_completed_from_the_library() -> None:
    request = drafted(
        BeatDraft(id="teaser_reveal", seconds=10, title="", energy=0.0),
        BeatDraft(id="usage_scenario", camera="orbit", callouts=("Form",)),
        BeatDraft(id="brand_moment", prompt="The {product_name} at rest"),
        product="blue mug",
        look="natural",
        archetype="feature_demo",
    )
    plan = compose(request, LIBRARY)
    assert [(beat.seconds, beat.start_s) for beat in plan.beats] == [(10, 0), (10, 10), (10, 20)]
    assert (plan.product, plan.look, plan.archetype) == ("blue mug", "natural", "feature_demo")
    assert (plan.beats[0].title, plan.beats[0].energy) == ("", 0.0)
    assert (plan.beats[1].camera, plan.beats[1].callouts) == ("orbit", ("Form",))
    assert plan.beats[1].action == LIBRARY.beats["usage_scenario"].action
    assert plan.beats[2].prompt == "The blue mug at rest"


def test_a_beat_of_the_callers_own_stands_alone_when_it_says_enough() -> None:
    own = BeatDraft(id="kiln", seconds=5, action="Fire.", prompt="A kiln", camera="pan", energy=0.9)
    plan = compose(drafted(BeatDraft(id="hero_shot"), own, BeatDraft(id="call_to_action")), LIBRARY)
    assert [beat.id for beat in plan.beats] == ["hero_shot", "kiln", "call_to_action"]
    with pytest.raises(InvalidPlan) as refused:
        compose(drafted(own.model_copy(update={"prompt": None})), LIBRARY)
    assert "prompt" in refused.value.fields[0].suggestion


def test_every_broken_constraint_of_a_draft_is_named() -> None:
    beats = ("call_to_action", "usage_scenario", "hero_shot")
    request = drafted(*(BeatDraft(id=name) for name in beats), duration_s=30)
    with pytest.raises(InvalidPlan) as refused:
        compose(request, LIBRARY)
    assert [problem.field for problem in refused.value.fields] == [
        "duration_s",
        "plan.beats[0].id",
        "plan.beats[2].id",
    ]
    with pytest.raises(InvalidPlan, match="did you mean hero_shot"):
        compose(drafted(BeatDraft(id="heroshot")), LIBRARY)
    with pytest.raises(InvalidPlan, match="luxury_showcase"):
        compose(drafted(BeatDraft(id="hero_shot"), archetype="epic"), LIBRARY)


@given(
    plan=st.builds(
        lambda d, c: compose(VideoRequest(prompt="Mug", duration_s=d, creativity=c), LIBRARY),
        DURATIONS,
        st.floats(0, 1),
    ),
    data=st.data(),
)
@settings(max_examples=60, deadline=None)
def test_what_breaks_a_sound_plan_is_seen(plan: Plan, data: st.DataObject) -> None:
    assume(len(plan.beats) > 2)
    beats = list(plan.beats)
    at = data.draw(st.integers(0, len(beats) - 1))
    broken = data.draw(st.sampled_from(["drop", "repeat", "swap", "start", "length"]))
    if broken == "drop":
        del beats[at]
    elif broken == "repeat":
        beats.insert(at, beats[at])
    elif broken == "swap":
        beats[0], beats[-1] = beats[-1], beats[0]
    elif broken == "start":
        beats[at] = beats[at].model_copy(update={"start_s": beats[at].start_s + 1})
    else:
        beats[at] = beats[at].model_copy(update={"seconds": 7})
    assert violations(beats, plan.seconds, LIBRARY)


def test_a_length_said_in_the_prompt_is_the_films() -> None:
    prompt = "Half a minute about a mug"
    assert spoken_duration(prompt) == 30
    assert compose(VideoRequest(prompt=prompt), LIBRARY).seconds == 30
    assert compose(VideoRequest(prompt="A mug"), LIBRARY).seconds == 15


@pytest.mark.parametrize(
    "typed", ["{unknown}", "{product_name", "product_name}", "{{product}}", "{ Product Name }"]
)
def test_a_mistyped_placeholder_reaches_no_model(typed: str) -> None:
    templates = list(LIBRARY.beats.values())
    templates[2] = templates[2].model_copy(update={"prompt": f"The {{product_name}} beside {typed}"})
    request = VideoRequest(prompt="A film about a mug", library=tuple(templates))
    with pytest.raises(InvalidPlan) as refused:
        compose(request, Library.of(templates))
    assert [problem.field for problem in refused.value.fields] == ["library[2].prompt"]
    beats = (BeatDraft(id="hero_shot", prompt=f"A mug, {typed}"), BeatDraft(id="brand_moment"))
    with pytest.raises(InvalidPlan, match=r"plan\.beats\[0\]\.prompt"):
        compose(VideoRequest(prompt="A film about a mug", plan=PlanDraft(beats=beats)), LIBRARY)


def test_a_brace_that_holds_no_word_is_somebodys_own() -> None:
    beats = (BeatDraft(id="hero_shot", prompt="A {product_name}, smiling :} {"), BeatDraft(id="brand_moment"))
    assert compose(VideoRequest(prompt="A film about a mug", plan=PlanDraft(beats=beats)), LIBRARY)
