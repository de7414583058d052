"""Characters: which beats show them, what is told and shown of them, and that they stay who they are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from activities.film.pictured import object_of, pictures_of, role_of, sheets_beside
from activities.film.planning.compose import compose
from activities.film.planning.library import Library
from activities.film.prompts import Wording, Words, image_prompt
from activities.film.recipes import bought_image, ruled_plan
from activities.models.catalogue import Catalogue
from activities.models.kinds import ImageModel
from activities.studio.references import named_by
from tests.support.bought_calls import PHOTO, shot_of
from tests.support.paid import FLUX
from workflows.film.contract import Character, Shown, VideoRequest
from workflows.film.naming import film_id
from workflows.film.parts import needs_edit
from workflows.film.plan import Plan, Shot
from workflows.film.planned import PlannedFilm
from workflows.studio.facts import Artifact, Media, ModelFacts

NOW = Catalogue.load()
KONTEXT, EDIT = "replicate-flux-kontext-dev", "fal-gpt-image-2.5-sunburst-edit"
SHEETS = (f"uploads/{'c' * 64}.png", f"uploads/{'d' * 64}.png")
ANNA = Character(name="Anna", description="a woman in a red coat", image=SHEETS[0])
BO = Character(name="Bo", description="a small grey robot.")


def film(**more: object) -> VideoRequest:
    fields = {"prompt": "A 30 second film about a ceramic mug", **more}
    said = json.dumps(fields, default=lambda one: one.model_dump(mode="json"))
    return VideoRequest.model_validate_json(said)


def planned(request: VideoRequest) -> dict[str, tuple[str, ...]]:
    plan = compose(request, Library.for_request(request))
    return {beat.id: tuple(one.name for one in beat.shows) for beat in plan.beats}


def with_people(*sheets: str, photo: bool = False) -> Shot:
    shot = shot_of("16:9", photo=photo)
    people = [Shown(name=f"Name {n}", description="somebody", sheet=one) for n, one in enumerate(sheets)]
    return shot.model_copy(update={"beat": shot.beat.model_copy(update={"shows": tuple(people)})})


# ---- whom a beat shows ------------------------------------------------------------------------------


def test_who_is_named_is_seen_there_and_who_is_not_is_seen_everywhere() -> None:
    beats = [
        {"id": "hero_shot", "seconds": 5, "prompt": "Anna holds the mug."},
        {"id": "feature_highlight_sequence", "seconds": 5, "prompt": "The mug of Annabel alone."},
        {"id": "call_to_action", "seconds": 5},
    ]
    shown = planned(film(plan={"beats": beats}, characters=[ANNA, BO]))
    assert shown == {
        "hero_shot": ("Anna", "Bo"),
        "feature_highlight_sequence": ("Bo",),
        "call_to_action": ("Bo",),
    }
    assert set(planned(film(characters=[ANNA, BO])).values()) == {("Anna", "Bo")}
    assert set(planned(film()).values()) == {()}


@pytest.mark.parametrize(
    ("name", "said", "is_named"),
    [
        ("安娜", "安娜走进厨房", True),
        ("安娜", "厨房里的安娜", True),
        ("アンナ", "台所でアンナがお茶を注ぐ", True),
        ("แอนนา", "กาต้มน้ำของแอนนาอยู่ในครัว", True),
        ("안나", "부엌에서 안나가 차를 따른다", True),
        # Not half of a syllable.
        ("안나", "부엌에서 안난이 차를 따른다", False),
        ("Anna", "Anna走进厨房", True),
        ("Anna", "Annas Kessel", True),
        ("Anna", "ANNA's kettle", True),
        ("Zoë", "Zoës Kessel", True),
        ("Anna", "Annasophia und Joanna", False),
        ("Анна", "Аннас чайник", False),
        ("R2", "R2s and R25", False),
    ],
)
def test_a_name_is_read_as_its_script_is_written(name: str, said: str, is_named: bool) -> None:
    beats = [{"id": "hero_shot", "seconds": 5, "prompt": said}, {"id": "call_to_action", "seconds": 5}]
    shown = planned(film(plan={"beats": beats}, characters=[{"name": name, "description": "a person"}]))
    assert shown == {"hero_shot": (name,), "call_to_action": () if is_named else (name,)}


def test_a_film_without_characters_is_the_film_that_it_was() -> None:
    planner = NOW.model("animatic-planner")
    plain, peopled = film(), film(characters=[BO])
    assert "characters" not in plain.model_dump() and film_id(plain) != film_id(peopled)
    assert "characters" not in ruled_plan(plain, planner, "x").params
    recipe = ruled_plan(film(characters=[ANNA]), planner, "x")
    assert recipe.inputs["character_1"] == SHEETS[0] and SHEETS[0] not in str(recipe.params)
    facts = Wording("storyboard_image", NOW.model(FLUX), shot_of("16:9"), 0).facts
    assert "characters" not in facts
    assert needs_edit(film(characters=[ANNA])) and not needs_edit(peopled) and not needs_edit(plain)


def test_every_image_comes_back_under_its_own_name() -> None:
    request = film(
        product="https://example.org/mug.png",
        references=[{"image": "https://example.org/b.png"}],
        characters=[BO, {**ANNA.model_dump(), "image": "https://example.org/anna.png"}],
    )
    named = named_by(request, [PHOTO, SHEETS[1], SHEETS[0]])
    assert (named.product, named.references[0].image) == (PHOTO, SHEETS[1])
    assert [one.image for one in named.characters] == [None, SHEETS[0]]


# ---- whom a beat of a fork shows ---------------------------------------------------------------------

NAMELESS: list[dict[str, object]] = [
    {"id": id, "seconds": 5} for id in ("hero_shot", "feature_highlight_sequence", "call_to_action")
]
POURS: dict[str, object] = {"prompt": "Anna pours tea."}


def forked(source: Plan, beats: Sequence[Mapping[str, object]], *people: Character) -> Plan:
    whence = {"film": "film-mug", "plan": "0" * 64}
    request = film(plan={"beats": beats}, characters=people, source=whence)
    return compose(request, Library.for_request(request), source)


def first_of(beats: Sequence[Mapping[str, object]], *people: Character) -> Plan:
    request = film(plan={"beats": beats}, characters=people)
    return compose(request, Library.for_request(request))


def shows(plan: Plan) -> list[tuple[str, ...]]:
    return [tuple(one.name for one in beat.shows) for beat in plan.beats]


@pytest.mark.parametrize("said", [POURS, {"title": "Anna"}, {"prompt": "Tea is poured."}])
def test_who_is_in_every_beat_stays_there_whatever_one_of_them_says_in_a_fork(
    said: dict[str, object],
) -> None:
    source = first_of(NAMELESS, ANNA, BO)
    made = forked(source, [NAMELESS[0], {**NAMELESS[1], **said}, NAMELESS[2]], ANNA, BO)
    assert shows(made) == [("Anna", "Bo")] * 3
    assert [made.beats[0], made.beats[2]] == [source.beats[0], source.beats[2]]


def test_who_is_in_one_beat_is_put_into_no_other_where_a_fork_leaves_that_out() -> None:
    source = first_of([NAMELESS[0], {**NAMELESS[1], **POURS}, NAMELESS[2]], ANNA, BO)
    assert shows(source) == [("Bo",), ("Anna", "Bo"), ("Bo",)]
    dropped = forked(source, [NAMELESS[0], NAMELESS[2]], ANNA, BO)
    assert shows(dropped) == [("Bo",)] * 2
    again = forked(dropped, [NAMELESS[0], {**NAMELESS[2], "title": "Now"}], ANNA, BO)
    assert shows(again) == [("Bo",)] * 2, "nor in a fork of that"
    assert shows(forked(dropped, [NAMELESS[0], {**NAMELESS[2], **POURS}], ANNA, BO))[1] == ("Anna", "Bo")


def test_new_words_of_a_fork_are_read() -> None:
    source = first_of([NAMELESS[0], {**NAMELESS[1], **POURS}, NAMELESS[2]], ANNA, BO)
    other = forked(
        source, [{**NAMELESS[0], **POURS}, {**NAMELESS[1], "prompt": "Tea."}, NAMELESS[2]], ANNA, BO
    )
    assert shows(other) == [("Anna", "Bo"), ("Bo",), ("Bo",)]
    more = forked(source, [*NAMELESS[:2], {"id": "detail_showcase", "seconds": 5}, NAMELESS[2]], ANNA, BO)
    assert shows(more)[2] == ("Bo",)


def test_a_fork_shows_who_is_asked_for_there() -> None:
    """As they are described now; who comes new is read in all of it."""
    source = first_of([NAMELESS[0], {**NAMELESS[1], **POURS}, NAMELESS[2]], ANNA)
    assert shows(forked(source, NAMELESS)) == [()] * 3
    older = ANNA.model_copy(update={"description": "a woman of eighty"})
    made = forked(source, NAMELESS, older, BO)
    assert shows(made) == [("Bo",), ("Anna", "Bo"), ("Bo",)]
    assert made.beats[1].shows[0].description == older.description


# ---- what a model is told and shown -------------------------------------------------------------------


def test_who_has_a_picture_is_to_look_like_it() -> None:
    shot = with_people(SHEETS[0], "", SHEETS[1])
    told = {
        model: Wording("storyboard_image", NOW.model(model), shot, 0).words.prompt
        for model in (EDIT, KONTEXT, FLUX, "replicate-flux-dev-controlnet")
    }
    assert all("With Name 1: somebody." in said for said in told.values())
    assert "Keep Name 0 and Name 2 exactly as the pictures show them." in told[EDIT]
    # Of who is not shown to it, a model is told nothing but the words.
    assert "Keep Name 0 exactly" in told[KONTEXT] and "pictures" not in told[FLUX]
    assert image_prompt(shot_of("16:9"), 0, 2000) == image_prompt(with_people(), 0, 2000, 2)


@pytest.mark.parametrize(
    ("model", "photo", "shown"),
    [
        (FLUX, True, {}),
        ("replicate-flux-dev-controlnet", True, {"control": PHOTO}),
        (KONTEXT, True, {"image": SHEETS[0]}),
        (EDIT, False, {"image": SHEETS[0], "references_1": SHEETS[1]}),
        (EDIT, True, {"image": SHEETS[0], "references_1": SHEETS[1], "references_2": PHOTO}),
        ("google-gemini-3.1-flash-image", False, {"references_1": SHEETS[0], "references_2": SHEETS[1]}),
    ],
)
def test_a_model_is_shown_as_many_sheets_as_it_takes(model: str, photo: bool, shown: dict[str, str]) -> None:
    """And no edges of people."""
    shot = with_people(*SHEETS, photo=photo)
    assert pictures_of(NOW.model(model), shot) == shown
    assert bought_image(NOW.model(model), shot, Words("x", "")).inputs == shown
    NOW.model(model).check([role_of(name) for name in shown], {"prompt": "x"})


@pytest.mark.parametrize(("model", "beside"), [(KONTEXT, ()), (EDIT, SHEETS)])
def test_an_anchor_is_drawn_with_the_sheets_beside_its_image(model: str, beside: tuple[str, ...]) -> None:
    shot, known = with_people(*SHEETS), NOW.model(model)
    assert tuple(sheets_beside(known, shot).values()) == beside
    said = Wording("anchor_image", known, shot, 0, "5.0").words.prompt
    assert ("Name 0 and Name 1 look as the further pictures show them." in said) == bool(beside)
    assert "With Name 0: somebody. With Name 1: somebody." in said
    plain = Wording("anchor_image", known, shot_of("16:9"), 0, "5.0")
    assert "characters" not in plain.facts and "pictures" not in plain.words.prompt
    assert " With " not in plain.words.prompt and ".  " not in plain.words.prompt


def test_product_and_style_go_along_after_those_who_are_shown() -> None:
    others = (
        Shown(name="ceramic mug", description="", sheet="a" * 64, object="sheets/a.png", kind="product"),
        Shown(name="the style", description="", sheet="b" * 64, object="sheets/b.png", kind="style"),
    )
    shot = with_people(SHEETS[0])
    beat = shot.beat.model_copy(update={"shows": (*shot.beat.shows, *others)})
    shot = shot.model_copy(update={"beat": beat})
    shown = pictures_of(NOW.model(EDIT), shot)
    assert shown == {"image": SHEETS[0], "references_1": "a" * 64, "references_2": "b" * 64}
    assert [object_of(shot, key) for key in shown.values()] == [SHEETS[0], "sheets/a.png", "sheets/b.png"]
    said = Wording("storyboard_image", NOW.model(EDIT), shot, 0).words.prompt
    assert "Keep Name 0 exactly" in said and "With ceramic mug" not in said
    assert "The ceramic mug is exactly the one in its picture. Place, light and palette" in said
    alone = Wording("storyboard_image", NOW.model(KONTEXT), shot, 0).words.prompt
    assert "in its picture" not in alone and "last picture" not in alone, "it is shown one"
    style = shot.model_copy(update={"beat": beat.model_copy(update={"shows": others[1:]})})
    assert pictures_of(NOW.model(KONTEXT), style) == {}, "a place is no start of a shot"


@given(some.integers(0, 6), some.booleans())
@settings(max_examples=30, deadline=None)
def test_no_model_is_shown_more_than_it_takes(people: int, photo: bool) -> None:
    shot = with_people(*[f"uploads/{n:064x}.png" for n in range(people)], photo=photo)
    for model in (one for one in NOW.models.values() if isinstance(one, ImageModel) and one.work == "waits"):
        shown = pictures_of(model, shot)
        roles = [role_of(name) for name in shown]
        assert all(roles.count(role) <= model.takes(role) for role in roles)
        if photo or not model.needs or (people and "image" in model.needs):
            model.check(roles, {"prompt": "x"})


def test_a_beat_with_sheets_is_drawn_by_who_is_shown_them() -> None:
    def facts(id: str, references: int = 0) -> ModelFacts:
        return ModelFacts(id=id, provider="p", work="waits", references=references, price_usd=Decimal(1))

    parts = {"image": facts("words"), "edges": facts("edges"), "edit": facts("edit")}
    plain = compose(film(), Library.for_request(film()))
    artifact = Artifact(key="k", object="o", media=Media(mime="", bytes=0, sha256=""))
    made = PlannedFilm(plan=plain, artifact=artifact, format=shot_of("16:9").format, models=parts)
    beats = {name: with_people(*sheets, photo=True).beat for name, sheets in (("shown", SHEETS), ("", ()))}
    order = {name: [one.id for one in made.drawing("draft", beat)] for name, beat in beats.items()}
    assert order == {"shown": ["edit", "words"], "": ["edges", "words"]}
    several = {**parts, "image": facts("words", references=3)}
    other = made.model_copy(update={"models": several})
    assert [one.id for one in other.drawing("draft", beats["shown"])] == ["words"]
