"""Knows what a person is told of each model of the catalogue: role, provider, price, when it was checked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from activities.models import Catalogue, Enhancer, Model, catalogue_of, hosted
from activities.models import VideoModel as _Video
from infra.settings import Settings
from workflows.studio import SHORT_SIDE

#: What a model can be in a film, in the order that it is made in, and what it does in a pipeline.
ROLES = (
    *("planner", "image", "image, along edges", "image, from another", "video", "score"),
    *("upscale image", "upscale video", "remove background"),
)


@dataclass(frozen=True)
class Offered:
    """One model. `role` is what it can play in a film, `profiles` those in which it does; `usable` whether it
    can be bought from here, else `needs` says what that lacks. `confirmed` is what its maker's own pages say,
    of what was `checked` that day. `origin` says who added or changed the entry, empty of one that is ours;
    `price_usd` is None where nobody knows it."""

    id: str
    role: str
    provider: str
    price: str
    price_usd: str | None
    checked: date | None
    confirmed: tuple[str, ...]
    retires_at: date | None
    profiles: tuple[str, ...]
    usable: bool
    needs: str
    origin: str = ""

    @property
    def as_json(self) -> dict[str, Any]:
        days = {name: day.isoformat() for name in ("checked", "retires_at") if (day := getattr(self, name))}
        unsaid = {"needs": self.needs or None, "origin": self.origin or None}
        return {**asdict(self), "checked": None, "retires_at": None, **days, **unsaid}


def offered(settings: Settings) -> tuple[Offered, ...]:
    """All of them, by role; those first that films are made with."""
    catalogue, here, today = catalogue_of(settings), hosted(settings), datetime.now(UTC).date()
    every = (_offered(catalogue, model, here, today) for model in catalogue.models.values())
    return tuple(sorted(every, key=lambda one: (ROLES.index(one.role), not one.profiles, one.id)))


def _offered(catalogue: Catalogue, model: Model, here: frozenset[str], today: date) -> Offered:
    named = {name: profile.model_dump(exclude_none=True) for name, profile in catalogue.profiles.items()}
    sold = model.work == "computes" or model.provider in here
    keys = " and ".join(catalogue.providers[model.provider].needs) if not sold else ""
    gone = f"{model.id} was retired on {model.retires_at}." if model.retired(today) else ""
    return Offered(
        id=model.id,
        role=_role(model),
        provider=model.provider,
        price=_price(model),
        price_usd=None if model.unpriced else f"{model.price_usd.normalize():f}",
        checked=model.checked,
        confirmed=model.confirmed,
        retires_at=model.retires_at,
        profiles=tuple(name for name, parts in named.items() if model.id in parts.values()),
        usable=sold and not gone,
        origin=catalogue.origins.get(model.id, ""),
        needs=gone or ("" if sold else f"{model.provider} sells nothing here: set {keys}."),
    )


def _role(model: Model) -> str:
    if isinstance(model, Enhancer):
        return model.kind.replace("_", " ")
    if "control" in model.parameters:
        return f"{model.kind}, along edges"
    return f"{model.kind}, from another" if model.makes == "image" and model.needs else model.kind


def _price(model: Model) -> str:
    """Of an image, a second, or each length; of what is billed by the token, the most that is expected."""
    if model.work == "computes":
        return "free"
    if model.unpriced:
        return "unknown: by ceiling_usd"
    if isinstance(model, _Video):
        return _of_video(model)
    if isinstance(model, Enhancer):
        return _of_change(model)
    if model.tokens:
        return f"tokens, up to {_usd(model.price_usd)}"
    return _usd(model.price_usd)


def _of_video(model: _Video) -> str:
    if model.per == "second":
        return f"{_usd(model.price_usd)}/s"
    sizes = {size: model.offered(size) for size in SHORT_SIDE}
    prices = {(each.asked_s, model.price(each.asked_s, size)) for size, all in sizes.items() for each in all}
    return ", ".join(f"{_usd(price)}/{seconds.normalize():f} s" for seconds, price in sorted(prices))


def _of_change(model: Enhancer) -> str:
    """Of a megapixel or a second, from the smallest pictures to the largest."""
    prices = [tier.price_usd for tier in model.tiers] or [model.price_usd]
    unit = {"run": "", "megapixel": "/MP", "second": "/s"}[model.per]
    return " to ".join(_usd(price) for price in dict.fromkeys((prices[0], prices[-1]))) + unit


def _usd(amount: Decimal) -> str:
    """Exact, for it is compared."""
    return f"${amount.normalize():f}" if amount else "$0"
