"""A worker that dies as it writes a decision down: `python -m tests.support.dying HOME STANDINS SIDE`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from temporalio.client import Client

from activities.ledger.times import Times
from activities.models.available import open_providers
from activities.studio.memory import FilmMemory
from activities.wiring import Parts, open_studio
from infra.embedded.stack import open_stack
from infra.settings import Settings
from infra.temporal import connect
from tests.chaos.worker import Hurried
from tests.support.paid import FACTOR
from worker import hosting, make_workers
from workflows.studio.edits import Edit

# What it was at is begun anew elsewhere after a third of the usual time; still longer than between two beats.
_HURRY = 3.0


class Dying(FilmMemory):
    """Dies instead of writing, or before anybody hears that it is written."""

    side = "before"

    async def edit(self, film: str, run: str, edit: Edit) -> None:
        if self.side == "after":
            await super().edit(film, run, edit)
        os.kill(os.getpid(), signal.SIGKILL)


async def main(home: str, standins: str, side: str) -> None:
    settings = Settings.load(Path(home))
    quick = settings.model_copy(update={"standins": True, "requests_per_minute": 6000})
    parts = Parts(providers=open_providers(quick, standins), times=Times().divided(FACTOR))
    async with open_stack(settings) as stack:
        config, near = (await connect(stack, role="worker")).config(), replace(stack, standins=standins)
        config["interceptors"] = [*config.get("interceptors", ()), Hurried(_HURRY)]
        client = Client(**config)
        async with open_studio(near, quick, parts) as studio:
            Dying.side, studio.memory.__class__ = side, Dying
            async with hosting(make_workers(client, studio, quick)):
                await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
