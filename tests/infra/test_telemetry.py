"""Where a worker tells its metrics: nowhere by default, at one address where that is set."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest
from temporalio.common import MetricMeter
from temporalio.runtime import Runtime

from infra.embedded.process import free_port
from infra.errors import SettingsError
from infra.settings import Settings
from infra.telemetry import LONG, runtime_of


def settings(home: Path, **more: object) -> Settings:
    return Settings.load(home).model_copy(update=more)


def test_by_default_nothing_is_counted(tmp_path: Path) -> None:
    runtime = runtime_of(settings(tmp_path))
    assert runtime is Runtime.default() and runtime.metric_meter is MetricMeter.noop


def test_at_its_address_it_answers_prometheus_with_buckets_as_long_as_productions(tmp_path: Path) -> None:
    port = free_port()
    runtime = runtime_of(settings(tmp_path, metrics_port=port))
    runtime.metric_meter.create_histogram_float("video_generation_duration_seconds").record(7)
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
    bounds = [line for line in text.splitlines() if "duration_seconds_bucket" in line]
    assert "service_name" not in text, "it would be the SDK's own"
    assert len(bounds) == len(LONG) + 1 and all(f'le="{bound:g}"' in text for bound in LONG if bound < 1e5)


def test_an_address_that_is_none_or_taken_is_refused_by_its_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"REEL_METRICS_HOST .* cannot be used: metrics.example:9464"):
        runtime_of(settings(tmp_path, metrics_host="metrics.example", metrics_port=9464))
    taken = r"REEL_METRICS_PORT: 127\.0\.0\.1:\d+ is taken: choose another port\.$"
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(SettingsError, match=taken):
        runtime_of(settings(tmp_path, metrics_port=other.getsockname()[1]))
