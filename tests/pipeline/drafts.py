"""Pipelines for tests: any that hold together, and what is wrong with one that does not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from starter.run import Run
from workflows.pipeline import KINDS, PIPELINE, PipelineRequest
from workflows.studio import InvalidRequest, Progress

Json = dict[str, Any]
#: Files of the caller's, by what they are.
FILES = {"image": f"uploads/{'a' * 64}.png", "video": f"uploads/{'b' * 64}.mp4"}


def step(id: str, kind: str, prompt: str = "", *, inputs: Json | None = None, **more: Any) -> Json:
    """One, of which a number among `more` that is no field is a parameter."""
    apart: Json = {name: more.pop(name) for name in ("take", "model", "review") if name in more}
    words = {"prompt": prompt} if prompt else {}
    return {"id": id, "kind": kind, "inputs": inputs or {}, "params": more, **words, **apart}


def parsed(value: Json) -> PipelineRequest:
    return PIPELINE.parse(json.dumps(value).encode())


def refused(value: Json) -> dict[str, str]:
    """What is wrong with it, by field; empty where nothing is."""
    try:
        parsed(value)
    except InvalidRequest as error:
        assert all(one.problem and one.suggestion for one in error.fields)
        return {one.field: f"{one.problem}; {one.suggestion}" for one in error.fields}
    return {}


def gives(step: Json, steps: list[Json]) -> str:
    kind = KINDS[step["kind"]]
    if kind.gives:
        return kind.gives
    source = step["inputs"]["source"]
    made = next((one for one in steps if one["id"] == source), None)
    return gives(made, steps) if made else "image" if source.endswith(".png") else "video"


@st.composite
def pipelines(draw: st.DrawFn, most: int = 12) -> Json:
    """Steps in an order of their own, of every kind, each made from others or from files."""
    steps: list[Json] = []
    for number in range(draw(st.integers(1, most))):
        name = draw(st.sampled_from(sorted(KINDS)))
        kind = KINDS[name]
        inputs: Json = {}
        for role, takes in kind.roles.items():
            if not takes.needed and draw(st.booleans()):
                continue
            offered = [one["id"] for one in steps if gives(one, steps) in takes.media]
            offered += [FILES[medium] for medium in takes.media]
            several = st.lists(st.sampled_from(offered), min_size=1, max_size=min(3, takes.most))
            given = draw(several)
            inputs[role] = given if takes.most > 1 else given[0]
        words = {"prompt": "A ${colour} mug"} if kind.words == "needed" else {}
        steps.append({"id": f"s{number}", "kind": name, "inputs": inputs, **words})
    return {"steps": draw(st.permutations(steps)), "variables": {"colour": "red"}}


async def until(run: Run[Any], so: Callable[[Progress], bool]) -> Progress:
    """The progress, once it is so; it must not have ended before."""
    while not so(told := await run.progress()):
        assert told.status in ("planning", "rendering"), told
        await asyncio.sleep(0.1)
    return told
