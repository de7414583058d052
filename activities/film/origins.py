"""Knows what films were first made from: their requests, models, plans, and the words that they bought with.

All of it is written once, by whoever comes first (the request: once it is delivered), and never changed: a
release that would word, plan or cast a film otherwise finds what the film is made of. A film that is forked
begins with what the one before keeps.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from activities.film.prompts import Words
from activities.ledger import Recipe
from activities.storage import Database
from activities.studio import USED_MODELS

# Until something is delivered there is no film that another request could be taken for.
ENTER = """
INSERT INTO film (id, request, of_old)
SELECT $1, $2::text::jsonb, EXISTS (SELECT 1 FROM attempt WHERE payer = $1)
ON CONFLICT (id) DO UPDATE SET request = EXCLUDED.request
 WHERE NOT EXISTS (SELECT 1 FROM film_cut WHERE film_cut.film = EXCLUDED.id)"""

FIRST = "SELECT request::text AS request, of_old FROM film WHERE id = $1"

SOURCE = "SELECT request -> 'source' ->> 'film' AS source FROM film WHERE id = $1"

# In one breath, for every step of a film that asks models asks for it first.
CASTING = f"""
SELECT (SELECT models FROM film_profile WHERE film = $1 AND profile = $2)::text AS profile,
       (SELECT json_agg(json_build_array(model, step)) FROM ({USED_MODELS}) AS used)::text AS used,
       (SELECT request -> 'source' ->> 'film' FROM film WHERE id = $1) AS source"""

PROFILE = "SELECT models::text AS models FROM film_profile WHERE film = $1 AND profile = $2"

# What draws keyframes is added to what was kept before a film could have any.
KEEP_PROFILE = """
INSERT INTO film_profile (film, profile, models) VALUES ($1, $2, $3::text::jsonb)
ON CONFLICT (film, profile) DO UPDATE
   SET models = film_profile.models || jsonb_build_object('edit', EXCLUDED.models -> 'edit')
 WHERE EXCLUDED.models ? 'edit' AND NOT film_profile.models ? 'edit'"""

PROMISED = """
SELECT model, facts::text AS facts FROM film_model
 WHERE film = $1 AND model = ANY($2::text[]) AND fps = $3 AND size = $4"""

KEEP_PROMISED = """
INSERT INTO film_model (film, model, fps, size, facts)
SELECT $1, model, $3, $4, facts::jsonb FROM unnest($2::text[], $5::text[]) AS promised (model, facts)
ON CONFLICT DO NOTHING"""

PLAN = """
SELECT kept.plan, kept.engine, (SELECT of_old FROM film WHERE id = $1) AS of_old
  FROM (SELECT) AS one LEFT JOIN (
       SELECT plan, engine FROM film_plan WHERE film = $1 AND asked = ANY($2::text[])
        ORDER BY array_position($2::text[], asked) LIMIT 1) AS kept ON true"""

KEEP_PLAN = """
INSERT INTO film_plan (film, asked, plan, engine) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"""

ALL_WORDS = "SELECT asked, prompt, negative, composed FROM film_wording WHERE film = $1"

# What is there is left as it is, and no row of it is written.
KEEP_WORDS = """
WITH first AS (
  INSERT INTO film_wording (film, asked, facts, prompt, negative, composed)
  VALUES ($1, $2, $3::text::jsonb, $4, $5, $6) ON CONFLICT DO NOTHING
  RETURNING prompt, negative, composed)
SELECT prompt, negative, composed FROM first
 UNION ALL SELECT prompt, negative, composed FROM film_wording WHERE film = $1 AND asked = $2"""

# Whatever the film has already stays: it was there first.
INHERIT = (
    """
INSERT INTO film_profile (film, profile, models)
SELECT $1, profile, models FROM film_profile WHERE film = $2 ON CONFLICT DO NOTHING""",
    """
INSERT INTO film_model (film, model, fps, size, facts)
SELECT $1, model, fps, size, facts FROM film_model WHERE film = $2 ON CONFLICT DO NOTHING""",
    """
INSERT INTO film_wording (film, asked, facts, prompt, negative, composed)
SELECT $1, asked, facts, prompt, negative, composed FROM film_wording WHERE film = $2
ON CONFLICT DO NOTHING""",
)

INHERIT_CHOICES = """
INSERT INTO film_choice (film, step, model, rung)
SELECT $1, step, model, rung FROM film_choice WHERE film = $2 AND step = ANY($3::text[])
ON CONFLICT DO NOTHING"""

_BEFORE = "a.payer = $1 AND (f.id IS NULL OR (f.of_old AND a.intent_at < f.made_at))"

OLD_MODELS = f"""
SELECT DISTINCT a.model FROM attempt a LEFT JOIN film f ON f.id = a.payer WHERE {_BEFORE}"""

OLD_RECIPES = f"""
SELECT r.recipe ->> 'operation' AS operation, r.recipe ->> 'model' AS model,
       (r.recipe -> 'params')::text AS params, min(a.intent_at) AS first
  FROM attempt a JOIN render r ON r.key = a.key LEFT JOIN film f ON f.id = a.payer
 WHERE {_BEFORE} AND a.intent_at >= $2 GROUP BY r.key ORDER BY first"""

STARTS = """
SELECT DISTINCT d.recipe::text AS recipe FROM attempt a
  JOIN render c ON c.key = a.key
  JOIN render d ON d.key IN (c.recipe -> 'inputs' ->> 'start', c.recipe -> 'inputs' ->> 'last_frame')
 WHERE a.payer = $1 AND d.state = 'done' AND d.recipe ->> 'model' = $2"""

# What is fitted to a film, or to its rate, is made by no model.
BOUGHT_AS = """
SELECT b.key, b.recipe ->> 'model' AS model FROM render r JOIN render b ON b.key =
       CASE r.recipe ->> 'operation' WHEN 'fit_image' THEN r.recipe -> 'inputs' ->> 'image'
                                     WHEN 'chunk_at_rate' THEN r.recipe -> 'inputs' ->> 'chunk'
                                     ELSE r.key END
 WHERE r.key = $1"""


# What a scene's clip ends with, also where it was fitted to its film's rate.
ENDS_WITH = """
SELECT COALESCE(c.recipe, r.recipe) -> 'inputs' ->> 'last_frame' AS key
  FROM render r LEFT JOIN render c ON c.key = r.recipe -> 'inputs' ->> 'chunk' WHERE r.key = $1"""


@dataclass(frozen=True)
class First:
    """The request that was first delivered, or is the first to be, as JSON; `of_old` where the film had
    bought something before anything was kept of it."""

    request: Mapping[str, JsonValue]
    of_old: bool


@dataclass(frozen=True)
class Casting:
    """What a film's models follow from: its `profile` by role, None where it never used it; the models that
    it has `used`, or was to use; those `chosen` for a step, each with it; the film that it is forked from."""

    profile: Mapping[str, str] | None
    used: frozenset[str]
    chosen: tuple[tuple[str, str], ...]
    source: str


@dataclass(frozen=True)
class KeptPlan:
    """The key of the plan's recipe, and the rules that it was made or read by."""

    key: str
    engine: str


@dataclass(frozen=True)
class OldRecipe:
    """What a film was asking for before its words were kept."""

    operation: str
    model: str
    params: Mapping[str, JsonValue]


class Origins:
    """The origins of all films. Raises what `Database` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enter(self, film: str, request: Mapping[str, JsonValue]) -> None:
        """Keeps the request that the film was first made from: this one, where nothing was delivered yet."""
        await self._database.rows(ENTER, film, json.dumps(request))

    async def first(self, film: str) -> First | None:
        rows = await self._database.rows(FIRST, film)
        return First(json.loads(rows[0]["request"]), rows[0]["of_old"]) if rows else None

    async def inherit(self, film: str, source: str, choices: Sequence[str]) -> None:
        """Takes over what the film `source` keeps: its profiles, what its models promised, its words, and
        what was chosen for the steps `choices`."""
        for statement in INHERIT:
            await self._database.rows(statement, film, source)
        await self._database.rows(INHERIT_CHOICES, film, source, list(choices))

    async def source(self, film: str) -> str:
        """The film that it was first forked from; empty where it was not."""
        rows = await self._database.rows(SOURCE, film)
        return rows[0]["source"] or "" if rows else ""

    async def casting(self, film: str, profile: str) -> Casting:
        """What the film's models follow from, where it is asked for with this profile."""
        (row,) = await self._database.rows(CASTING, film, profile)
        used = json.loads(row["used"] or "[]")
        return Casting(
            json.loads(row["profile"]) if row["profile"] else None,
            frozenset(model for model, _ in used),
            tuple((step, model) for model, step in used if step is not None),
            row["source"] or "",
        )

    async def profile(self, film: str, name: str) -> Mapping[str, str] | None:
        """Role → model as the profile meant it when the film first used it; None where it never did."""
        rows = await self._database.rows(PROFILE, film, name)
        return json.loads(rows[0]["models"]) if rows else None

    async def keep_profile(self, film: str, name: str, models: Mapping[str, str]) -> None:
        await self._database.rows(KEEP_PROFILE, film, name, json.dumps(models))

    async def promised(
        self, film: str, models: Sequence[str], fps: int, size: str
    ) -> Mapping[str, Mapping[str, JsonValue]]:
        """Rate and lengths of those of the models with which a film of `fps` and `size` was planned, as each
        was when it first was."""
        rows = await self._database.rows(PROMISED, film, list(models), fps, size)
        return {row["model"]: json.loads(row["facts"]) for row in rows}

    async def keep_promised(
        self, film: str, fps: int, size: str, facts: Mapping[str, Mapping[str, JsonValue]]
    ) -> None:
        """`facts` by model."""
        said = [json.dumps(each) for each in facts.values()]
        await self._database.rows(KEEP_PROMISED, film, list(facts), fps, size, said)

    async def plan(self, film: str, asked: Sequence[str]) -> tuple[KeptPlan | None, bool | None]:
        """The plan by the first of these keys that is known; and whether the film is from before anything was
        kept, None where nothing is kept of it yet."""
        (row,) = await self._database.rows(PLAN, film, list(asked))
        return KeptPlan(row["plan"], row["engine"]) if row["plan"] else None, row["of_old"]

    async def keep_plan(self, film: str, asked: str, plan: KeptPlan) -> None:
        await self._database.rows(KEEP_PLAN, film, asked, plan.key, plan.engine)

    async def all_words(self, film: str) -> Mapping[str, Words]:
        """By the digest of their facts."""
        rows = await self._database.rows(ALL_WORDS, film)
        return {row["asked"]: Words(row["prompt"], row["negative"], row["composed"]) for row in rows}

    async def keep_words(self, film: str, asked: str, facts: Mapping[str, JsonValue], words: Words) -> Words:
        """The words that are kept for these facts: the given ones, unless somebody was quicker."""
        while True:
            rows = await self._database.rows(KEEP_WORDS, film, asked, json.dumps(facts), *words)
            # None where somebody else wrote them down in this very moment.
            if rows:
                return Words(rows[0]["prompt"], rows[0]["negative"], rows[0]["composed"])

    async def old_models(self, film: str) -> frozenset[str]:
        """The models that it paid before anything was kept of it."""
        rows = await self._database.rows(OLD_MODELS, film)
        return frozenset(row["model"] for row in rows)

    async def old_recipes(self, film: str, since: datetime) -> tuple[OldRecipe, ...]:
        """What it asked for from then on, before anything was kept of it, in the order of first asking."""
        rows = await self._database.rows(OLD_RECIPES, film, since)
        return tuple(OldRecipe(row["operation"], row["model"], json.loads(row["params"])) for row in rows)

    async def starts(self, film: str, model: str) -> tuple[Recipe, ...]:
        """What a model drew here that the film has bought chunks from, or up to."""
        rows = await self._database.rows(STARTS, film, model)
        return tuple(Recipe.model_validate_json(row["recipe"]) for row in rows)

    async def bought_as(self, key: str) -> tuple[str, str]:
        """The key of what a picture of a film came as, and the model that made it."""
        rows = await self._database.rows(BOUGHT_AS, key)
        return (rows[0]["key"], rows[0]["model"]) if rows else (key, "")

    async def ends_with(self, clip: str) -> str | None:
        """The key of the keyframe that a clip of that key ends with."""
        rows = await self._database.rows(ENDS_WITH, clip)
        return rows[0]["key"] if rows else None
