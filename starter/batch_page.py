"""The page on which a batch is reviewed: one file of HTML that loads nothing but the cuts. Whatever somebody
else wrote is text in it, never markup."""

from __future__ import annotations

from decimal import Decimal
from html import escape
from shlex import quote
from urllib.parse import quote as url

from activities.studio import document, heading, text
from starter.batch_reviewed import ReviewedBatch, WaitingItem
from starter.live import STANDINS
from starter.pages import loads_of, part
from starter.review_page import OURS, Command, buttons
from workflows.studio import usd


def page(told: ReviewedBatch, standins: bool) -> str:
    """All of it; `standins`: they make what is paid."""
    title = text(told.progress.title or told.id)
    parts = (_head(told, title, standins), _answer(told), _items(told), _foot(told))
    return document(
        OURS,
        title,
        "".join(parts),
        loads=loads_of(one.cut for one in told.items if one.cut),
        style=part("review.css", "batch_review.css"),
        script=part("review.js", "batch_review.js"),
    )


def commands_of(id: str, one: WaitingItem) -> list[Command]:
    """What a person may type about an item, each with what it costs."""
    return [
        (f"reel batch approve {quote(id)} {one.item.number}", _price(one.price_usd)),
        (f"reel review {quote(one.item.item)}", "its shots"),
    ]


def _price(amount: Decimal) -> str:
    return f"about {usd(amount)}" if amount else "free"


def _head(told: ReviewedBatch, title: str, standins: bool) -> str:
    progress = told.progress
    limit = f" of {usd(progress.budget_usd)}" if progress.budget_usd is not None else ""
    facts = [
        f"<b>{'Paused' if progress.paused else progress.status.capitalize()}</b>",
        f"<b>{told.waiting:,}</b> of <b>{progress.items:,}</b> items wait for approval",
        f"<b>{usd(progress.spent_usd)}</b>{limit} spent" if progress.most_usd else "<b>Free</b>",
        f"<code>{text(told.id)}</code>",
    ]
    return heading(title, text(STANDINS) if standins else "", facts)


def _answer(told: ReviewedBatch) -> str:
    """How all of it is answered, and what is chosen on the page."""
    if not told.items:
        return '<section class="answer"><h2>Nothing waits for approval</h2></section>'
    every = f"reel batch approve {quote(told.id)}"
    # What waits beyond this page is none whose price is known here.
    price = sum((one.price_usd for one in told.items), Decimal(0))
    note = f"all {told.waiting:,}" + (f", {_price(price)}" if told.waiting == len(told.items) else "")
    some = "".join(buttons([(every, "chosen")]))
    chosen = f'<div class="commands" data-approve="{text(every)}" hidden>{some}</div>'
    return (
        f'<section class="answer"><h2>They wait for you</h2>'
        f'<div class="commands">{"".join(buttons([(every, note)]))}</div>{chosen}</section>'
    )


def _items(told: ReviewedBatch) -> str:
    cards = "".join(_card(told, one) for one in told.items)
    return f'<section><h2>Items</h2><div class="shots">{cards}</div></section>' if cards else ""


def _card(told: ReviewedBatch, one: WaitingItem) -> str:
    number, (width, height) = one.item.number, one.ratio
    if one.cut is None:
        player = '<div class="none">No cut yet</div>'
    elif one.cut.partition("?")[0].endswith((".png", ".jpg", ".webp")):
        source = one.cut if "://" in one.cut else url(one.cut)
        player = f'<img src="{escape(source)}" alt="" loading="lazy">'
    else:
        # A second in, most films show more than their first frame.
        source = one.cut if "://" in one.cut else url(one.cut)
        player = f'<video src="{escape(source)}#t=1" controls playsinline preload="none"></video>'
    most = f", at most {usd(one.most_usd)}" if one.most_usd != one.price_usd else ""
    lines = ", ".join(map(str, one.item.lines[:3])) + (" …" if len(one.item.lines) > 3 else "")
    place = f"line {lines}" if len(one.item.lines) == 1 else f"lines {lines}"
    return (
        f'<article class="shot" id="item-{number}" style="--ratio: {width} / {height}">{player}'
        f'<div class="body"><h3><label><input type="checkbox" data-number="{number}" '
        f'data-usd="{one.price_usd}"><span>{number}</span> {text(one.summary or one.item.item)}</label></h3>'
        f'<p class="small">{text(one.words)}</p>'
        f'<p class="small soft"><code>{text(one.item.item)}</code> · {place}</p>'
        f'<p class="small"><span class="price">{_price(one.price_usd).capitalize()}</span>{most}</p>'
        f'<div class="commands">{"".join(buttons(commands_of(told.id, one)))}</div></div></article>'
    )


def _foot(told: ReviewedBatch) -> str:
    again = f"reel batch review {quote(told.id)}"
    kept = ""
    if told.ends_at:
        kept = f" Its links end on {told.ends_at:%Y-%m-%d at %H:%M} UTC; whoever has them may watch."
    elif any(one.cut for one in told.items):
        kept = " The cuts lie beside it."
    last = told.items[-1].item.number if told.items else 0
    more = (
        f" {told.waiting - len(told.items):,} more wait: <code>{text(again)} --after {last}</code>."
        if told.waiting > len(told.items)
        else ""
    )
    return (
        f"<footer>As it stood when this page was written.{kept}{more} "
        f"<code>{text(again)}</code> writes it anew.</footer>"
    )
