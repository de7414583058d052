"""Knows what a chaos run has to prove: what the stand-ins accepted, held against ledger and bucket."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from activities.storage.objects import ObjectStore
from tests.chaos.accounts import bounds, paid, read_at
from tests.chaos.filming import Reel
from tests.chaos.house import House, rows
from tests.chaos.stopped import in_time, meant, wrong_ends

#: The ledger class of everything that is bought here, by provider.
CLASSES = {
    "replicate": "lists its jobs",
    "fal": "lists ended jobs",
    "google": "id, no list",
    "openai": "synchronous, id",
}
LISTS_ALL = ("replicate",)
_LISTS = ("replicate", "fal")
#: Jobs that were paid for, or will be.
_COUNTS = ("queued", "running", "succeeded")
_CLOSED_WELL = ("stored", "stray_settled")

#: Every submit, with whose it is, what it cost, USD, and what became of it.
ATTEMPTS = """
SELECT a.key, a.n, a.tag::text AS tag, a.phase, a.provider, a.model, a.job_id, a.request::text AS request,
       a.estimate, a.cost, a.cost_certain, a.payer, a.error::text AS error, a.intent_at, a.ended_at,
       r.state, r.made_by, r.done_at
  FROM attempt a JOIN render r USING (key) ORDER BY a.intent_at"""
_DONE = "SELECT key, object FROM render WHERE state = 'done'"


@dataclass
class Line:
    """What is counted for one provider."""

    recipes: set[str] = field(default_factory=set)
    submits: int = 0
    #: Submits beside a live or successful one of the same recipe: without and with a person's yes.
    duplicates: int = 0
    accepted: int = 0
    risks: int = 0
    lost: int = 0
    #: Ended without being paid for: failed by the provider, cancelled by a stop.
    ended: int = 0


@dataclass
class Verdict:
    """What was counted, and everything that is wrong, with the rows that prove it."""

    lines: dict[str, Line] = field(default_factory=lambda: {name: Line() for name in CLASSES})
    wrong: list[str] = field(default_factory=list)
    recipes_done: int = 0
    films: int = 0
    completed: int = 0
    #: Jobs that were cancelled at their providers.
    canceled: int = 0
    #: Runs that somebody meant to end, by the kind of production and how; and those that were ended by that.
    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    ended: Counter[tuple[str, str]] = field(default_factory=Counter)


async def judge(house: House, reels: Sequence[Reel]) -> Verdict:
    """Looks at everything that is left, once all films have ended."""
    assert house.stack.standins is not None
    async with httpx.AsyncClient(trust_env=False) as client:
        log = (await client.get(f"{house.stack.standins}/control/log", timeout=30)).json()
    attempts = [dict(row) for row in await rows(house.stack, ATTEMPTS)]
    verdict = Verdict(wrong=list(house.tally.surprises), films=len(reels))
    verdict.ends, verdict.ended = meant(reels), in_time(reels)
    _films(verdict, reels)
    judge_jobs(verdict, log["submits"], attempts)
    await _accounts(verdict, house, reels, attempts)
    verdict.wrong += wrong_ends(reels, await _objects(verdict, house), attempts)
    for row in attempts:
        if row["phase"] in ("intent", "running", "held", "stray"):
            verdict.wrong.append(f"still open at the end: {_shown(row)}")
    return verdict


def _films(verdict: Verdict, reels: Sequence[Reel]) -> None:
    for reel in reels:
        verdict.wrong += reel.wrong
        delivered = getattr(reel.result, str(reel.production.delivers), None)
        if reel.result is not None and reel.result.whole and delivered:
            verdict.completed += 1
        else:
            why = "; ".join(reel.failures) or (reel.result.status if reel.result else "no result")
            verdict.wrong.append(
                f"a {reel.production.noun} of {reel.cast} ({reel.plot}, {reel.word}) is not whole: {why}"
            )


async def _accounts(
    verdict: Verdict, house: House, reels: Sequence[Reel], attempts: Sequence[dict[str, Any]]
) -> None:
    for reel in reels:
        if reel.result is None:
            continue
        mine = [row for row in attempts if row["payer"] == reel.id]
        least = most = paid(mine)
        # Who was asked for once more has asked when all was settled; of others a lost job may end later yet.
        if not reel.ends and (asked_at := await read_at(house.client.get_workflow_handle(reel.id))):
            least, most = bounds(mine, asked_at)
        if not least <= reel.result.spent_usd <= most:
            rows = "\n    ".join(map(_shown, mine))
            told = f"{reel.id} says {reel.result.spent_usd}, the ledger {least} to {most}"
            verdict.wrong.append(f"{told}:\n    {rows}")


def judge_jobs(
    verdict: Verdict, submits: Sequence[dict[str, Any]], attempts: Sequence[dict[str, Any]]
) -> None:
    """Holds every submit that was accepted against the attempts of the ledger."""
    of_recipe: dict[str, list[dict[str, Any]]] = defaultdict(list)
    finder = Finder(attempts)
    for job in submits:
        line = verdict.lines[job["provider"]]
        line.submits += 1
        attempt = finder.attempt_of(job)
        if attempt is None:
            verdict.wrong.append(f"no attempt has sent this: {json.dumps(job)[:900]}")
            continue
        line.recipes.add(attempt["key"])
        of_recipe[attempt["key"]].append(job)
        line.ended += job["state"] not in _COUNTS
        verdict.canceled += job["state"] == "canceled"
        _kept(verdict, line, job, finder.by_job.get((job["provider"], job["id"])), attempt)
    for row in attempts:
        verdict.lines[row["provider"]].risks += _risked(row)
    for key, jobs in of_recipe.items():
        _once(verdict, key, jobs, [row for row in attempts if row["key"] == key])


def _kept(
    verdict: Verdict, line: Line, job: dict[str, Any], known: dict[str, Any] | None, sent: dict[str, Any]
) -> None:
    """What succeeded was paid: it is used or at least accounted for, wherever it can still be known of."""
    if job["state"] != "succeeded":
        return
    if known is not None:
        if known["phase"] not in _CLOSED_WELL:
            line.lost += 1
            verdict.wrong.append(f"paid, and lost though its job is known: {_shown(known)}")
        elif known["cost"] is not None and not known["cost"]:
            verdict.wrong.append(f"paid, and on nobody's account: {_shown(known)}")
    elif job["provider"] in _LISTS:
        line.lost += 1
        verdict.wrong.append(f"paid, and unknown though it is listed: {job['id']} of {_shown(sent)}")
    elif sent["made_by"] is None:
        line.lost += 1
        verdict.wrong.append(f"paid, and its recipe was never made: {_shown(sent)}")


def _once(verdict: Verdict, key: str, jobs: list[dict[str, Any]], mine: list[dict[str, Any]]) -> None:
    counted = [job for job in jobs if job["state"] in _COUNTS]
    risks = sum(_risked(row) for row in mine)
    line = verdict.lines[jobs[0]["provider"]]
    surplus = max(0, len(counted) - 1)
    allowed = 0 if jobs[0]["provider"] in LISTS_ALL else min(surplus, risks)
    line.accepted += allowed
    line.duplicates += surplus - allowed
    if surplus > allowed:
        ids = ", ".join(f"{job['id']} {job['state']} {job['at']}" for job in counted)
        proof = "\n    ".join(_shown(row) for row in mine)
        verdict.wrong.append(f"paid {len(counted)} times: {key}: {ids}\n    {proof}")


async def _objects(verdict: Verdict, house: House) -> Collection[str]:
    """All that there is."""
    store = ObjectStore.of(house.stack.s3)
    try:
        folders = ("renders/", "objects/", "videos/")
        there = {key for folder in folders for key in await store.list(folder)}
    finally:
        store.close()
    done = await rows(house.stack, _DONE)
    verdict.recipes_done = len(done)
    verdict.wrong += [f"done without an object: {row['key']}" for row in done if row["object"] not in there]
    return there


class Finder:
    """Tells which attempt has sent what the stand-ins were given: by its job, its tag, or its very words."""

    def __init__(self, attempts: Sequence[dict[str, Any]]) -> None:
        self.by_job = {(row["provider"], row["job_id"]): row for row in attempts if row["job_id"]}
        self._by_tag = {row["tag"]: row for row in attempts}
        self._by_words = {(row["provider"], words_of(json.loads(row["request"]))): row for row in attempts}

    def attempt_of(self, job: Mapping[str, Any]) -> dict[str, Any] | None:
        found = self.by_job.get((job["provider"], job["id"])) or self._by_tag.get(job["tag"] or "")
        return found or self._by_words.get((job["provider"], words_of(job["input"])))


def words_of(request: Any) -> tuple[str, ...]:
    """The prompt and the seed of a request, wherever they stand in it: films here share neither."""
    return tuple(sorted(f"{name}={value}" for name, value in _leaves(request) if name in ("prompt", "seed")))


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for inner, item in value.items():
            yield from _leaves(item, inner)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, name)
    else:
        yield name, value


def _risked(row: Mapping[str, Any]) -> bool:
    """Whether a person took the risk of paying for it twice."""
    return (json.loads(row["error"] or "null") or {}).get("resolved_by") == "operator"


def _shown(row: Mapping[str, Any]) -> str:
    names = (
        "key",
        "n",
        "phase",
        "provider",
        "model",
        "job_id",
        "estimate",
        "cost",
        "payer",
        "state",
        "made_by",
        "error",
    )
    return " ".join(f"{name}={row.get(name)}" for name in names)
