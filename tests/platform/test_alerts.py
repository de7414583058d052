"""Alert rules as Prometheus itself reads them: each fires in what it is for, and not in what is usual."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.support.metrics import rules
from tests.support.modules import ROOT

_ALERTS = ROOT / "infra/monitoring/alerts.yaml"
_ALIVE = {"video_generation_read_timestamp_seconds": "0+60x900"}
_HELD = 'video_generation_jobs_in_flight{provider="fal",model="kling",phase="held",instance="%s"}'
_ERRORS = 'video_generation_provider_errors_total{provider="fal",model="kling",kind="%s",instance="%s"}'
_ENDED = 'video_generation_total{kind="film",status="%s",instance="%s"}'
_QUEUED = 'temporal_activity_schedule_to_start_latency_bucket{task_queue="%s",le="%s"}'


class Case(NamedTuple):
    """What is told, minute by minute, and what is said of it after so many minutes: the labels of the alert
    and its summary, or that it does not fire."""

    alert: str
    told: dict[str, str]
    minutes: int
    labels: dict[str, str] | None = None
    summary: str = ""


def queued(queue: str) -> dict[str, str]:
    return {_QUEUED % (queue, le): f"0+{more}x60" for le, more in (("60", 1), ("300", 10), ("+Inf", 10))}


CASES = (
    Case("ReelNobodyWorks", {}, 12, {}, "No worker tells how the studio stands; no production goes on."),
    # What they tell is old: they are there, and the ledger is not.
    Case(
        "ReelNobodyWorks",
        {"video_generation_read_timestamp_seconds": "0x60"},
        12,
        {},
        "No worker tells how the studio stands; no production goes on.",
    ),
    Case("ReelNobodyWorks", _ALIVE, 60),
    Case(
        "ReelProductionsFail",
        {
            _ENDED % ("failed", "a"): "0+1x60",
            _ENDED % ("failed", "b"): "0+1x60",
            _ENDED % ("completed", "a"): "0+2x60",
        },
        60,
        {},
        "50% of the productions that ended in the last hour have failed.",
    ),
    # Whose requests are none has to mend them.
    Case(
        "ReelProductionsFail",
        {_ENDED % ("invalid", "a"): "0+9x60", _ENDED % ("completed", "a"): "0+1x60"},
        60,
    ),
    Case("ReelProductionsFail", {_ENDED % ("failed", "a"): "0 1 2 2x60"}, 30),
    Case(
        "ReelAccountRefused",
        {_ERRORS % ("Unauthorized", "a"): "0 1 1x20"},
        5,
        {"provider": "fal", "kind": "Unauthorized"},
        "fal refuses the account (Unauthorized).",
    ),
    Case("ReelAccountRefused", {_ERRORS % ("RateLimited", "a"): "0+9x20"}, 5),
    Case(
        "ReelProviderFails",
        {_ERRORS % ("JobFailed", worker): "0+2x40" for worker in "ab"},
        30,
        {"provider": "fal"},
        "fal fails 4 times a minute.",
    ),
    Case("ReelProviderFails", {_ERRORS % ("JobFailed", "a"): "0+2x40"}, 30),
    # Every worker tells the same.
    Case(
        "ReelJobHeld",
        {_HELD % worker: "2x60" for worker in "abc"},
        20,
        {"provider": "fal", "model": "kling"},
        "2 jobs of kling are in doubt, and wait for a person.",
    ),
    Case("ReelJobHeld", {_HELD % "a": "2x10 0x50"}, 20),
    Case(
        "ReelWaitsForAPerson",
        {
            'video_generation_waiting{reason="review"}': "1x800",
            'video_generation_waiting{reason="paused"}': "9x800",
        },
        750,
        {"reason": "review"},
        "Productions have waited for half a day: review.",
    ),
    Case("ReelWaitsForAPerson", {'video_generation_waiting{reason="budget"}': "1x800"}, 700),
    Case(
        "ReelAtACap",
        {'video_generation_waiting{reason="cap"}': "7x90"},
        70,
        {},
        "7 productions wait for room under a cap.",
    ),
    Case("ReelAtACap", {'video_generation_waiting{reason="budget"}': "7x90"}, 70),
    Case(
        "ReelStepsQueue",
        queued("reel-media"),
        50,
        {"task_queue": "reel-media"},
        "Steps of reel-media wait 4m 46s for a worker.",
    ),
    # A provider's has its provider's rate.
    Case("ReelStepsQueue", queued("reel-generation.fal"), 50),
)


def test_every_rule_is_tried_both_ways() -> None:
    names = {rule["alert"] for rule in rules()}
    assert {case.alert for case in CASES if case.labels is not None} == names
    assert {case.alert for case in CASES if case.labels is None} == names


def test_prometheus_finds_each_alert_where_it_belongs(tmp_path: Path) -> None:
    if (promtool := shutil.which("promtool")) is None:
        pytest.fail("Prometheus reads the rules here, and it is missing: `apt-get install -y prometheus`.")
    known = {rule["alert"]: rule for rule in rules()}
    file = tmp_path / "alerts.yaml"
    tests = [_test(case, known[case.alert]) for case in CASES]
    file.write_text(
        yaml.safe_dump({"rule_files": [str(_ALERTS)], "evaluation_interval": "1m", "tests": tests})
    )
    ran = subprocess.run([promtool, "test", "rules", str(file)], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def _test(case: Case, rule: dict[str, Any]) -> dict[str, Any]:
    fires = []
    if case.labels is not None:
        action = rule["annotations"]["action"]
        for name, value in case.labels.items():
            action = action.replace(f"{{{{ $labels.{name} }}}}", value)
        labels = {**rule["labels"], **case.labels}
        fires = [{"exp_labels": labels, "exp_annotations": {"summary": case.summary, "action": action}}]
    alert = {"eval_time": f"{case.minutes}m", "alertname": case.alert, "exp_alerts": fires}
    series = [{"series": name, "values": values} for name, values in case.told.items()]
    return {"interval": "1m", "input_series": series, "alert_rule_test": [alert]}
