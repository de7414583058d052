"""What a review says that an answer costs, where scenes lie between keyframes after different sheets."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from activities.film.directed import Directed
from starter.review_prices import image_of, price_asked, prices_of
from tests.support.keyframing import film, kept
from workflows.film.direction import Decision, Direction
from workflows.film.planned import PlannedFilm, Rung
from workflows.film.upgrading import Upgrading
from workflows.film.versions import SheetTake, Version, parts_of
from workflows.studio.facts import ModelFacts
from workflows.studio.report import Progress, RowProgress, StepProgress, VersionProgress, VersionState, Wait

SCENES = ("scene_1", "scene_2", "scene_3")
OWN = Version(rung="draft")
NEWER = Version(rung="draft", sheets={"Anna": SheetTake(take=2)})
_IMAGE, _CLIP = Decimal("0.02"), Decimal("0.1")


def fork(*there: tuple[int, Version]) -> Directed:
    """Of a film in which a sheet was drawn once more: its first scene is as it was, but for that. `there` are
    the keyframes that it has."""
    drawn = film(3).models["edit"].model_copy(update={"price_usd": _IMAGE})
    models: Mapping[str, ModelFacts] = {**film(3).models, "image": drawn, "edit": drawn}
    keyframes = tuple(kept(place, chain) for place, chain in there)
    planned: PlannedFilm = film(3).model_copy(
        update={
            "models": models,
            "rungs": {rung: Rung(models=models) for rung in ("draft", "final")},
            "kept_keyframes": keyframes,
        }
    )
    begun = Decision(plan=1, sheets=NEWER.sheets, as_before=("scene_1",))
    return Directed(planned, Direction(SCENES, "draft", 1, [begun]), OWN)


def version(state: VersionState, name: str = "draft-1", shown: bool = False) -> VersionProgress:
    return VersionProgress(name=name, state=state, wanted=name == "draft-1", shown=shown)


def row(id: str, *steps: str, shown: bool = False) -> RowProgress:
    finished = version("finished", shown=shown)
    told = tuple(StepProgress(name=step, label=step, state="made", weight=1, object=step) for step in steps)
    return RowProgress(id=id, title=id, seconds=5, versions=(finished,), steps=told)


def test_each_scene_is_priced_by_the_keyframes_of_its_own_chain() -> None:
    made = fork((0, OWN), (1, OWN), (1, NEWER), (2, NEWER))
    wait = Wait(step="review", reason="review", words="", answers=("approve",), rows=SCENES)
    progress = Progress(status="rendering", waits=(wait,))
    asks = [price_asked(made, row(scene), progress) for scene in SCENES]
    assert asks == [_CLIP, _CLIP, _CLIP + _IMAGE], "what it ends with is not there"
    first, second = (prices_of(made, row(scene, shown=True), progress) for scene in SCENES[:2])
    assert second["draft"] == _CLIP, "between the same two"
    assert first["draft"] == _CLIP + _IMAGE, "another take is made after the newer sheet, as all are since"
    unmade = row("scene_3").model_copy(update={"versions": (version("waiting"),)})
    assert prices_of(made, unmade, progress)["draft"] == _CLIP + _IMAGE
    assert prices_of(made, unmade, progress)["final"] == _CLIP + 4 * _IMAGE
    both = row("scene_1", shown=True)
    both = both.model_copy(update={"versions": (*both.versions, version("finished", "final-1"))})
    there = progress.model_copy(update={"beats": (both,)})
    assert prices_of(made, unmade, there)["final"] == _CLIP + 4 * _IMAGE, "of a version that nobody asked for"
    half = made._replace(
        found={"storyboard:scene_3:last@draft-2", "chunk:scene_3:1@draft-1", "storyboard:scene_1@final-2"}
    )
    assert price_asked(half, row("scene_3"), progress) == 0, "a run before has bought it, and was stopped"
    assert prices_of(half, unmade, progress) == {"draft": _CLIP, "final": _CLIP + 3 * _IMAGE}
    assert prices_of(made, row("nobody"), progress) == {} == prices_of(None, row("scene_1"), progress)


def test_a_late_scene_is_approved_with_the_chain_up_to_it_as_far_as_that_is_not_drawn() -> None:
    made = fork()
    wait = Wait(step="review", reason="review", words="", answers=("approve",), rows=SCENES)
    told = tuple(row(scene) for scene in SCENES)
    progress = Progress(status="rendering", waits=(wait,), beats=told)
    assert price_asked(made, told[2], progress) == _CLIP + 4 * _IMAGE
    first = row("scene_1", "storyboard:scene_1", "storyboard:scene_1@draft-2")
    drawn = (first, row("scene_2", "storyboard:scene_2@draft-2"), told[2])
    assert price_asked(made, told[2], progress.model_copy(update={"beats": drawn})) == _CLIP + 2 * _IMAGE
    assert price_asked(made, told[1], progress.model_copy(update={"beats": drawn})) == _CLIP + _IMAGE


def test_news_of_a_scene_are_also_of_the_keyframes_that_it_lies_between() -> None:
    """Its version is the first, and those are after another take of a sheet: they have another name."""
    parts = parts_of(fork().direction.wanted["scene_2"], "keyframes")
    steps = ("storyboard:scene_2@draft-2", "chunk:scene_2:1", "storyboard:scene_2@final-1")
    told = row("scene_2", *steps)
    version = told.versions[0].model_copy(update={"parts": parts})
    told = told.model_copy(update={"versions": (version,)})
    assert [step.name for step in told.news] == [*steps[:2]]
    again = Version(rung="draft", take=3, since=2, of=Version(rung="draft", take=2, since=3, of=OWN))
    assert parts_of(again, "beats") == ("draft-2", "draft-1") and parts_of(OWN, "keyframes") == ()


def test_what_is_tried_again_is_priced_along_its_own_chain() -> None:
    made = fork((0, OWN), (1, OWN), (1, NEWER), (2, NEWER))
    upgrading = Upgrading(made.planned, made.direction, "draft")
    assert upgrading.price(["scene_1", "scene_2"]) == 2 * _CLIP
    assert upgrading.price(SCENES) == 3 * _CLIP + _IMAGE


def test_the_image_is_that_of_the_chain() -> None:
    both = ("storyboard:scene_1", "storyboard:scene_1@draft-2", "storyboard:scene_2")
    assert image_of(fork(), row("scene_1", *both)) == "storyboard:scene_1"
    assert image_of(fork(), row("scene_2", *both)) is None, "it is drawn after another sheet"
    newer = "storyboard:scene_2@draft-2"
    assert image_of(fork(), row("scene_2", *both, newer)) == newer
    assert image_of(None, row("scene_2", "storyboard:scene_2")) == "storyboard:scene_2"
