"""The way back to an earlier plan, as it is typed and printed: without a server where it cannot be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from starter.versions import plan_words
from tests.support.reel import ran
from workflows.studio import Progress

NAMED = "Name a shot and its version, or a plan"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("--plan", "first"), "first is no number of a plan"),
        (("--plan", "0"), "0 is no number of a plan"),
        (("hero_shot", "draft-1", "--plan", "1"), NAMED),
        (("hero_shot",), NAMED),
        ((), NAMED),
    ],
)
async def test_what_names_no_plan_is_told_before_any_server_starts(
    typed: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    code, said = await ran("use", "film-x", *typed, home=home, folder=tmp_path)
    assert code == 2 and words in said.text.replace("\n", " "), said.text
    assert not home.exists()


def test_the_versions_of_a_film_tell_of_its_other_plans() -> None:
    told = Progress(status="completed", plan=2, plans=(1, 2))
    assert list(plan_words("mug", told)) == ["Plan 2; there is 1 too: reel use mug --plan 1"]
    assert not list(plan_words("mug", told.model_copy(update={"plan": 1, "plans": (1,)})))
    assert not list(plan_words("mug", Progress(status="planning")))
