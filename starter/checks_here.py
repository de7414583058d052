"""The checks of what is on this machine: home and disk, ffmpeg, and the key that films are signed with."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from datetime import UTC, datetime, timedelta

from cryptography import x509

from activities.media import EncodeFailed, codec
from activities.models import Catalogue, catalogue_of, needed, own_providers
from activities.pipeline import own_kinds
from activities.wiring import signer_of
from infra.credential import credential
from infra.plugs import Group, plugs
from infra.settings import Settings
from infra.sources import unknown_settings
from starter.findings import Finding

# A film of two minutes at 1080p leaves about this much, and a worker stops in its midst where there is less.
_ROOM = 2 << 30
_BROUGHT: tuple[tuple[str, Group], ...] = (
    ("the provider", "reelwright.providers"),
    ("the kind", "reelwright.kinds"),
)
# Time enough to ask an authority for another one.
_SOON = timedelta(days=30)


async def home(settings: Settings) -> Finding:
    """Whether it can be written, and how much more of it."""
    where = settings.home
    try:
        with tempfile.TemporaryFile(dir=where) as file:
            await asyncio.to_thread(file.write, b"reel")
    except OSError as error:
        advice = "mend that, or name another home with --home or REEL_HOME"
        return Finding("home", "ill", f"{where} cannot be written: {error.strerror}", advice)
    free = shutil.disk_usage(where).free
    found = f"{where}, {free / 1e9:.1f} GB free"
    if free >= _ROOM:
        return Finding("home", "well", found)
    advice = f"make room: a long film takes up to {_ROOM / 1e9:.0f} GB, REEL_CACHE_BYTES bounds the cache"
    return Finding("home", "ill", found, advice)


async def names(settings: Settings) -> Finding:
    """Whether something is set that nobody reads."""
    unknown = unknown_settings(settings, needed(settings))
    if not unknown:
        return Finding("settings", "well", "all that are set are known")
    found = ", ".join(one.name for one in unknown)
    return Finding("settings", "ill", f"read by nobody: {found}", "`reel settings` says what may be meant")


async def catalogue(settings: Settings) -> Finding:
    """Whether what is added to it can be used. Raises `SettingsError`, which names entry and field."""
    known, ours = catalogue_of(settings), Catalogue.load().models
    more = [id for id in known.origins if id not in ours]
    also = f", {len(more)} of them added, {len(known.origins) - len(more)} changed" if known.origins else ""
    where = f" by {settings.catalogue}" if settings.catalogue and known.origins else ""
    return Finding("catalogue", "well", f"{len(known.models)} models{also}{where}")


async def packages(settings: Settings) -> Finding:
    """Whose providers and kinds there are beside the house's own. Raises `SettingsError` for what cannot be
    used."""
    own_providers(), own_kinds()
    found = [f"{noun} {one.name} of {one.whose}" for noun, group in _BROUGHT for one in plugs(group).values()]
    return Finding("packages", "note", ", ".join(found) or "none brings a provider or a kind")


async def ffmpeg(settings: Settings) -> Finding:
    """Whether it runs, and encodes as films are encoded."""
    try:
        engine = await asyncio.to_thread(codec.engine)
        # Whose and which, without the parameters of every encode.
        _, version, encoder = engine.split(", ", 2)
        told = f"{version.removeprefix('ffmpeg ')}, {' '.join(encoder.split()[:2])}"
        return Finding("ffmpeg", "well", told)
    except OSError as error:
        found = f"it does not run: {error.strerror}"
    except EncodeFailed as error:
        found = str(error)
    return Finding("ffmpeg", "ill", found, "install the worker again: pip install 'reelwright[worker]'")


async def signing(settings: Settings) -> Finding:
    """Whether films can be signed, by whose key, and for how long. Raises `SettingsError`."""
    await asyncio.to_thread(signer_of, settings)
    own = credential(settings)
    ends = x509.load_pem_x509_certificates(own.certificates.encode())[0].not_valid_after_utc
    left, day = ends - datetime.now(UTC), f"{ends:%Y-%m-%d}"
    if settings.c2pa_key is None:
        return Finding("signing", "note", f"the home's own key, which nobody else trusts, until {day}")
    advice = "ask whoever issued REEL_C2PA_CERTIFICATES for another"
    if left <= timedelta(0):
        return Finding("signing", "ill", f"the certificate ended on {day}", advice)
    if left < _SOON:
        return Finding("signing", "note", f"the certificate ends soon, on {day}", advice)
    return Finding("signing", "well", f"REEL_C2PA_KEY, until {day}")
