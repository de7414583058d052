"""What passes through the workflow sandbox is one and the same, whichever way it is imported."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from typing import Any

import pytest
from temporalio.worker.workflow_sandbox import SandboxRestrictions
from temporalio.worker.workflow_sandbox._importer import Importer
from temporalio.worker.workflow_sandbox._restrictions import RestrictionContext

from infra.imports import compile_once
from infra.temporal import PURE

#: What a run must not ask, for a replay would be told something else.
IMPURE = {"asyncio", "os", "pathlib", "random", "secrets", "socket", "threading", "time", "uuid"}
ASKED = {"now", "utcnow", "today", "open"}


@pytest.mark.parametrize("pure", [name for name in PURE if name != "workflows.faces"])
def test_a_face_gives_the_sandbox_what_is_outside_of_it(pure: str) -> None:
    package, _, module = pure.rpartition(".")
    face, there = importlib.import_module(package), vars(importlib.import_module(pure))
    outside = {name: there[name] for name in face.__all__ if there.get(name) is getattr(face, name)}
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PURE)
    inside: dict[str, object] = {}
    with Importer(restrictions, RestrictionContext()).applied():
        exec(f"from {package} import {', '.join([module, *outside])}", inside)
    assert all(inside[name] is one for name, one in outside.items())


@pytest.mark.parametrize("pure", PURE)
def test_what_passes_has_no_clock_in_reach_and_knows_only_what_passes(pure: str) -> None:
    """It runs outside of the sandbox, where nothing would catch it; and what it takes of a module that is
    imported anew for every run would be another class than the run's own."""
    module = importlib.import_module(pure)
    taken, asked = set[str](), set[str]()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Import):
            taken |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            taken |= {node.module.partition(".")[0], *(alias.name for alias in node.names)}
        elif isinstance(node, ast.Call):
            asked |= {getattr(node.func, "attr", ""), getattr(node.func, "id", "")}
    assert not taken & IMPURE and not asked & ASKED
    homes = {getattr(one, "__module__", None) or "" for one in vars(module).values()}
    assert "temporalio.workflow" not in homes and "workflow" not in vars(module)
    assert {home for home in homes if home.startswith("workflows.")} <= set(PURE)


def test_a_module_is_compiled_once_however_often_it_is_imported() -> None:
    """Every run imports the workflows' modules anew, and not everywhere does Python keep their bytecode."""
    compile_once("workflows")
    first, second = _imported("workflows.film.film", "Film"), _imported("workflows.film.film", "Film")
    assert first is not second
    assert first.__init__.__code__ is second.__init__.__code__


def test_asking_again_to_compile_once_changes_nothing() -> None:
    compile_once("workflows")
    before = list(sys.meta_path)
    compile_once("workflows")
    assert sys.meta_path == before


def _imported(module: str, name: str) -> Any:
    """What a run of its own has of the module."""
    inside: dict[str, object] = {}
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PURE)
    with Importer(restrictions, RestrictionContext()).applied():
        exec(f"from {module} import {name}", inside)
    return inside[name]
