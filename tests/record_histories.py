"""Records the histories that `test_replay.py` replays: `python -m tests.record_histories`.

Run it after a change of the workflow that is meant to change its commands, and only while no film of an
older release may still be running; otherwise guard the change with `workflow.patched`.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from activities.opening import Parts, open_studio
from infra.settings import Settings
from infra.stack import open_stack
from infra.temporal import connect
from starter.films import Film, FilmFailed, Films
from tests.plain import PLAN, Plain
from worker import hosting, make_workers
from workflows.contract import VideoRequest

FOLDER = Path(__file__).parent / "histories"


def asked(take: int) -> VideoRequest:
    return VideoRequest(prompt="A film about a ceramic coffee mug", size="360p", fps=8, take=take, plan=PLAN)


async def film(films: Films) -> Film:
    made = await films.start(asked(1))
    assert (await made.result()).status == "completed"
    return made


async def paused_and_stopped(films: Films, provider: Plain) -> Film:
    made = await films.start(asked(2))
    while not provider.begun["chunk:hero_shot:0"]:
        await asyncio.sleep(0.05)
    await made.pause()
    await asyncio.sleep(1)
    await made.resume()
    await asyncio.sleep(1)
    await made.stop()
    assert (await made.result()).status == "stopped"
    return made


async def image_failed(films: Films) -> Film:
    made = await films.start(asked(3))
    result = await made.result()
    assert result.status == "completed" and result.warnings
    return made


async def failed(films: Films) -> Film:
    made = await films.start(asked(4).model_copy(update={"music": False}))
    with suppress(FilmFailed):
        await made.result()
    assert (await made.progress()).status == "failed"
    return made


async def canceled(films: Films, provider: Plain) -> Film:
    made = await films.start(asked(5))
    while not provider.begun["chunk:hero_shot:0"]:
        await asyncio.sleep(0.05)
    await made.handle.cancel()
    with suppress(FilmFailed):
        await made.result()
    assert (await made.progress()).status == "canceled"
    return made


async def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        settings = Settings.load(Path(home))
        async with open_stack(settings) as stack:
            client = await connect(stack)

            @asynccontextmanager
            async def rig(provider: Plain) -> AsyncIterator[Films]:
                async with (
                    open_studio(stack, settings, Parts(providers={provider.name: provider})) as studio,
                    hosting(make_workers(client, studio, settings)),
                ):
                    yield Films(client)

            async with rig(Plain()) as films:
                await _save("film", await film(films))
            held = Plain(hold={"chunk:hero_shot:0": threading.Event()})
            async with rig(held) as films:
                await _save("paused_and_stopped", await paused_and_stopped(films, held))
            async with rig(Plain(failing=["storyboard:detail_showcase"])) as films:
                await _save("image_failed", await image_failed(films))
            async with rig(Plain(failing=["chunk:hero_shot:0"])) as films:
                await _save("failed_without_music", await failed(films))
            held = Plain(hold={"chunk:hero_shot:0": threading.Event()})
            async with rig(held) as films:
                await _save("canceled", await canceled(films, held))


async def _save(name: str, made: Film) -> None:
    history = await made.handle.fetch_history()
    (FOLDER / f"{name}.json").write_text(history.to_json())
    print(f"{name}: {len(history.events)} events")


if __name__ == "__main__":
    asyncio.run(main())
    os._exit(0)
