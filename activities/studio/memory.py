"""Knows what a film remembers between its runs: what was chosen for its steps, what people changed,
which versions are finished, and its budget."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import JsonValue

from activities.storage import Database
from activities.studio.cuts import NEWEST
from workflows.studio import BudgetEdit, Choice, Edit, KeptVersion

CHOICES = "SELECT step, model, rung FROM film_choice WHERE film = $1 ORDER BY step"

CHOOSE = """
INSERT INTO film_choice (film, step, model, rung) VALUES ($1, $2, $3, $4)
ON CONFLICT (film, step) DO UPDATE SET model = $3, rung = $4, made_at = clock_timestamp()"""

# What is written again, for its answer was lost, stays as it was first written.
ASK = """
INSERT INTO film_edit (film, id, kind, value) VALUES ($1, 'request:' || $2, 'request', $3::text::jsonb)
ON CONFLICT (film, id) DO NOTHING"""

# The id of an update is its run's own: another run may be sent the same. Earlier releases wrote it alone, and
# may have done so for this run: the second writing would be newer than what was set in between.
SET_BUDGET = """
INSERT INTO film_edit (film, id, kind, value)
SELECT $1, concat_ws(':', nullif($2, ''), $3::text), 'budget', $4::text::jsonb
 WHERE NOT EXISTS (
   SELECT 1 FROM film_edit began JOIN film_edit alone USING (film)
    WHERE film = $1 AND began.id = 'request:' || $2 AND alone.id = $3 AND alone.made_at >= began.made_at)
ON CONFLICT (film, id) DO NOTHING"""

EDIT = """
INSERT INTO film_edit (film, id, kind, value) VALUES ($1, $2 || ':' || $3, $4, $5::text::jsonb)
ON CONFLICT (film, id) DO NOTHING"""

SAID = """
SELECT id, kind, value::text AS value FROM film_edit WHERE film = $1 ORDER BY made_at, id"""

# Each of them in the order of the statement that reads it alone.
ALL = f"""
SELECT (SELECT json_agg(json_build_array(id, kind, value) ORDER BY made_at, id)
          FROM film_edit WHERE film = $1)::text AS said,
       (SELECT json_agg(json_build_array(step, model, rung) ORDER BY step)
          FROM film_choice WHERE film = $1)::text AS choices,
       (SELECT json_agg(json_build_array(plan, shot, name, value) ORDER BY made_at, shot, name)
          FROM film_version WHERE film = $1)::text AS versions,
       ({NEWEST}) AS cut"""

KEEP_VERSION = """
INSERT INTO film_version (film, plan, shot, name, value) VALUES ($1, $2, $3, $4, $5::text::jsonb)
ON CONFLICT (film, plan, shot, name) DO UPDATE SET value = EXCLUDED.value"""

VERSIONS = """
SELECT plan, shot, name, value::text AS value FROM film_version WHERE film = $1
 ORDER BY made_at, shot, name"""

# Whoever asks for it again may name another user.
MADE_FOR = """
INSERT INTO made_for (film, user_name, labels) VALUES ($1, $2, $3::text[])
ON CONFLICT (film) DO UPDATE SET user_name = $2, labels = $3, asked_at = clock_timestamp()"""

#: A film remembers what it bought from, whatever became of it: a model may be retired in its midst.
USED_MODELS = """
SELECT model, NULL AS step FROM attempt WHERE payer = $1
 UNION SELECT model, step FROM film_choice WHERE film = $1"""

#: What is said of a budget: by a run's request, by an update.
_OF_BUDGETS = ("request", "budget")


@dataclass(frozen=True)
class Remembered:
    """All that is remembered of a film, each oldest first, and the number of its newest cut."""

    edits: tuple[Edit, ...]
    budgets: tuple[BudgetEdit, ...]
    choices: tuple[Choice, ...]
    versions: tuple[KeptVersion, ...]
    cut: int


class FilmMemory:
    """The memory of all films. Raises what `Database` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, film: str) -> Remembered:
        """In one breath."""
        (row,) = await self._database.rows(ALL, film)
        said, choices, versions = (json.loads(row[of] or "[]") for of in ("said", "choices", "versions"))
        return Remembered(
            *_parted(said),
            tuple(Choice(step=step, model=model, rung=rung) for step, model, rung in choices),
            tuple(
                KeptVersion(row=shot, name=name, plan=plan, value=value)
                for plan, shot, name, value in versions
            ),
            row["cut"],
        )

    async def choices(self, film: str) -> tuple[Choice, ...]:
        """What the ladder or a fallback chose for its steps."""
        rows = await self._database.rows(CHOICES, film)
        return tuple(Choice(step=row["step"], model=row["model"], rung=row["rung"]) for row in rows)

    async def models(self, film: str) -> tuple[frozenset[str], Sequence[tuple[str, str]]]:
        """The models that it has bought from, or was to buy from; and the steps for which one was chosen,
        each with that."""
        rows = await self._database.rows(USED_MODELS, film)
        chosen = [(row["step"], row["model"]) for row in rows if row["step"] is not None]
        return frozenset(row["model"] for row in rows), chosen

    async def choose(self, film: str, choice: Choice) -> None:
        """Remembers the last choice for a step."""
        await self._database.rows(CHOOSE, film, choice.step, choice.model, choice.rung)

    async def edit(self, film: str, run: str, edit: Edit) -> None:
        """Remembers a person's decision; the update that brought it counts once a run."""
        await self._database.rows(EDIT, film, run, edit.id, edit.kind, json.dumps(edit.value))

    async def said(self, film: str) -> tuple[tuple[Edit, ...], tuple[BudgetEdit, ...]]:
        """What people decided but for budgets, and all that was said of its budget, each oldest first."""
        rows = await self._database.rows(SAID, film)
        return _parted([(row["id"], row["kind"], json.loads(row["value"])) for row in rows])

    async def edits(self, film: str) -> tuple[Edit, ...]:
        """What people decided but for budgets, oldest first."""
        return (await self.said(film))[0]

    async def keep_version(self, film: str, version: KeptVersion) -> None:
        """Remembers a finished version; made anew, it is what was made last."""
        value = json.dumps(version.value)
        await self._database.rows(KEEP_VERSION, film, version.plan, version.row, version.name, value)

    async def versions(self, film: str) -> tuple[KeptVersion, ...]:
        rows = await self._database.rows(VERSIONS, film)
        return tuple(
            KeptVersion(row=row["shot"], name=row["name"], plan=row["plan"], value=json.loads(row["value"]))
            for row in rows
        )

    async def set_budget(self, film: str, update: str, usd: Decimal, run: str = "") -> None:
        """Remembers a budget; the `update` of a `run` that set it counts once. To be called after `ask`."""
        await self._database.rows(SET_BUDGET, film, run, update, json.dumps({"usd": str(usd)}))

    async def ask(self, film: str, run: str, usd: Decimal | None) -> None:
        """Remembers the budget that a run's request names, or that it names none."""
        said = json.dumps({"usd": None if usd is None else str(usd)})
        await self._database.rows(ASK, film, run, said)

    async def made_for(self, film: str, user: str, labels: Sequence[str]) -> None:
        """Remembers whose it is, as its newest request says."""
        await self._database.rows(MADE_FOR, film, user, list(dict.fromkeys(labels)))


def _parted(rows: Sequence[tuple[str, str, Any]]) -> tuple[tuple[Edit, ...], tuple[BudgetEdit, ...]]:
    edits = (Edit(id=id, kind=kind, value=value) for id, kind, value in rows if kind not in _OF_BUDGETS)
    return tuple(edits), tuple(_budget(kind, value) for _, kind, value in rows if kind in _OF_BUDGETS)


def _budget(kind: str, value: Mapping[str, JsonValue]) -> BudgetEdit:
    usd = value.get("usd")
    return BudgetEdit(
        by="update" if kind == "budget" else "request", usd=None if usd is None else Decimal(str(usd))
    )
