"""The commands that direct a film's shots, or a pipeline's steps: another take, another version, a higher
rung, an approval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer
from pydantic import ValidationError

from starter.deciding import decide
from starter.errors import InvalidAnswer
from starter.interrupts import interruptible
from starter.options import AsJson, Directable, FilmId, Home, settings_of
from starter.outcome import run
from workflows.film import RUNGS, Approve, Retake, Upgrade, Use
from workflows.pipeline import Approval, RetakeStep
from workflows.studio import Asked, number

app = typer.Typer()
Output = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Where the new cut goes; default where the film lay before."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print what it would make, and its price, only.")]
_Update = Literal["retake", "use", "upgrade", "approve"]
_KINDS: Mapping[_Update, type[Asked]] = {"retake": Retake, "use": Use, "upgrade": Upgrade, "approve": Approve}
#: What is wrong with a field, and what to write instead.
_WRONG: Mapping[str, str] = {
    "shot": "is no shot: name one by its id or its number, as `reel versions` lists them",
    "shots": "are no shots: name them by their ids or their numbers, as `reel versions` lists them",
    "sheet": "is nobody's name: write it as the request has it, up to 60 characters",
    "chunk": "is no number of a chunk: write it as 2, from 1 to 100",
    "step": "is no step: name one by its id or its number, as `reel versions` lists them",
    "prompt": "cannot be told a model: write up to 2,000 printable characters",
    "model": "is no model: write the id of one, as `reel models` lists them",
    "words": "cannot be told a model: write up to 1,000 printable characters",
    "version": "is no version: write it as draft-1, or as a rung alone; of a pipeline as take-1",
    "keys": "are no keys: write the first 8 characters or more of each, as `reel status` has them",
    "plan": "is no number of a plan: write it as 1, as `reel versions` lists them",
    "profile": "is no higher rung: write draft or final",
    "spend_usd": "is no amount of USD, 0 to 100,000: write it as 7.50",
}


@app.command()
def retake(
    film: Directable,
    shot: Annotated[
        str | None,
        typer.Argument(metavar="[SHOT]", help="Or a pipeline's step, by id or number; else another plan."),
    ] = None,
    chunk: Annotated[
        str | None, typer.Option(metavar="N", help="Only this chunk, from 1, and those after it.")
    ] = None,
    words: Annotated[
        str | None, typer.Option(metavar="WORDS", help="A note to its models, beside its own words.")
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Whose sheet is drawn anew, and every shot that shows it."),
    ] = None,
    prompt: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Of a pipeline's step: in the place of its own words.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="ID", help="Of a pipeline's step: another model, from then on.")
    ] = None,
    output: Output = None,
    dry_run: DryRun = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Make another take of a shot, of a chunk of it, or of a character's sheet; else of the whole film.
    Of a pipeline, of a step, and with it of what follows."""
    part = None if chunk is None else _number(chunk)
    said = {"shot": shot, "sheet": sheet, "chunk": part, "words": words, "prompt": prompt, "model": model}
    _run(film, "retake", said, output, home, as_json, dry_run)


@app.command()
def use(
    film: Directable,
    shot: Annotated[
        str | None, typer.Argument(metavar="[SHOT]", help="A shot, by its id or its number from 1.")
    ] = None,
    version: Annotated[
        str | None, typer.Argument(metavar="[VERSION]", help="Such as draft-1, animatic, or take-1.")
    ] = None,
    plan: Annotated[
        str | None, typer.Option(metavar="N", help="Instead of a shot: an earlier plan of the film, from 1.")
    ] = None,
    output: Output = None,
    dry_run: DryRun = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Show a finished version of a shot, or go back to an earlier plan; nothing is bought for it."""
    said = {"shot": shot, "version": version, "plan": None if plan is None else _number(plan)}
    _run(film, "use", said, output, home, as_json, dry_run)


@app.command()
def upgrade(
    film: FilmId,
    shots: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SHOT]… [draft|final]", help="By id or number, default all; and the rung."),
    ] = None,
    profile: Annotated[
        str | None, typer.Option(metavar="draft|final", help="The rung; default draft.")
    ] = None,
    spend: Annotated[
        str | None, typer.Option(metavar="USD", help="As many shots as this pays for, the lowest first.")
    ] = None,
    output: Output = None,
    dry_run: DryRun = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Buy shots on a higher rung."""
    named = list(shots or ())
    if profile is None and named and named[-1] in RUNGS:
        profile = named.pop()
    said = {
        "shots": named or None,
        "profile": profile,
        "spend_usd": None if spend is None else _number(spend),
    }
    _run(film, "upgrade", said, output, home, as_json, dry_run)


@app.command()
def approve(
    film: Directable,
    shots: Annotated[
        list[str] | None, typer.Argument(metavar="[SHOT]…", help="Or steps, by id or number; default all.")
    ] = None,
    keys: Annotated[
        list[str] | None,
        typer.Option(
            "--key", metavar="KEY", help="Of a pipeline: only if this is what waits, as `reel status` has it."
        ),
    ] = None,
    output: Output = None,
    dry_run: DryRun = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Let shots, or a pipeline's steps, go on that wait for you to look at them."""
    _run(film, "approve", {"shots": shots or None, "keys": keys or None}, output, home, as_json, dry_run)


def _number(typed: str) -> object:
    """The number, or what is none as it was typed: told as that."""
    found = number(typed)
    return typed if found is None else found


def _run(
    film: str,
    name: _Update,
    said: Mapping[str, object],
    output: str | None,
    home: str | None,
    as_json: bool,
    dry_run: bool,
) -> None:
    async def directed() -> int:
        # Before any server is started for it.
        value = _value(name, {field: each for field, each in said.items() if each is not None})
        if dry_run:
            return await _show(home, film, name, value, as_json)
        if output is not None:
            from starter.place import place_for

            place_for(output, film)
        return await decide(home, film, name, value, output, as_json)

    run(directed, as_json)


def _value(name: _Update, said: dict[str, object]) -> dict[str, Any]:
    """What is sent. Raises `InvalidAnswer` for what no film could read."""
    if name == "retake" and said and not said.keys() & {"shot", "sheet"}:
        raise InvalidAnswer("Name the shot whose chunk or words are meant: `reel retake ID SHOT …`")
    if name == "retake" and "sheet" in said and said.keys() & {"shot", "chunk"}:
        raise InvalidAnswer("A sheet is the film's, and no shot's: `reel retake ID --sheet NAME`")
    if name == "use" and said.keys() not in ({"shot", "version"}, {"plan"}):
        raise InvalidAnswer("Name a shot and its version, or a plan: `reel use ID SHOT VERSION`, `--plan N`")
    if said.keys() & {"prompt", "model"}:
        return _step_value(said)
    if keys := said.get("keys"):
        return {
            **_value(name, {field: each for field, each in said.items() if field != "keys"}),
            "keys": _keys(keys),
        }
    lists = {field: tuple(each) for field, each in said.items() if isinstance(each, list)}
    try:
        asked = _KINDS[name].model_validate(said | lists)
    except ValidationError as error:
        field = str(error.errors(include_url=False)[0]["loc"][0])
        typed = said.get(field)
        quoted = ", ".join(map(str, typed)) if isinstance(typed, list) else str(typed)
        raise InvalidAnswer(f"{quoted[:40]} {_WRONG[field]}") from None
    if isinstance(asked, Use) and asked.version is not None and not _is_version(asked.version):
        raise InvalidAnswer(f"{asked.version[:40]} {_WRONG['version']}")
    return asked.model_dump(mode="json", exclude_unset=True)


def _step_value(said: Mapping[str, object]) -> dict[str, Any]:
    """Of a pipeline's step, which alone has another prompt, or another model. Raises `InvalidAnswer`."""
    if said.keys() & {"chunk", "sheet"} or said.keys() >= {"prompt", "words"}:
        raise InvalidAnswer(
            "A step is told other words or another prompt, and has another model: "
            "`reel retake ID STEP --prompt WORDS --model ID`"
        )
    sent = {{"shot": "step"}.get(field, field): each for field, each in said.items()}
    try:
        asked = RetakeStep.model_validate(sent)
    except ValidationError as error:
        field = str(error.errors(include_url=False)[0]["loc"][0])
        raise InvalidAnswer(f"{str(sent[field])[:40]} {_WRONG[field]}") from None
    return asked.model_dump(mode="json", exclude_unset=True)


def _keys(typed: object) -> list[str]:
    """Raises `InvalidAnswer` for what is the key of nothing."""
    try:
        return list(
            Approval.model_validate({"keys": tuple(typed) if isinstance(typed, list) else typed}).keys
        )
    except ValidationError:
        raise InvalidAnswer(f"{typed} {_WRONG['keys']}") from None


def _is_version(name: str) -> bool:
    rung, dash, take = name.partition("-")
    if rung == "take" and take.isdecimal():
        return True
    return rung in RUNGS and (not dash or take.isdecimal())


async def _show(home: str | None, film: str, name: _Update, value: dict[str, Any], as_json: bool) -> int:
    with interruptible():
        from starter.dry_edit import show_edit

        return await show_edit(settings_of(home, film), film, name, value, as_json)
