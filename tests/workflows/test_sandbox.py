"""Workflows are imported once for all runs, outside of the sandbox: none of them may need its guard."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.worker import Replayer

from infra import temporal
from worker import WORKFLOWS

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "workflows").rglob("*.py"))
#: What they may take. None of it asks the machine anything but for what is taken apart below.
_KNOWN = """
    __future__ asyncio collections contextlib dataclasses datetime decimal difflib enum fractions functools
    hashlib itertools json math nexusrpc pydantic pydantic_core re shlex temporalio textwrap types typing
    unicodedata urllib workflows zoneinfo
"""
#: Of `asyncio` what a workflow's own loop answers in one order; its `wait` and `as_completed` have none.
_IN_ORDER = """
    CancelledError FIRST_COMPLETED Future Lock Task create_task current_task get_running_loop sleep
"""
_CHANGES = "add append appendleft clear discard extend insert pop popitem remove setdefault update"
KNOWN, IN_ORDER, CHANGES = (frozenset(words.split()) for words in (_KNOWN, _IN_ORDER, _CHANGES))
CLOCKS = frozenset(("now", "today", "utcnow"))
MACHINES = frozenset(("breakpoint", "hash", "id", "input", "open"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_reaches_a_clock_or_keeps_what_a_run_has_left(module: Path) -> None:
    assert list(_impure(ast.parse(module.read_text()))) == []


@pytest.mark.parametrize(
    "line",
    [
        "import time",
        "from os import environ",
        "from datetime import datetime\ndatetime.now()",
        "import datetime\ndatetime.date.today()",
        "import asyncio\nasyncio.wait([])",
        "from asyncio import gather",
        "import urllib.request",
        "open('x')",
        "_SEEN = []\ndef f():\n    _SEEN.append(1)",
        "_SEEN = {}\ndef f():\n    _SEEN['x'] = 1",
        "_n = 0\ndef f():\n    global _n",
        "class A:\n    n = 0\ndef f():\n    A.n += 1",
        "class A:\n    n = 0\n    @classmethod\n    def f(cls):\n        cls.n += 1",
        "from datetime import datetime as moment",
        "from asyncio.tasks import gather",
        "import itertools\n_IDS = itertools.count()\ndef f():\n    return next(_IDS)",
    ],
)
def test_what_is_impure_is_found(line: str) -> None:
    assert list(_impure(ast.parse(line)))


def _impure(tree: ast.Module) -> Iterator[str]:
    """Every line that another machine, another moment or another run would answer otherwise."""
    outside = {"cls", *(name for one in tree.body for name in _named(one))}
    for node in ast.walk(tree):
        if any((_taken(node), _asked(node), isinstance(node, ast.Global), _changed(node, outside))):
            yield ast.unparse(node)


def _taken(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
        return any(name.partition(".")[0] not in KNOWN or name == "urllib.request" for name in names)
    if isinstance(node, ast.ImportFrom) and node.module:
        package = node.module.partition(".")[0]
        whole = package == "asyncio" or node.module in ("urllib", "urllib.request")
        # By another name a clock would not be known.
        renamed = package == "datetime" and any(alias.asname for alias in node.names)
        return whole or renamed or package not in KNOWN
    return False


def _asked(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        of = ast.unparse(node.value).rpartition(".")[2]
        clock = node.attr in CLOCKS and of in ("date", "datetime")
        return clock or (of == "asyncio" and node.attr not in IN_ORDER)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MACHINES


def _named(node: ast.stmt) -> Iterator[str]:
    """What a statement outside of all functions names."""
    if isinstance(node, ast.ClassDef):
        yield node.name
    for target in getattr(node, "targets", None) or [getattr(node, "target", None)]:
        if isinstance(target, ast.Name):
            yield target.id


def _changed(node: ast.AST, outside: set[str]) -> bool:
    """Whether something that all runs share is changed."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "next":
        return _is_one(node.args[0], outside)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in CHANGES and _is_one(node.func.value, outside)
    targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
    return any(
        isinstance(target, ast.Subscript | ast.Attribute) and _is_one(target.value, outside)
        for target in targets
    )


def _is_one(node: ast.AST, outside: set[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in outside


def test_nothing_encodes_or_stores_a_payload_by_where_it_goes() -> None:
    """Runs tell nobody that: a codec or a storage that asks needs `infra.runs` to answer."""
    converter = temporal.plugin().data_converter
    assert isinstance(converter, DataConverter)
    assert converter.payload_codec is None
    assert converter.external_storage is None


@pytest.mark.parametrize("name", ["cuts", "paid", "batch", "pipeline"])
async def test_runs_replay_in_a_sandbox_that_shares_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There a clock that is read fails them, wherever the line hides from this file."""
    text = (ROOT / f"tests/histories/{name}.json").read_text()
    begun = json.loads(text)["events"][0]["workflowExecutionStartedEventAttributes"]
    of = [one for one in WORKFLOWS if one.__name__ == begun["workflowType"]["name"]]
    monkeypatch.setattr(temporal, "SHARED", ())
    await Replayer(workflows=of, plugins=[temporal.plugin()]).replay_workflow(
        WorkflowHistory.from_json(begun["workflowId"], text)
    )
