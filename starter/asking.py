"""The options in which a film is asked for, shared by the commands that take them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from starter.brief import Brief, brief
from starter.outcome import refuse_request
from workflows.studio import InvalidRequest

# Numbers are taken as text: the request's own validator names what is wrong, all of it at once.
Prompt = Annotated[str, typer.Argument(help="What the film is about.")]
Duration = Annotated[
    str | None, typer.Option(metavar="S", help="Seconds, 5 to 120 in steps of 5; else from the prompt.")
]
Aspect = Annotated[str | None, typer.Option(metavar="16:9|9:16|1:1|4:5", help="Default 16:9.")]
Size = Annotated[str | None, typer.Option(metavar="360p|720p|1080p", help="The short side; default 720p.")]
Fps = Annotated[str | None, typer.Option(metavar="8|16|24|25|30", help="Default 24.")]
Product = Annotated[
    str | None, typer.Option(metavar="IMAGE", help="A product photo, a file or URL: PNG, JPEG or WebP.")
]
References = Annotated[
    list[str] | None, typer.Option(metavar="IMAGE", help="A further image for the planner; repeatable.")
]
Profile = Annotated[
    str | None,
    typer.Option(metavar="animatic|draft|final", help="Which models; all but animatic are paid."),
]
Model = Annotated[
    list[str] | None, typer.Option(metavar="ROLE=ID", help="Another model, such as video=…; repeatable.")
]
Budget = Annotated[str | None, typer.Option(metavar="USD", help="What the film may cost in all; default 5.")]
Genre = Annotated[
    str | None,
    typer.Option(
        metavar="GENRE",
        help="product, place, service, explainer, greeting, announcement, story or other; else read from the "
        "prompt.",
    ),
]
Enhance = Annotated[
    str | None, typer.Option(metavar="off|subtle|moderate|wild", help="Embellish the prompts.")
]
Style = Annotated[str | None, typer.Option(metavar="WORDS", help="Style words, such as 'warm minimal'.")]
Creativity = Annotated[
    str | None, typer.Option(metavar="0..1", help="0 keeps to the archetype, 1 roams; default 0.5.")
]
Take = Annotated[str | None, typer.Option(metavar="N", help="Another take of the same request; default 1.")]
Id = Annotated[str | None, typer.Option(help="The film's workflow id, instead of a derived one.")]
Plan = Annotated[str | None, typer.Option(metavar="PLAN.json", help="A plan of your own; see `reel schema`.")]
Music = Annotated[bool, typer.Option("--music/--no-music", help="With or without a soundtrack.")]
Titles = Annotated[bool, typer.Option("--titles/--no-titles", help="With or without words on it.")]

# What the request calls an option, where it is not called so itself.
_FIELDS = {
    "prompt": "prompt",
    "duration": "duration_s",
    "aspect": "aspect",
    "size": "size",
    "fps": "fps",
    "style": "style",
    "creativity": "creativity",
    "take": "take",
    "music": "music",
    "titles": "titles",
    "profile": "profile",
    "budget": "budget_usd",
    "genre": "genre",
    "enhance": "prompt_enhancer",
}


def asked(typed: Mapping[str, Any], as_json: bool) -> Brief:
    """The brief of what was typed, by the names of a command's parameters; ends the command where it
    cannot be used."""
    try:
        return brief(
            {field: typed[option] for option, field in _FIELDS.items()},
            product=typed["product"],
            references=typed["reference"] or (),
            models=typed["model"] or (),
            plan=typed["plan"],
            id=typed["id"],
            output=typed.get("output"),
        )
    except InvalidRequest as error:
        refuse_request(error, as_json)
