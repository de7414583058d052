"""What a terminal does with a batch whose file is right: tells its price, or starts and follows it."""

from __future__ import annotations

from infra.settings import Settings
from starter import batch_prices
from starter.batch_file import AskedBatch
from starter.batch_running import BegunBatch, prices_of, print_begun
from starter.batch_running import run as begin
from starter.homes import stands_in
from starter.interrupts import interruptible
from starter.live import View
from starter.outcome import MADE, err, out, print_json


async def priced(settings: Settings, file: AskedBatch, as_json: bool) -> int:
    """Prints what it would cost, item by item; returns the exit code. Raises what `prices_of` raises."""
    with interruptible():
        prices, limit = await prices_of(settings, file)
        standins = prices.is_paid and stands_in(settings)
    if as_json:
        print_json(batch_prices.as_json(file, prices, limit, standins))
    else:
        batch_prices.table(out, file, prices, limit, standins)
    return MADE


async def followed(settings: Settings, file: AskedBatch, waits: bool, as_json: bool) -> int:
    """Starts it, or attaches to it, and prints how it stands, or where somebody `waits` how it has ended;
    returns the exit code. Raises what `batch_running.run` raises."""
    return print_begun(await begun(settings, file, waits, as_json), as_json)


async def begun(settings: Settings, file: AskedBatch, waits: bool, as_json: bool) -> BegunBatch:
    """The same, before anything is printed."""
    with interruptible() as interruptions, View(err, quiet=as_json) as view:
        interruptions.say = view.say
        return await begin(settings, file, waits, view, interruptions)
