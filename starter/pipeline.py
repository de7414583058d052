"""`reel run` and `reel animate`: a chain of model calls from a file, and the smallest one from a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from starter.interrupts import interruptible
from starter.live import View
from starter.options import AsJson, Home, settings_of
from starter.outcome import MADE, err
from starter.outcome import run as ended
from starter.steer import amount_of
from workflows.studio import number

if TYPE_CHECKING:
    # Slow imports, for commands that ask no server.
    from starter.pipeline_file import PipelineFile
    from starter.pipeline_running import Wanted

app = typer.Typer()
Budget = Annotated[str | None, typer.Option(metavar="USD", help="What it may cost in all; default 5.")]
Profile = Annotated[
    str | None,
    typer.Option(metavar="animatic|draft|final", help="Whose models; all but animatic are paid."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print what it would cost, and what is there already.")
]
User = Annotated[str | None, typer.Option(metavar="NAME", help="Whose it is.")]


@app.command(epilog="Example: reel run turn.yaml --set colour=red --input image=mug.jpg --save out")
def run(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Steps, in YAML or JSON.")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="What stands for ${NAME} in it; repeatable."),
    ] = None,
    input_: Annotated[
        list[str] | None,
        typer.Option(
            "--input", metavar="[STEP.]ROLE=FILE", help="A file or URL for steps that lack it; repeatable."
        ),
    ] = None,
    bulk: Annotated[
        bool, typer.Option("--bulk", help="Of every source with every prompt on every model in it.")
    ] = False,
    max_running: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=200, help="Of a bulk, how many at a time; default 20."),
    ] = None,
    profile: Profile = None,
    budget: Budget = None,
    user: User = None,
    label: Annotated[
        list[str] | None, typer.Option(metavar="LABEL", help="By what it is found; repeatable.")
    ] = None,
    save: Annotated[
        str | None, typer.Option(metavar="FOLDER", help="Save what each step has made there.")
    ] = None,
    dry_run: DryRun = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Run a chain of steps, each a call of a model or done here; resume it, or follow it where it runs.
    All of it is checked before anything is bought. With --bulk, of every source, prompt and model."""

    async def ran() -> int:
        from starter.pipeline_file import pipeline_of
        from starter.pipeline_running import Wanted

        asked: dict[str, Any] = {
            "profile": profile,
            "budget_usd": _usd(budget),
            "user": user,
            "labels": label or None,
        }
        if bulk or max_running is not None:
            from starter.pipeline_bulk import bulk_of, check_folder
            from starter.pipeline_bulk_running import priced as bulk_priced
            from starter.pipeline_bulk_running import run as bulk_run

            asked["max_running"] = max_running
            settings = settings_of(home)
            if not dry_run:
                check_folder(save)
            many = bulk_of(file, variables=set_ or (), inputs=input_ or (), settings=settings, **asked)
            return await (
                bulk_priced(settings, many, as_json) if dry_run else bulk_run(settings, many, save, as_json)
            )
        found = pipeline_of(file, variables=set_ or (), inputs=input_ or (), **asked)
        return await (_priced(home, found, as_json) if dry_run else _run(home, found, Wanted(save), as_json))

    ended(ran, as_json)


@app.command(
    epilog='Example: reel animate mug.jpg "The mug turns slowly" --model fal-kling-2.6-pro --seconds 5'
)
def animate(
    image: Annotated[str, typer.Argument(metavar="IMAGE", help="A PNG, JPEG or WebP file, or a URL.")],
    prompt: Annotated[str, typer.Argument(help="What happens.")],
    seconds: Annotated[
        str | None, typer.Option(metavar="S", help="One of the model's lengths; default its first.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="ID", help="Of the catalogue; else the profile's.")
    ] = None,
    aspect: Annotated[
        str | None, typer.Option(metavar="16:9|9:16|1:1|4:5", help="Default the image's.")
    ] = None,
    size: Annotated[
        str | None, typer.Option(metavar="360p|720p|1080p", help="The short side; default 720p.")
    ] = None,
    last_frame: Annotated[
        str | None, typer.Option(metavar="IMAGE", help="On which it ends, where the model can.")
    ] = None,
    prompt_optimizer: Annotated[
        bool | None,
        typer.Option(help="Whether the model may word PROMPT anew, where it can; default as it does."),
    ] = None,
    profile: Profile = None,
    budget: Budget = None,
    user: User = None,
    save: Annotated[
        str | None, typer.Option(metavar="FILE", help="Save the clip there, or in that folder.")
    ] = None,
    dry_run: DryRun = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Make one clip of one image and one sentence."""

    async def ran() -> int:
        from starter.pipeline_file import checked, source_of
        from starter.pipeline_running import Wanted, animation

        start, puts = source_of(image, "image")
        end, more = source_of(last_frame, "last_frame") if last_frame else ("", [])
        asked: dict[str, Any] = {"model": model, "aspect": aspect, "size": size}
        asked |= {"profile": profile, "user": user, "prompt_optimizer": prompt_optimizer}
        asked |= {"budget_usd": _usd(budget), "seconds": _number(seconds)}
        value = animation(prompt, [one for one in (start, end) if one], asked)
        found = checked(value, (), [*puts, *more])
        wanted = Wanted(file=save)
        return await (_priced(home, found, as_json) if dry_run else _run(home, found, wanted, as_json))

    ended(ran, as_json)


def _usd(typed: str | None) -> str | None:
    """An amount, as JSON has it. Raises `InvalidRequest`."""
    return None if typed is None else str(amount_of(typed))


def _number(typed: str | None) -> Any:
    """As it was typed where it is none: the request says what is wrong with it."""
    found = None if typed is None else number(typed)
    return typed if found is None else found


async def _priced(home: str | None, file: PipelineFile, as_json: bool) -> int:
    with interruptible():
        from starter import dry_run
        from starter.homes import stands_in
        from starter.pipeline_running import check_models
        from workflows.pipeline import PIPELINE

        settings, request = settings_of(home), file.request
        check_models(request, settings)
        name, estimate = await dry_run.estimate(settings, PIPELINE.workflow, request, PIPELINE.id_of(request))
        standins = estimate.paid and stands_in(settings)
    dry_run.tell(name, estimate, standins, as_json)
    return MADE


async def _run(home: str | None, file: PipelineFile, wanted: Wanted, as_json: bool) -> int:
    with interruptible() as interruptions, View(err, quiet=as_json) as view:
        from starter import pipeline_running

        interruptions.say = view.say
        ran = await pipeline_running.run(settings_of(home), file, wanted, view, interruptions)
    return pipeline_running.tell(ran, as_json)
