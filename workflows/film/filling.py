"""Knows what fills a placeholder: the command that a person may type for it, by why the shot is one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import ROUND_UP, Decimal
from shlex import quote

from workflows.film.review import REVIEW
from workflows.studio import Answer, Wait

#: What switches a provider on, as its entry in the catalogue says; no workflow reads that.
_KEYS: Mapping[str, str] = {
    "fal": "FAL_KEY",
    "google": "GOOGLE_CLOUD_PROJECT",
    "openai": "OPENAI_API_KEY",
    "replicate": "REPLICATE_API_TOKEN",
}
#: What only other words, or another picture, may mend.
_OTHER_WORDS = frozenset({"ContentPolicy", "InvalidInput", "InvalidPlan"})
#: What only another model may mend.
_OTHER_MODEL = frozenset({"ModelGone", "Miscast", "UnknownModel"})
_CENT = Decimal("0.01")
#: What a person types for an update that answers a wait of a step.
_ANSWERS: Mapping[Answer, str] = {
    "set_budget": "reel budget {film} {usd}",
    "accept_risk": "reel accept-risk {film} {step}",
}
#: What has to happen before the command does any good.
_ONCE: Mapping[str, str] = {
    "InsufficientCredit": "once the account with the provider has credit",
    "RateLimited": "once the provider takes more",
    "ProviderUnavailable": "once the provider answers again",
    "ModelResting": "once its model has rested",
    "ObjectMissing": "once the bucket has its files again",
    "BucketMissing": "once the bucket is there again",
    "SubmitOutcomeUnknown": "asks about the order that is in doubt",
    "OutputExpired": "asks whether it is bought once more",
    **dict.fromkeys(_OTHER_MODEL, "once the request's `models` name another"),
}


def answered_by(film: str, wait: Wait) -> str:
    """The commands that answer what a step waits for, fit for a shell, each with the update that it sends."""
    ways = []
    for answer, sent in wait.updates.items():
        said = {name: quote(str(value)) for name, value in sent.items()}
        typed = f"`{_ANSWERS[answer].format(film=quote(film), **said)}`, " if answer in _ANSWERS else ""
        ways.append(f"{typed}the update {answer} {json.dumps(sent)}")
    return " or ".join(ways)


def unpaid(wait: Wait) -> str:
    """Why a plan that waited for money was not bought, and what would do."""
    enough = wait.updates.get("set_budget", {}).get("usd", "")
    return (
        f"The film's own plan was not paid for: with a budget of ${enough} it is, once it is asked for again."
    )


def fills(
    film: str,
    shot: str,
    type: str,
    rung: str = "draft",
    model: str = "",
    needs_usd: Decimal | None = None,
    keyframe: str = "",
) -> str:
    """The command that would fill the placeholder of a shot, fit for a shell, with a comment where it alone
    will not do. `type` is that of the error, empty where none is known; `rung` and `model` are what was
    wanted; `needs_usd` is what the film would cost in all, where the budget lacks it; `keyframe` is the scene
    whose keyframe failed, and the option that says it otherwise: no retake changes its words."""
    place = f"{quote(film)} {quote(shot)}"
    again = f"reel upgrade {place} {quote(rung)}"
    if type in _OTHER_WORDS and keyframe:
        return f"reel fork {quote(film)} --shot {keyframe}"
    if type in _OTHER_WORDS:
        return f'reel retake {place} --words "…"'
    if type == "OverBudget":
        enough = "USD" if needs_usd is None else needs_usd.quantize(_CENT, ROUND_UP)
        return f"reel budget {quote(film)} {enough}"
    if type == REVIEW:
        return f"reel approve {place}"
    if type == "Unauthorized":
        key = next((key for name, key in _KEYS.items() if model.startswith(f"{name}-")), None)
        return f"{key}=… {again}" if key else f"{again}  # once its provider's key is set"
    if type in _OTHER_MODEL and rung == "draft":
        return f"reel upgrade {place} final"
    return f"{again}  # {_ONCE[type]}" if type in _ONCE else again
