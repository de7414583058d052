"""The page that tells what a film was, to be handed on: one file of HTML that needs no network or script.

Whatever somebody else wrote is text in it, never markup.
"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote as url

from activities.film.reported import ReportedFilm, ReportedShot
from activities.studio import (
    A_REPORT,
    Picture,
    bought_facts,
    costs_part,
    data_of,
    document,
    figure_of,
    heading,
    notes_part,
    ran_part,
    report_style,
    text,
)
from workflows.studio import RowProgress

#: What a page of one film loads: its pictures lie in it, the film beside it.
LOADS = "img-src data:; media-src 'self' file:"
# What mail takes, pictures and all; base64 adds a third.
_PICTURES_BYTES = 2_200_000


def page(told: ReportedFilm, film: str | None, standins: bool) -> str:
    """All of it. `film` is the name of the file beside the page; `standins`: they make what is paid."""
    title = text(told.progress.title or told.id)
    parts = (_head(told, title, standins), _player(told, film), *(part(told) for part in _PARTS))
    body = "".join((*parts, _foot(told, film)))
    return document(A_REPORT, title, body, loads=LOADS, style=report_style(), ratio=told.frame)


def _head(told: ReportedFilm, title: str, standins: bool) -> str:
    progress = told.progress
    cut = f"cut {progress.cut}"
    state = progress.status if told.is_over else cut
    shots = "shot" if len(told.shots) == 1 else "shots"
    facts = [
        f"<b>{text(state.capitalize())}</b>",
        f"<b>{len(told.shots)}</b> {shots}, <b>{sum(row.seconds for row in progress.beats)} s</b>",
        f"<b>{progress.as_asked}</b> as asked" if progress.cut is not None else "no cut yet",
        *bought_facts(told, standins),
    ]
    return heading(title, text(told.prompt), facts)


def _player(told: ReportedFilm, film: str | None) -> str:
    if film is None:
        return '<div class="stage"><p>There is no cut to watch.</p></div>'
    poster = next((f' poster="{data_of(shot.picture)}"' for shot in told.shots if shot.picture), "")
    player = (
        f'<video src="{url(film)}" controls playsinline preload="none" aria-label="The film"{poster}></video>'
    )
    return f'<section aria-label="Cut {told.progress.cut}"><div class="stage">{player}</div></section>'


def _shots(told: ReportedFilm) -> str:
    # The player shows the first once more.
    poster = next((len(shot.picture.jpeg) for shot in told.shots if shot.picture), 0)
    left, cards = _PICTURES_BYTES - poster, []
    for shot in told.shots:
        # Of very many shots the later ones go without.
        picture = shot.picture if shot.picture and len(shot.picture.jpeg) <= left else None
        left -= len(picture.jpeg) if picture else 0
        cards.append(_card(told, shot, picture))
    return f'<section><h2>Shots</h2><div class="shots">{"".join(cards)}</div></section>' if cards else ""


def _card(told: ReportedFilm, shot: ReportedShot, picture: Picture | None) -> str:
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


_PARTS = (notes_part, _shots, ran_part, costs_part)


def _foot(told: ReportedFilm, film: str | None) -> str:
    kept = f" The film lies beside it, in {text(film)}." if film else ""
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return f"<footer>As it stood when this page was written, {now}.{kept}</footer>"
