"""What the page for platform teams says: its roles, settings and rates are the product's."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import get_args

import pytest

from activities.models.catalogue import Catalogue
from activities.studio.measures import EVERY_S, REASONS
from infra.health import Standing
from infra.log_lines import formatter_of
from infra.settings import Settings
from infra.slots import LEAST_WAITING, MOST_WAITING
from tests.support.metrics import COMMON, OWN
from tests.support.modules import ROOT
from tests.support.printed import blocks
from worker import DRAIN, Role

PAGE = Path(ROOT / "starter/docs/workers.md").read_text()
PROVIDERS = Catalogue.load().providers


def test_the_roles_are_those_of_the_command() -> None:
    rows = re.findall(r"^\| `([a-z]+)`", PAGE, re.M)
    assert set(rows) == set(get_args(Role))


def test_every_setting_that_it_names_is_one() -> None:
    named = {name.removeprefix("REEL_").lower() for name in re.findall(r"REEL_[A-Z_]+", PAGE)}
    assert named <= Settings.model_fields.keys() and {"waiting_slots", "health_port"} <= named


def test_its_answer_of_a_worker_has_what_a_worker_answers() -> None:
    (block,) = blocks(PAGE, "json")
    queues = ("reel-generation", "reel-generation.fal")
    standing = Standing("generation", queues)
    assert json.loads(block).keys() == {"ready", "reached", *standing.told}


def test_its_metrics_are_those_that_there_are_and_are_read_as_it_says() -> None:
    rows = re.findall(r"^\| `(video_generation\w+)` \| ([^|]*)\|", PAGE, re.M)
    assert {name for name, _ in rows} == COMMON | OWN
    assert {name for name, _ in rows[-len(COMMON) :]} == COMMON and "The last four" in PAGE
    assert all(f"`{reason}`" in PAGE for reason in REASONS) and f"every\n{EVERY_S:g} s" in PAGE
    assert {path.name for path in (ROOT / "infra/monitoring").iterdir()} == {"dashboard.json", "alerts.yaml"}


def test_a_line_of_the_log_has_the_fields_that_it_names(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path).model_copy(update={"log_format": "json"})
    record = logging.LogRecord("reel", logging.INFO, "", 1, "worker leaves", (), (None, None, None))
    line = json.loads(formatter_of(settings, "").format(record))
    logs = PAGE.partition("## Logs")[2].partition("## Leaving")[0]
    assert all(f"`{name}`" in logs for name in line)


@pytest.mark.parametrize(
    "figure",
    [
        f"{LEAST_WAITING} at least, {MOST_WAITING:,} at most",
        f"{PROVIDERS['fal'].requests_per_minute} requests a minute at fal and Replicate",
        f"{PROVIDERS['google'].requests_per_minute} at Google",
        f"{PROVIDERS['openai'].requests_per_minute} at OpenAI",
        f"{PROVIDERS['replicate'].reads_per_minute:,} reads a minute at Replicate",
        f"{Settings.model_fields['database_connections'].default} a worker",
    ],
)
def test_its_figures_are_those_in_force(figure: str) -> None:
    assert figure in PAGE
    assert DRAIN.total_seconds() == 10 and "ten seconds" in PAGE
