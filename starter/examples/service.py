"""A service that has a film made for each of its orders: `python starter/examples/service.py ORDERS.json`.

It remembers nothing: an order's number is its film's id. Started again after it died, or twice at once, it
attaches to the films that are being made, and finds those that are finished.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from infra.settings import Settings
from starter.desk import Desk, open_desk
from starter.films import Film, FilmEnded, FilmFailed, NotWaiting
from workflows.contract import VideoRequest
from workflows.studio import Wait

# What a film of ours may cost without anybody being asked.
MOST_USD = Decimal("2.50")


async def answered(film: Film, wait: Wait) -> str:
    """What is done about one thing that a film waits for a person for; in words."""
    if wait.reason == "review" and (wait.buys_usd or 0) <= MOST_USD:
        return (await film.approve(wait.rows)).words
    if "give_up" in wait.answers:
        # Too dear, or nobody knows whether it is paid already: the shot shows its animatic instead.
        return await film.give_up(wait.step)
    if wait.reason == "paused":
        return "somebody has paused it, and will resume it"
    await film.stop()
    return f"stopped with what there is, instead of: {wait.words}"


async def followed(film: Film) -> None:
    """Returns once it has ended."""
    async for progress in film.watch():
        print(f"{film.id}  {progress.status} {progress.done:.0%}", flush=True)
        for wait in progress.waits:
            # Somebody else may have been quicker.
            with suppress(NotWaiting, FilmEnded):
                print(f"{film.id}  {await answered(film, wait)}", flush=True)


async def filmed(desk: Desk, number: str, prompt: str) -> str:
    """The link to the film of an order, for a week; or why there is none."""
    request = VideoRequest(
        prompt=prompt, profile="draft", size="360p", fps=8, review="cut", budget_usd=MOST_USD
    )
    film = await desk.films.start(request, f"order-{number}")
    print(f"{film.id}  {'begun' if film.started else 'runs already'}", flush=True)
    await followed(film)
    try:
        result = await film.result()
    except FilmFailed as error:
        return str(error)
    if result.video is None:
        return "was stopped before there was anything to watch"
    return (await desk.link(film.id, timedelta(days=7))).url


async def main(orders: dict[str, str]) -> None:
    async with open_desk(Settings.load()) as desk:
        films = [filmed(desk, number, prompt) for number, prompt in orders.items()]
        for number, told in zip(orders, await asyncio.gather(*films), strict=True):
            print(f"order {number}: {told}")


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text())))
    # The SDK's threads outlive its client, and now and then abort an interpreter that ends beside them.
    sys.stdout.flush()
    os._exit(0)
