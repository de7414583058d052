"""Knows the films of a chaotic batch: the lines that ask for them, what goes wrong with each, how it ends."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.support.standing import Standins
from workflows.batch.contract import BatchRequest
from workflows.film.contract import VideoRequest
from workflows.film.naming import film_id

#: What becomes of a film, in turn: `twice` stands on two lines, `attached` is made by somebody else already.
FATES = ("made", "free", "made", "refused", "twice", "starved", "made", "attached", "made", "made")
#: In which states one may end.
ENDS: Mapping[str, str] = {"refused": "failed", "starved": "over_budget"}
#: Enough for an image, never for a shot.
LITTLE = "0.01"
_COLUMNS = ("product", "profile", "image", "video", "partial", "budget", "take")
TEMPLATE: Mapping[str, Any] = {
    "prompt": "A 5 second film about a ${product} mug",
    "size": "360p",
    "fps": 8,
    "music": False,
    "preview": False,
    "profile": "${profile}",
    "models": {"image": "${image}", "video": "${video}"},
    "partial": "${partial}",
    "budget_usd": "${budget}",
    "take": "${take}",
    "plan": {
        "beats": [{"id": "hero_shot", "seconds": 5, "prompt": "A ${product} mug", "action": "It turns"}]
    },
}


@dataclass(frozen=True)
class Wanted:
    """One film. `word` is nobody else's."""

    fate: str
    word: str
    take: int

    @property
    def cells(self) -> tuple[str, ...]:
        """Its line; what is left empty is left out of its request."""
        models = ("", "") if self.fate == "free" else ("replicate-flux-schnell", "replicate-wan-2.2-i2v-fast")
        profile = "animatic" if self.fate == "free" else "draft"
        partial = "fail" if self.fate == "refused" else "deliver"
        budget = LITTLE if self.fate == "starved" else ""
        return (self.word, profile, *models, partial, budget, str(self.take))

    @property
    def request(self) -> VideoRequest:
        """What its line asks for."""
        said = json.dumps(TEMPLATE).replace("${product}", self.word)
        raw: dict[str, Any] = json.loads(said)
        _, profile, image, video, partial, budget, take = self.cells
        models = {"image": image, "video": video} if image else {}
        raw |= {"profile": profile, "models": models, "partial": partial, "take": int(take)}
        raw |= {"budget_usd": budget or None}
        return VideoRequest.model_validate_json(json.dumps(raw))

    @property
    def id(self) -> str:
        return film_id(self.request)


def wanted(films: int, draw: random.Random) -> list[Wanted]:
    """So many films, each of its fate."""
    return [
        Wanted(FATES[number % len(FATES)], f"zq{draw.getrandbits(40):010x}", number + 1)
        for number in range(films)
    ]


def table(films: Sequence[Wanted]) -> str:
    """The CSV that asks for them; those that are asked for twice stand at its end once more."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    writer.writerows(film.cells for film in films)
    writer.writerows(film.cells for film in films if film.fate == "twice")
    return out.getvalue()


def request(source: str, at_once: int) -> BatchRequest:
    said = {
        "name": "Chaos", "source": source, "template": TEMPLATE, "budget_usd": 1000, "max_running": at_once,
    }  # fmt: skip
    return BatchRequest.model_validate_json(json.dumps(said))


def order(standins: Standins, films: Sequence[Wanted]) -> None:
    """What goes wrong with their provider: more often than anybody asks for it."""
    for film in films:
        if film.fate == "refused":
            standins.order("replicate", "submit", "content_stable", 12, film.word)


def wrong_of(film: Wanted, row: Mapping[str, Any] | None, runs: int, ledger: Decimal) -> Iterator[str]:
    """What is not as it has to be; `runs` are all runs of its id, `ledger` is what it has cost, USD."""
    name = f"{film.id} ({film.fate})"
    if row is None:
        yield f"{name} is no item"
        return
    state = ENDS.get(film.fate, "completed")
    if row["state"] != state:
        yield f"{name} ended as {row['state']}: {row['why']}"
    elif state == "completed" and not row["whole"]:
        yield f"{name} is not whole: {row['why']}"
    if row["state"] != "failed" and not row["delivered"]:
        yield f"{name} has no cut: {row['why']}"
    # Whose own run had ended in time is begun once more, and finds everything.
    if runs > (2 if film.fate == "attached" else 1) or not runs:
        yield f"{name} was begun {runs} times"
    if row["spent_usd"] != (Decimal(0) if film.fate == "attached" else ledger):
        yield f"{name} says {row['spent_usd']}, the ledger {ledger}"
    if row["reserved_usd"]:
        yield f"{name} has {row['reserved_usd']} held back for it still"
    if len(row["lines"]) != (2 if film.fate == "twice" else 1):
        yield f"{name} is asked for by the lines {row['lines']}"
