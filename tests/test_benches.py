"""Every benchmark runs to its end in its quick form, and prints its table."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.main import get_command

from starter.cli import app
from tests.bench import method_sheet
from tests.bench.stacks import Stacks, part_of
from tests.support.media_clips import clip, number_in
from tests.support.subjects import ROOT


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "rows"),
    [
        (["tests.bench.makespan", "--quick"], ["beat DAG", "two-phase", "sequential", "keyframes"]),
        (["tests.bench.fairness", "--quick"], ["first of twelve", "first : last", "the other user's : last"]),
        (["tests.bench.assembly", "--quick", "--words"], ["pieces", "single", "moviepy", "retake"]),
        (["tests.bench.first_cut", "--quick"], ["paid, drawn here", "free", "paid, canned : free"]),
        (["tests.bench.retake", "--quick"], ["retake 1", "median"]),
        (
            ["tests.bench.fleet", "crowd", "--quick"],
            ["jobs in flight", "memory a job", "heartbeats a second"],
        ),
        (
            ["tests.bench.fleet", "films", "--quick"],
            ["first : last", "sandbox", "orchestration", "S3 requests"],
        ),
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


def test_methods_are_shown_beside_each_other_at_the_same_moments(tmp_path: Path) -> None:
    make = get_command(app).commands["make"]  # type: ignore[attr-defined]
    for method in method_sheet.METHODS:
        assert make.make_context("make", method_sheet.asked(tmp_path, method)).params["output"]
    shown = method_sheet.row(clip(tmp_path / "film.mp4", range(24)))
    assert [number_in(np.asarray(one.convert("L"))) for one in shown] == [1, 5, 9, 13, 17, 21]
    with Image.open(ROOT / "starter/methods.jpg") as printed:
        assert method_sheet.sheet(dict.fromkeys(method_sheet.METHODS, shown)).size == printed.size


def test_a_stack_belongs_to_its_innermost_part() -> None:
    loop = "main (/x/tests/bench/watched.py:8);run (/x/worker.py:2);_run_once (/p/asyncio/base_events.py:1)"
    assert part_of(loop) == "event loop"
    look = f"{loop};_run (/p/asyncio/events.py:80);survey (/x/activities/ledger/submissions.py:3)"
    assert part_of(look) == "activities"
    assert part_of(f"{look};fetch (/s/asyncpg/pool.py:5);loads (/p/json/decoder.py:4)") == "SQL"
    # A loop in C has no frame of its own.
    without = "main (/x/tests/bench/watched.py:8);run (/p/asyncio/runners.py:118)"
    assert part_of(without) == "event loop"
    assert part_of(f"{without};survey (/x/activities/ledger/submissions.py:3)") == "activities"
    told = "run (/s/temporalio/worker/workflow_sandbox/_importer.py:9);<module> (/x/workflows/film/film.py:1)"
    assert part_of(f"thread;{told}") == "sandbox"


def test_what_threads_do_beside_python_goes_to_what_they_are_for(tmp_path: Path) -> None:
    lines = (
        "thread (1): MainThread;main (/x/worker.py:1);_run_once (/p/asyncio/base_events.py:1) 50",
        "thread (2): bucket_0;_bootstrap (/p/threading.py:1);send (/s/botocore/endpoint.py:1) 25",
    )
    (tmp_path / "stacks").write_text("\n".join(lines))
    seen = Stacks.read(tmp_path / "stacks", a_second=50)
    parts = seen.completed({"all": 6.0, "loop": 1.5, "bucket": 1.0, "core": 2.0})
    assert parts == {"SDK core": 2.0, "event loop": 1.5, "S3": 1.0, "SDK": 0.0, "media": 1.5}


def test_no_part_has_more_than_its_threads_have_worked(tmp_path: Path) -> None:
    """Python's turn is kept while its thread waits for a core: samples of a busy machine are mostly that."""
    lines = (
        "thread (1): MainThread;main (/x/worker.py:1);_run_once (/p/asyncio/base_events.py:1) 100",
        "thread (1): MainThread;_run_once (/p/asyncio/base_events.py:1);fetch (/s/asyncpg/pool.py:5) 300",
        "thread (2): bucket_0;_bootstrap (/p/threading.py:1);send (/s/botocore/endpoint.py:1) 25",
        "thread (3): temporal_workflow__0;run (/s/temporalio/w.py:1);x (/x/workflows/a.py:1) 50",
    )
    (tmp_path / "stacks").write_text("\n".join(lines))
    seen = Stacks.read(tmp_path / "stacks", a_second=50)
    parts = seen.completed({"all": 4.5, "loop": 2.0, "bucket": 1.0, "core": 0.5, "workflow": 0.5})
    told = {"SDK core": 0.5, "event loop": 0.5, "SQL": 1.5, "S3": 1.0, "workflows": 0.5, "SDK": 0.0}
    assert parts == {**told, "media": 0.5}
