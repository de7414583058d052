"""Lines of the log: JSON where that is set, about production, shot and step, without secrets."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from activities.ledger.threads import Threads
from infra.log_lines import About, formatter_of, is_json, telling
from infra.settings import Settings

SHOT = About("film-mug-0123", "hero_shot", "chunk:hero_shot:1")
KEY = "\n".join(["-----BEGIN PRIVATE KEY-----", "aHVzaGh1c2hodXNo", "-----END PRIVATE KEY-----"])
SECRETS = {
    "openai_api_key": SecretStr("sk-hush-hush-hush"),
    "c2pa_key": SecretStr(KEY),
    "s3_access_key": "AKIAHUSHHUSH",
    "database_url": SecretStr("postgresql://reel:pass-hush@db.example.org/reel"),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(tmp_path).model_copy(update={**SECRETS, "log_format": "json"})


def written(settings: Settings, said: str, *values: object, **more: Any) -> str:
    record = logging.LogRecord("reel", logging.WARNING, __file__, 1, said, values, None)
    vars(record).update(more)
    return formatter_of(settings, "%(levelname)s %(message)s").format(record)


def test_a_line_is_an_object_that_says_what_it_is_about(settings: Settings) -> None:
    with telling(SHOT):
        line = json.loads(written(settings, "attempt %s\nis “stored”", 3))
    assert line | SHOT._asdict() == line
    assert (line["level"], line["logger"], line["message"]) == ("WARNING", "reel", "attempt 3\nis “stored”")
    alone = json.loads(written(settings, "worker leaves"))
    assert {alone["production"], alone["shot"], alone["step"]} == {None}


def test_what_the_sdk_says_of_a_workflow_or_an_activity_is_about_its_production(settings: Settings) -> None:
    activity = {"workflow_id": "film-mug", "activity_type": "stitch_film"}
    line = json.loads(written(settings, "Completing activity as failed", temporal_activity=activity))
    assert (line["production"], line["step"]) == ("film-mug", "stitch_film")
    line = json.loads(written(settings, "Failed activation", temporal_workflow={"workflow_id": "film-mug"}))
    assert (line["production"], line["step"]) == ("film-mug", None)


@pytest.mark.parametrize("log_format", ["json", "text"])
@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("refused sk-hush-hush-hush", "refused …"),
        ("with aHVzaGh1c2hodXNo", "with …"),
        ("AKIAHUSHHUSH and pass-hush", "… and …"),
        ("to postgres://me:hush@db:5432/reel now", "to postgres://…@db:5432/reel now"),
        (
            "GET https://s3.example.org/b/k.png?X-Amz-Signature=hush&a=b.",
            "GET https://s3.example.org/b/k.png?…",
        ),
    ],
)
def test_a_line_holds_no_secret(settings: Settings, log_format: str, said: str, left: str) -> None:
    line = written(settings.model_copy(update={"log_format": log_format}), "%s", said)
    assert "hush" not in line.lower().replace("aHVzaGh1c2g", "hush") and left in line


def test_nor_does_what_went_wrong(settings: Settings) -> None:
    try:
        raise OSError("no route for sk-hush-hush-hush")
    except OSError as error:
        line = json.loads(written(settings, "it failed", exc_info=(OSError, error, error.__traceback__)))
    assert "Traceback" in line["error"] and "no route for …" in line["error"]


async def test_tasks_and_threads_of_a_step_are_about_it(settings: Settings) -> None:
    threads = Threads(1)

    async def later() -> str:
        await asyncio.sleep(0)
        return written(settings, "from a task")

    with telling(SHOT):
        task, call = asyncio.create_task(later()), threads.submit(written, settings, "from a thread")
    for line in (await task, await asyncio.wrap_future(call)):
        assert json.loads(line)["step"] == SHOT.step
    threads.shutdown()


@pytest.fixture
def handler() -> Iterator[logging.Handler]:
    handler = logging.NullHandler()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


def test_a_process_knows_whether_it_logs_json(settings: Settings, handler: logging.Handler) -> None:
    handler.setFormatter(formatter_of(settings.model_copy(update={"log_format": "text"}), "%(message)s"))
    assert not is_json()
    handler.setFormatter(formatter_of(settings, "%(message)s"))
    assert is_json()
