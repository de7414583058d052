"""`reel review` of a pipeline: what there is of every step, on one page, with the commands that decide."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from shlex import quote
from typing import Any

from activities.pipeline import LOADS, ReportedPipeline, ReportedStep, output_part
from activities.studio import document, figure_of, heading, text
from starter.homes import stands_in
from starter.live import STANDINS
from starter.outcome import MADE, line, print_json
from starter.pages import part, write_page
from starter.place import Place, save
from starter.reported import reported_pipeline
from starter.review_page import OURS, Command, box, command_list, version_item
from starter.run import Run
from starter.session import Session
from starter.waits import looked_at, ways_on, words_of
from workflows.pipeline import KINDS, causes_of, following
from workflows.studio import usd

# As its report has it: most are pictures of that shape, any other is cut to it.
_RATIO = (16, 9)


async def write(session: Session, run: Run[Any], base: Path, opens: bool, as_json: bool) -> int:
    """Writes the page, and beside it what was delivered, and says where. Raises as `reported_pipeline` and
    `write_page` do."""
    told, output = await reported_pipeline(session, run), None
    delivered, store = told.progress.delivered, session.studio.store
    if delivered is not None and await store.exists(delivered):
        place = Place(base.with_name(f"{base.name}-{Path(delivered).name}"), exact=False)
        output = await save(place, delivered, store.get_file)
    standins = bool(told.bought) and stands_in(session.settings)
    written = write_page(base, "review", page(told, output.name if output else None, standins), OURS)
    if as_json:
        print_json({"standins": standins, "page": str(written), "output": str(output or ""), **_json(told)})
        return MADE
    if opens:
        webbrowser.open(written.resolve().as_uri())
    ways = () if opens else ways_on(told.id, told.progress)
    for each in (*([STANDINS] if standins else []), *ways, str(written)):
        line(each)
    return MADE


def _json(told: ReportedPipeline) -> dict[str, Any]:
    progress = told.progress.model_dump(mode="json", include={"status", "title", "waits", "warnings"})
    steps = [
        {
            "number": one.number,
            "id": one.asked.id,
            "words": one.words,
            "versions": [each.model_dump(mode="json") for each in one.row.versions],
            "commands": [command for command, _ in commands_of(told, one)],
        }
        for one in told.steps
    ]
    return {"id": told.id, **progress, "steps": steps}


def page(told: ReportedPipeline, output: str | None, standins: bool) -> str:
    """All of it. `output` is the name of the file beside the page; `standins`: they make what is paid."""
    progress = told.progress
    title = text(progress.title or told.id)
    limit = f" of {usd(progress.budget_usd)}" if progress.budget_usd is not None else ""
    by = " with stand-ins: no real money" if standins else ""
    facts = (
        f"<b>{'Paused' if progress.paused else progress.status.capitalize()}</b>",
        f"<b>{len(told.steps)}</b> {'step' if len(told.steps) == 1 else 'steps'}",
        f"<b>{usd(progress.spent_usd)}</b>{limit} spent{by}",
        f"<code>{text(told.id)}</code>",
    )
    cards = "".join(_card(told, step) for step in told.steps)
    parts = (
        heading(title, "", facts),
        output_part(output),
        _answer(told),
        f'<section><h2>Steps</h2><div class="shots">{cards}</div></section>',
        "<footer>As it stood when this page was written. "
        f"<code>reel review {text(quote(told.id))}</code> writes it anew.</footer>",
    )
    style, script = part("review.css"), part("review.js")
    return document(OURS, title, "".join(parts), loads=LOADS, style=style, script=script, ratio=_RATIO)


def _answer(told: ReportedPipeline) -> str:
    """What it waits for, and how that is answered; why it fails, and warnings."""
    said, progress = "", told.progress
    if progress.waits:
        words = "".join(f"<p>{text(words_of(wait))}</p>" for wait in progress.waits)
        said += box("It waits for you", words + command_list((way, "") for way in ways_on(told.id, progress)))
    if progress.error:
        said += box("It fails", f"<p>{text(progress.error.words)}</p>")
    if progress.warnings:
        each = "".join(f"<li>{text(warning)}</li>" for warning in progress.warnings)
        said += f'<section><h2>Warnings</h2><ul class="warnings">{each}</ul></section>'
    return said


def _card(told: ReportedPipeline, step: ReportedStep) -> str:
    asked, row = step.asked, step.row
    figure = figure_of(step.picture, asked.id) if step.picture else '<div class="none">No picture yet</div>'
    facts = " · ".join(filter(None, (asked.kind.replace("_", " "), step.model)))
    answer = "".join(
        f"<li><b>{text(name)}</b> <span>{text(str(said))}</span></li>" for name, said in step.answer.items()
    )
    versions = "".join(version_item(one) for one in row.versions)
    return (
        f'<article class="shot"><div class="pictures">{figure}</div><div class="body">'
        f"<h3>{step.number} {text(asked.id)} <span>{text(facts)}</span></h3>"
        f'<p class="small">{text(step.words)}</p>'
        + (f'<p class="small soft">{text(row.note)}</p>' if row.note else "")
        + f'<ul class="versions">{answer}{versions}</ul>'
        + f"{command_list(commands_of(told, step))}</div></article>"
    )


def commands_of(told: ReportedPipeline, step: ReportedStep) -> list[Command]:
    """What a person may type about a step, each with what it costs."""
    id, asked = step.asked.id, step.asked
    place, commands = f"{quote(told.id)} {quote(id)}", list[Command]()
    for wait in told.progress.waits:
        if wait.reason == "review" and id in wait.rows:
            commands.append((f"reel approve {quote(told.id)}{looked_at(wait) or f' {quote(id)}'}", ""))
    kind = KINDS.get(asked.kind)
    if kind is None or not kind.comes_out_the_same(asked.model):
        words = "" if kind is not None and kind.words == "none" else ' --words "…"'
        commands.append((f"reel retake {place}{words}", _price(told.steps, id)))
    others = (one.name for one in step.row.versions if one.state == "finished" and not one.shown)
    return [*commands, *((f"reel use {place} {quote(name)}", "what is there is free") for name in others)]


def _price(steps: Sequence[ReportedStep], id: str) -> str:
    """Of a step and what follows from it, as the retake answers."""
    again = following(causes_of(one.asked for one in steps), [id])
    price = sum((one.price_usd for one in steps if one.asked.id in again), Decimal(0))
    with_others = " with what follows" if len(again) > 1 else ""
    return f"about {usd(price)}{with_others}" if price else ""
