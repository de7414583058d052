"""From a file of steps, and what is typed beside it, to a request: the same rules as for every other client,
told before any server is started."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from starter.given import there
from workflows.batch import AXES
from workflows.pipeline import KINDS, PIPELINE, PipelineRequest, is_outside, names_in
from workflows.studio import FieldProblem, InvalidRequest, number, quoted

if TYPE_CHECKING:
    # As slow an import as Pillow.
    from activities.storage import ObjectStore

# Servers refuse larger payloads.
_MOST_BYTES = 2_000_000
_VIDEOS = (".mp4", ".m4v", ".mov", ".webm")
Put = Callable[["ObjectStore"], Awaitable[str]]


@dataclass(frozen=True)
class PipelineFile:
    """A valid request; `puts` put the files that it names by their keys."""

    request: PipelineRequest
    puts: Sequence[Put]


def pipeline_of(
    file: str,
    *,
    variables: Sequence[str] = (),
    inputs: Sequence[str] = (),
    **asked: Any,
) -> PipelineFile:
    """`variables` are such as `colour=red`, `inputs` such as `image=mug.jpg`, which every step is given that
    needs an image and has none, or `turn.image=mug.jpg` for one step; `asked` are other fields of the
    request, None where one was left out. Raises `InvalidRequest` with all that is wrong; only reads."""
    value = read(Path(file))
    if not isinstance(value, dict):
        raise wrong("file", f"{file} holds no object with steps", "see starter/docs/pipelines.md")
    if axes := [name for name in AXES if name in value]:
        raise wrong("file", f"{file} names {', '.join(axes)}: it is a bulk", "run it with --bulk")
    value |= {name: one for name, one in asked.items() if one is not None}
    found = set_in(value, variables)
    puts = list[Put]()
    for one in inputs:
        try:
            puts += put_in(value, one)
        except InvalidRequest as error:
            found += error.fields
    return checked(value, found, puts)


def set_in(
    value: dict[str, Any], variables: Sequence[str], apart: Collection[str] = ()
) -> list[FieldProblem]:
    """Gives variables their values; `apart` are names of others'. Returns what is wrong with them."""
    found: list[FieldProblem] = []
    for one in variables:
        name, equals, said = one.partition("=")
        if not equals or not name:
            problem = f"{quoted(one)} is no variable with a value"
            found.append(FieldProblem(field="set", problem=problem, suggestion="such as --set colour=red"))
            continue
        if name not in (used := [each for each in _variables_of(value) if each not in apart]):
            # A name mistyped would make, and buy, the file's own value once more.
            how = f"its variables are {', '.join(used)}" if used else "leave it out: it has no variables"
            problem = f"no step uses a variable {quoted(name)}"
            found.append(FieldProblem(field="set", problem=problem, suggestion=how))
            continue
        if not said.strip():
            # What it stands in would be asked for without it, and bought: as with an empty cell of a batch.
            problem = f"the variable {name} is empty"
            found.append(FieldProblem(field="set", problem=problem, suggestion="give it a value"))
            continue
        known = value.setdefault("variables", {})
        if isinstance(known, dict):
            known[name] = typed(said)
    return found


def _variables_of(value: Mapping[str, Any]) -> list[str]:
    """Those that its steps use; what they have of other steps' answers is none."""
    return [one for one in dict.fromkeys(names_in(json.dumps(value.get("steps")))) if "." not in one]


def checked(value: Mapping[str, Any], found: Sequence[FieldProblem], puts: Sequence[Put]) -> PipelineFile:
    """The request, where neither it nor what was found before is wrong. Raises `InvalidRequest`."""
    try:
        request = PIPELINE.parse(json.dumps(value).encode())
    except InvalidRequest as error:
        raise InvalidRequest([*found, *error.fields]) from None
    if found:
        raise InvalidRequest(found)
    return PipelineFile(request, puts)


def read(path: Path) -> Any:
    """The value in a file of YAML or JSON. Raises `InvalidRequest`."""
    there(path, "file")
    try:
        if not path.is_file():
            raise wrong("file", f"{path} is no file", "name a file of YAML or JSON")
        if path.stat().st_size > _MOST_BYTES:
            raise wrong("file", f"{path} is larger than {_MOST_BYTES:,} bytes", "name a pipeline")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise wrong("file", f"{path} cannot be read: {error.strerror}", "name another file") from error
    except UnicodeDecodeError as error:
        raise wrong("file", f"{path} is not text", "name a file of YAML or JSON") from error
    try:
        return json.loads(text) if path.suffix.lower() == ".json" else _yaml(text)
    except (ValueError, RecursionError) as error:
        raise wrong("file", f"{path.name} cannot be read: {error}", "mend it there") from error


def _yaml(text: str) -> Any:
    """Plain values alone: no tags, no dates, and no aliases, by which a small file may become a huge one.
    Raises ValueError."""
    import yaml

    class Plain(yaml.SafeLoader):  # type: ignore[misc]
        yaml_implicit_resolvers: ClassVar[Any] = {
            first: [one for one in those if one[0] != "tag:yaml.org,2002:timestamp"]
            for first, those in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

        def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
            tag = super().resolve(kind, value, implicit)
            # YAML 1.1 counts in sixties: an aspect of 16:9 would be 969.
            sixties = kind is yaml.ScalarNode and ":" in value and tag.endswith((":int", ":float"))
            return "tag:yaml.org,2002:str" if sixties else tag

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise ValueError("aliases (*name) are not taken")
            if getattr(self.peek_event(), "tag", None) is not None:
                raise ValueError("tags (!name) are not taken")
            return super().compose_node(parent, index)

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            names = [key.value for key, _ in node.value]
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f"{quoted(str(name))} is given more than once")
            return super().construct_mapping(node, deep)

    try:
        return yaml.load(text, Loader=Plain)
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())[:150]) from None


def typed(said: str) -> str | int | float | bool:
    """What was typed: a number or true or false where it is one, else text."""
    found = number(said)
    if found is not None:
        return found
    return {"true": True, "false": False}.get(said.strip(), said)


def put_in(value: dict[str, Any], one: str) -> list[Put]:
    """Gives the file to the steps that it is for; returns what puts it. Raises `InvalidRequest`."""
    place, equals, given = one.partition("=")
    if not equals or not given:
        raise wrong("input", f"{quoted(one)} names no file", "such as --input image=mug.jpg")
    step, _, role = place.rpartition(".")
    given_steps = value.get("steps")
    steps = [each for each in given_steps if isinstance(each, dict)] if isinstance(given_steps, list) else []
    meant = [each for each in steps if (each.get("id") == step if step else _lacks(each, role))]
    if not meant:
        lacks = f"there is no step {step}" if step else f"no step lacks an input {role}"
        raise wrong("input", lacks, "name the step as well, such as --input turn.image=mug.jpg")
    source, puts = source_of(given, f"input {place}")
    for each in meant:
        # What is no mapping stays as it is: the request says what is wrong with it.
        if isinstance(inputs := each.get("inputs") or {}, dict):
            each["inputs"] = {**inputs, role: source}
    return puts


def _lacks(step: Mapping[str, Any], role: str) -> bool:
    from activities.pipeline import known_kinds

    name = str(step.get("kind"))
    kind = KINDS.get(name) or known_kinds().get(name)
    takes = kind.roles.get(role) if kind else None
    given = step.get("inputs") or {}
    return takes is not None and takes.needed and isinstance(given, dict) and role not in given


def source_of(given: str, field: str) -> tuple[str, list[Put]]:
    """What a request calls a file, an address or an upload, and what puts it where it is a file. Raises
    `InvalidRequest`."""
    if is_outside(given):
        return given, []
    from activities.media import MAX_BYTES
    from starter import clips, photos

    path = Path(given)
    there(path, field)
    if path.suffix.lower() in _VIDEOS:
        clip = clips.clip_of(path, field)
        if clip.media.bytes > MAX_BYTES:
            raise wrong(field, f"it has {clip.media.bytes:,} bytes", f"at most {MAX_BYTES:,}: cut it")
        return clip.key, [lambda store: clips.upload(store, clip)]
    photo = photos.photo_of(path, field)
    return photos.key_of(photo), [lambda store: photos.upload(store, photo)]


def wrong(field: str, problem: str, suggestion: str) -> InvalidRequest:
    return InvalidRequest((FieldProblem(field=field, problem=problem, suggestion=suggestion),))
