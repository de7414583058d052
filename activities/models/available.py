"""Knows which paid providers this process has: those whose keys are set, or the stand-ins of all of them."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import SecretStr

from activities.models.catalogue import Catalogue
from activities.models.provider import Provider
from infra.settings import Settings

# Stand-ins ask for a key as the real ones do, and take any.
_NO_KEY = "stand-in"


def open_providers(settings: Settings, standins: str | None) -> dict[str, Provider]:
    """The providers by name. `standins` is the address of the stand-ins, which take the place of all of them;
    None for the real ones. A client is imported only where it is used: some take seconds."""
    openers: dict[str, Callable[[Settings, str | None, frozenset[int]], Provider | None]] = {
        "replicate": _replicate,
        "fal": _fal,
        "openai": _openai,
        "google": _google,
    }
    known = Catalogue.load().providers
    opened = {
        name: open_one(settings, f"{standins}/{name}" if standins else None, frozenset(known[name].refusals))
        for name, open_one in openers.items()
        if name in known
    }
    return {name: provider for name, provider in opened.items() if provider is not None}


def hosted(settings: Settings) -> frozenset[str]:
    """The names of `open_providers`, without opening any."""
    keys = {
        "replicate": settings.replicate_api_token,
        "fal": settings.fal_key,
        "openai": settings.openai_api_key,
        "google": settings.google_cloud_project,
    }
    known = Catalogue.load().providers
    return frozenset(name for name, key in keys.items() if name in known and (key or settings.standins))


def _replicate(settings: Settings, base_url: str | None, refusals: frozenset[int]) -> Provider | None:
    key = _NO_KEY if base_url else _secret(settings.replicate_api_token)
    if key is None:
        return None
    from activities.models.providers.replicate import Replicate

    return Replicate(key, refusals=refusals, base_url=base_url)


def _fal(settings: Settings, base_url: str | None, refusals: frozenset[int]) -> Provider | None:
    key = _NO_KEY if base_url else _secret(settings.fal_key)
    if key is None:
        return None
    from activities.models.providers.fal import Fal

    return Fal(key, refusals=refusals, base_url=base_url)


def _openai(settings: Settings, base_url: str | None, refusals: frozenset[int]) -> Provider | None:
    key = _NO_KEY if base_url else _secret(settings.openai_api_key)
    if key is None:
        return None
    from activities.models.providers.openai import OpenAI

    return OpenAI(key, refusals=refusals, base_url=base_url)


def _google(settings: Settings, base_url: str | None, refusals: frozenset[int]) -> Provider | None:
    project = _NO_KEY if base_url else settings.google_cloud_project
    if project is None:
        return None
    from activities.models.providers.google import Google

    return Google(project, settings.google_cloud_location, refusals=refusals, base_url=base_url)


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value is not None else None
