"""The first reading of a prompt never changes: films are found by the ids and seeds that follow from it."""

from __future__ import annotations

import csv
from pathlib import Path

from activities.film.planning.compose import compose
from activities.film.planning.library import Library
from activities.film.recipes import drawn_image, plan_answer
from activities.models.catalogue import Catalogue
from workflows.film.contract import Beat, Plan, Shot, VideoRequest
from workflows.film.naming import film_id
from workflows.studio.facts import FrameFormat

#: Sixty prompts with the ids and seeds that they had before there was another reading.
RECORDED = Path(__file__).parent / "data" / "first_ids.tsv"

EARLIER = {
    "id": "hero_shot",
    "seconds": 5,
    "start_s": 0,
    "position": "opening",
    "shot": "wide",
    "action": "It stands.",
    "prompt": "A mug",
    "title": "Mug",
    "camera": "static",
    "energy": 0.5,
}
ANSWER = "bdfdca85b9a60fb978807b32eff667c74c0a6de6d9d15d1c25c04ed2cea48849"
PICTURE = "bec0c2b7bae086b3cdcc2fd6aef4aeca0da869435ff06406caeb00ae78c0fe6a"


def recorded() -> list[dict[str, str]]:
    with RECORDED.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_sixty_films_keep_their_ids_and_seeds() -> None:
    rows = recorded()
    assert len(rows) == 60
    asked = [VideoRequest(prompt=row["prompt"]) for row in rows]
    assert [film_id(each) for each in asked] == [row["id"] for row in rows]
    library = Library.default()
    assert [str(compose(each, library).seed) for each in asked] == [row["seed"] for row in rows]


def test_a_genre_is_another_film_only_where_somebody_names_one() -> None:
    request = VideoRequest(prompt="A film about a mug")
    assert film_id(VideoRequest(prompt=request.prompt, genre=None)) == film_id(request)
    assert film_id(VideoRequest(prompt=request.prompt, genre="story")) != film_id(request)


def test_what_was_bought_of_an_earlier_plan_is_found() -> None:
    """The keys are those of the release before plans told a language: an answer that was bought, and a drawn
    picture that bought chunks start from."""
    request = VideoRequest(prompt="A film about a mug")
    planner = Catalogue.load().model("openai-gpt-5.4-mini")
    assert plan_answer(request, planner).key == ANSWER
    beat = Beat.model_validate(EARLIER)
    plan = Plan(
        title="Mug", product="mug", archetype="a", style=("warm",), look="natural", beats=(beat,), seed=1
    )
    shot = Shot.of(plan, beat, FrameFormat.of(request))
    assert drawn_image("animatic", shot, "artist 1").key == PICTURE


def test_an_older_worker_meets_no_field_that_nobody_named() -> None:
    asked = VideoRequest(prompt="A film about a mug")
    assert "genre" not in asked.model_dump(mode="json")
    assert asked.model_copy(update={"genre": "story"}).model_dump(mode="json")["genre"] == "story"
