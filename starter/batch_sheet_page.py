"""The contact sheet as a page: one file of HTML that loads nothing but what it shows. Whatever somebody else
wrote is text in it, never markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from shlex import quote
from statistics import mean
from urllib.parse import quote as url

from activities.studio import document, heading, text
from starter.batch_counts import items_of
from starter.batch_sheet_items import Sheet, Shown
from starter.pages import loads_of, part
from starter.review_page import OURS, buttons
from workflows.batch import STATE_WORDS
from workflows.studio import usd


def page(told: Sheet, standins: str) -> str:
    """All of it; `standins` says that they made it, where they did."""
    title = text(told.progress.title or told.id)
    models = list(dict.fromkeys(_model(one) for one in told.items))
    rows: dict[str, dict[str, list[Shown]]] = {}
    for one in told.items:
        rows.setdefault(one.cells.get("source", ""), {}).setdefault(one.cells.get("prompt", ""), []).append(
            one
        )
    parts = [_head(told, title, standins), _answer(told), _compared(told.items)]
    parts += [_source(told, source, by_prompt, models) for source, by_prompt in rows.items()]
    shown = [*told.sources.values(), *(w for one in told.items for w in (one.film, one.picture) if w)]
    return document(
        OURS,
        title,
        "".join(parts),
        loads=loads_of(shown),
        style=part("review.css", "batch_sheet.css"),
        script=part("review.js"),
    )


def _model(one: Shown) -> str:
    return one.cells.get("model", "")


def _head(told: Sheet, title: str, standins: str) -> str:
    progress = told.progress
    facts = [
        f"<b>{items_of(progress.items)}</b>, <b>{progress.counts.completed:,}</b> completed",
        f"<b>{usd(progress.spent_usd)}</b> spent" if progress.most_usd else "<b>Free</b>",
        f"<code>{text(told.id)}</code>",
    ]
    return heading(title, text(standins), facts)


def _answer(told: Sheet) -> str:
    waiting = [one.row.number for one in told.items if one.row.state == "awaiting_review"]
    if not waiting:
        return ""
    every = f"reel batch approve {quote(told.id)}"
    commands = [
        (every, f"all {len(waiting):,}"),
        (f"{every} {waiting[0]}", "only that; also several: 3 5-9"),
    ]
    return (
        f'<section class="answer"><h2>{len(waiting):,} wait for your approval</h2>'
        f'<div class="commands">{"".join(buttons(commands))}</div></section>'
    )


@dataclass(frozen=True)
class _Figures:
    """What came of one model: USD and seconds are of each that it `made`; None where nobody knows."""

    model: str
    made: int
    score: float | None
    usd: Decimal
    seconds: float | None

    @classmethod
    def of(cls, model: str, items: Sequence[Shown]) -> _Figures:
        made = [one for one in items if _model(one) == model and (one.film or one.picture)]
        spent = sum((one.row.spent_usd for one in made), Decimal(0))
        score, seconds = _mean(one.score for one in made), _mean(one.seconds for one in made)
        return cls(model, len(made), score, spent / max(1, len(made)), seconds)

    @property
    def row(self) -> str:
        return (
            f"<tr><th>{text(self.model)}</th><td>{self.made}</td><td>{_number(self.score, '')}</td>"
            f"<td>{usd(self.usd)}</td><td>{_number(self.seconds, ' s')}</td></tr>"
        )


def _compared(items: Sequence[Shown]) -> str:
    """A row for each model: those that were judged best first, then the cheapest."""
    models = dict.fromkeys(map(_model, items))
    if len(models) < 2:
        return ""
    figures = [_Figures.of(model, items) for model in models]
    figures.sort(key=lambda one: (-(one.score or 0), one.usd))
    return (
        "<section><h2>Models</h2><table><tr><th>Model</th><td>made</td><td>mark</td><td>price each</td>"
        f"<td>time each</td></tr>{''.join(one.row for one in figures)}</table></section>"
    )


def _mean(numbers: Iterable[float | None]) -> float | None:
    there = [one for one in numbers if one is not None]
    return mean(there) if there else None


def _number(said: float | None, unit: str) -> str:
    return "–" if said is None else f"{said:.1f}{unit}"


def _source(told: Sheet, source: str, by_prompt: dict[str, list[Shown]], models: Sequence[str]) -> str:
    where = told.sources.get(source)
    picture = f'<img src="{_link(where)}" alt="">' if where else ""
    name = "" if where or not source else text(source.rpartition("/")[2].partition("?")[0])
    rows = "".join(_row(prompt, items, models) for prompt, items in by_prompt.items())
    return (
        f'<section class="source"><div class="of">{picture}<p class="small">{name}</p></div>{rows}</section>'
    )


def _row(prompt: str, items: Sequence[Shown], models: Sequence[str]) -> str:
    cards = "".join(_card(one) for model in models for one in items if _model(one) == model)
    return f'<h3>{text(prompt)}</h3><div class="shots">{cards}</div>'


def _card(one: Shown) -> str:
    row = one.row
    price = usd(row.spent_usd) if row.spent_usd else "free"
    time = f" · {one.seconds:.1f} s" if one.seconds is not None else ""
    state = "" if row.state == "completed" else f" · {STATE_WORDS[row.state]}"
    why = f'<p class="small soft">{text(row.why)}</p>' if row.why and row.state == "failed" else ""
    return (
        f'<article class="shot" id="item-{row.number}">{_player(one)}<div class="body">'
        f'<p class="small"><b>{row.number}</b> {text(_model(one))}</p>'
        f'<p class="small">{price}{time}{state}</p>{"".join(_said(one))}{why}</div></article>'
    )


def _player(one: Shown) -> str:
    poster = f' poster="{_link(one.picture)}"' if one.picture else ""
    if one.film:
        start = "" if one.picture else "#t=0.1"
        preload = "none" if one.picture else "metadata"
        return (
            f'<video src="{_link(one.film)}{start}"{poster} controls playsinline preload="{preload}"></video>'
        )
    if one.picture:
        return f'<img src="{_link(one.picture)}" alt="" loading="lazy">'
    return f'<div class="none">{STATE_WORDS[one.row.state].capitalize()}</div>'


def _said(one: Shown) -> Iterator[str]:
    for name, said in one.answers.items():
        yield f'<p class="small soft"><b>{text(name)}</b> {text(str(said))}</p>'


def _link(where: str) -> str:
    return escape(where if "://" in where else url(where))
