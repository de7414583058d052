"""The house: imports run downward only, workflows need nothing heavy, every step meets its activity."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import tomllib
import typing
from dataclasses import fields
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from pydantic import BaseModel
from temporalio import activity

import worker
import workflows.batch.steps as batch_steps
import workflows.film.steps as steps
import workflows.library.steps as library
import workflows.pipeline.steps as pipeline_steps
import workflows.studio.account as account
import workflows.upkeep.deletion as deletion
import workflows.upkeep.notice as notice
import workflows.upkeep.sweep as sweep
import workflows.upkeep.verify as verify
from activities.ledger.drive import Drive
from activities.ledger.services import Services
from activities.ledger.submit import Submit
from activities.ledger.work import Workspace
from activities.models.roster import Roster
from activities.storage.storage import Storage
from activities.studio.studio import Studio
from activities.wiring import Parts
from tests.support.modules import FLOORS, PACKAGES, PATHS, ROOT, seen

#: The rooms of a package, from the ground up; those beside each other know nothing of each other. `*` is the
#: room of all its modules that are not named, which may know each other, but never in a circle.
ROOMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "activities": (
        ("faults", "starting"),
        ("storage",),
        ("models", "opening"),
        ("animatic", "media"),
        ("running",),
        ("ledger",),
        ("studio",),
        ("batch", "film", "library", "pipeline", "upkeep"),
        ("estimates", "extending", "service"),
        ("wiring",),
    ),
    "activities.animatic": (
        ("*",),
        ("props",),
        ("photo",),
        ("subject",),
        ("stage",),
        ("sets", "slate", "titles"),
        ("scenes",),
        ("words",),
        ("provider",),
    ),
    "activities.film": (("planning",), ("*",)),
    "activities.film.planning": (("reading",), ("*",)),
    "activities.models": (("*",), ("providers",), ("available",)),
    "activities.models.providers": (("*",), ("fal", "google", "openai", "replicate")),
    "workflows": (
        ("faces",),
        ("studio",),
        ("batch", "film", "library", "pipeline", "upkeep"),
        ("contract", "productions", "service"),
    ),
    "workflows.film": (("*",), ("naming",), ("production",), ("workflow",)),
    "infra": (("*",), ("embedded", "standins")),
    "infra.embedded": (("*",), ("web", "state"), ("servers",), ("upkeep",), ("stack",)),
    "infra.standins": (("*",), ("pictures",), ("core",), ("app", "wire"), ("service",), ("__main__",)),
    "starter": (("*",), ("cli",)),
}
#: What every floor may take, for it knows nothing of any.
COMMON = "workflows.faces"
#: A longer file has more than one reason to change. Data and recordings are as long as what they hold.
LONGEST, TEXT = 320, (".py", ".sql", ".js", ".md")
#: What nobody can hand over in order without a mistake has to be grouped, or handed over by name.
MOST_ARGUMENTS = 6
#: What the modules of workflows/ may import beside the standard library and each other.
LIGHT = ("pydantic", "pydantic_core", "temporalio", "nexusrpc")
#: All that a service has to install which only imports the contract: those, and what they need.
INSTALLED = (*LIGHT, "annotated_types", "typing_extensions", "typing_inspection", "google")


@cache
def imported(path: Path) -> set[str]:
    """What a module imports, wherever in it, also where types alone need it: `from activities import film`
    imports `activities.film`."""
    names: set[str] = set()
    for module, taken in seen(path).imports:
        if not module:
            names.update(taken)
            continue
        inner = {f"{module}.{name}" for name in taken}
        names.update(inner & PATHS.keys())
        if not inner <= PATHS.keys():
            names.add(module)
    return names


def test_imports_never_run_upward() -> None:
    for name, path in PATHS.items():
        own = name.split(".")[0]
        for other in imported(path):
            floor = other.split(".")[0]
            assert floor != "tests", f"{name} imports its own tests"
            if floor in FLOORS and floor != own and other != COMMON:
                assert FLOORS[floor] < FLOORS[own], f"{name} imports {other}"


def test_no_file_is_too_long_to_be_read_in_one_go() -> None:
    found = [path for folder in (*FLOORS, "tests") for path in (ROOT / folder).rglob("*")]
    texts = [path for path in (*found, *ROOT.iterdir()) if path.suffix in TEXT]
    assert len(texts) > 400, "they are looked for in the wrong place"
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in texts}
    assert not {path: length for path, length in lengths.items() if length > LONGEST}


def test_tests_share_no_test() -> None:
    """What two of them need is a helper, and lies with the helpers."""
    imports = re.compile(r"^from tests\.(?:\w+\.)*(test_\w+) import", re.M)
    found = {path: imports.findall(path.read_text()) for path in (ROOT / "tests").rglob("*.py")}
    # A script that a test hands to another process may import its own.
    assert not [path.name for path, names in found.items() if set(names) - {path.stem}]


def test_what_the_tests_leave_out_is_run_before_a_change_lands() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["addopts"]
    assert "-m 'not slow'" in options
    assert "\nuv run pytest -m slow" in (ROOT / ".ci" / "run").read_text()


def room_of(package: str, name: str) -> str | None:
    """The room of a package in which a module lies; None for what is no part of it."""
    if not name.startswith(f"{package}."):
        return None
    own = name.removeprefix(f"{package}.").split(".")[0]
    return own if own in {room for floor in ROOMS[package] for room in floor} else "*"


def arrows(package: str) -> dict[tuple[str, str, str], list[str]]:
    """Which room imports from which other, and by which modules."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for name, path in PATHS.items():
        for other in imported(path) if room_of(package, name) else ():
            pair = room_of(package, name), room_of(package, other)
            if pair[0] and pair[1] and pair[0] != pair[1]:
                found.setdefault((package, pair[0], pair[1]), []).append(name)
    return found


def test_every_package_with_rooms_is_in_the_table() -> None:
    assert PACKAGES & {name.rpartition(".")[0] for name in PACKAGES} == ROOMS.keys() - {"starter"}


@pytest.mark.parametrize("package", ROOMS)
def test_rooms_know_only_those_below_them(package: str) -> None:
    height = {room: number for number, rooms in enumerate(ROOMS[package]) for room in rooms}
    gone = [room for room in height if room != "*" and f"{package}.{room}" not in PATHS]
    assert not gone, f"{package} has no {gone}"
    found = arrows(package)
    upward = {arrow: by for arrow, by in found.items() if height[arrow[2]] >= height[arrow[1]]}
    assert not upward


def test_no_module_leads_back_to_itself() -> None:
    lines = {name: imported(path) & PATHS.keys() - {name} for name, path in PATHS.items()}
    TopologicalSorter(lines).prepare()


def test_an_arrow_is_seen_however_it_is_written(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        "def late():\n    from activities import film\n    from activities.ledger import render"
    )
    assert imported(module) == {"activities.film", "activities.ledger.render"}


def test_nobody_takes_what_another_module_calls_its_own() -> None:
    for name, path in PATHS.items():
        for module, taken in seen(path).imports:
            private = [one for one in taken if module and one.startswith("_")]
            assert not private, f"{name} imports {private} of {module}"


def test_no_constructor_takes_many_things_in_order() -> None:
    for name, path in PATHS.items():
        for line, taken in seen(path).constructors:
            assert taken <= MOST_ARGUMENTS, f"{name}:{line} takes {taken}"


@pytest.mark.parametrize("together", [Studio, Services, Storage, Roster, Workspace, Drive, Submit, Parts])
def test_what_is_put_together_has_few_parts(together: type) -> None:
    assert len([field for field in fields(together) if field.init]) <= MOST_ARGUMENTS


@pytest.mark.parametrize("folder", ["animatic", "film/planning", "media", "models"])
def test_the_craft_knows_nothing_of_temporal(folder: str) -> None:
    for path in (ROOT / "activities" / folder).rglob("*.py"):
        assert not any(name.split(".")[0] == "temporalio" for name in imported(path)), path


def test_workflows_import_nothing_heavy() -> None:
    allowed = {*sys.stdlib_module_names, *LIGHT, "workflows"}
    for path in (ROOT / "workflows").rglob("*.py"):
        assert {name.split(".")[0] for name in imported(path)} <= allowed, path


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
        for module in (
            *(account, batch_steps, deletion, library, notice),
            *(pipeline_steps, steps, sweep, verify),
        )
        for name, function in vars(module).items()
        if inspect.iscoroutinefunction(function) and function.__module__ == module.__name__
    }


def test_every_step_meets_the_activity_that_bears_its_name() -> None:
    activities = {one.name: one for one in (definition_of(stage.activity) for stage in worker.STAGES)}
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
