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
import workflows.film.steps as steps
import workflows.studio.account as account
import workflows.upkeep.sweep as sweep

ROOT = Path(worker.__file__).parent
FLOORS = {"workflows": 0, "infra": 0, "activities": 1, "worker": 2, "starter": 3}
#: The rooms of a floor, from the ground up; those beside each other know nothing of each other.
ROOMS = {
    "activities": (
        ("faults",),
        ("storage",),
        ("models",),
        ("animatic", "media"),
        ("running",),
        ("ledger",),
        ("studio",),
        ("film", "upkeep"),
        ("wiring",),
    ),
    "workflows": (("studio",), ("film", "upkeep"), ("contract",)),
}
#: Arrows that still run upward: what a production is stands in a film's words until there is a second one.
UPWARD = {("activities", "studio", "film"), ("workflows", "studio", "film")}
#: What the modules of workflows/ may import beside the standard library and each other.
LIGHT = ("pydantic", "pydantic_core", "temporalio")
#: All that a service has to install which only imports the contract: those, and what they need.
INSTALLED = (*LIGHT, "annotated_types", "typing_extensions", "typing_inspection", "google", "nexusrpc")


def modules() -> list[Path]:
    found = [path for floor in FLOORS for path in (ROOT / floor).rglob("*.py")]
    return [*found, ROOT / "worker.py"]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports by relative path"
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


def room_of(floor: str, name: str) -> str | None:
    """The room in which a module of the floor lies; None for another floor's, and for the floor itself."""
    parts = name.split(".")
    return parts[1] if parts[0] == floor and len(parts) > 1 else None


def arrows(floor: str) -> dict[tuple[str, str, str], list[str]]:
    """Which room imports from which other, and by which modules."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for path in (ROOT / floor).rglob("*.py"):
        own = path.relative_to(ROOT / floor).parts[0].removesuffix(".py")
        for name in imported(path):
            other = room_of(floor, name)
            if other is not None and other != own:
                found.setdefault((floor, own, other), []).append(str(path.relative_to(ROOT)))
    return found


@pytest.mark.parametrize("floor", ROOMS)
def test_rooms_know_only_those_below_them(floor: str) -> None:
    height = {room: number for number, rooms in enumerate(ROOMS[floor]) for room in rooms}
    found = arrows(floor)
    upward = {arrow: by for arrow, by in found.items() if height[arrow[2]] >= height[arrow[1]]}
    assert upward.keys() == {arrow for arrow in UPWARD if arrow[0] == floor}, upward


@pytest.mark.parametrize("folder", ["animatic", "film/planning", "media", "models"])
def test_the_craft_knows_nothing_of_temporal(folder: str) -> None:
    for path in (ROOT / "activities" / folder).rglob("*.py"):
        assert not any(name.split(".")[0] == "temporalio" for name in imported(path)), path


@pytest.mark.parametrize("path", sorted((ROOT / "workflows").rglob("*.py")), ids=lambda path: path.stem)
def test_workflows_import_nothing_heavy(path: Path) -> None:
    allowed = {*sys.stdlib_module_names, *LIGHT, "workflows"}
    assert {name.split(".")[0] for name in imported(path)} <= allowed


def test_workflows_run_where_nothing_heavy_is_installed() -> None:
    script = f"""
import importlib.abc, sys, sysconfig
# Part of the standard library under a name of this machine's own.
sysconfig.get_config_vars()
class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] not in {{*sys.stdlib_module_names, *{INSTALLED!r}, 'workflows'}}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
import pkgutil, importlib, workflows
for module in pkgutil.walk_packages(workflows.__path__, 'workflows.'):
    importlib.import_module(module.name)
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT, timeout=60)


def step_functions() -> dict[str, typing.Any]:
    return {
        name: function
        for module in (account, steps, sweep)
        for name, function in vars(module).items()
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
