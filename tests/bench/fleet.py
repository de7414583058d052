"""What one worker carries: a thousand jobs that wait for a provider, two hundred films begun at once.

`uv run python -m tests.bench.fleet [crowd|films] [--quick] [--jobs N] [--films N]`: servers, stand-ins and a
worker of its own, each a process, over real HTTP. `crowd`: jobs that do not end, of films of two minutes,
and what it costs to wait for them. `films`: small films from start to end, when each ended, and what the
worker's CPU went to. What a verdict says is of this machine, and of whatever else it does meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Sequence

from tests.bench import fleet_crowd, fleet_films

#: Parts of the benchmark, each of its size.
PARTS = {"crowd": fleet_crowd.measured, "films": fleet_films.measured}
# Enough of each that every row of the tables is filled.
QUICK = {"crowd": 24, "films": 4}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: both")
    parser.add_argument("--quick", action="store_true", help="a few of each: shows that it runs")
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--films", type=int, default=200)
    given = parser.parse_args(arguments)
    sizes = QUICK if given.quick else {"crowd": given.jobs, "films": given.films}
    for part in given.parts or PARTS:
        load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
        print(
            f"{part}: {sizes[part]}, {time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} cores, load {load}\n"
        )
        print(asyncio.run(PARTS[part](sizes[part])), flush=True)


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    # The SDK's runtime sometimes aborts an interpreter that ends by itself.
    os._exit(0)
