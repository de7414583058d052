"""From the words on a command line to a request: the same rules as for every other client, told sooner."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from starter.photos import key_of, photo_of
from starter.place import Place, place_for
from workflows.film import BeatDraft, Models, VideoRequest, film_id, parse_request
from workflows.studio import FieldProblem, InvalidRequest, number, quoted

# Temporal refuses ids over 1,000 bytes; a readable one is far shorter.
_ID_CHARACTERS = 200
# A plan of 24 beats has some 30 kB; a file this large is something else, and is not read into memory.
_PLAN_BYTES = 2 << 20
#: Options that carry a number, each with what may be written; everything else is text.
_NUMBERS = {
    "duration_s": "seconds, 5 to 120 in steps of 5, or of a film of keyframes 4 to 180, such as 15",
    "scene_s": "a whole number of seconds, such as 8",
    "crossfade": "seconds from 0 to 1, such as 0.4",
    "fps": "one of 8, 16, 24, 25, 30",
    "creativity": "a number from 0 to 1, such as 0.5",
    "take": "a whole number from 1, such as 2",
    "budget_usd": "an amount of USD, such as 7.50",
}
# What a browser would follow; written in any case.
_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True)
class Brief:
    """A valid request; `photos` are the normalised PNGs to be uploaded, by the keys that it names."""

    request: VideoRequest
    film_id: str
    photos: Mapping[str, bytes]
    place: Place

    def named(self, film_id: str) -> Brief:
        """The same under another id."""
        return (
            self if film_id == self.film_id else replace(self, film_id=film_id, place=self.place.of(film_id))
        )


def brief(
    options: Mapping[str, str | bool | list[str] | None],
    *,
    product: str | None = None,
    references: Sequence[str] = (),
    characters: Sequence[str] = (),
    models: Sequence[str] = (),
    plan: str | None = None,
    id: str | None = None,
    output: str | None = None,
) -> Brief:
    """`options` are named like the request's fields, as typed; None where one was left out. `product` and
    `references` are files or URLs, `characters` such as `Anna=a woman in a red coat=anna.png`, `models` such
    as `video=fal-wan-2.2-a14b`.

    Raises `InvalidRequest` naming every wrong field; only reads.
    """
    fields: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    problems: list[FieldProblem] = []
    for name in _NUMBERS.keys() & fields:
        _read_number(fields, name, problems)
    photos: dict[str, bytes] = {}
    with _gathering(problems):
        fields |= {"product": _source(product, "product", photos)} if product is not None else {}
    for place, one in enumerate(references):
        with _gathering(problems):
            image = _reference(one, f"references[{place}].image", photos)
            fields["references"] = [*fields.get("references", ()), image]
    for place, one in enumerate(characters):
        with _gathering(problems):
            character = _character(one, f"characters[{place}]", photos)
            fields["characters"] = [*fields.get("characters", ()), character]
    with _gathering(problems):
        fields |= {"models": _models(models)} if models else {}
    with _gathering(problems):
        fields |= {"plan": read_plan(plan)} if plan is not None else {}
    with _gathering(problems):
        check_id(id)
    request = _parsed(fields, problems)
    name = id or film_id(request)
    return Brief(request, name, photos, place_for(output, name))


@contextmanager
def _gathering(problems: list[FieldProblem]) -> Iterator[None]:
    """What is wrong with one part keeps nobody from reading the next."""
    try:
        yield
    except InvalidRequest as error:
        problems.extend(error.fields)


def _source(given: str, field: str, photos: dict[str, bytes]) -> str:
    """A URL as it stands; a file as the key under which its photo is to be uploaded."""
    if not given.strip():
        raise _wrong(field, "is empty", "name a photo, a file or a URL, or leave it out")
    if given.startswith("uploads/"):
        return given
    if _URL.match(given):
        return _url(given, field)
    photo = photo_of(Path(given), field)
    key = key_of(photo)
    photos[key] = photo
    return key


def _url(given: str, field: str) -> str:
    """The URL, its scheme in small letters. What no server can be asked for is told before one is started."""
    # As slow an import as Pillow.
    from activities.storage import NotAWebUrl, web_url

    try:
        web_url(given)
    except NotAWebUrl as error:
        raise _wrong(field, str(error), "such as https://example.org/mug.png, or name a file") from error
    scheme, _, rest = given.partition(":")
    return f"{scheme.lower()}:{rest}"


def _reference(given: str, field: str, photos: dict[str, bytes]) -> dict[str, str]:
    image = _source(given, field, photos)
    name = given if given.startswith("uploads/") else PurePosixPath(urlsplit(given).path).name
    return {"image": image, "name": name[:200]}


def _character(given: str, field: str, photos: dict[str, bytes]) -> dict[str, str]:
    """Name, looks and, where there is one, the picture."""
    name, _, rest = given.partition("=")
    looks, _, image = rest.partition("=")
    if not name.strip() or not looks.strip():
        raise _wrong(field, f"{quoted(given)} is no name with looks", "such as 'Anna=a woman in a red coat'")
    sheet = {"image": _source(image, f"{field}.image", photos)} if image else {}
    return {"name": name, "description": looks, **sheet}


def _models(given: Sequence[str]) -> dict[str, str]:
    """Models by their roles, each named once."""
    named: dict[str, str] = {}
    for one in given:
        role, _, model = one.partition("=")
        if not role or not model:
            raise _wrong("models", *_half_a_model(one.strip("=")))
        if role in named:
            raise _wrong(f"models.{role}", "given more than once", "name one model for it")
        named[role] = model
    return named


def _half_a_model(given: str) -> tuple[str, str]:
    """What is wrong with a role alone, or a model alone, and what to write."""
    # As slow an import as Pillow.
    from activities.models import catalogue_of
    from infra.settings import Settings

    catalogue = catalogue_of(Settings.load())
    if given in Models.model_fields:
        example = getattr(catalogue.profile("final"), given) or getattr(catalogue.profile("animatic"), given)
        return f"{given} names no model", f"such as {given}={example}"
    role = catalogue.models[given].kind if given in catalogue.models else "video"
    return f"{quoted(given)} names no role", f"write {role}={given or catalogue.profile('final').video}"


def _parsed(fields: dict[str, Any], problems: list[FieldProblem]) -> VideoRequest:
    """The request, where neither it nor what was found before is wrong."""
    try:
        request = parse_request(json.dumps(fields).encode())
    except InvalidRequest as error:
        raise InvalidRequest([*problems, *error.fields, *_unknown_beats(fields.get("plan"))]) from None
    if problems:
        raise InvalidRequest(problems)
    if request.plan is not None:
        _hold_plan(request)
    return request


def _unknown_beats(plan: Any) -> Iterator[FieldProblem]:
    """Beats that nobody knows, of a plan in which something else is wrong as well."""
    from activities.film import OWN_FIELDS, Library, unknown

    beats = plan.get("beats") if isinstance(plan, dict) else None
    for index, beat in enumerate(beats if isinstance(beats, list) else ()):
        if isinstance(beat, dict) and isinstance(beat.get("id"), str):
            said: dict[str, Any] = {name: beat.get(name) for name in ("id", *OWN_FIELDS)}
            for problem in unknown([BeatDraft.model_construct(**said)], Library.default()):
                yield problem.model_copy(update={"field": f"plan.beats[{index}].id"})


def _hold_plan(request: VideoRequest) -> None:
    """What the studio would refuse once its servers run, told before."""
    from starter.planned import by_rules

    by_rules(request)


def _read_number(fields: dict[str, Any], name: str, problems: list[FieldProblem]) -> None:
    """The number in the place of the text; what is none is a problem, and no longer a field."""
    typed = str(fields.pop(name))
    found = number(typed)
    if found is None:
        problem = f"{quoted(typed)} is no number"
        problems.append(FieldProblem(field=name, problem=problem, suggestion=_NUMBERS[name]))
    else:
        fields[name] = found


def read_plan(given: str) -> Any:
    """The JSON in a file, whatever it holds. Raises `InvalidRequest`."""
    if not given.strip():
        raise _wrong("plan", "is empty", "name a JSON file, or leave it out")
    path = Path(given)
    try:
        # A pipe or a device might never end.
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is no file"
            raise _wrong("plan", f"{path} {what}", "name a JSON file")
        if path.stat().st_size > _PLAN_BYTES:
            raise _wrong("plan", f"{path} is larger than {_PLAN_BYTES:,} bytes", "name a plan")
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _wrong("plan", f"{path} cannot be read: {error.strerror}", "name a JSON file") from error
    except UnicodeDecodeError as error:
        raise _wrong("plan", f"{path} is not text", "name a JSON file") from error
    except (ValueError, RecursionError) as error:
        raise _wrong("plan", f"{path} is not JSON: {error}", "see `reel schema` for the shape") from error


def check_id(id: str | None) -> None:
    """Raises `InvalidRequest` for what no film can be called."""
    if id is not None and not (0 < len(id) <= _ID_CHARACTERS and id.isprintable() and id.strip() == id):
        raise _wrong(
            "id", f"an id has 1 to {_ID_CHARACTERS} printable characters", "such as mug-launch-spring"
        )
    if id is not None and id.startswith("-"):
        # Every command that it is typed into would read an option.
        raise _wrong("id", f"{quoted(id)} begins with a hyphen", f"such as {id.strip('-') or 'mug'}")


def _wrong(field: str, problem: str, suggestion: str) -> InvalidRequest:
    return InvalidRequest((FieldProblem(field=field, problem=problem, suggestion=suggestion),))
