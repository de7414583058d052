"""The page on which a film is reviewed: one file of HTML that needs no network, and loads nothing but the
film beside it. Whatever somebody else wrote is text in it, never markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from shlex import quote
from urllib.parse import quote as url

from activities.film import LOADS
from activities.studio import data_of, document, figure_of, heading, text
from starter.pages import part
from starter.review_sheets import sheets_of
from starter.reviewed import Reviewed, ReviewedShot
from starter.waits import ways_on, words_of
from workflows.film import RUNGS
from workflows.studio import Progress, VersionProgress, usd

#: How a page begins that this program wrote, and may replace.
OURS = "<!doctype html><!-- reelwright: a review -->"
#: What a person is to do, and what it costs.
Command = tuple[str, str]
_MARKS = {"good": "as asked", "wait": "waits for you", "bad": "not as asked", "": "being made"}


def page(told: Reviewed, film: str | None, standins: bool) -> str:
    """All of it. `film` is the name of the file beside the page; `standins`: they make what is paid."""
    title = text(told.progress.title or told.id)
    head, stage = _head(told, title, standins), _stage(told, film)
    parts = (head, stage, _answer(told), sheets_of(told), _shots(told), _foot(told, film))
    return document(
        OURS,
        title,
        "".join(parts),
        loads=LOADS,
        style=part("review.css"),
        script=part("review.js"),
        ratio=told.frame,
    )


def _head(told: Reviewed, title: str, standins: bool) -> str:
    progress = told.progress
    seconds = sum(row.seconds for row in progress.beats)
    shots = "shot" if len(told.shots) == 1 else "shots"
    limit = f" of {usd(progress.budget_usd)}" if progress.budget_usd is not None else ""
    by = " with stand-ins: no real money" if standins else ""
    facts = [
        f"<b>{'Paused' if progress.paused else progress.status.capitalize()}</b>",
        f"<b>{len(told.shots)}</b> {shots}, <b>{seconds} s</b>",
        f"<b>{progress.as_asked}</b> as asked" if progress.cut is not None else "no cut yet",
        f"<b>{usd(progress.spent_usd)}</b>{limit} spent{by}",
        f"<code>{text(told.id)}</code>",
    ]
    return heading(title, text(told.prompt), facts)


def _stage(told: Reviewed, film: str | None) -> str:
    cut = told.progress.cut
    if film is None:
        player = "<p>There is no cut to watch yet.</p>"
    else:
        player = f'<video src="{url(film)}"{_poster(told)} controls playsinline preload="metadata"></video>'
    strip = "".join(
        f'<a href="#shot-{shot.number}" data-at="{shot.start_s}" class="{_standing(shot, told.progress)}" '
        f'style="--s: {shot.row.seconds or 1}" title="{text(shot.row.id)}">{shot.number} '
        f"{text(shot.row.id.replace('_', ' '))}</a>"
        for shot in told.shots
    )
    label = f"Cut {cut}" if cut is not None else "Film"
    stage = f'<div class="stage">{player}</div><nav class="strip">{strip}</nav>'
    return f'<section aria-label="{label}">{stage}</section>'


def _poster(told: Reviewed) -> str:
    """What stands there before anybody plays it: a frame of what the first shot shows."""
    for shot in told.shots[:1]:
        shown = [one for one in shot.pictures if shot.row.shown and one.caption == shot.row.shown.name]
        return f' poster="{data_of(shown[0])}"' if shown else ""
    return ""


def _answer(told: Reviewed) -> str:
    """What the film waits for, and how it is answered; warnings."""
    waits = [f"<p>{text(_sentence(words_of(wait)))}</p>" for wait in told.progress.waits]
    prices = [shot.asks_usd for shot in told.shots if shot.asks_usd is not None]
    commands = [(way, "") for way in ways_on(told.id, told.progress)]
    if prices:
        every = f"all {len(prices)}, " if len(prices) > 1 else ""
        # The film itself knows best, such as which sheets several shots share.
        asked = (wait.buys_usd for wait in told.progress.waits if wait.reason == "review")
        price = usd(next((one for one in asked if one is not None), sum(prices, Decimal(0))))
        commands = [(f"reel approve {quote(told.id)}", f"{every}about {price}")]
        commands += [way for way in _commands_of_film(told) if way not in commands]
    said = ""
    if waits:
        said = box("It waits for you", "".join(waits) + command_list(commands))
    if told.progress.error:
        said += box("It fails", f"<p>{text(told.progress.error.words)}</p>")
    if told.progress.warnings:
        each = "".join(f"<li>{text(warning)}</li>" for warning in told.progress.warnings)
        said += f'<section><h2>Warnings</h2><ul class="warnings">{each}</ul></section>'
    return said


def box(head: str, body: str) -> str:
    """A part of the page that asks for an answer; `body` is HTML already."""
    return f'<section class="answer"><h2>{head}</h2>{body}</section>'


def _commands_of_film(told: Reviewed) -> list[Command]:
    """What answers waits beside a review."""
    other = told.progress.model_copy(
        update={"waits": tuple(wait for wait in told.progress.waits if wait.reason != "review")}
    )
    return [(way, "") for way in ways_on(told.id, other)]


def _shots(told: Reviewed) -> str:
    cards = "".join(_card(told, shot) for shot in told.shots)
    return f'<section><h2>Shots</h2><div class="shots">{cards}</div></section>' if cards else ""


def _card(told: Reviewed, shot: ReviewedShot) -> str:
    row, kind = shot.row, _standing(shot, told.progress)
    pictures = "".join(figure_of(one, row.id) for one in shot.pictures)
    camera = row.camera.replace("_", " ")
    facts = ", ".join(filter(None, (f"{row.seconds} s" if row.seconds else "", camera)))
    action = f'<p class="soft small">{text(shot.beat.action)}</p>' if shot.beat and shot.beat.action else ""
    why = told.progress.placeholder(row) or (row.why if shot.asks_usd is not None else "")
    return (
        f'<article class="shot" id="shot-{shot.number}">'
        f'<div class="pictures">{pictures or _NO_PICTURE}</div><div class="body">'
        f"<h3>{shot.number} {text(row.id)} <span>{text(facts)}</span></h3>"
        f'<div><span class="mark {kind}">{_MARKS[kind]}</span></div>'
        f'<p class="title">{text(row.title)}</p>{action}'
        f'<p class="small">{text(shot.words)}</p>'
        + (f'<p class="small soft">{text(_sentence(why))}.</p>' if why else "")
        + f'<ul class="versions">{"".join(version_item(one) for one in row.versions)}</ul>'
        f"{command_list([*_fill(told, shot), *commands_of(told.id, shot)])}</div></article>"
    )


def _fill(told: Reviewed, shot: ReviewedShot) -> list[Command]:
    """What would mend it, which comes first."""
    fill = shot.row.fill if told.progress.placeholder(shot.row) else ""
    is_told = fill in [command for command, _ in commands_of(told.id, shot)]
    return [(fill, "fills it")] if fill and not is_told else []


_NO_PICTURE = '<div class="none">No picture yet</div>'


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def version_item(one: VersionProgress) -> str:
    marks = "".join(
        f'<span class="mark {"good" if mark == "shown" else ""}">{mark}</span>'
        for mark, holds in (("shown", one.shown), ("wanted", one.wanted))
        if holds
    )
    facts = " · ".join(filter(None, (one.state, ", ".join(one.models), one.price(), one.why)))
    said = "with the note" if one.note else "in the words"
    words = f'<span class="soft">{said} “{text(one.words)}”</span>' if one.words else ""
    return f'<li><b>{text(one.name)}</b> <span class="soft">{text(facts)}</span> {marks}{words}</li>'


def _standing(shot: ReviewedShot, progress: Progress) -> str:
    steps = {step.name for step in shot.row.steps}
    waits = any(shot.row.id in wait.rows or wait.step in steps for wait in progress.waits)
    if shot.asks_usd is not None or waits:
        return "wait"
    if progress.cut is not None and shot.row.is_as_asked:
        return "good"
    return "bad" if progress.placeholder(shot.row) else ""


def commands_of(id: str, shot: ReviewedShot) -> list[Command]:
    """What a person may type about a shot, each with what it costs."""
    place, wanted = f"{quote(id)} {quote(shot.row.id)}", shot.row.wanted
    commands: list[Command] = []
    if shot.asks_usd is not None:
        commands.append((f"reel approve {place}", f"about {usd(shot.asks_usd)}"))
    rung = wanted.name.rpartition("-")[0] if wanted else "animatic"
    again = f"about {usd(shot.prices[rung])}" if rung in shot.prices else "free" if rung == "animatic" else ""
    if shot.retakes:
        commands.append((f'reel retake {place} --words "…"', again))
    names = [one.name for one in shot.others]
    if rung != "animatic":
        # Also where it is shown by now: whoever does not want to buy says so.
        names = list(dict.fromkeys(["animatic-1", *names]))
    commands += [(f"reel use {place} {quote(name)}", "free") for name in names]
    for other, price in shot.prices.items():
        if RUNGS.index(other) > RUNGS.index(rung):
            commands.append((f"reel upgrade {place} {other}", f"about {usd(price)}"))
    return commands


def command_list(commands: Iterable[Command]) -> str:
    """Each to be copied with a click."""
    return f'<div class="commands">{"".join(buttons(commands))}</div>'


def buttons(commands: Iterable[Command]) -> Iterator[str]:
    for command, note in commands:
        small = f"<small>{text(note)}</small>" if note else ""
        yield f'<button type="button" title="Copy"><code>{text(command)}</code>{small}</button>'


def _foot(told: Reviewed, film: str | None) -> str:
    kept = f" The film lies beside it, in {text(film)}." if film else ""
    return (
        f"<footer>As it stood when this page was written.{kept} Prices are those of the plan's models. "
        f"<code>reel review {text(quote(told.id))}</code> writes it anew.</footer>"
    )
