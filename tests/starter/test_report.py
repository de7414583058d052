"""What a person reads once a film has ended: which cut it is, and what would fill its placeholders."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from starter import report
from starter.endings import told
from starter.making import Ending
from starter.outcome import STOPPED
from workflows.film import BeatResult, VideoResult

PATH = Path("/films/mug.mp4")
REFUSED = "the provider refused its words"
RETAKE = 'reel retake film-mug detail --words "…"'
WHOLE = VideoResult(
    status="completed",
    cut=3,
    frames=360,
    fps=24,
    width=1280,
    height=720,
    duration_s=15,
    beats=tuple(
        BeatResult(id=id, frames=120, shows="draft-1", wanted="draft-1") for id in ("hero", "detail")
    ),
)
BUDGET = "reel budget film-mug 2.10"


def partial(fills: dict[str, str], why: str) -> VideoResult:
    beats = tuple(
        shot.model_copy(
            update={"placeholder": True, "shows": "animatic-1", "why": why, "fill": fills[shot.id]}
        )
        if shot.id in fills
        else shot
        for shot in WHOLE.beats
    )
    return WHOLE.model_copy(update={"beats": beats, "whole": False})


def said(result: VideoResult) -> list[str]:
    console = Console(file=io.StringIO(), width=60)
    report.finished(console, result, PATH, standins=False)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_it_says_which_cut_it_is_and_what_fills_each_placeholder() -> None:
    assert said(WHOLE)[:2] == [
        str(PATH),
        "cut 3, whole · 360 frames · 24 fps · 1280×720 · 15 s · without music",
    ]
    lines = said(partial({"detail": RETAKE}, REFUSED))
    assert lines[1].startswith("cut 3, partial: 1 of 2 shots as asked · 360 frames")
    assert lines[3:] == [f"▫ detail shows animatic-1, not draft-1: {REFUSED}", f"  {RETAKE}"]


def test_one_command_that_fills_several_is_said_once() -> None:
    lines = said(partial({"hero": BUDGET, "detail": BUDGET}, "the budget is reached"))
    assert lines[3:] == [
        "▫ hero, detail show animatic-1, not draft-1: the budget is reached",
        f"  {BUDGET}",
    ]


def test_what_an_earlier_release_delivered_has_no_number() -> None:
    old = WHOLE.model_copy(update={"cut": None, "beats": ()})
    assert said(old)[1].startswith("360 frames")


def test_a_film_that_was_stopped_leaves_its_best_cut_and_says_so() -> None:
    stopped = partial({"detail": RETAKE}, "the film was stopped").model_copy(update={"status": "stopped"})
    assert said(stopped)[:2] == [
        "Stopped. What is finished is kept: the same command goes on from there.",
        str(PATH),
    ]
    assert told(Ending("film-mug", stopped, PATH, None, False, False), as_json=True) == STOPPED
