"""What is recorded for ever can still be recorded: one history, and one finished film."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from infra.temporal import plugin
from tests import record_finished, record_histories
from tests.support.finished import Finished
from workflows.film.workflow import VideoWorkflow


@pytest.mark.slow
async def test_a_history_is_recorded_and_replays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_histories, "FOLDER", tmp_path)
    await record_histories.main(["given_up"])
    (path,) = tmp_path.iterdir()
    history = WorkflowHistory.from_json(path.stem, path.read_text())
    await Replayer(workflows=[VideoWorkflow], plugins=[plugin()]).replay_workflow(history)


@pytest.mark.slow
async def test_a_finished_film_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_finished, "FOLDER", tmp_path)
    await record_finished.main(["climbed"])
    (path,) = tmp_path.iterdir()
    made = Finished.read(path)
    assert {"plan", "stitch"} <= made.engines.keys() and made.objects
