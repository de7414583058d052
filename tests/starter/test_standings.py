"""How jobs stand at their providers, read from the heartbeats that the server keeps of pending activities."""

from __future__ import annotations

import json
import math
from types import SimpleNamespace
from typing import cast

import pytest
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionResponse
from temporalio.client import WorkflowExecutionDescription

from activities.ledger.standing import standing_of
from activities.models.provider import JobStatus
from activities.running.attempt import Details
from starter.standings import running_notes, standings, with_standings
from workflows.studio.report import Progress, RowProgress, StepProgress
from workflows.studio.standing import JobStanding


def described(*beats: bytes) -> WorkflowExecutionDescription:
    """What the server says of a film whose activities have sent these heartbeats."""
    answer = DescribeWorkflowExecutionResponse()
    for data in beats:
        answer.pending_activities.add().heartbeat_details.payloads.add().data = data
    answer.pending_activities.add()
    return cast(WorkflowExecutionDescription, SimpleNamespace(raw_description=answer))


def said(**details: object) -> bytes:
    return Details.model_validate({"step": "chunk:hero_shot:1", **details}).model_dump_json().encode()


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"position": 3}, "3 ahead in the queue"),
        ({"position": 0}, "next in the queue"),
        ({"percent": 41.7}, "42 %"),
        ({"wait_s": 29.6}, "about 30 s left"),
        ({"position": 2, "percent": 0.0, "wait_s": 90}, "2 ahead in the queue, about 90 s left"),
        ({"wait_s": 30, "wait_by": "catalogue"}, "about 30 s left by the catalogue"),
        ({"state": "queued"}, "in the queue"),
        ({"state": "running"}, None),
        ({}, None),
        ({"step": "", "position": 3}, None),
    ],
)
def test_a_heartbeat_is_told_in_words(details: dict[str, object], words: str | None) -> None:
    told = standings(described(said(**details))).get("chunk:hero_shot:1")
    assert (told and told.words) == words


@pytest.mark.parametrize("data", [b"", b"\xff\x00sealed", b"[]", b"7", json.dumps({"step": 1}).encode()])
def test_what_nobody_can_read_says_nothing(data: bytes) -> None:
    told = standings(described(data, said(position=1)))
    assert {step: one.words for step, one in told.items()} == {"chunk:hero_shot:1": "1 ahead in the queue"}


def test_only_what_runs_is_told() -> None:
    steps = [
        StepProgress(
            name=f"chunk:hero_shot:{n}", label=f"Beat 1/1 hero_shot · chunk {n}", state=state, weight=1
        )
        for n, state in ((1, "running"), (2, "waiting"))
    ]
    beat = RowProgress(id="hero_shot", title="", seconds=5, camera="pan", steps=tuple(steps))
    late = said(step="chunk:hero_shot:2", position=9)
    now = described(said(percent=50, log="12/28"), late)
    told = with_standings(Progress(status="rendering", beats=(beat,)), now)
    assert [step.note for step in told.beats[0].steps] == ["50 %", ""]
    assert running_notes(told.beats[0]) == "chunk 1 50 %: 12/28"


def test_an_earlier_releases_progress_and_a_strangers_figures_are_read_all_the_same() -> None:
    said = {"name": "a", "label": "a", "state": "running", "weight": 1}
    assert StepProgress.model_validate(said).standing is None
    wild = JobStatus("running", percent=float("nan"), position=-1, wait_s=math.inf, log="x")
    assert standing_of(wild, 30) == JobStanding(state="running", wait_s=30, wait_by="catalogue", log="x")
    beyond = JobStatus("queued", position=3, percent=1000)
    assert standing_of(beyond, None).words == "3 ahead in the queue, 100 %"
