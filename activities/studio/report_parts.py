"""Knows the parts that the reports of all productions have: pictures within them, what there is to know, what
ran when, and what it cost. Whatever somebody else wrote is text in it, never markup."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files

from activities.studio.html import text
from activities.studio.ran import Bar
from activities.studio.reported import Reported, Sum
from activities.studio.stills import Picture
from workflows.studio import usd


def report_style() -> str:
    """Of every report, beside that of all pages."""
    return files(__package__).joinpath("report.css").read_text()


def bought_facts(told: Reported, standins: bool) -> list[str]:
    """What its head tells of its money and its steps, as HTML; an empty one says nothing."""
    progress, jobs = told.progress, told.total.jobs
    steps = progress.made + progress.reused
    return [
        f"<b>{usd(progress.spent_usd)}</b> spent{' with stand-ins: no real money' if standins else ''}",
        f"<b>{jobs}</b> {'job' if jobs == 1 else 'jobs'} bought",
        f"<b>{progress.reused}</b> of <b>{steps}</b> steps found finished" if steps else "",
        f"<code>{text(told.id)}</code>",
    ]


def figure_of(picture: Picture, shot: str) -> str:
    caption = text(picture.caption)
    return (
        f'<figure><img alt="{caption} of {text(shot)}" src="{data_of(picture)}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def data_of(picture: Picture) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(picture.jpeg).decode()}"


def notes_part(told: Reported) -> str:
    """What failed, what is waited for, and its warnings."""
    progress = told.progress
    said = [*([progress.error.words] if progress.error else []), *(one.words for one in progress.waits)]
    said += [*progress.warnings]
    lines = "".join(f"<li>{text(one)}</li>" for one in said)
    return f'<section><h2>To know</h2><ul class="warnings">{lines}</ul></section>' if lines else ""


def ran_part(told: Reported) -> str:
    """What ran when, as bars on one clock."""
    if not told.bars:
        return "<section><h2>What ran when</h2><p>Its history has expired.</p></section>"
    first = min(bar.began for bar in told.bars)
    last = max(bar.ended or datetime.now(UTC) for bar in told.bars)
    whole = max((last - first).total_seconds(), 1.0)
    rows = "".join(_bar(bar, first, whole, last) for bar in told.bars)
    head = '<tr><th scope="col">Activity</th><th scope="col">When</th><th scope="col">Took</th></tr>'
    return (
        f'<section><h2>What ran when</h2><p class="soft small">{_span(whole)} from first to last: '
        f'<span class="key bought"></span>bought, <span class="key computed"></span>computed here. '
        f"A step that ran again is another activity.</p>"
        f'<table class="ran"><thead>{head}</thead><tbody>{rows}</tbody></table></section>'
    )


def _bar(bar: Bar, first: datetime, whole: float, last: datetime) -> str:
    start = (bar.began - first).total_seconds()
    took = ((bar.ended or last) - bar.began).total_seconds()
    said = ", ".join(
        filter(None, ("" if bar.how == "ended" else bar.how, f"{bar.tries} tries" if bar.tries > 1 else ""))
    )
    place = f"--at: {start / whole * 100:.2f}%; --for: {max(took / whole * 100, 0.4):.2f}%"
    small = f" <small>{text(said)}</small>" if said else ""
    kind = f"bar {bar.work} {bar.how.replace(' ', '-')}"
    return (
        f'<tr><th scope="row">{text(bar.label)}{small}</th>'
        f'<td><span class="lane"><span class="{kind}" style="{place}"></span>'
        f'</span><span class="sr">from {start:.1f} s</span></td><td class="number">{took:.1f} s</td></tr>'
    )


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def costs_part(told: Reported) -> str:
    """By model, by phase and job by job."""
    if not told.bought:
        return "<section><h2>What it cost</h2><p>Nothing: all of it was made here.</p></section>"
    steps = "".join(
        f'<tr><th scope="row">{text(one.towards or one.phase)}</th>'
        f"<td>{text(one.model)}</td><td>{text(one.state)}</td>"
        f'<td class="number">{usd(one.estimate)}</td><td class="number">{usd(one.usd)}</td></tr>'
        for one in told.bought
    )
    head = _columns("For", "Model", "Ended", "Estimate", "Cost")
    return (
        f'<section><h2>What it cost</h2><div class="two">{_sums("Model", told.by_model, told.total)}'
        f"{_sums('Phase', told.by_phase, told.total)}</div><details><summary>Every job</summary>"
        f'<div class="wide" role="region" tabindex="0" aria-label="Every job">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{steps}</tbody></table></div></details></section>"
    )


def _sums(name: str, rows: Sequence[Sum], total: Sum) -> str:
    head = _columns(name, "Jobs", "Estimate", "Cost")
    body = "".join(_sum(one) for one in (*rows, *([total] if len(rows) > 1 else [])))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _columns(*names: str) -> str:
    """Numbers stand under their names."""
    marks = dict.fromkeys(("Jobs", "Estimate", "Cost"), ' class="number"')
    return "".join(f'<th scope="col"{marks.get(name, "")}>{name}</th>' for name in names)


def _sum(one: Sum) -> str:
    doubt = f" <small>{usd(one.in_doubt)} in doubt</small>" if one.in_doubt > Decimal(0) else ""
    return (
        f'<tr><th scope="row">{text(one.name)}</th><td class="number">{one.jobs}</td>'
        f'<td class="number">{usd(one.estimated)}</td><td class="number">{usd(one.spent)}{doubt}</td></tr>'
    )
