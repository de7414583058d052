"""Several productions at once: a row each that fits any terminal, or a line for whatever is new of each."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from rich.console import Console

from starter.crowd import Crowd
from workflows.studio.report import Failure, Progress, Wait

#: As anybody may word a request.
EVIL = "[red]mug[/red] \x1b[2J\x07\u202e [/]"
LACKS = Wait(
    step="chunk:hero_shot:0",
    reason="budget",
    needs_usd=Decimal("0.05"),
    words="set_budget: chunk 1 costs $0.05",
    answers=("set_budget", "give_up"),
)


def rendering(cut: int | None = None, **more: object) -> Progress:
    return Progress.model_validate({"status": "rendering", "done": 0.4, "cut": cut, "title": EVIL, **more})


def crowd_of(width: int, height: int, live: bool) -> tuple[Crowd, Console]:
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=live, color_system=None)
    return Crowd(console), console


def written(console: Console) -> list[str]:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [40, 80, 140])
@pytest.mark.parametrize("count", [1, 5, 100])
def test_rows_fit_and_what_still_runs_stands_first(width: int, count: int) -> None:
    crowd, console = crowd_of(width, 24, live=True)
    for number in range(count):
        crowd.begin(f"film-tin-mug-{number:06x}")
        crowd.show(f"film-tin-mug-{number:06x}", rendering(number, budget_usd=Decimal(5)))
    last = f"film-tin-mug-{count - 1:06x}"
    crowd.show(last, rendering(1, waits=(LACKS,), waiting_for=LACKS.words))
    for number in range(count - 1):
        crowd.end(f"film-tin-mug-{number:06x}", "failed", EVIL)
    console.file = io.StringIO()
    console.print(crowd)
    lines = written(console)
    assert len(lines) <= 24 and max(map(len, lines)) <= width
    assert lines[0].startswith(last) and "waiting" in lines[0], "what waits for somebody is seen"
    assert lines[-1].startswith(f"{count - 1} of {count} ended")
    assert not set("\x1b\x07\u202e") & set("".join(lines))


def test_without_a_terminal_each_news_is_a_line_that_names_whose_it_is() -> None:
    crowd, console = crowd_of(80, 24, live=False)
    for id in ("film-a", "film-b"):
        crowd.begin(id)
        crowd.show(id, rendering())
        crowd.show(id, rendering(1))
        crowd.show(id, rendering(1))
    crowd.show("film-b", rendering(1, waits=(LACKS,), waiting_for=LACKS.words))
    crowd.show("film-a", rendering(1, status="failed", error=Failure(type="JobFailed", problem="It broke.")))
    crowd.end("film-a", "failed", "It broke.")
    lines = written(console)
    assert [line for line in lines if line.startswith("film-a")] == [
        "film-a   40%  rendering",
        "film-a   40%  cut 1 delivered: the film, as asked",
        "film-a   40%  failed",
        "film-a  failed: It broke.",
    ]
    assert "film-b   40%  waits for more budget: chunk 1 costs $0.05" in lines
    assert any(line.startswith("film-b  reel budget film-b 0.") for line in lines)


@pytest.mark.parametrize("saw_the_end", [True, False])
def test_an_end_is_told_once_also_where_no_worker_told_of_it(saw_the_end: bool) -> None:
    crowd, console = crowd_of(80, 24, live=False)
    crowd.begin("film-tin-mug")
    crowd.show("film-tin-mug", rendering())
    if saw_the_end:
        crowd.show("film-tin-mug", Progress.model_validate({"status": "completed", "done": 1.0}))
    crowd.end("film-tin-mug", "completed")
    assert written(console) == ["film-tin-mug   40%  rendering", "film-tin-mug  100%  completed"]
