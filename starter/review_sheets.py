"""The part of a review's page that shows by which pictures people are drawn."""

from __future__ import annotations

from shlex import quote

from activities.studio import figure_of, text
from starter.reviewed import Reviewed, ReviewedSheet
from workflows.studio import usd

_NO_PICTURE = '<div class="none">Not drawn yet</div>'


def sheets_of(told: Reviewed) -> str:
    """A card for each; nothing of a film without."""
    cards = "".join(_card(told.id, sheet) for sheet in told.sheets)
    return f'<section><h2>Characters</h2><div class="shots">{cards}</div></section>' if cards else ""


def _card(id: str, sheet: ReviewedSheet) -> str:
    picture = figure_of(sheet.picture, sheet.name) if sheet.picture else _NO_PICTURE
    again = f'reel retake {quote(id)} --sheet {quote(sheet.name)} --words "…"'
    price = f"<small>about {usd(sheet.price)}, and all that shows it</small>" if sheet.price else ""
    button = f'<button type="button" title="Copy"><code>{text(again)}</code>{price}</button>'
    return (
        f'<article class="shot sheet"><div class="pictures">{picture}</div><div class="body">'
        f"<h3>{text(sheet.name)} <span>{'drawn' if sheet.is_drawn else 'given'}</span></h3>"
        f'<p class="small">{text(sheet.looks)}</p>'
        f'<div class="commands">{button if sheet.is_drawn else ""}</div></div></article>'
    )
