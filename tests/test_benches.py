"""Every benchmark that README quotes runs to its end in its quick form, and prints its table."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "rows"),
    [
        (["tests.bench.makespan", "--quick"], ["beat DAG", "two-phase", "sequential"]),
        (["tests.bench.assembly", "--quick"], ["pieces", "single", "moviepy", "retake"]),
    ],
)
def test_a_bench_runs_and_prints_its_table(command: list[str], rows: list[str]) -> None:
    ran = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, timeout=200)
    assert ran.returncode == 0, ran.stderr[-2000:]
    for row in rows:
        assert any(line.lstrip("| ").startswith(row) for line in ran.stdout.splitlines()), ran.stdout
