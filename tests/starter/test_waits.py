"""What a person reads about a wait: commands fit for a shell, a sum that is enough, what becomes of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from starter.waits import enough_usd, ways_on, what_now, words_of
from workflows.studio.report import Progress, Wait


def poor(*needs: str) -> Progress:
    """A film that has spent a third of a dollar and waits for these sums."""
    waits = tuple(
        Wait(step=f"chunk:{n}", reason="budget", needs_usd=Decimal(each), words="", answers=("set_budget",))
        for n, each in enumerate(needs)
    )
    return Progress(status="rendering", spent_usd=Decimal("0.3331"), budget_usd=Decimal(1), waits=waits)


def test_the_sum_that_would_do_is_named_in_whole_cents_for_all_that_waits() -> None:
    assert enough_usd(poor("0.11")) == "0.45"
    assert enough_usd(poor("0.11", "1")) == "1.45"
    busy = poor("0.11").model_copy(update={"reserved_usd": Decimal("0.05")})
    assert enough_usd(busy) == "0.50", "what is being bought beside it is held back, and may cost all of that"
    assert ways_on("film-x", poor("0.11", "1")) == ["reel budget film-x 1.45"]
    assert ways_on("a 'mug'; rm x", poor("0.11")) == ["reel budget 'a '\"'\"'mug'\"'\"'; rm x' 0.45"]


def test_what_becomes_of_a_film_is_said() -> None:
    assert what_now("film-x", poor(), worked_on=True) == "It goes on."
    assert what_now("film-x", poor(), worked_on=False) == (
        "No worker runs here: `reel watch film-x` goes on with it."
    )
    assert what_now("film-x", poor("0.11"), worked_on=True) == "It waits: `reel budget film-x 0.45`"
    paused = poor().model_copy(update={"paused": True})
    assert what_now("film-x", paused, worked_on=True) == "It waits: `reel resume film-x`"
    assert what_now("film-x", Progress(status="completed"), worked_on=True) == ""


def test_a_command_names_the_shot_that_its_update_names() -> None:
    sent = {"upgrade": {"shots": ["hero_shot"], "profile": "final"}, "retake": {"shot": "hero_shot"}}
    wait = Wait.model_validate(
        {"reason": "review", "words": "", "answers": ("upgrade", "retake"), "updates": sent}
    )
    asked = Progress(status="rendering", waits=(wait,))
    assert ways_on("film-x", asked) == ["reel upgrade film-x hero_shot", "reel retake film-x hero_shot"]


@pytest.mark.parametrize(
    ("reason", "answers", "words", "said"),
    [
        ("budget", ("set_budget",), "set_budget: chunk 2 costs $0.11", "more budget: chunk 2 costs $0.11"),
        ("review", ("approve", "use"), "approve or use: look at it: now", "your approval: look at it: now"),
        ("risk", ("accept_risk",), "accept_risk of the step chunk:a:1: lost", "your decision: lost"),
        ("paused", ("resume",), "the signal resume", "the signal resume"),
        ("budget", ("set_budget",), "no more than that", "no more than that"),
    ],
)
def test_people_read_what_they_can_do_and_no_name_of_an_update(
    reason: str, answers: tuple[str, ...], words: str, said: str
) -> None:
    wait = Wait.model_validate({"reason": reason, "words": words, "answers": answers})
    assert words_of(wait) == said
