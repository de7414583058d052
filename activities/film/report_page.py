"""The page that tells what a film was, to be handed on: one file of HTML that needs no network or script.

Whatever somebody else wrote is text in it, never markup.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files
from urllib.parse import quote as url

from activities.film.reported import Reported, ReportedShot, Sum
from activities.film.stills import Picture
from activities.studio import A_REPORT, Bar, document, text
from workflows.studio import RowProgress, usd

#: What a page of one film loads: its pictures lie in it, the film beside it.
LOADS = "img-src data:; media-src 'self' file:"
# What mail takes, pictures and all; base64 adds a third.
_PICTURES_BYTES = 2_200_000


def page(told: Reported, film: str | None, standins: bool) -> str:
    """All of it. `film` is the name of the file beside the page; `standins`: they make what is paid."""
    title = text(told.progress.title or told.id)
    parts = (_head(told, title, standins), _player(told, film), *(part(told) for part in _PARTS))
    style = files(__package__).joinpath("report.css").read_text()
    body = "".join((*parts, _foot(told, film)))
    return document(A_REPORT, title, body, loads=LOADS, style=style, ratio=told.frame)


def figure_of(picture: Picture, shot: str) -> str:
    caption = text(picture.caption)
    return (
        f'<figure><img alt="{caption} of {text(shot)}" src="{data_of(picture)}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def data_of(picture: Picture) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(picture.jpeg).decode()}"


def _head(told: Reported, title: str, standins: bool) -> str:
    progress, total = told.progress, told.total
    steps = progress.made + progress.reused
    cut = f"cut {progress.cut}"
    state = progress.status if told.is_over else cut
    shots = "shot" if len(told.shots) == 1 else "shots"
    jobs = "job" if total.jobs == 1 else "jobs"
    facts = [
        f"<b>{text(state.capitalize())}</b>",
        f"<b>{len(told.shots)}</b> {shots}, <b>{sum(row.seconds for row in progress.beats)} s</b>",
        f"<b>{progress.as_asked}</b> as asked" if progress.cut is not None else "no cut yet",
        f"<b>{usd(progress.spent_usd)}</b> spent{' with stand-ins: no real money' if standins else ''}",
        f"<b>{total.jobs}</b> {jobs} bought",
        f"<b>{progress.reused}</b> of <b>{steps}</b> steps found finished" if steps else "",
        f"<code>{text(told.id)}</code>",
    ]
    said = "".join(f"<span>{fact}</span>" for fact in facts if fact)
    words = f'<p class="soft">{text(told.prompt)}</p>' if told.prompt else ""
    return f'<header><h1>{title}</h1>{words}<div class="facts">{said}</div></header>'


def _player(told: Reported, film: str | None) -> str:
    if film is None:
        return '<div class="stage"><p>There is no cut to watch.</p></div>'
    poster = next((f' poster="{data_of(shot.picture)}"' for shot in told.shots if shot.picture), "")
    player = (
        f'<video src="{url(film)}" controls playsinline preload="none" aria-label="The film"{poster}></video>'
    )
    return f'<section aria-label="Cut {told.progress.cut}"><div class="stage">{player}</div></section>'


def _notes(told: Reported) -> str:
    progress = told.progress
    said = [*([progress.error.words] if progress.error else []), *(one.words for one in progress.waits)]
    said += [*progress.warnings]
    lines = "".join(f"<li>{text(one)}</li>" for one in said)
    return f'<section><h2>To know</h2><ul class="warnings">{lines}</ul></section>' if lines else ""


def _shots(told: Reported) -> str:
    # The player shows the first once more.
    poster = next((len(shot.picture.jpeg) for shot in told.shots if shot.picture), 0)
    left, cards = _PICTURES_BYTES - poster, []
    for shot in told.shots:
        # Of very many shots the later ones go without.
        picture = shot.picture if shot.picture and len(shot.picture.jpeg) <= left else None
        left -= len(picture.jpeg) if picture else 0
        cards.append(_card(told, shot, picture))
    return f'<section><h2>Shots</h2><div class="shots">{"".join(cards)}</div></section>' if cards else ""


def _card(told: Reported, shot: ReportedShot, picture: Picture | None) -> str:
    row = shot.row
    figure = '<div class="none">No picture</div>'
    if picture:
        figure = figure_of(picture, row.id)
    why = told.progress.placeholder(row)
    versions = "".join(
        f'<li><b>{text(one.name)}</b> <span class="soft">'
        + text(" · ".join(filter(None, (one.state, ", ".join(one.models), one.price(), one.why))))
        + f"</span>{' <span class=mark>shown</span>' if one.shown else ''}</li>"
        for one in row.versions
    )
    facts = text(f"{row.seconds} s, {row.camera.replace('_', ' ')}")
    return (
        f'<article class="shot"><div class="pictures">{figure}</div><div class="body">'
        f"<h3>{shot.number} {text(row.id)} <span>{facts}</span></h3>"
        f'<p class="title">{text(row.title)}</p><p class="small">{text(shot.words)}</p>'
        + (f'<p class="small soft">{text(why[:1].upper() + why[1:])}.</p>' if why else "")
        + (f'<p class="small soft">{text(joined)}</p>' if (joined := _joins(row)) else "")
        + (f'<p class="small soft">{text(came)}</p>' if (came := _came(row)) else "")
        + f'<ul class="versions">{versions}</ul></div></article>'
    )


def _joins(row: RowProgress) -> str:
    """How the chunks of what is shown join, how far their colours are from those that they began with, and
    how like their ends are to the images that they were made between."""
    shown = row.shown
    if shown is None or not (shown.seams or shown.colours or shown.ends):
        return ""
    scores = " ".join(f"{score:.2f}" for score in shown.seams)
    offsets = " ".join(f"{one.before:.1f} → {one.after:.1f}" for one in shown.colours)
    said = [f"Joins {scores} (up to 1 is good)"] if scores else []
    said += [f"colours off the first image {offsets} (from 2 on it is seen)"] if offsets else []
    likeness = " ".join(f"{_like(one.first)} → {_like(one.last)}" for one in shown.ends)
    said += [f"ends like their images {likeness} (SSIM, up to 1)"] if likeness else []
    sentence = "; ".join(said)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _came(row: RowProgress) -> str:
    """How the chunks of what is shown came about."""
    said = [
        f"{number}: {one.tries} tr{'y' if one.tries == 1 else 'ies'}"
        + (f", softened {one.softenings} ×" if one.softenings else "")
        + (f", {one.polls} poll{'' if one.polls == 1 else 's'}" if one.polls is not None else "")
        + (f", {one.seconds:.0f} s" if one.seconds is not None else "")
        for number, one in enumerate(row.shown.clips if row.shown else (), 1)
    ]
    return f"Chunks {'; '.join(said)}." if said else ""


def _like(likeness: float | None) -> str:
    return "·" if likeness is None else f"{likeness:.2f}"


def _ran(told: Reported) -> str:
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


def _costs(told: Reported) -> str:
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


_PARTS = (_notes, _shots, _ran, _costs)


def _foot(told: Reported, film: str | None) -> str:
    kept = f" The film lies beside it, in {text(film)}." if film else ""
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return f"<footer>As it stood when this page was written, {now}.{kept}</footer>"
