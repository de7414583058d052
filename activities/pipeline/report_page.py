"""The page that tells what a pipeline was, to be handed on: one file of HTML that needs no network or script.

Whatever somebody else wrote is text in it, never markup.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote as url

from activities.pipeline.reported import ReportedPipeline, ReportedStep
from activities.studio import (
    A_REPORT,
    Picture,
    bought_facts,
    costs_part,
    document,
    figure_of,
    heading,
    notes_part,
    ran_part,
    report_style,
    text,
)
from workflows.studio import usd

#: What it loads: its pictures lie in it, what was delivered beside it.
LOADS = "img-src data: 'self' file:; media-src 'self' file:"
_FILMS = (".mp4", ".webm")
_PICTURES = (".png", ".jpg", ".webp")
# What mail takes, pictures and all; base64 adds a third.
_PICTURES_BYTES = 2_200_000
# Most are pictures of that shape; any other is cut to it.
_RATIO = (16, 9)
_STATES = {"made": "made", "reused": "found finished", "held": "waits", "waiting": "not begun"}


def page(told: ReportedPipeline, output: str | None, standins: bool) -> str:
    """All of it. `output` is the name of the file beside the page; `standins`: they make what is paid."""
    title = text(told.progress.title or told.id)
    parts = (_head(told, title, standins), output_part(output), *(part(told) for part in _PARTS))
    body = "".join((*parts, _foot(output)))
    return document(A_REPORT, title, body, loads=LOADS, style=report_style(), ratio=_RATIO)


def _head(told: ReportedPipeline, title: str, standins: bool) -> str:
    there = sum(one.state in ("made", "reused") for one in told.steps)
    facts = [
        f"<b>{text(told.progress.status.capitalize())}</b>",
        f"<b>{there}</b> of <b>{len(told.steps)}</b> {'step' if len(told.steps) == 1 else 'steps'} there",
        *bought_facts(told, standins),
    ]
    return heading(title, "", facts)


def output_part(output: str | None) -> str:
    """The file of that name beside the page, as far as it can be shown."""
    if output is None:
        shown = "<p>There is nothing to look at.</p>"
    elif output.endswith(_FILMS):
        shown = (
            f'<video src="{url(output)}" controls playsinline preload="metadata" aria-label="Output"></video>'
        )
    elif output.endswith(_PICTURES):
        shown = f'<img src="{url(output)}" alt="Output">'
    else:
        shown = f"<p>What it delivered lies beside this page, in {text(output)}.</p>"
    return f'<section aria-label="Output"><div class="stage">{shown}</div></section>'


def _steps(told: ReportedPipeline) -> str:
    left, cards = _PICTURES_BYTES, []
    for step in told.steps:
        # Of very many steps the later ones go without.
        picture = step.picture if step.picture and len(step.picture.jpeg) <= left else None
        left -= len(picture.jpeg) if picture else 0
        cards.append(_card(step, picture))
    return f'<section><h2>Steps</h2><div class="shots">{"".join(cards)}</div></section>'


def _card(step: ReportedStep, picture: Picture | None) -> str:
    asked = step.asked
    figure = figure_of(picture, asked.id) if picture else '<div class="none">No picture</div>'
    facts = " · ".join(filter(None, (asked.kind.replace("_", " "), step.model)))
    words = f'<p class="small">{text(step.words)}</p>' if step.words else ""
    unwanted = f'<p class="small soft">Not: {text(step.unwanted)}</p>' if step.unwanted else ""
    answer = "".join(
        f"<li><b>{text(name)}</b> <span>{text(str(said))}</span></li>" for name, said in step.answer.items()
    )
    return (
        f'<article class="shot"><div class="pictures">{figure}</div><div class="body">'
        f"<h3>{step.number} {text(asked.id)} <span>{text(facts)}</span></h3>{words}{unwanted}"
        + (f'<ul class="versions">{answer}</ul>' if answer else "")
        + (f'<p class="small soft">{text(made_of)}</p>' if (made_of := _made_of(step)) else "")
        + f'<p class="small soft">{text(_came(step))}</p>'
        + (f'<p class="small soft">{text(step.row.note)}</p>' if step.row.note else "")
        + "</div></article>"
    )


def _made_of(step: ReportedStep) -> str:
    """What it was given, and told to do."""
    inputs = [f"{role}: {', '.join(those)}" for role, those in step.inputs.items()]
    params = [f"{name.replace('_', ' ')}: {said}" for name, said in step.params.items()]
    take = [f"take: {step.take}"] if step.take > 1 else []
    return " · ".join([*inputs, *params, *take])


def _came(step: ReportedStep) -> str:
    """How it stands, and what that took."""
    jobs = len(step.jobs)
    said = [
        _STATES.get(step.state, step.state),
        f"{jobs} {'try' if jobs == 1 else 'tries'}, {usd(step.usd)}" if jobs else "",
        f"{step.seconds:.1f} s" if step.seconds is not None else "",
    ]
    sentence = " · ".join(filter(None, said))
    return f"{sentence[:1].upper()}{sentence[1:]}."


_PARTS = (notes_part, _steps, ran_part, costs_part)


def _foot(output: str | None) -> str:
    kept = f" What it delivered lies beside it, in {text(Path(output).name)}." if output else ""
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return f"<footer>As it stood when this page was written, {now}.{kept}</footer>"
