"""Knows how the studio of one process is put together, from its servers up, and taken apart again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from temporalio.common import MetricMeter

from activities.animatic import Animatic
from activities.ledger import Buyer, Renderer, Services, Submissions, Threads, Times, Workspace
from activities.media import CannotSign, Signer
from activities.models import (
    Available,
    Catalogue,
    Counted,
    Health,
    Inputs,
    LocalModel,
    Provider,
    Rests,
    Roster,
    catalogue_of,
    open_providers,
)
from activities.opening import open_pool, open_store
from activities.pipeline import own_kinds
from activities.running import errors_of
from activities.storage import Cache, Database, Fetch, ObjectStore, Pool, Storage
from activities.studio import Caps, Given, References, Studio
from infra.caps import caps_of
from infra.credential import credential
from infra.embedded import Stack
from infra.errors import SettingsError
from infra.settings import Settings

log = logging.getLogger(__name__)

# How often the leases of processes that died are ended: a takeover then need not wait for them.
_MOURN_EVERY_S = 2.0


@dataclass(frozen=True)
class Parts:
    """What a test or a benchmark may put in place of the usual parts; None for the usual ones."""

    local_models: Mapping[str, LocalModel] | None = None
    providers: Mapping[str, Provider] | None = None
    catalogue: Catalogue | None = None
    times: Times | None = None
    rests: Rests | None = None


@asynccontextmanager
async def open_studio(
    stack: Stack, settings: Settings, parts: Parts | None = None, meter: MetricMeter | None = None
) -> AsyncIterator[Studio]:
    """The studio of this process on the given servers, their schema and bucket made ready. With a `meter`,
    what its providers fail is counted. Raises `Unreachable`, and `SettingsError` where films could not be
    signed, or an installed package cannot be used."""
    own_kinds()
    given, signer = parts or Parts(), await asyncio.to_thread(signer_of, settings)
    async with AsyncExitStack() as stay:
        pool, store = await _opened(stack, settings, stay)
        cache = Cache(settings.cache, settings.cache_bytes)
        stay.callback(cache.close)
        # As many threads as slots: work that waited for a thread would look hung.
        threads = Threads(settings.media_slots)
        stay.callback(threads.shutdown, wait=False, cancel_futures=True)
        database = Database(pool)
        if settings.caps:
            await Caps(database).declare(caps_of(settings.caps))
        submissions = Submissions(database, given.times)
        mourning = asyncio.create_task(_mourn(stack, submissions))
        stay.callback(mourning.cancel)
        roster = _roster(stack, settings, given)
        if meter is not None:
            roster = replace(roster, providers=_counted(roster, meter))
        if roster.providers:
            # A worker that could not store what it buys must not take the place of one that can.
            await store.prove()
        for name in roster.providers:
            stay.push_async_callback(_closed, roster.providers, name)
        fetch = Fetch([stack.standins] if stack.standins else [])
        stay.push_async_callback(fetch.close)
        workspace, health = Workspace(store, cache, threads), Health(database, given.rests)
        renderer = Renderer(submissions, workspace, stack.instance)
        services = Services(submissions, workspace, roster, health, fetch, settings.risk_limit_usd)
        yield Studio(
            storage=Storage(database, store, cache),
            roster=roster,
            renderer=renderer,
            buyer=Buyer(services, stack.instance),
            given=Given(References(store, fetch, renderer), Inputs(store, database, settings.s3_public_url)),
            signer=signer,
        )


def signer_of(settings: Settings) -> Signer:
    """Proved before anything is made: a wrong key would be noticed when the first film is finished. Raises
    `SettingsError`."""
    own = credential(settings)
    try:
        signer = Signer(own.key.get_secret_value(), own.certificates)
        signer.prove()
    except CannotSign as error:
        raise SettingsError(f"Films cannot be signed with {own.told}: {error}.") from error
    return signer


def _roster(stack: Stack, settings: Settings, given: Parts) -> Roster:
    local = {Animatic.name: Animatic()} if given.local_models is None else given.local_models
    sold = open_providers(settings, stack.standins) if given.providers is None else given.providers
    return Roster(given.catalogue or catalogue_of(settings), sold, local, stack.standins is not None)


async def _closed(providers: Mapping[str, Provider], name: str) -> None:
    """Closes the provider, where it was ever opened."""
    opened = providers.opened if isinstance(providers, Available) else providers
    if name in opened:
        await opened[name].close()


def _counted(roster: Roster, meter: MetricMeter) -> dict[str, Provider]:
    models = roster.catalogue.models.values()
    return {
        name: Counted(one, errors_of(meter, name, [model.id for model in models if model.provider == name]))
        for name, one in roster.providers.items()
    }


async def _opened(stack: Stack, settings: Settings, stay: AsyncExitStack) -> tuple[Pool, ObjectStore]:
    pool = await stay.enter_async_context(open_pool(stack, settings))
    return pool, await stay.enter_async_context(open_store(stack, settings))


async def _mourn(stack: Stack, ledger: Submissions) -> None:
    """Ends the leases of processes that died attached to the same stack, so that nobody waits for them."""
    while True:
        try:
            if gone := stack.gone:
                for instance in gone:
                    await ledger.release_instance(instance)
                await stack.forget(gone)
        except Exception:
            log.exception("the leases of dead processes could not be ended yet")
        await asyncio.sleep(_MOURN_EVERY_S)
