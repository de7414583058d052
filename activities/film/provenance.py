"""Knows how the shots of a film came about, by the ledger's rows: what made them, of what, in what words.

A film names what it is made of by recipes, down to what was bought; so the ledger can tell this of any film,
also of one whose release did not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pydantic import JsonValue

from activities.media import MARKED, SourceType
from activities.storage import Database
from activities.studio import SPENT_ON
from workflows.film import DeliverFilm, ShownShot

LINE = f"""
WITH RECURSIVE line (key) AS (
  SELECT $1::text
   UNION
  SELECT input.value FROM line JOIN render r ON r.key = line.key,
         jsonb_each_text(r.recipe -> 'inputs') AS input)
SELECT r.key, r.object, r.recipe ->> 'operation' AS operation, r.recipe ->> 'model' AS model,
       r.recipe -> 'params' ->> 'prompt' AS prompt, (r.recipe -> 'inputs')::text AS inputs,
       r.made_by IS NOT NULL AS bought, r.facts -> 'media' ->> 'mime' AS mime,
       (r.facts -> 'facts' -> '{MARKED}')::bool AS marked
  FROM line JOIN render r ON r.key = line.key WHERE r.state = 'done' ORDER BY r.key"""

# What a provider has not told counts in full, as it does in the film's account.
COSTS = f"""
SELECT {SPENT_ON} AS spent_on,
       sum(coalesce(a.cost, a.estimate)) AS usd
  FROM attempt a JOIN render r ON r.key = a.key WHERE a.payer = $1 GROUP BY spent_on"""
_PHASES = ("plan", "images", "chunks", "takes")


@dataclass(frozen=True)
class Origin:
    """One thing that a film was made from. `marked`: whether it came with a manifest of its maker's; None
    where nobody has looked."""

    key: str
    object: str
    operation: str
    model: str
    prompt: str | None
    inputs: tuple[str, ...]
    bought: bool
    mime: str
    marked: bool | None


@dataclass(frozen=True)
class Told:
    """All that is known of what a cut shows of a beat. `known` is False where that is nothing."""

    shot: ShownShot
    words: tuple[str, ...]
    bought: tuple[Origin, ...]
    known: bool

    @property
    def said(self) -> dict[str, JsonValue]:
        """As both manifests have it."""
        shot = self.shot
        return {
            "beat": shot.beat_id,
            **({"version": shot.version} if shot.version else {}),
            **({"generated": shot.generated} if self.known else {}),
            "models": list(shot.models),
            "words": list(self.words),
            "sources": list(shot.sources),
        }


class Provenance:
    """Raises what `Database` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def told(self, step: DeliverFilm) -> tuple[Told, ...]:
        """A row a beat, in order: what the film tells of it, and the ledger."""
        rows = await self._database.rows(LINE, step.film.key)
        line = [Origin(**{**dict(row), "inputs": tuple(json.loads(row["inputs"]).values())}) for row in rows]
        shots = step.shots or tuple(
            ShownShot(beat_id=beat.id, footage=tuple(filter(None, (beat.storyboard, *beat.chunks))))
            for beat in step.beats
        )
        return tuple(_told(shot, {origin.key: origin for origin in line}) for shot in shots)

    async def costs(self, film: str) -> dict[str, JsonValue]:
        """What the film has paid so far, USD, by what for: its plan, images, chunks, and further takes of
        either that people asked for."""
        paid = {row["spent_on"]: row["usd"] for row in await self._database.rows(COSTS, film)}
        usd = {phase: paid[phase] for phase in _PHASES if paid.get(phase)}
        return {
            phase: amount_of(each) for phase, each in {**usd, "all": sum(usd.values(), Decimal(0))}.items()
        }


def source_of(shots: Sequence[Told]) -> SourceType:
    """The IPTC's term for a film of these. Nothing is claimed of what nobody knows, and nobody knows whether
    a caller's photo is one."""
    generated = [told.shot.generated for told in shots]
    if any(generated):
        return "trainedAlgorithmicMedia" if all(generated) else "compositeSynthetic"
    drawn = shots and all(told.known and not told.shot.sources for told in shots)
    return "algorithmicMedia" if drawn else "composite"


def amount_of(usd: Decimal) -> str:
    """An amount for a program to read."""
    return f"{usd.normalize():f}"


def _told(shot: ShownShot, line: Mapping[str, Origin]) -> Told:
    found: dict[str, Origin] = {}
    for object in shot.footage:
        for origin in line.values():
            if origin.object == object:
                _follow(origin.key, line, found)
    bought = tuple(origin for origin in found.values() if origin.bought)
    models = [origin.model for origin in found.values() if origin.model]
    uploads = [key for origin in found.values() for key in origin.inputs if key.startswith("uploads/")]
    return Told(
        shot=shot.model_copy(
            update={
                "models": _once(models) or shot.models,
                "sources": _once((*shot.sources, *uploads)),
                "generated": shot.generated or bool(bought),
            }
        ),
        words=_once(filter(None, (*(origin.prompt for origin in bought), shot.words))),
        bought=bought,
        known=bool(found or shot.models or shot.generated),
    )


def _follow(key: str, line: Mapping[str, Origin], found: dict[str, Origin]) -> None:
    """Enters it, and what it was made from."""
    if key in line and key not in found:
        found[key] = line[key]
        for each in line[key].inputs:
            _follow(each, line, found)


def _once(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
