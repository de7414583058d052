"""What the terminal shows: it fits, it says what is going on, and nobody's words move its cursor."""

from __future__ import annotations

import asyncio
import io
import re
import signal
import sys
from decimal import Decimal

import pytest
from rich.console import Console

from starter.live import STANDINS, Page, View
from tests.support.versioned import FILM, REFUSED, row
from workflows.studio.report import Progress, RowProgress, StepProgress

EVIL = "[red]mug[/red] \x1b[2J\x07‮ [/]"


def beat(number: int, state: str) -> RowProgress:
    steps = tuple(
        StepProgress.model_validate(
            {"name": f"{what}:{number}", "label": f"Beat {number} · {what}", "state": state, "weight": 10}
        )
        for what in ("storyboard", "chunk 1", "segment")
    )
    return RowProgress(id=f"beat_{number}", title=EVIL, seconds=5, camera="pan", steps=steps)


def drawn(progress: Progress, width: int, height: int, standins: bool = False) -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True, color_system=None)
    page = Page("film-mug-1a2b3c", "http://127.0.0.1:8233/film", standins=standins)
    page.hint = "Ctrl-C stops the film"
    page.progress, page.elapsed = progress, 12.4
    console.print(page)
    assert isinstance(console.file, io.StringIO)
    # Hyperlinks are the one escape sequence that is ours.
    return re.sub(r"\x1b\]8;[^\x1b]*\x1b\\", "", console.file.getvalue()).splitlines()


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("beats", [1, 3, 24])
def test_the_page_fits_and_tells_everything(width: int, beats: int) -> None:
    states = [beat(number, "running" if number == beats else "made") for number in range(1, beats + 1)]
    progress = Progress(
        status="rendering", title=EVIL, beats=tuple(states), done=0.47, elapsed_s=12, expected_s=40
    )
    lines = drawn(progress, width, 24)
    text = "\n".join(lines)
    assert len(lines) <= 24 and max(map(len, lines)) <= width
    assert "[red]mug[/red]" in text and not set("\x1b\x07‮") & set(text)
    assert "rendering  47%  0:12 of about 0:40" in text and "http://127.0.0.1:8233/film" in text
    assert f"beat {beats}" in text, "what runs now is always shown"
    assert "Ctrl-C stops the film" in text


def test_without_a_terminal_every_step_is_told_once() -> None:
    console = Console(file=io.StringIO(), width=80)
    with View(console) as view:
        view.follow(Page("film-[b]x[/b]", "http://127.0.0.1:8233/" + "x" * 100), owns=True)
        for state in ("running", "made", "made", "reused"):
            view.show(Progress(status="rendering", beats=(beat(1, state),), done=0.5))
        # No worker told of that; and it is told once.
        view.end("stopped")
        view.end("stopped")
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert "film-[b]x[/b]  http://127.0.0.1:8233/" + "x" * 100 in lines, "a link is never broken"
    assert [line for line in lines if line.endswith("chunk 1  made")] == [" 50%  Beat 1 · chunk 1  made"]
    assert lines[-1] == " 50%  stopped" and sum("stopped" in line for line in lines) == 1


def test_every_cut_is_told_once_and_what_each_shot_shows() -> None:
    drafts = [row(name, "making", running="running") for name in ("hero_shot", "detail", "brand")]
    first = FILM.model_copy(update={"cut": 1, "beats": tuple(drafts), "done": 0.5})
    console = Console(file=io.StringIO(), width=80)
    with View(console) as view:
        view.follow(Page("film-x", None), owns=True)
        for progress in (first, first, FILM, FILM):
            view.show(progress)
    assert isinstance(console.file, io.StringIO)
    assert [line for line in console.file.getvalue().splitlines() if "delivered" in line] == [
        " 50%  cut 1 delivered: the animatic; it gets better from here",
        "  0%  cut 2 delivered: 1 of 3 shots as asked",
    ]
    lines = drawn(FILM, 120, 24)
    assert "cut 2 delivered: 1 of 3 shots as asked" in lines
    bought, making, refused = (line for line in lines if " 5 s  " in line)
    assert bought.split()[1:6] == ["hero", "shot", "5", "s", "draft-1"]
    assert "animatic-1" in making and making.rstrip().endswith("chunk 1")
    assert "animatic-1" in refused and refused.rstrip().endswith(f"not draft-1: {REFUSED}")
    for width in (40, 80):
        assert max(map(len, drawn(FILM, width, 24))) <= width


def test_a_terminal_that_moves_no_cursor_is_told_line_by_line() -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True, _environ={"TERM": "dumb"})
    with View(console) as view:
        view.say("Starting the servers")
        view.follow(Page("film-x", None), owns=True)
        view.show(Progress(status="rendering", beats=(beat(1, "made"),), done=0.5))
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert lines[:2] == ["Starting the studio …", "Starting the servers"]
    assert " 50%  Beat 1 · chunk 1  made" in lines


def test_a_budget_of_less_than_a_cent_is_not_shown_as_nothing() -> None:
    spent, limit = Decimal("0.0021"), Decimal("0.003")
    lines = drawn(Progress(status="rendering", spent_usd=spent, budget_usd=limit), 80, 24)
    assert any("$0.002 of $0.003" in line for line in lines), lines
    lines = drawn(Progress(status="rendering", budget_usd=Decimal(0)), 80, 24)
    assert any("$0.00 of $0.00" in line for line in lines), "nothing may be spent: that is worth a word"


def test_what_stand_ins_sell_is_said_to_be_theirs() -> None:
    paid = Progress(status="rendering", spent_usd=Decimal("0.31"), budget_usd=Decimal(5))
    assert f"! {STANDINS}" in drawn(paid, 80, 24, standins=True)
    told = paid.model_copy(update={"standins": True})
    assert f"! {STANDINS}" in drawn(told, 80, 24), "by the worker that has them, wherever it runs"
    assert STANDINS not in "".join(drawn(paid, 80, 24))
    free = Progress(status="rendering")
    assert STANDINS not in "".join(drawn(free, 80, 24, standins=True)), "an animatic is nobody's to sell"

    console = Console(file=io.StringIO(), width=80)
    with View(console) as view:
        view.follow(Page("film-x", None, standins=True), owns=True)
        for progress in (free, paid, paid):
            view.show(progress)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().count(STANDINS) == 1


STUBBORN = """
import asyncio
from starter.interrupts import interruptible

async def main():
    async def last_words():
        print("servers ended", flush=True)
    with interruptible() as interruptions:
        interruptions.on_interrupt = lambda: print("stopping", flush=True)
        interruptions.before_exit = last_words
        print("ready", flush=True)
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                print("left", flush=True)

asyncio.run(main())
"""


async def test_a_second_ctrl_c_ends_at_once_and_sigterm_leaves_in_order() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STUBBORN, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    said = [await process.stdout.readline()]
    for number in (signal.SIGTERM, signal.SIGINT):
        process.send_signal(number)
        said.append(await process.stdout.readline())
    assert said == [b"ready\n", b"left\n", b"servers ended\n"]
    assert await process.wait() == 130
    assert process.stderr is not None
    assert b"Ending at once" in await process.stderr.read()

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", STUBBORN, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    said = [await process.stdout.readline()]
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        said.append(await process.stdout.readline())
    assert said == [b"ready\n", b"stopping\n", b"servers ended\n"]
    assert await process.wait() == 130
