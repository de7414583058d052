"""The options in which a film is asked for, shared by the commands that take them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from starter.brief import Brief, brief
from starter.outcome import refuse_request
from workflows.studio import InvalidRequest


@dataclass(frozen=True)
class Typed:
    """A film as it was asked for on a command line, option by option. Numbers are taken as text: the
    request's own validator names what is wrong, all of it at once."""

    prompt: Annotated[str, typer.Argument(help="What the film is about.")]
    duration: Annotated[
        str | None,
        typer.Option(metavar="S", help="5 to 120 s in steps of 5, keyframes 4 to 180; else from the prompt."),
    ] = None
    aspect: Annotated[str | None, typer.Option(metavar="16:9|9:16|1:1|4:5", help="Default 16:9.")] = None
    size: Annotated[
        str | None, typer.Option(metavar="360p|720p|1080p", help="The short side; default 720p.")
    ] = None
    fps: Annotated[str | None, typer.Option(metavar="8|16|24|25|30", help="Default 24.")] = None
    product: Annotated[
        str | None, typer.Option(metavar="IMAGE", help="A product photo, a file or URL: PNG, JPEG or WebP.")
    ] = None
    reference: Annotated[
        list[str] | None, typer.Option(metavar="IMAGE", help="A further image for the planner; repeatable.")
    ] = None
    profile: Annotated[
        str | None,
        typer.Option(metavar="animatic|draft|final", help="Which models; all but animatic are paid."),
    ] = None
    character: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=LOOKS[=IMAGE]",
            help="Who looks the same in every shot, such as 'Anna=a woman in red=anna.png'; repeatable.",
        ),
    ] = None
    sheets: Annotated[
        str | None,
        typer.Option(
            metavar="given|drawn",
            help="Whether characters without an image have one drawn, once; default given.",
        ),
    ] = None
    model: Annotated[
        list[str] | None, typer.Option(metavar="ROLE=ID", help="Another model, such as video=…; repeatable.")
    ] = None
    budget: Annotated[
        str | None, typer.Option(metavar="USD", help="What the film may cost in all; default 5.")
    ] = None
    genre: Annotated[
        str | None,
        typer.Option(
            metavar="GENRE",
            help="product, place, service, explainer, greeting, announcement, story or other; "
            "else read from the prompt.",
        ),
    ] = None
    enhance: Annotated[
        str | None, typer.Option(metavar="off|subtle|moderate|wild", help="Embellish the prompts.")
    ] = None
    style: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Style words, such as 'warm minimal'.")
    ] = None
    creativity: Annotated[
        str | None, typer.Option(metavar="0..1", help="0 keeps to the archetype, 1 roams; default 0.5.")
    ] = None
    take: Annotated[
        str | None, typer.Option(metavar="N", help="Another take of the same request; default 1.")
    ] = None
    label: Annotated[
        list[str] | None,
        typer.Option(metavar="LABEL", help="By what `reel list` finds it, such as a client; repeatable."),
    ] = None
    notify: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="Where it is posted to when it waits or ends; repeatable."),
    ] = None
    user: Annotated[str | None, typer.Option(metavar="NAME", help="Whose film it is.")] = None
    id: Annotated[str | None, typer.Option(help="The film's workflow id, instead of a derived one.")] = None
    plan: Annotated[
        str | None, typer.Option(metavar="PLAN.json", help="A plan of your own; see `reel schema`.")
    ] = None
    music: Annotated[bool, typer.Option("--music/--no-music", help="With or without a soundtrack.")] = True
    titles: Annotated[bool, typer.Option("--titles/--no-titles", help="With or without words on it.")] = True

    continuity: Annotated[
        str | None,
        typer.Option(metavar="chained|anchored", help="A beat's chunks one after the other, or all at once."),
    ] = None
    method: Annotated[
        str | None,
        typer.Option(metavar="beats|keyframes", help="How its pictures come about; default beats."),
    ] = None
    scene_s: Annotated[
        str | None, typer.Option(metavar="S", help="Seconds of a scene, of keyframes; default about 8.")
    ] = None
    crossfade: Annotated[
        str | None,
        typer.Option(metavar="0..1", help="Seconds from scene to scene, of keyframes; default a cut."),
    ] = None

    review: Annotated[
        str | None,
        typer.Option(
            metavar="off|plan|characters|storyboard|cut",
            help="What you approve before it goes on; default off.",
        ),
    ] = None
    partial: Annotated[
        str | None,
        typer.Option(
            metavar="deliver|fail", help="Without some shots: the best cut, or none; default deliver."
        ),
    ] = None
    joins: Annotated[
        str | None,
        typer.Option(
            metavar="off|warn|retake",
            help="Joins between chunks that show, clips that miss a keyframe: what is done; default warn.",
        ),
    ] = None
    preview: Annotated[
        bool, typer.Option("--preview/--no-preview", help="With or without the animatic first.")
    ] = True

    def brief(self, output: str | None = None, *, as_json: bool) -> Brief:
        """What is to be made of it; ends the command where it cannot be used."""
        named = dict(vars(self))
        apart = {name: named.pop(name) for name in ("product", "plan", "id")}
        references, characters, models = (named.pop(name) or () for name in _SEVERAL)
        named["label"], named["notify"] = named["label"] or None, named["notify"] or None
        fields = {_FIELDS.get(option, option): typed for option, typed in named.items()}
        try:
            return brief(
                fields, **apart, references=references, characters=characters, models=models, output=output
            )
        except InvalidRequest as error:
            refuse_request(error, as_json)


#: Options that may be given several times, each of which is read by itself.
_SEVERAL = ("reference", "character", "model")
#: What the request calls an option, where it is not called so itself.
_FIELDS = {"duration": "duration_s", "budget": "budget_usd", "enhance": "prompt_enhancer", "label": "labels"}


def taking_a_film(command: Callable[..., None]) -> Callable[..., None]:
    """A command with all of a film's options before its own; they come to it first, as one `Typed`."""
    options = inspect.signature(Typed, eval_str=True).parameters
    _, *own = inspect.signature(command, eval_str=True).parameters.values()

    @functools.wraps(command)
    def taking(**typed: Any) -> None:
        command(Typed(**{name: typed.pop(name) for name in options}), **typed)

    # Typer reads a command's options from here.
    taking.__signature__ = inspect.Signature([*options.values(), *own])  # type: ignore[attr-defined]
    return taking
