"""Every check of `reel doctor`, in the order in which a studio is set up; none ends because another fails."""

from __future__ import annotations

from contextlib import AsyncExitStack

from activities.models import Catalogue, Provider, catalogue_of, open_providers, speaks
from infra.embedded import Stack, open_stack
from infra.errors import ServerError, SettingsError, StackError
from infra.settings import Settings
from starter import checks_here, checks_there
from starter.findings import Finding, looked
from starter.homes import check_sellers
from starter.session import log_here

_UNSEEN = ("Temporal", "database", "clock", "bucket")


async def checkup(settings: Settings) -> tuple[Finding, ...]:
    """Starts the embedded servers where they do not run, as every command does, and ends them."""
    log_here(settings)
    here = [
        await looked("home", lambda: checks_here.home(settings)),
        await looked("settings", lambda: checks_here.names(settings)),
        await looked("catalogue", lambda: checks_here.catalogue(settings)),
        await looked("packages", lambda: checks_here.packages(settings)),
        await looked("ffmpeg", lambda: checks_here.ffmpeg(settings)),
        await looked("signing", lambda: checks_here.signing(settings)),
    ]
    return (*here, *await _there(settings))


async def _there(settings: Settings) -> list[Finding]:
    async with AsyncExitStack() as stay:
        try:
            check_sellers(settings, sells=False)
            stack = await stay.enter_async_context(open_stack(settings))
        except (StackError, ServerError, SettingsError) as error:
            unseen = [Finding(name, "note", "not looked at: the servers did not start") for name in _UNSEEN]
            logs = f"{settings.logs} has what they said last"
            return [Finding("servers", "ill", str(error), logs), *unseen]
        own = f"look into {settings.logs}"
        theirs = "look whether it runs, and whether {} is right"
        of = {
            "Temporal": own if stack.temporal_embedded else theirs.format("TEMPORAL_ADDRESS"),
            "database": own if settings.database_url is None else theirs.format("REEL_DATABASE_URL"),
            "bucket": theirs.format("REEL_S3_ENDPOINT") if settings.s3_configured else own,
        }
        database = await looked("database", lambda: checks_there.database(stack, settings), of["database"])
        return [
            await looked("Temporal", lambda: checks_there.temporal(stack), of["Temporal"]),
            database,
            await _clock(stack, settings, database),
            await looked("bucket", lambda: checks_there.bucket(stack, settings), of["bucket"]),
            *await _sellers(stack, settings, stay),
        ]


async def _clock(stack: Stack, settings: Settings, database: Finding) -> Finding:
    if database.state == "ill":
        return Finding("clock", "note", "not looked at: the database did not tell the time")
    return await looked("clock", lambda: checks_there.clock(stack, settings))


async def _sellers(stack: Stack, settings: Settings, stay: AsyncExitStack) -> list[Finding]:
    try:
        known, sold = catalogue_of(settings), open_providers(settings, stack.standins)
    except SettingsError:
        return [Finding("providers", "note", "not looked at: the catalogue cannot be used")]
    for one in sold.values():
        stay.push_async_callback(one.close)
    if stack.standins:
        said = f"stand-ins at {stack.standins} make and bill in the place of {', '.join(sold)}"
        return [Finding("providers", "note", said)]
    return [await _seller(known, name, sold.get(name)) for name in known.providers]


async def _seller(known: Catalogue, name: str, sold: Provider | None) -> Finding:
    if not speaks(name):
        advice = "install the package that brings it"
        return Finding(name, "ill", "the catalogue names it, and nothing here speaks to it", advice)
    needs = " and ".join(known.providers[name].needs)
    advice = f"look at {needs}; where that is right, it is {name}'s to mend: try again later"
    return await looked(name, lambda: checks_there.provider(known, name, sold), advice)
