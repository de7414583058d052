"""Which finished versions a later run shows: those of its own film, and of its own plan."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

import pytest

from activities.film.planning.compose import compose
from activities.film.planning.library import Library
from workflows.film.contract import VideoRequest
from workflows.film.crew import Crew
from workflows.film.keeping import Keeping
from workflows.film.planned import PlannedFilm, Rung
from workflows.film.versions import Footage, Version
from workflows.studio.edits import KeptVersion
from workflows.studio.facts import Artifact, FrameFormat, Media, ModelFacts

REQUEST = VideoRequest(prompt="A 5 second film about a ceramic coffee mug")
PLAN = compose(REQUEST, Library.default())
HERO = PLAN.beats[0].id


def artifact(key: str) -> Artifact:
    return Artifact(key=key, object=key, media=Media(mime="", bytes=0, sha256=""))


def planned(plan: str = "plan", video: str = "moved", size: str = "720p") -> PlannedFilm:
    """A film of two rungs; `video` is the model that moves the shots of `draft`."""
    image = ModelFacts(id="drawn", provider="p", work="waits")
    moved = {rung: ModelFacts(id=id, provider="p", work="waits") for rung, id in
             (("draft", video), ("final", "moved-well"))}  # fmt: skip
    return PlannedFilm(
        plan=PLAN,
        artifact=artifact(plan),
        format=FrameFormat.of(VideoRequest.model_validate({**dict(REQUEST), "size": size})),
        rung="draft",
        rungs={rung: Rung(models={"image": image, "video": model}) for rung, model in moved.items()},
    )


FOOTAGE = [
    Footage(
        version=Version.model_validate({"rung": rung}),
        image=artifact("image"),
        chunks=(artifact("chunk"),),
        fps=Fraction(24),
        lettered=False,
        generated=True,
        models=("drawn", "moved"),
        usd=Decimal("0.11"),
    )
    for rung in ("draft", "final")
]


class Shelf:
    """Takes what a run hands over for later ones."""

    def __init__(self) -> None:
        self.kept: list[KeptVersion] = []

    async def keep(self, version: KeptVersion) -> None:
        self.kept.append(version)


def keeping(film: PlannedFilm, shelf: Shelf, plan: int = 1) -> Keeping:
    none = cast(Any, None)
    crew = Crew("film", none, none, none, none, none, none, watch=cast(Any, shelf), decide=none)
    return Keeping(film, REQUEST, crew, plan, shelf.kept)


@pytest.mark.parametrize(
    ("later", "shown"),
    [
        (planned(), ["draft-1", "final-1"]),
        (planned(plan="another"), []),
        (planned(size="1080p"), []),
        # The other rung is made with what it was made with.
        (planned(video="another"), ["final-1"]),
    ],
)
async def test_of_another_request_under_the_same_id_nothing_is_shown(
    later: PlannedFilm, shown: list[str]
) -> None:
    shelf = Shelf()
    for footage in FOOTAGE:
        await keeping(planned(), shelf).version(HERO, footage)
    assert list(keeping(later, shelf).of(HERO)) == shown
    assert not keeping(planned(), shelf, plan=2).of(HERO) and not keeping(later, shelf).of("no_such_shot")
    assert all(keeping(planned(), shelf).of(HERO)[one.version.name] == one for one in FOOTAGE)


async def test_what_did_not_say_whose_it_is_is_shown_and_what_is_known_is_not_kept_again() -> None:
    shelf = Shelf()
    value = FOOTAGE[0].model_dump(mode="json")
    shelf.kept.append(KeptVersion(row=HERO, name="draft-1", value=value))
    assert keeping(planned(plan="another"), shelf).of(HERO) == {"draft-1": FOOTAGE[0]}
    await keeping(planned(), shelf).version(HERO, FOOTAGE[1])
    await keeping(planned(), shelf).version(HERO, FOOTAGE[1])
    assert [one.name for one in shelf.kept] == ["draft-1", "final-1"]


async def test_what_an_earlier_release_kept_is_not_kept_again() -> None:
    """It knew nothing of notes: the run that it began would write down more than it did."""
    shelf = Shelf()
    await keeping(planned(), shelf).version(HERO, FOOTAGE[0])
    (kept,) = shelf.kept
    said = FOOTAGE[0].version.model_dump(mode="json", exclude={"note"})
    shelf.kept[:] = [kept.model_copy(update={"value": {**kept.value, "version": said}})]
    await keeping(planned(), shelf).version(HERO, FOOTAGE[0])
    assert len(shelf.kept) == 1
