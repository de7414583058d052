"""What a terminal shows of several productions at once: a row each, or a line for whatever is new."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.table import Table
from rich.text import Text

from starter.live import moves, plain
from starter.news import News
from starter.waits import waiting_for
from workflows.studio import Progress, attributes, usd

# What stands below the rows: how many there are, and how to leave.
_OTHER_LINES = 2
_BAR_WIDTH, _GAP = 10, 2
# Below this a note says nothing any more; what gives way to it first, by its place.
_NOTE_WIDTH = 16
_BAR, _CUT, _MONEY = 2, 4, 5
_STYLES = {"waiting": "bold yellow", "paused": "bold yellow", "failed": "red", "completed": "green"}


class Crowd:
    """A live table on a terminal, plain lines anywhere else, nothing where `quiet`. A context manager."""

    def __init__(self, console: Console, quiet: bool = False) -> None:
        self._console, self._quiet = console, quiet
        self._rows: dict[str, Row] = {}
        self._doing = "Starting the studio"
        self._live = Live(get_renderable=lambda: self, console=console, refresh_per_second=4, transient=True)

    def __enter__(self) -> Crowd:
        if self._is_live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    @property
    def _is_live(self) -> bool:
        return moves(self._console) and not self._quiet

    def say(self, words: str) -> None:
        """What goes on beside them."""
        self._doing = words
        self._line(words)

    def begin(self, id: str) -> None:
        """One more is followed from now on, or again."""
        self._rows[id] = Row(id)

    def show(self, id: str, progress: Progress) -> None:
        row = self._rows[id]
        row.progress = progress
        if not self._is_live:
            for line in row.news.lines(progress):
                self._line(f"{id}  {line}")

    def end(self, id: str, status: str, why: str = "") -> None:
        """It has ended so; `why` where it failed."""
        row = self._rows[id]
        row.ended, row.why = status, why
        if why:
            self._line(f"{id}  {status}: {why}")
        elif not self._is_live:
            for line in row.news.end(status, row.progress.done if row.progress else 0.0):
                self._line(f"{id}  {line}")

    def _line(self, text: str) -> None:
        if not self._quiet:
            self._console.print(plain(text), markup=False, highlight=False, soft_wrap=True)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if not self._rows:
            yield Text(f"{plain(self._doing)} …", style="bold", no_wrap=True, overflow="ellipsis")
            return
        room = max(1, (options.height or options.size.height) - _OTHER_LINES)
        # What still changes first, the newest last, as it was found.
        rows = sorted(self._rows.values(), key=lambda row: row.ended != "")
        yield _table(rows[:room], options.max_width)
        ended, others = sum(row.ended != "" for row in rows), len(rows) - room
        more = f", {others} not shown" if others > 0 else ""
        yield Text(f"{ended} of {len(rows)} ended{more} · Ctrl-C only leaves", style="dim", no_wrap=True)


class Row:
    """One of them."""

    def __init__(self, id: str) -> None:
        self.id, self.ended, self.why = id, "", ""
        self.news = News(id, steps=False)
        self.progress: Progress | None = None

    @property
    def state(self) -> str:
        """In one word, as `reel list` has it."""
        if self.ended or self.progress is None:
            return self.ended or "…"
        return attributes.status_of(self.progress)

    @property
    def note(self) -> str:
        """What a person should know of it."""
        if self.progress is None or self.why:
            return self.why
        failing = self.progress.error.words if self.progress.error else ""
        return waiting_for(self.progress) or failing


def _table(rows: list[Row], width: int) -> Table:
    """Its columns are as wide as what is in them, but for the notes; where that is too much, some are left
    out."""
    cells = [_cells(row) for row in rows]
    shown = list(range(len(cells[0])))
    for least_needed in (_BAR, _MONEY, _CUT):
        if width - sum(_widest(cells, one) + _GAP for one in shown[:-1]) < _NOTE_WIDTH:
            shown.remove(least_needed)
    # An id is copied, so that it stays whole where there is any room.
    wide = [min(_widest(cells, one), width // 2 if one == 0 else width) for one in shown[:-1]]
    # As wide as it likes, the notes' column would take from the others.
    wide.append(max(0, width - sum(one + _GAP for one in wide)))
    table = Table.grid(padding=(0, _GAP, 0, 0))
    for one in wide:
        table.add_column(no_wrap=True, overflow="ellipsis", width=one)
    for row in cells:
        table.add_row(*(row[one] for one in shown))
    return table


def _widest(cells: list[list[Text]], column: int) -> int:
    return max(row[column].cell_len for row in cells)


def _cells(row: Row) -> list[Text]:
    told = row.progress or Progress(status="planning")
    full = round(told.done * _BAR_WIDTH)
    limit = told.budget_usd
    money = "" if limit is None else f"{usd(told.spent_usd)} of {usd(limit)}"
    return [
        Text(plain(row.id)),
        Text(row.state, style=_STYLES.get(row.state, "bold")),
        Text.assemble(("━" * full, "green"), ("─" * (_BAR_WIDTH - full), "bright_black")),
        Text(f"{told.done:4.0%}" if row.progress else ""),
        Text(f"cut {told.cut}" if told.cut is not None else ""),
        Text(money, style="dim"),
        Text(plain(row.note), style="red" if row.why else "yellow"),
    ]
