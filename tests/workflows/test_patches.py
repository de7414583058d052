"""Every change of a workflow's commands is replayed as both releases met it: with its mark, and without."""

from __future__ import annotations

import ast
import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: How Temporal's core names the mark that `workflow.patched` leaves.
MARK = "core_patch"


def _asked() -> Iterator[str]:
    """The names that workflows ask `patched` about, as they stand there or in a constant of their module."""
    for path in sorted((ROOT / "workflows").rglob("*.py")):
        if "patched" not in (text := path.read_text()):
            continue
        tree = ast.parse(text)
        known = {
            target.id: node.value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "patched" and node.args:
                (name,) = node.args
                found = name.value if isinstance(name, ast.Constant) else known[getattr(name, "id", "")]
                assert isinstance(found, str), f"{path.name}: {ast.unparse(node)}"
                yield found


def _marked(path: Path) -> set[str]:
    """The patches that a recorded run began with."""
    marks = [
        event.get("markerRecordedEventAttributes", {}) for event in json.loads(path.read_text())["events"]
    ]
    payloads = [
        payload
        for mark in marks
        if mark.get("markerName") == MARK
        for detail in mark["details"].values()
        for payload in detail["payloads"]
    ]
    return {json.loads(base64.b64decode(payload["data"]))["id"] for payload in payloads}


PATCHES = sorted(set(_asked()))
RECORDED = {path.stem: _marked(path) for path in sorted((ROOT / "tests" / "histories").glob("*.json"))}


@pytest.mark.parametrize("name", PATCHES)
def test_a_patch_is_recorded_with_its_mark_and_without(name: str) -> None:
    """Record what is missing by a function of `patched_recordings`, see `record_histories`."""
    assert [one for one, marks in RECORDED.items() if name in marks], "no recorded run has its mark"
    assert [one for one, marks in RECORDED.items() if name not in marks], "no recorded run is older"


def test_no_recorded_mark_is_forgotten() -> None:
    """A patch that no workflow asks about any more strands the runs that began with it."""
    assert set().union(*RECORDED.values()) <= set(PATCHES)
