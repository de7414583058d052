"""The pages of a production in the Web UI: what was asked for, and live how it stands. Markdown, each made by
one pure function."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from workflows.studio.money import usd
from workflows.studio.report import Progress, RowProgress, StepProgress, StepState

_MARK: dict[StepState, str] = {
    "waiting": "·",
    "running": "▸",
    "made": "●",
    "reused": "○",
    "failed": "✕",
    "held": "?",
}

# Some UI servers put the page into a URL, and proxies cut headers at 8 KB.
_PAGE_BYTES = 4000

# The page is about 60 characters wide: longer cells break into many lines.
_CELL, _SENTENCE = 40, 160

# The key of a cut, in bytes: that of a film with an id of ours takes fewer than 80.
_KEY = 120

# Of what models log, lines: who wants all of them looks at the pending activities.
_LOGS = 3

# Columns of the panel that shows what was asked for, in a monospaced fence.
_LINE = 56
# A failure is told whole, what happened and what to do, as far as the page's bytes allow in any script.
_REASON = 400
# The self-hosted UI draws tables without cell padding; an em space at the end of a cell stands for it.
_PAD = "\u2003"

# Keeps the short cells on one line.
_STAY = "\u00a0"

_LEGEND = _PAD.join(("● made", "○ found finished", "▸ running", "· waiting", "? held", "✕ failed"))

# The UI fills in the names in braces. One page opens from here; the tabs above lead to the rest.
_RUN = "/namespaces/{namespace}/workflows/{workflowId}/{runId}"

_LINKS = " · ".join(
    f"[{words}]({_RUN}/{page})"
    for words, page in (
        ("Timeline", "timeline"),
        ("Pending activities", "pending-activities"),
        ("Event history", "history"),
    )
)

_UNCOPIABLE = re.compile(r"`|\{\w")

# Prose in which no renderer of markdown finds anything to do: words, with marks that end or join them.
_PROSE = re.compile(r"(?!\d+[.)])[^\W_](?:[^\W_]|[ ,’'“”–—…?!%()·/]|[.:;](?= |$)|(?<=[^\W_])[-_](?=[^\W_]))*")


def markdown(progress: Progress, noun: str, row: str) -> str:
    """The page an operator reads: under 4,000 bytes, and nothing that somebody else wrote is ever markup.

    `noun` is what people call such a production, `row` one row of its board. Where a long one does not fit,
    whole rows are left out and counted.
    """
    head = _head(progress, noun, _cut(progress, row) if progress.cut is not None else "")
    seconds = sum(one.seconds for one in progress.beats)
    length = f"{seconds} s" if seconds else ""
    rows = [_numbered(number, one, progress) for number, one in enumerate(progress.beats, 1)]
    whole = _row(noun.capitalize(), length, progress.film_steps, _at_caps(progress))
    foot = [whole] if progress.film_steps else []
    legend = "\n\n".join((_LEGEND, _LINKS)) if rows or foot else ""
    shot = "Shows" if progress.tells_versions else "Shot" if seconds else ""
    logs = [*_logs(progress)]
    return _page(head, _table_head(row, shot), rows, foot, legend, progress.warnings, logs)


def _logs(progress: Progress) -> Iterator[str]:
    """The last lines that models have logged, of what runs now."""
    steps = (step for row in progress.beats for step in row.steps)
    for step in (*steps, *progress.film_steps):
        if step.state == "running" and step.standing and step.standing.log:
            yield f"* {_words(step.label, _CELL)}: {_words(step.standing.log)}"


def markdown_of_many(progress: Progress, noun: str, row: str, counts: Mapping[str, int]) -> str:
    """The same of one whose board has but some of its rows: each is told by its number, what it is, and how
    it stands. `counts` are of all of them, by how they stand."""
    head = _head(progress, noun, " · ".join(f"{number:,} {what}" for what, number in counts.items()))
    rows = [_one_of_many(one) for one in progress.beats]
    return _page(head, _table_head(row, "Id", "State", "Why"), rows, [], _LINKS, progress.warnings)


def _head(progress: Progress, noun: str, made: str) -> list[str]:
    """What it is, how it stands, what is `made` of it, and what it waits for or fails with."""
    head = [f"## {_words(progress.title, _CELL * 2) or f'A {noun}'}", _headline(progress), made]
    if progress.waiting_for:
        limit = _SENTENCE if progress.error else _REASON
        head.append(f"**Waits for** {_words(progress.waiting_for, limit)}")
    if sent := _updates(progress):
        head.append(f"**Send an Update**, under More Actions: {sent}")
    if progress.error:
        head.append(f"**Why it fails** {_words(progress.error.words, _REASON)}")
    return [line for line in head if line]


def _updates(progress: Progress) -> str:
    """What answers the waits, each name with the JSON of the first that takes it: the dialog that sends it
    says no more of what is chosen in it."""
    found: dict[str, str] = {}
    for wait in progress.waits:
        for answer, value in wait.updates.items():
            found.setdefault(answer, json.dumps(value, ensure_ascii=False))
    # To be copied as they stand; the UI would fill in a name in braces.
    told = [f"{name} `{sent}`" for name, sent in found.items() if not _UNCOPIABLE.search(sent)]
    while told and _bytes(" · ".join(told)) > _REASON:
        told.pop()
    return " · ".join(told)


def _page(
    head: Sequence[str],
    table_head: Sequence[str],
    rows: Sequence[str],
    foot: Sequence[str],
    legend: str,
    warnings: Sequence[str],
    logs: Sequence[str] = (),
) -> str:
    # What joins the blocks is counted with them.
    room = _PAGE_BYTES - _bytes("".join([*head, *foot, legend])) - 16
    said = [f"- {_words(text)}" for text in warnings]
    noted = _fitting(["**Warnings**", "", *said], 2, room // 2, lambda left: f"- and {left} more")
    lines = _fitting(
        [*table_head, *rows], 2, room - _bytes(noted), lambda left: _line(f"and {left} more", *[""] * 3)
    )
    table = "\n".join(filter(None, [lines or "\n".join(table_head), *foot])) if rows or foot else ""
    # Of no use where they took the place of anything else.
    left = room - _bytes(noted) - _bytes(lines) - len("\n\n")
    said = ["\n".join(["**Models log**", "", *logs[:most]]) for most in range(min(len(logs), _LOGS), 0, -1)]
    logged = next((one for one in said if _bytes(one) <= left), "")
    return "\n\n".join(filter(None, [*head, table, logged, legend, noted]))


def _headline(progress: Progress) -> str:
    steps = len(progress.film_steps) + sum(len(row.steps) for row in progress.beats)
    state = "paused" if progress.paused else progress.status
    said = [f"**{state.capitalize()}**", f"{progress.done:.0%}"]
    if steps:
        said.append(f"{progress.made + progress.reused} of {steps} steps")
    if progress.reused:
        said.append(f"{progress.reused} found finished")
    spent = max(progress.spent_usd, progress.cost_usd)
    limit = progress.budget_usd
    # Some renderers set what stands between two dollar signs as a formula.
    money = usd(spent) if limit is None else f"{usd(spent)[1:]} of {usd(limit)[1:]} USD"
    said.append(f"{money} (to stand-ins: no real money)" if progress.standins else money)
    if progress.expected_s is not None and not progress.paused:
        said.append(f"about {_span(progress.expected_s)} in all")
    return " · ".join(said)


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _cut(progress: Progress, row: str) -> str:
    """The newest cut: how much of it is as it was asked for, and where it lies."""
    said = f"**Cut {progress.cut}** can be watched"
    if progress.tells_versions:
        rows = len(progress.beats)
        said += f": {progress.as_asked} of {rows} {row}s as asked"
    key = progress.delivered or ""
    # Half a key opens nothing; and why it fails is of more use than what there was before.
    room = not progress.error and _bytes(key) <= _KEY
    return f"{said} · {_words(key, _KEY)}" if key and room else said


def _numbered(number: int, row: RowProgress, progress: Progress) -> str:
    name, at_caps = f"{number}{_STAY}{_words(row.id, _CELL)}", _at_caps(progress)
    if not progress.tells_versions:
        camera = _words(row.camera.replace("_", " "), _CELL)
        return _row(
            name, f"{row.seconds} s {camera}" if row.seconds else camera, row.steps, at_caps, row.note
        )
    shown, wanted = row.shown.name if row.shown else "", row.wanted.name if row.wanted else ""
    why = progress.placeholder(row)
    note = f"not {wanted}: {why}" if why else ""
    return _row(name, _words(shown, _CELL), row.news, at_caps, note, wanted)


def _at_caps(progress: Progress) -> frozenset[str]:
    """The steps that wait for others to make room, and not for whoever reads this."""
    return frozenset(wait.step for wait in progress.waits if wait.reason == "cap")


def _row(
    name: str,
    shot: str,
    steps: Sequence[StepProgress],
    at_caps: Collection[str],
    note: str = "",
    version: str = "",
) -> str:
    # The row says whose they are: of a step's label only the last part is news.
    news = [(step, step.label.rpartition(" · ")[2].removeprefix(f"{version} ")) for step in steps]
    failed = [f"{what} failed" for step, what in news if step.state == "failed"]
    running = [f"{what} {step.note}".rstrip() for step, what in news if step.state == "running"]
    held = [
        f"{what} waits for {'room' if step.name in at_caps else 'you'}"
        for step, what in news
        if step.state == "held"
    ]
    if version and running:
        running[0] = f"{version}: {running[0]}"
    now = ", ".join([*([note] if note else failed), *held, *running])
    marks = "".join(_MARK[step.state] for step in steps[:_CELL])
    return _line(name, shot.replace(" ", _STAY), marks, _words(now, _CELL * 2))


def _line(*cells: str) -> str:
    return "| " + " | ".join(f"{cell}{_PAD}" for cell in cells) + " |"


def _one_of_many(row: RowProgress) -> str:
    """Of what it is, how it stands, and why: the rest of its page is its own."""
    state, _, why = row.note.partition(": ")
    cells = (_words(row.title, _CELL * 2), state.replace(" ", _STAY), _words(why, _CELL * 2))
    return _line(row.id, *cells)


def _table_head(row: str, shot: str, steps: str = "Steps", now: str = "Now") -> tuple[str, str]:
    # An em space in the line of dashes would make a table no table.
    return _line(row.capitalize(), shot, steps, now), "| " + " | ".join([":---"] * 4) + " |"


def _fitting(lines: Sequence[str], head: int, room: int, more: Callable[[int], str]) -> str:
    """The lines in at most `room` bytes: all of them, or whole ones and `more` with how many are left out.

    The first `head` of them always stay; nothing where there are no others.
    """
    for kept in range(len(lines), head - 1, -1):
        rest = [more(len(lines) - kept)] if kept < len(lines) else []
        text = "\n".join([*lines[:kept], *rest])
        if _bytes(text) <= room:
            break
    return text if len(lines) > head else ""


def _bytes(text: str) -> int:
    return len(text.encode())


def _words(text: str, limit: int = _SENTENCE) -> str:
    """Somebody's words on one line: plain where they are prose and nothing else, else as inline code."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    if not line or _PROSE.fullmatch(line):
        return line
    # Inside code a table still ends its cell at a bar, and the UI still fills in `{runId}`.
    return f"`{line.translate(_TAME)}`"


_TAME = str.maketrans({"`": "'", "|": "/", "{": "(", "}": ")"})


def asked_for(words: str, rows: Mapping[str, object]) -> str:
    """What somebody asked for. Their words are fenced by more backticks than they have, and told apart from
    the templates, such as `{runId}`, that the Web UI fills in. Inside a fence nothing wraps by itself."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", words)), default=0))
    said = "\n".join(textwrap.fill(line, _LINE) for line in _untemplated(words).splitlines())
    facts = "".join(
        f"\n- {name}: `{_untemplated(str(value)).replace('`', chr(39))}`" for name, value in rows.items()
    )
    return f"**Asked for**\n\n{fence}\n{said}\n{fence}\n{facts}"


def _untemplated(text: str) -> str:
    return text.replace("{", "{\u200b")
