"""What passes through the workflow sandbox is one and the same, whichever way it is imported."""

from __future__ import annotations

import importlib

import pytest
from temporalio.worker.workflow_sandbox import SandboxRestrictions
from temporalio.worker.workflow_sandbox._importer import Importer
from temporalio.worker.workflow_sandbox._restrictions import RestrictionContext

from infra.temporal import PURE


@pytest.mark.parametrize("pure", PURE)
def test_a_face_gives_the_sandbox_what_is_outside_of_it(pure: str) -> None:
    package, _, module = pure.rpartition(".")
    face, there = importlib.import_module(package), vars(importlib.import_module(pure))
    outside = {name: there[name] for name in face.__all__ if there.get(name) is getattr(face, name)}
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PURE)
    inside: dict[str, object] = {}
    with Importer(restrictions, RestrictionContext()).applied():
        exec(f"from {package} import {', '.join([module, *outside])}", inside)
    assert all(inside[name] is one for name, one in outside.items())
