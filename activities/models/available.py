"""Knows which paid providers this process has: those whose keys are set, or the stand-ins of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pydantic import SecretStr

from activities.models.own import catalogue_of
from activities.models.provider import Provider
from activities.models.provider_plugs import OwnProvider, keys_of, own_providers
from infra.errors import SettingsError
from infra.settings import Settings

# Stand-ins ask for a key as the real ones do, and take any.
_NO_KEY = "stand-in"
#: Those of which there are.
_STOOD_IN = frozenset(("replicate", "fal", "openai", "google"))


class Available(Mapping[str, Provider]):
    """Providers by name, each opened when it is first asked for. Use it from one event loop."""

    def __init__(self, openers: Mapping[str, Callable[[], Provider]]) -> None:
        self._openers = openers
        #: Those that have been asked for.
        self.opened: dict[str, Provider] = {}

    def __getitem__(self, name: str) -> Provider:
        if name not in self.opened:
            self.opened[name] = self._openers[name]()
        return self.opened[name]

    def __contains__(self, name: object) -> bool:
        # A mapping's own would open it to find out.
        return name in self._openers

    def __iter__(self) -> Iterator[str]:
        return iter(self._openers)

    def __len__(self) -> int:
        return len(self._openers)


def open_providers(settings: Settings, standins: str | None) -> Available:
    """The providers by name. `standins` is the address of the stand-ins, which take the place of all of them;
    None for the real ones. A client is imported only where it is used: all of them take a second."""
    openers: dict[str, Callable[[Settings, str | None, frozenset[int]], Provider]] = {
        "replicate": _replicate,
        "fal": _fal,
        "openai": _openai,
        "google": _google,
    }
    known, here = catalogue_of(settings).providers, _with_key(settings)

    def opener(name: str) -> Callable[[], Provider]:
        base_url = f"{standins}/{name}" if standins else None
        return lambda: openers[name](settings, base_url, frozenset(known[name].refusals))

    every = {name: opener(name) for name in openers if name in known and (standins or name in here)}
    return Available(every if standins else every | _own_openers(settings))


def hosted(settings: Settings) -> frozenset[str]:
    """The names of `open_providers`, without opening any."""
    if settings.standins:
        # Of packages' providers there are none, and nothing is to be paid.
        return _STOOD_IN
    return (_with_key(settings) & catalogue_of(settings).providers.keys()) | _own_openers(settings).keys()


def needed(settings: Settings) -> frozenset[str]:
    """The environment variables that switch packages' providers on; none where a package cannot be used."""
    try:
        known = catalogue_of(settings).providers
        return frozenset(need for name in own_providers() for need in known[name].needs)
    except SettingsError:
        return frozenset()


def speaks(name: str) -> bool:
    """Whether there is code here that speaks to the provider."""
    return name in _STOOD_IN or name in own_providers()


def _own_openers(settings: Settings) -> dict[str, Callable[[], Provider]]:
    """Of packages' providers, those that are switched on."""
    known = catalogue_of(settings).providers

    def opener(own: OwnProvider, keys: Mapping[str, str], name: str) -> Callable[[], Provider]:
        return lambda: own.open(keys, frozenset(known[name].refusals))

    keys = {name: keys_of(settings, known[name].needs) for name in own_providers()}
    return {
        name: opener(one.brought, keys[name], name)
        for name, one in own_providers().items()
        if keys[name].keys() == set(known[name].needs)
    }


def _with_key(settings: Settings) -> frozenset[str]:
    keys = {
        "replicate": settings.replicate_api_token,
        "fal": settings.fal_key,
        "openai": settings.openai_api_key,
        "google": settings.google_cloud_project,
    }
    return frozenset(name for name, key in keys.items() if key)


def _replicate(settings: Settings, base_url: str | None, refusals: frozenset[int]) -> Provider:
    from activities.models.providers.replicate import Replicate

    return Replicate(_key(settings.replicate_api_token, base_url), refusals=refusals, base_url=base_url)


def _fal(settings: Settings, base_url: str | None, refusals: frozenset[int]) -> Provider:
    from activities.models.providers.fal import Fal

    return Fal(_key(settings.fal_key, base_url), refusals=refusals, base_url=base_url)


def _openai(settings: Settings, base_url: str | None, refusals: frozenset[int]) -> Provider:
    from activities.models.providers.openai import OpenAI

    return OpenAI(_key(settings.openai_api_key, base_url), refusals=refusals, base_url=base_url)


def _google(settings: Settings, base_url: str | None, refusals: frozenset[int]) -> Provider:
    from activities.models.providers.google import Google

    project = _NO_KEY if base_url else settings.google_cloud_project
    assert project is not None, "by this it is available"
    return Google(project, settings.google_cloud_location, refusals=refusals, base_url=base_url)


def _key(secret: SecretStr | None, base_url: str | None) -> str:
    if base_url:
        return _NO_KEY
    assert secret is not None, "by this it is available"
    return secret.get_secret_value()
