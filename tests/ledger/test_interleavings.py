"""Whatever befalls the processes, and between whichever two statements: nothing is paid for twice or lost.

Two or three films want one or two recipes; the real protocol runs on the real PostgreSQL and the real bucket
in virtual time, while processes die, freeze and lose answers, people stop and take risks, and the provider
loses, delays and forgets. Then all is quiet, and what must be true is looked at.

`python -m tests.ledger.test_interleavings --runs 1000` does it on servers of its own, and says which seeds
fail.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import get_args

import pytest

from infra.embedded.stack import Stack, open_stack
from infra.settings import S3Config, Settings
from tests.support.boundaries import place
from tests.support.interleaved_films import Run
from tests.support.interleaving import World
from tests.support.vendor import Class
from tests.support.virtual_time import VirtualLoop, in_virtual_time


async def runs(
    database_url: str, s3: S3Config, root: Path, wanted: list[tuple[Class, int]], loop: VirtualLoop
) -> list[World]:
    async with place(loop, database_url, s3, root) as here:
        return [await Run(here, seed, ledger).go() for ledger, seed in wanted]


@pytest.mark.parametrize("ledger", get_args(Class))
def test_nothing_is_paid_twice_or_lost(ledger: Class, stack: Stack, tmp_path: Path) -> None:
    wanted: list[tuple[Class, int]] = [(ledger, seed) for seed in range(6)]
    worlds = in_virtual_time(lambda loop: runs(stack.database_url, stack.s3, tmp_path, wanted, loop))
    assert any(" dies " in line for world in worlds for line in world.log), "nothing befell anybody"
    assert {world.seed: world.wrong for world in worlds if world.wrong} == {}


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=200, help="runs of each class")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--ledger", choices=get_args(Class), action="append")
    parser.add_argument("--show", action="store_true", help="print the log of each run that fails")
    asked = parser.parse_args()
    classes = asked.ledger or get_args(Class)
    wanted = [(each, seed) for seed in range(asked.first, asked.first + asked.runs) for each in classes]
    begun, failed, jobs = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as home:
        async with open_stack(Settings.load(Path(home) / "home")) as stack:
            for one in range(0, len(wanted), 20):
                some = partial(
                    runs, stack.database_url, stack.s3, Path(home) / "disk", wanted[one : one + 20]
                )
                worlds: list[World] = await asyncio.to_thread(in_virtual_time, some)
                for world in worlds:
                    jobs += len(world.vendor.jobs)
                    if world.wrong:
                        failed += 1
                        print(f"{world.ledger} {world.seed}: {'; '.join(world.wrong)}", flush=True)
                        print("\n".join(world.log) if asked.show else "", end="\n" if asked.show else "")
    print(f"{len(wanted)} runs, {jobs} jobs, {failed} failed, {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    asyncio.run(main())
