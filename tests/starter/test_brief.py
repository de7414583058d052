"""What is typed wrongly on a command line: the field, what is wrong and what to write, all at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from activities.models.catalogue import Catalogue
from infra.errors import SettingsError
from starter.brief import brief
from starter.options import settings_of
from workflows.studio.requests import InvalidRequest

FILM = {"prompt": "A film about a mug"}
USUAL = Catalogue.load().profile("final").video


def refused(**typed: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(InvalidRequest) as told:
        brief(FILM | typed.pop("options", {}), **typed)
    return [(one.field, one.problem, one.suggestion) for one in told.value.fields]


def test_an_id_that_a_command_would_read_as_an_option_is_refused() -> None:
    assert refused(id="-x") == [("id", "'-x' begins with a hyphen", "such as x")]
    assert brief(FILM, id="x-1").film_id == "x-1"


@pytest.mark.parametrize(
    ("typed", "problem", "suggestion"),
    [
        (["video"], "video names no model", f"such as video={USUAL}"),
        (["video="], "video names no model", f"such as video={USUAL}"),
        (["edges"], "edges names no model", "such as edges="),
        ([USUAL], f"'{USUAL}' names no role", f"write video={USUAL}"),
        (["=fal-flux-dev"], "'fal-flux-dev' names no role", "write image=fal-flux-dev"),
        (["="], "'' names no role", f"write video={USUAL}"),
        ([f"video={USUAL}", "video=x"], "given more than once", "name one model for it"),
    ],
)
def test_half_a_model_is_told_with_its_other_half(typed: list[str], problem: str, suggestion: str) -> None:
    ((field, what, how),) = refused(models=typed)
    assert field.startswith("models") and what == problem and how.startswith(suggestion)


def test_a_character_has_a_name_and_looks_and_maybe_a_picture() -> None:
    where = "https://example.org/anna.png"
    made = brief(FILM, characters=["Anna=a woman in red", f"Bo=a robot={where}"]).request.characters
    assert [(one.name, one.description, one.image) for one in made] == [
        ("Anna", "a woman in red", None),
        ("Bo", "a robot", where),
    ]
    for typed in ("Anna", "=in red", "Anna= "):
        ((field, problem, how),) = refused(characters=["Bo=a robot", typed])
        assert field == "characters[1]" and "no name with looks" in problem and "Anna=" in how


@pytest.mark.parametrize("name", ["product", "references", "plan", "output"])
@pytest.mark.parametrize("typed", ["", "  "])
def test_what_is_empty_is_said_to_be(name: str, typed: str) -> None:
    value = [typed] if name == "references" else typed
    ((field, problem, suggestion),) = refused(**{name: value})
    place = "references[0].image" if name == "references" else name
    assert (field, problem) == (place, "is empty") and "leave it out" in suggestion


def test_every_part_is_told_at_once() -> None:
    references = ["https://example.org/a.png", "http://", "nothing-here.png"]
    said = refused(product="", references=references, models=["video"], plan="no.json", id=" ")
    fields = [field for field, _, _ in said]
    assert fields == ["product", "references[1].image", "references[2].image", "models", "plan", "id"]


def test_an_empty_home_is_not_the_current_folder() -> None:
    with pytest.raises(SettingsError, match="--home is empty"):
        settings_of("")


def test_unknown_beats_are_told_together_with_all_that_is_wrong(tmp_path: Path) -> None:
    beats = [{"id": "hero_shott", "seconds": 7}, {"id": 3}, {"id": "nope"}, {"id": "mine", "camera": "pan"}]
    (tmp_path / "plan.json").write_text(json.dumps({"beats": beats, "x": 1}))
    said = refused(options={"fps": "3"}, plan=str(tmp_path / "plan.json"))
    fields = [field for field, _, _ in said]
    assert {"fps", "plan.beats[0].seconds", "plan.beats[1].id", "plan.x"} < set(fields)
    unknown = [one for one in said if "the library has no beat" in one[1]]
    assert [field for field, _, _ in unknown] == [f"plan.beats[{n}].id" for n in (0, 2, 3)]
    assert "did you mean hero_shot?" in unknown[0][2]
