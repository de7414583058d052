"""`reel plan`: what the rules would make, without a server and without making it."""

from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from starter.planned import by_rules, table
from workflows.film import VideoRequest


def reel(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    script = "from starter.cli import main; main()"
    command = [sys.executable, "-c", script, *words]
    return subprocess.run(
        command, env={"REEL_HOME": str(home)}, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_plan_is_printed_and_nothing_is_started(tmp_path: Path) -> None:
    said = reel(tmp_path / "home", "plan", "Un anuncio de 20 segundos para zapatillas de correr", "--json")
    plan = json.loads(said.stdout)["plan"]
    assert plan.keys() == {"language", "genre", "subject", "name", "archetype", "warnings", "beats"}
    assert (plan["language"], plan["genre"]) == ("es", "product")
    assert plan["subject"] == plan["name"] == "zapatillas de correr"
    assert sum(beat["seconds"] for beat in plan["beats"]) == 20
    assert all(beat.keys() == {"id", "seconds", "words", "camera"} for beat in plan["beats"])
    assert plan["warnings"] == []
    assert not (tmp_path / "home").exists()


def test_a_person_reads_a_table_and_what_was_guessed(tmp_path: Path) -> None:
    said = reel(tmp_path, "plan", "I want a film", "--genre", "story")
    assert said.returncode == 0
    asked = VideoRequest(prompt="A mug", method="keyframes", duration_s=20, scene_s=6)
    table(console := Console(record=True, file=StringIO()), by_rules(asked))
    assert console.export_text().count(" 6.67 ") == 4, "three scenes, and the sentence that says so"
    assert "story" in said.stdout and "names nothing" in " ".join(said.stdout.split())


def test_another_planner_is_told(tmp_path: Path) -> None:
    said = reel(tmp_path, "plan", "A mug", "--profile", "final", "--json")
    (warning,) = json.loads(said.stdout)["plan"]["warnings"]
    assert "plans this film when it is made" in warning


@pytest.mark.parametrize("command", ["plan", "make"])
def test_a_length_that_only_planning_reads_is_refused_before_anything_starts(
    tmp_path: Path, command: str
) -> None:
    said = reel(tmp_path / "home", command, "een film van 7 seconden over thee", "--json")
    assert said.returncode == 2
    error = json.loads(said.stdout)["error"]
    assert error["type"] == "InvalidRequest"
    assert [field["field"] for field in error["fields"]] == ["duration_s"]
    assert {path.name for path in (tmp_path / "home").glob("*")} <= {"logs"}
