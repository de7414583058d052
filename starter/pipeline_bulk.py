"""From a file of sources, prompts, models and the steps that each of them goes through, to the request of a
batch: checked whole before any server is started."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from starter.batch_file import AskedBatch
from starter.pipeline_file import Put, put_in, read, set_in, source_of, wrong
from starter.pipeline_running import check_models
from workflows.batch import AXES, BATCH
from workflows.studio import FieldProblem, InvalidRequest

_PICTURES = (".png", ".jpg", ".jpeg", ".webp")
_NAME_CHARACTERS = 80
#: What the batch is told; all else is what is made of each.
_OF_BATCH = ("name", "budget_usd", "max_running", "user", "labels", "notify")


def bulk_of(
    file: str,
    *,
    variables: Sequence[str] = (),
    inputs: Sequence[str] = (),
    settings: Any = None,
    **asked: Any,
) -> AskedBatch:
    """`inputs` are as of a pipeline; `source=mug.jpg`, or `source=` a folder of pictures, is one more source.
    `asked` are other fields of the file, None where one was left out. Raises `InvalidRequest` with all that
    is wrong, also, by its `settings`, with what no model here would do."""
    from activities.batch import Lines, checked

    value = read(Path(file))
    if not isinstance(value, dict):
        raise wrong("file", f"{file} holds no object with steps", "see starter/docs/pipelines.md")
    value = {
        "name": Path(file).stem[:_NAME_CHARACTERS],
        **value,
        **{name: one for name, one in asked.items() if one is not None},
    }
    found, puts = list[FieldProblem](), list[Put]()
    found += set_in(value, variables, AXES.values())
    for one in inputs:
        try:
            role, _, given = one.partition("=")
            puts += _sources(value, given) if role == "source" and given else put_in(value, one)
        except InvalidRequest as error:
            found += error.fields
    try:
        request = BATCH.parse(json.dumps(_request(value)).encode())
        lines = Lines(request)
        items, problems = checked(lines)
        found += problems
        if not problems and settings is not None:
            for asked_for in lines:
                check_models(asked_for.request, settings)
    except InvalidRequest as error:
        found += error.fields
    if found:
        raise InvalidRequest([_as_written(one) for one in dict.fromkeys(found)])
    return AskedBatch(request=request, items=items, lines=lines.count, puts=puts)


def _request(value: Mapping[str, Any]) -> dict[str, Any]:
    batch = {name: value[name] for name in _OF_BATCH if name in value}
    bulk = {name: value[name] for name in AXES if name in value}
    apart = {*_OF_BATCH, *AXES} - {"name"}
    template = {name: one for name, one in value.items() if name not in apart}
    return {**batch, "production": "pipeline", "bulk": bulk, "template": template}


def _sources(value: dict[str, Any], given: str) -> list[Put]:
    """Adds a file, an address, or the pictures of a folder to the sources. Raises `InvalidRequest`."""
    path, puts = Path(given), list[Put]()
    inside = sorted(one for one in path.iterdir() if one.suffix.lower() in _PICTURES) if path.is_dir() else []
    if path.is_dir() and not inside:
        raise wrong("input source", f"{given} has no pictures", f"such as {', '.join(_PICTURES)}")
    known = value.setdefault("sources", [])
    for one in [*map(str, inside)] or [given]:
        source, put = source_of(one, "input source")
        puts += put
        if isinstance(known, list):
            known.append(source)
    return puts


def _as_written(one: FieldProblem) -> FieldProblem:
    """By the name that a field has in the file."""
    field = one.field.removeprefix("template.").removeprefix("bulk.")
    return one.model_copy(update={"field": "steps" if field == "template" else field})


def check_folder(folder: str | None) -> None:
    """Makes it, where one is named. Raises `InvalidRequest` for what can be none, before anything is made."""
    try:
        if folder is not None:
            Path(folder).expanduser().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise wrong("save", f"{folder} cannot be made: {error.strerror}", "name a folder") from error
