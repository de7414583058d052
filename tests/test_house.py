"""The house: imports run downward only, workflows need nothing heavy, every step meets its activity."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
import typing
from pathlib import Path

import pytest
from pydantic import BaseModel
from temporalio import activity

import worker
import workflows.steps as steps

ROOT = Path(worker.__file__).parent
FLOORS = {"workflows": 0, "infra": 0, "activities": 1, "worker": 2, "starter": 3}
#: What a service that only imports the contract does not have to install.
HEAVY = ("cv2", "boto3", "botocore", "asyncpg", "av", "numpy", "PIL", "resvg_py", "typer", "rich")


def modules() -> list[Path]:
    found = [path for floor in FLOORS for path in (ROOT / floor).rglob("*.py")]
    return [*found, ROOT / "worker.py"]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module or "")
    return names


def floor_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_never_run_upward(path: Path) -> None:
    own = floor_of(path)
    for name in imported(path):
        other = name.split(".")[0]
        assert other != "tests", f"{path.name} imports its own tests"
        if other in FLOORS and other != own:
            assert FLOORS[other] < FLOORS[own], f"{own} imports {name}"


@pytest.mark.parametrize("folder", ["media", "planning", "generation/providers"])
def test_the_craft_knows_nothing_of_temporal(folder: str) -> None:
    for path in (ROOT / "activities" / folder).rglob("*.py"):
        assert not any(name.split(".")[0] == "temporalio" for name in imported(path)), path


def test_workflows_import_without_anything_heavy() -> None:
    script = f"""
import importlib.abc, sys
class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in {HEAVY!r}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
import pkgutil, importlib, workflows
for module in pkgutil.iter_modules(workflows.__path__):
    importlib.import_module('workflows.' + module.name)
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT, timeout=60)


def step_functions() -> dict[str, typing.Any]:
    return {
        name: function
        for name, function in vars(steps).items()
        if inspect.iscoroutinefunction(function) and not name.startswith("_")
    }


def test_every_step_meets_the_activity_that_bears_its_name() -> None:
    activities = {definition.name: definition for definition in map(definition_of, worker.ACTIVITIES)}
    assert set(step_functions()) == set(activities)
    for name, function in step_functions().items():
        hints = typing.get_type_hints(function)
        taken, given = hints["step"], hints["return"]
        assert issubclass(taken, BaseModel)
        assert activities[name].arg_types == [taken], name
        assert activities[name].ret_type == given, name


def definition_of(function: typing.Any) -> activity._Definition:
    definition = activity._Definition.from_callable(function)
    assert definition is not None, f"{function} is no activity"
    return definition
