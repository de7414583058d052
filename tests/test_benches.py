"""Every benchmark runs to its end in its quick form, and prints its table."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "rows"),
    [
        (["tests.bench.makespan", "--quick"], ["beat DAG", "two-phase", "sequential"]),
        (["tests.bench.assembly", "--quick", "--words"], ["pieces", "single", "moviepy", "retake"]),
        (["tests.bench.first_cut", "--quick"], ["paid", "free", "paid : free"]),
        (["tests.bench.retake", "--quick"], ["retake 1", "median"]),
    ],
)
def test_a_bench_runs_and_prints_its_table(command: list[str], rows: list[str]) -> None:
    ran = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, timeout=200)
    assert ran.returncode == 0, ran.stderr[-2000:]
    for row in rows:
        assert any(line.lstrip("| ").startswith(row) for line in ran.stdout.splitlines()), ran.stdout


@pytest.mark.slow
def test_contact_sheets_are_drawn(tmp_path: Path) -> None:
    (tmp_path / "prompts.tsv").write_text("prompt\nA 5 second film about a ceramic coffee mug\n")
    command = ["tests.bench.sheets", str(tmp_path / "prompts.tsv"), str(tmp_path / "out")]
    ran = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, timeout=200)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert json.loads(ran.stdout)["films"] == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["01.png"]
