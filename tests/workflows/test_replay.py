"""Recorded films replay: a change of the workflow's commands would strand every film that is running.

When it fails, guard the change with `workflow.patched("what-changed")`; see `record_histories.py`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from infra.temporal import plugin
from tests.support.poster import PosterWorkflow
from worker import WORKFLOWS
from workflows.film.workflow import VideoWorkflow

HISTORIES = sorted((Path(__file__).parents[1] / "histories").glob("*.json"))


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_recorded_histories_replay(path: Path) -> None:
    replayer = Replayer(workflows=[*WORKFLOWS, PosterWorkflow], plugins=[plugin()])
    text = path.read_text()
    # The workflows of its notices are named after it.
    id = json.loads(text)["events"][0]["workflowExecutionStartedEventAttributes"]["workflowId"]
    await replayer.replay_workflow(WorkflowHistory.from_json(id, text))


def test_the_histories_that_matter_are_recorded() -> None:
    assert {path.stem for path in HISTORIES} >= {
        "film",
        "paused_and_stopped",
        "image_failed",
        "failed_without_music",
        "canceled",
        "paid",
        "planned_at_the_limit",
        "tries_used_up",
        "waited_and_paused",
        "later_images",
        "climbed",
        "failed_paid",
        "given_up",
        "after_a_placeholder",
        "anchored",
        "unanchored",
        "stopped_between_anchors",
        "between_keyframes",
        "keyframe_not_drawn",
        "stopped_between_keyframes",
        "softened_keyframe",
        "spent_in_full",
        "spent_on_the_rest",
        "two_budgets",
        "budget_at_the_start",
        "budgets_in_turn",
        "budget_with_its_request",
        "answered",
        "poster",
        "batch",
        "batch_approved",
        "batch_stopped",
        "forked",
        "cuts",
        "reviewed",
        "stopped_with_a_cut",
        "canceled_with_a_cut",
        "verified",
        "refused_for_good",
        "whole_or_nothing",
        "retaken",
        "two_decisions",
        "last_moment",
        "replanned",
        "upgraded",
        "chosen",
        "forked_with_versions",
        "swept",
        "swept_again",
        "at_a_cap",
        "notified",
        "let_go",
        "gone_back",
        "not_replanned",
        "stood_in",
        "nobody_waits",
        "canceled_with_a_memo",
        "ended_without_a_wait",
        "at_its_time",
        "handed_in_once",
        "never_sent",
        "pipeline",
        "pipeline_failed",
        "pipeline_looked_at",
        "pipeline_retaken",
        "pipeline_stopped",
    }


async def test_a_changed_history_is_noticed() -> None:
    """The net holds: the same history with one activity renamed does not replay."""
    text = HISTORIES[0].read_text().replace("generate_storyboard_image", "generate_something_else")
    replayer = Replayer(workflows=[VideoWorkflow], plugins=[plugin()])
    with pytest.raises(Exception, match=r"TMPRL1100|[Nn]ondeterminism"):
        await replayer.replay_workflow(WorkflowHistory.from_json("changed", text))
