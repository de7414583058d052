"""The words of a retake are a note beside a shot's own; those of earlier decisions stand alone."""

from __future__ import annotations

from starter.versions import said_of
from tests.support.versioned import version
from workflows.film.contract import Beat
from workflows.film.direction import Decision, Direction
from workflows.film.versions import Version

SHOT, NOTE, OTHER = "hero_shot", "in the morning light", "seen from above"
BEAT = Beat(
    id=SHOT,
    seconds=5,
    start_s=0,
    position="opening",
    shot="close-up",
    action="The mug turns",
    prompt="A matte ceramic mug on a table.",
    title="",
    camera="dolly_in",
    energy=0.4,
)
BOTH = "A matte ceramic mug on a table. in the morning light"


def retaken(direction: Direction, words: str, chunk: int | None = None) -> Version:
    direction.apply(direction.retake(SHOT, chunk, words, ()))
    return direction.wanted[SHOT]


def test_a_note_is_told_beside_the_shots_own_words() -> None:
    direction = Direction([SHOT], "draft", 1)
    assert direction.wanted[SHOT].part(0).told(BEAT) == BEAT
    assert retaken(direction, NOTE).part(0).told(BEAT).prompt == BOTH
    assert retaken(direction, "").part(1).told(BEAT).prompt == BOTH, "the take after it has the same note"
    newest = retaken(direction, OTHER)
    assert newest.part(0).told(BEAT).prompt == f"A matte ceramic mug on a table. {OTHER}", (
        "the newest note holds"
    )
    direction.apply(direction.upgrade([SHOT], "final"))
    assert direction.wanted[SHOT].part(0).told(BEAT).prompt == newest.part(0).told(BEAT).prompt
    chunk = retaken(direction, NOTE, chunk=2)
    assert [chunk.part(part).told(BEAT).prompt == BOTH for part in range(4)] == [False, False, True, True]


def test_what_was_decided_before_says_what_it_said() -> None:
    kept = Decision.model_validate({"plan": 1, "wanted": {SHOT: {"rung": "draft", "take": 2, "words": NOTE}}})
    direction = Direction([SHOT], "draft", 1, [kept])
    assert direction.wanted[SHOT].part(0).told(BEAT).prompt == NOTE
    again = retaken(direction, "")
    assert again.part(0).told(BEAT).prompt == NOTE, "once more is once more"
    assert retaken(direction, OTHER).part(0).told(BEAT).prompt.startswith(BEAT.prompt)


def test_a_run_that_an_earlier_release_began_goes_on_by_its_rule() -> None:
    direction = Direction([SHOT], "draft", 1, notes=False)
    assert retaken(direction, NOTE).part(0).told(BEAT).prompt == NOTE


def test_people_are_shown_both() -> None:
    one = version("draft-2", "finished").model_copy(update={"words": NOTE, "note": True})
    assert said_of(one, BEAT.prompt) == f"{BEAT.prompt}\n+ {NOTE}"
    assert said_of(one.model_copy(update={"note": False}), BEAT.prompt) == NOTE
    assert said_of(version("draft-1", "finished"), BEAT.prompt) == ""
