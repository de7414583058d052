"""What a terminal shows while something is made: a bar a row, what runs now, how long it will take."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.style import Style
from rich.table import Table
from rich.text import Text

from starter.batch_counts import counted
from starter.news import News
from starter.standings import cut_words, row_notes
from starter.waits import ways_on, words_of
from workflows.batch import BatchProgress
from workflows.film import FILM
from workflows.studio import Production, Progress, RowProgress, StepProgress, usd

_DONE = ("made", "reused")
_MARK = {"waiting": "·", "running": "▸", "made": "●", "reused": "○", "failed": "✕", "held": "?"}
# A bar is read at a glance: at its widest it fits, with its words, into 80 columns, and gives way below.
_BAR_WIDTH, _WORDS_WIDTH = 24, 56
# What a row shows, such as `animatic-1`, takes its place from the bar.
_SHOWN_WIDTH = 12
# What stands around the beats in the terminal's height: title, state, cut, link, hint, steps, warnings.
_OTHER_LINES = 9
_STARTING = "Starting the studio"
#: Said wherever paid work or its price is shown that stand-ins of the providers do.
STANDINS = "Stand-ins make this: the pictures are theirs, and no dollar of it is paid."


def moves(console: Console) -> bool:
    """Whether a table may change in place: what moves no cursor is told line by line, like a file."""
    return console.is_terminal and not console.is_dumb_terminal


class View:
    """A live view on a terminal, plain lines anywhere else, nothing where `quiet`. A context manager."""

    def __init__(self, console: Console, quiet: bool = False) -> None:
        self._console = console
        self._quiet = quiet
        self._since = time.monotonic()
        self._doing = _STARTING
        self._page: Page | None = None
        self._news = News("ID")
        self._said_standins = False
        self._live = Live(get_renderable=self._render, console=console, refresh_per_second=4, transient=True)

    def __enter__(self) -> View:
        if self._is_live:
            self._live.start()
        else:
            self._line(f"{_STARTING} …")
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    @property
    def _is_live(self) -> bool:
        return moves(self._console) and not self._quiet

    def say(self, doing: str) -> None:
        """What goes on while there is nothing else to show yet; printed once there is."""
        self._doing = doing
        if not self._is_live or self._page is not None:
            self._line(doing)

    def follow(self, page: Page, owns: bool, cut: int | None = None) -> None:
        """The production that is followed from now on; `owns` where Ctrl-C here stops it. A `cut` that it had
        before is no news."""
        stops = f"Ctrl-C stops the {page.kind.noun}; the same command resumes it"
        page.hint = stops if owns else "Ctrl-C only leaves"
        self._page, self._news = page, News(page.id, cut=cut)
        if not self._is_live:
            self._line(f"{page.id}  {page.link or ''}".rstrip())

    def show(self, progress: Progress) -> None:
        # Its own age, alike in every terminal; what the query says is as old as its last event.
        self._since = min(self._since, time.monotonic() - progress.elapsed_s)
        if self._page is not None:
            self._page.progress = progress
        if not self._is_live:
            if self._page and self._page.sells(progress) and not self._said_standins:
                self._said_standins = True
                self._line(f"! {STANDINS}")
            for line in self._news.lines(progress):
                self._line(line)

    def end(self, status: str) -> None:
        """It has ended so, whether or not a worker told of it in time."""
        if self._page is not None and not self._is_live:
            done = self._page.progress.done if self._page.progress else 0.0
            for line in self._news.end(status, done):
                self._line(line)

    def _line(self, text: str) -> None:
        if not self._quiet:
            self._console.print(plain(text), markup=False, highlight=False, soft_wrap=True)

    def _render(self) -> RenderableType:
        elapsed = time.monotonic() - self._since
        if self._page is None or self._page.progress is None:
            return Text.assemble((f"{self._doing} …  ", "bold"), (clock(elapsed), "dim"))
        self._page.elapsed = elapsed
        return self._page


class Page:
    """The whole view of one production of a `kind`, as something that rich can draw at any width and height.
    Its link is drawn on a terminal only: elsewhere it would be cut to the width. `standins`: these sell what
    is paid for."""

    def __init__(
        self, id: str, link: str | None, kind: Production[Any, Any] = FILM, standins: bool = False
    ) -> None:
        self.id, self.link, self.kind = id, link, kind
        self._standins = standins
        #: What a key does here, said while it runs.
        self.hint = ""
        self.progress: Progress | None = None
        self.elapsed = 0.0

    def sells(self, progress: Progress) -> bool:
        """Whether stand-ins are paid for it: as its worker says, or as this home does, where anything is
        paid."""
        # Only what is paid for has a budget.
        return (self._standins or progress.standins) and progress.budget_usd is not None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.progress is not None:
            yield Group(*self._lines(self.progress, console, options))

    def _lines(
        self, progress: Progress, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        title = plain(progress.title) or f"A {self.kind.noun}"
        yield _cut(Text.assemble((title, "bold"), (f"  {self.id}", "dim")))
        yield _cut(self._state(progress))
        if isinstance(progress, BatchProgress):
            yield Text(counted(progress.counts), style="green")
        elif words := cut_words(progress):
            yield _cut(Text(plain(words), style="green"))
        notes = self._notes(progress)
        room = max(4, (options.height or options.size.height) - _OTHER_LINES - len(notes))
        taken = _WORDS_WIDTH + _SHOWN_WIDTH * progress.tells_versions
        bar = max(0, min(_BAR_WIDTH, options.max_width - taken))
        yield _rows(progress, self.kind.row, room, bar)
        if progress.film_steps:
            yield _cut(Text("   ").join(_step(step) for step in progress.film_steps))
        for wait in progress.waits:
            # That it is paused stands in its state.
            if wait.reason != "paused":
                yield Text(f"? waits for {plain(words_of(wait))}", style="bold yellow")
        for way in ways_on(self.id, progress):
            yield Text(f"  {way}", style="yellow")
        if progress.error:
            yield Text(f"✕ {plain(progress.error.words)}", style="red")
        for text in notes:
            yield Text(f"! {plain(text)}", style="yellow")
        if self.link and console.is_terminal:
            # A terminal that knows hyperlinks opens it; in all others it stands there to be copied.
            yield Text(self.link, style=Style(dim=True, link=self.link), overflow="fold")
        if self.hint and progress.status in ("planning", "rendering"):
            yield Text(self.hint, style="dim")

    def _notes(self, progress: Progress) -> tuple[str, ...]:
        return (*progress.warnings, *([STANDINS] if self.sells(progress) else []))

    def _state(self, progress: Progress) -> Text:
        state = "paused: `reel resume` goes on" if progress.paused else _STATES.get(progress.status, "")
        expected = ""
        if progress.expected_s is not None and not progress.paused:
            left = max(0.0, progress.expected_s - progress.elapsed_s)
            expected = f" of about {clock(self.elapsed + left)}"
        limit = progress.budget_usd
        money = "" if limit is None else f"  {usd(progress.spent_usd)} of {usd(limit)}"
        return Text.assemble(
            (state or progress.status, "bold yellow" if progress.paused else "bold"),
            f"  {progress.done:.0%}  {clock(self.elapsed)}{expected}{money}",
        )


_STATES = {"stopping": "stopping: what is finished is kept"}


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def plain(text: object) -> str:
    """Somebody's words on one line: nothing in them moves a cursor or turns the direction of writing."""
    return "".join(c if c.isprintable() else " " for c in str(text))


def _rows(progress: Progress, noun: str, room: int, bar: int) -> RenderableType:
    """A line a row of the board, which people call a `noun`; where they do not all fit, first those that are
    not finished yet."""
    if isinstance(progress, BatchProgress):
        return _items(progress, room)
    table, rows = Table.grid(padding=(0, 2)), progress.beats
    shows = [_SHOWN_WIDTH - 2] if progress.tells_versions else []
    # Of what does not fit, what runs is cut first.
    for least in (2, min(max((len(row.id) for row in rows), default=0), 17), 4, *shows, bar, 4, None):
        table.add_column(no_wrap=True, overflow="ellipsis", min_width=least)
    shown = [(number, row, _share(row)) for number, row in enumerate(rows, 1)]
    finished = [one for one in shown if one[2] == 1.0]
    if len(shown) > room:
        shown = [one for one in shown if one[2] < 1.0][:room]
        table.add_row(Text("✓", style="green"), Text(f"{len(finished)} of {len(rows)} {noun}s finished"))
    for number, row, done in shown:
        table.add_row(*_cells(number, row, done, bar, progress))
    return table


def _items(progress: BatchProgress, room: int) -> RenderableType:
    """What runs, waits or has failed; an item is copied, so that it stays whole."""
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, overflow="ellipsis")
    for row in progress.beats[-room:]:
        table.add_row(row.id, plain(row.title), Text(plain(row.note), style="cyan"))
    return table


def _share(row: RowProgress) -> float:
    # Of what was asked for: what is shown until then is no part of it.
    total = sum(step.weight for step in row.news)
    return sum(step.weight for step in row.news if step.state in _DONE) / total if total else 0.0


def _cells(number: int, row: RowProgress, done: float, bar: int, progress: Progress) -> Iterable[Text]:
    full = round(done * bar)
    shown = row.shown.name if row.shown else "–"
    return (
        Text(f"{number:2d}", style="dim"),
        Text(plain(row.id.replace("_", " "))),
        Text(f"{row.seconds:2d} s" if row.seconds else "", style="dim"),
        *([Text(plain(shown), style="" if row.is_as_asked else "yellow")] if progress.tells_versions else []),
        Text.assemble(("━" * full, "green"), ("─" * (bar - full), "bright_black")),
        Text(f"{done:4.0%}"),
        Text(plain(row_notes(row, progress)), style="cyan"),
    )


def _step(step: StepProgress) -> Text:
    return Text(f"{_MARK[step.state]} {step.label}", style="cyan" if step.state == "running" else "dim")


def _cut(text: Text) -> Text:
    text.no_wrap, text.overflow = True, "ellipsis"
    return text
