"""What becomes of a take that a film makes for a join by itself: people's decisions hold, a stop is no loss,
and what is said is said of what is shown."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.joining import BEATS, BEHIND, MEND, TAKEN, Joining
from workflows.film.contract import Joins
from workflows.film.direction import Decision
from workflows.film.film import Film
from workflows.film.flaws import is_better
from workflows.film.seams import SEAM_MEASURE, SHOWS
from workflows.film.versions import Version
from workflows.studio.facts import Artifact, Media

BAD, WORSE = 2 * SHOWS, 3 * SHOWS
ONE, TWO = BEATS
#: What a later run knows of a take that was begun for a join, and never judged.
BEGUN = Decision(
    plan=1, wanted={ONE: Version(rung="draft", take=2, since=2, of=Version(rung="draft"), mends=True)}
)


def wanted(film: Film) -> str:
    return film.direction.wanted[ONE].name


async def test_it_stands_where_it_joins_better_and_else_what_was_before() -> None:
    for score, stands in ((1.0, True), (WORSE, False)):
        crew = Joining({BEHIND: BAD, TAKEN: score})
        film = crew.film()
        await crew.run(film)
        assert wanted(film) == (MEND if stands else "draft-1") and film.is_whole
        assert len(crew.cuts) == (2 if stands else 1) and len(crew.decided) == (1 if stands else 2)


# ---- what people decide ----------------------------------------------------------------------------


async def test_whoever_likes_better_what_did_not_stand_has_it() -> None:
    crew = Joining({BEHIND: BAD, TAKEN: WORSE})
    film = crew.film()
    await crew.run(film)
    shot = film.shots.all[0]
    chosen = film.direction.use(ONE, MEND, film.shots.versions_of(shot))
    film.directed(chosen, to_be_made=True)
    await crew.run(film)
    assert wanted(film) == MEND and film.is_whole and crew.shown[-1] == [MEND, "draft-1"]
    # And so in a later run, which finds it, and judges it no more.
    later = crew.film(made=[*crew.decided, chosen], kept=crew.kept)
    await crew.run(later)
    assert wanted(later) == MEND and later.is_whole


@pytest.mark.parametrize("swallowing", [True, False])
async def test_what_somebody_decides_while_it_is_judged_holds(swallowing: bool) -> None:
    crew = Joining({BEHIND: BAD, TAKEN: WORSE})
    crew.held, crew.swallowing = {TAKEN}, swallowing
    film = crew.film()
    making = asyncio.create_task(crew.run(film))
    await crew.until(lambda: TAKEN in crew.refining)
    mine = film.direction.retake(ONE, None, "", film.shots.all[0].finished)
    film.directed(mine, to_be_made=True)
    await making
    assert wanted(film) == mine.wanted[ONE].name == "draft-3" and film.is_whole
    assert crew.shown[-1] == ["draft-3", "draft-1"]
    assert not [one for one in crew.decided if one.wanted.get(ONE) == Version(rung="draft")]


# ---- which joins are compared ----------------------------------------------------------------------

SCORES = st.lists(st.floats(0, 4), min_size=2, max_size=8)


@given(SCORES, st.data())
def test_of_a_chunk_alone_its_own_two_joins_are_compared(before: list[float], data: st.DataObject) -> None:
    chunks = len(before) + 1
    since = data.draw(st.integers(2, chunks))
    taken = [*before]
    for at in range(since - 2, min(since, chunks - 1)):
        taken[at] = data.draw(st.floats(0, 4))
    better = is_better(_segment(taken), chunks, _segment(before), since, alone=True)
    assert better == (max(taken[since - 2 : since]) < max(before[since - 2 : since]))
    # With all those behind it, one that shows and is nobody's business here hides every mend.
    assert not is_better(_segment([*taken, 9.0]), chunks + 1, _segment([*before, 9.0]), since)


async def test_a_take_between_two_anchors_answers_for_no_other_chunk() -> None:
    crew = Joining({BEHIND: BAD, "chunk:b1:4": WORSE, "chunk:b1:4@draft-3": WORSE})
    film = crew.film(continuity="anchored")
    await crew.run(film)
    assert wanted(film) == MEND and film.is_whole and crew.shown[-1] == [MEND, "draft-1"]
    assert ("ended", "chunk:b1:4@draft-3") in crew.events, "which has its own, and joins no better"


@pytest.mark.parametrize(("joins", "again"), [("warn", 0.2), ("off", 0.2), ("retake", 0.2), ("retake", 0.97)])
async def test_a_clip_that_misses_its_end_is_told_of_or_taken_again_alone(joins: Joins, again: float) -> None:
    crew = Joining({})
    crew.alike = {BEHIND: 0.4, TAKEN: again}
    film = crew.film(joins, continuity="anchored")
    await crew.run(film)
    taken = [name for what, name in crew.events if what == "begun" and name.endswith(MEND)]
    assert taken == ([TAKEN] if joins == "retake" else [])
    stands = joins == "retake" and again > 0.4
    assert wanted(film) == (MEND if stands else "draft-1") and film.is_whole
    said = [one for one in crew.board.warnings if "SSIM 0.40" in one and "--chunk 2" in one]
    assert len(said) == (0 if joins == "off" or stands else 1)
    assert film.results()[0].ends[1].last == (again if stands else 0.4)


async def test_a_scene_that_misses_its_keyframe_is_taken_again_between_the_same_two() -> None:
    clip, again = "chunk:scene_2:1", "chunk:scene_2:1@draft-2"
    crew = Joining({})
    crew.alike = {clip: 0.4, again: 0.97}
    film = crew.scenes("retake")
    await crew.run(film)
    assert film.is_whole and [one.shows for one in film.results()][1] == MEND
    begun = [name for what, name in crew.events if what == "begun"]
    assert [name for name in begun if "@" in name] == [again], "no keyframe is drawn anew"
    assert not crew.board.warnings
    tolerant = Joining({})
    tolerant.alike = crew.alike
    await tolerant.run(tolerant.scenes("warn"))
    (said,) = tolerant.board.warnings
    assert "scene_2 · segment: chunk 1 ends unlike the image that it was to end with (SSIM 0.40" in said
    assert said.endswith("reel retake film scene_2 --chunk 1")


# ---- a stop ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_bought", [True, False])
async def test_what_nobody_asked_for_is_not_missing_after_a_stop(is_bought: bool) -> None:
    crew = Joining({BEHIND: BAD, TAKEN: WORSE}, {} if is_bought else {TAKEN: 100_000})
    crew.held = {TAKEN}
    film = crew.film()
    started = (lambda: TAKEN in crew.refining) if is_bought else (lambda: ("begun", TAKEN) in crew.events)
    await crew.stopped(film, started)
    assert crew.shown == [["draft-1", "draft-1"]], "what nobody judged is not shown"
    assert film.is_whole and [(one.shows, one.why) for one in film.results()] == [("draft-1", "")] * 2
    assert not [one for one in crew.board.warnings if "no better" in one], "nobody knows"
    # It is not given up: a later run goes on with it.
    later = Joining(crew.scores)
    film = later.film(made=crew.decided, kept=crew.kept)
    await later.run(film)
    assert ("ended", TAKEN) in later.events and wanted(film) == "draft-1" and film.is_whole


async def test_what_was_begun_for_a_join_is_not_missing_where_nobody_asks_for_its_shot() -> None:
    before = Joining({BEHIND: BAD})
    await before.run(before.film("off"))
    crew = Joining(before.scores)
    film = crew.film(made=[BEGUN], kept=before.kept)
    film.shots.unasked = BEATS
    await crew.run(film)
    assert ("begun", TAKEN) not in crew.events and film.is_whole
    assert [one.wanted for one in film.results()] == ["draft-1", "draft-1"]


@pytest.mark.parametrize("joins", ["warn", "off"])
async def test_nor_where_no_takes_are_asked_for_any_more(joins: Joins) -> None:
    before = Joining({BEHIND: BAD})
    await before.run(before.film("off"))
    crew = Joining(before.scores)
    film = crew.film(joins, made=[BEGUN], kept=before.kept)
    await crew.run(film)
    assert ("begun", TAKEN) not in crew.events and film.is_whole
    assert wanted(film) == "draft-1" and not crew.decided, "a run that asks for takes again goes on with it"


async def test_nor_where_the_film_stays_as_it_was_planned_before() -> None:
    before = Joining({BEHIND: BAD})
    await before.run(before.film("off"))
    film = Joining(before.scores).film(made=[BEGUN], kept=before.kept)
    await film.stay()
    assert [(one.shows, one.why) for one in film.results()] == [("draft-1", "")] * 2


# ---- what is said ----------------------------------------------------------------------------------


async def test_a_warning_names_the_version_that_is_shown() -> None:
    crew = Joining({BEHIND: BAD}, {"chunk:b1:1@draft-2": 2000})
    film = crew.film("warn")
    await crew.run(film)
    (said,) = crew.board.warnings
    for shot in BEATS:
        film.directed(film.direction.retake(shot, None, "", ["draft-1"]), to_be_made=True)
    await crew.run(film)
    assert crew.shown == [["draft-1", "draft-1"], ["draft-1", "draft-2"], ["draft-2", "draft-2"]]
    assert crew.board.warnings == [said], "of the first take, which two cuts show"


@pytest.mark.parametrize(("joins", "told"), [("retake", True), ("off", False)])
async def test_a_later_cut_tells_of_a_join_that_stays(joins: Joins, told: bool) -> None:
    """The one that was judged was delivered before."""
    crew = Joining({BEHIND: BAD, TAKEN: WORSE, "chunk:b2:2": BAD})
    film = crew.film()
    await crew.run(film)
    assert crew.shown[-1] == ["draft-1", MEND]
    later = Joining(crew.scores)
    film = later.film(joins, made=crew.decided, kept=crew.kept)
    await later.run(film)
    for cut in (crew.cuts[-1], *(later.cuts if told else ())):
        (said,) = cut.warnings
        assert "b1 · segment: the join before chunk 2" in said and "one more take of it was no better" in said
    assert told or not later.cuts[-1].warnings


def _segment(scores: list[float]) -> Artifact:
    media = Media(mime="video/mp4", bytes=1, sha256="0" * 64)
    return Artifact(
        key="k", object="o", media=media, facts={"seams": [*scores], "seam_measure": SEAM_MEASURE}
    )
