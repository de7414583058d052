"""Why a shot is a placeholder, in one sentence that tells nothing it should not, and what would fill it."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Iterator
from decimal import Decimal

import pytest
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError, TimeoutError, TimeoutType

import activities.film.plan
import activities.storage.fetch
from activities import faults
from activities.models.catalogue import Catalogue
from activities.running import failures as told
from workflows.film import filling
from workflows.film.filling import fills
from workflows.film.timeline import CannotCover
from workflows.studio.failures import StepFailed, why_of
from workflows.studio.purchases import GivenUp
from workflows.studio.report import Wait

SECRET = "prompt of Anna: https://fal.run/files/a.mp4?sig=s3cr3t sk-0123456789 " * 9
ABSTRACT = {faults.Permanent, faults.Transient, faults.Held}


def below(kind: type[Exception]) -> Iterator[type[Exception]]:
    """The studio's own errors of a kind, at any depth."""
    for one in kind.__subclasses__():
        if one.__module__.startswith("activities."):
            yield one
        yield from below(one)


OWN = [one.__name__ for one in below(faults.StudioError) if one not in ABSTRACT]
TYPES = sorted({*OWN, *(one.__name__ for one in told._MEDIA), "Unfinished", "StillWaiting", "GivenUp"})


def failed(type: str, model: str | None = "fal-kling-2.5") -> StepFailed:
    return StepFailed(SECRET, type=type, step="chunk:hero_shot:1", label=SECRET, model=model)


def activity_failed(cause: BaseException) -> ActivityError:
    error = ActivityError(
        SECRET, scheduled_event_id=1, started_event_id=2, identity="", activity_type="", activity_id="",
        retry_state=None,
    )  # fmt: skip
    error.__cause__ = cause
    return error


def test_the_taxonomy_is_looked_at_as_a_whole() -> None:
    assert len(TYPES) > 20 and {"Miscast", "Unfetchable", "OutputExpired", "EncodeFailed"} <= set(TYPES)
    assert activities.film.plan and activities.storage.fetch


@pytest.mark.parametrize("type", TYPES)
def test_every_error_has_a_sentence_of_its_own(type: str) -> None:
    for error in (failed(type), activity_failed(ApplicationError(SECRET, type=type))):
        words = why_of(error)
        assert words != why_of(failed("WorkFailed")) and len(words) <= 200
        assert not any(part in words for part in ("Anna", "http", "s3cr3t", "sk-0"))
        assert words[0].islower() and not words.endswith(".")


def test_what_nobody_named_is_told_of_nevertheless() -> None:
    assert "worker's log" in why_of(failed("KeyError")) == why_of(ValueError(SECRET))


def test_what_is_not_an_error_of_a_step_is_told_too() -> None:
    assert why_of(failed("ModelGone")) == "its model is gone: fal-kling-2.5"
    assert why_of(GivenUp("chunk:hero_shot:1", SECRET)) == "given up"
    assert why_of(CannotCover("3 frames do not cover 120")) == "3 frames do not cover 120"
    stopped = (asyncio.CancelledError(), CancelledError(), activity_failed(CancelledError()))
    assert {why_of(one) for one in stopped} == {"stopped before it was there"}
    late = TimeoutError(SECRET, type=TimeoutType.START_TO_CLOSE, last_heartbeat_details=[])
    assert why_of(activity_failed(late)) == "it took longer than allowed"
    waited = Wait(reason="budget", words=SECRET, answers=("set_budget",))
    assert why_of(waited) == "the budget did not allow it"


@pytest.mark.parametrize("type", ["", "WorkFailed", *TYPES])
def test_a_command_fills_it_that_a_shell_takes_as_it_is_meant(type: str) -> None:
    typed = shlex.split(
        fills("film-mug; rm -rf 1", "hero_shot", type, "draft", "fal-kling-2.5"), comments=True
    )
    assert typed[typed.index("reel") + 2] == "film-mug; rm -rf 1"
    assert typed[typed.index("reel") + 1] in ("upgrade", "retake", "budget")


def test_what_fills_it_follows_from_what_failed() -> None:
    def of(type: str, model: str = "", rung: str = "draft") -> str:
        return fills("film-mug", "hero_shot", type, rung, model, Decimal("7.481"))

    assert of("GivenUp") == "reel upgrade film-mug hero_shot draft"
    assert of("ContentPolicy") == 'reel retake film-mug hero_shot --words "…"'
    assert of("OverBudget") == "reel budget film-mug 7.49"
    assert of("Unauthorized", "fal-kling-2.5") == "FAL_KEY=… reel upgrade film-mug hero_shot draft"
    assert of("ModelGone") == "reel upgrade film-mug hero_shot final"
    assert "`models`" in of("ModelGone", rung="final")


def test_a_keyframe_that_is_refused_is_said_otherwise_by_a_fork() -> None:
    said = fills("film-mug", "scene_4", "ContentPolicy", keyframe='scene_3 --prompt "…"')
    assert said == 'reel fork film-mug --shot scene_3 --prompt "…"'


def test_the_keys_are_those_of_the_catalogue() -> None:
    needs = {name: " ".join(one.needs) for name, one in Catalogue.load().providers.items()}
    assert dict(filling._KEYS) == needs
