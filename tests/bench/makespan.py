"""How long the beat DAG takes beside its critical path, a sequential run and a run with barriers.

`uv run python -m tests.bench.makespan [--quick]`: the real `VideoWorkflow` and two baselines, on the real
dev server, over activities that sleep what `latencies` draws. Workers have more slots than the film
has steps: this measures the order of the work and the cost of orchestrating it, not a machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from temporalio.client import Client, WorkflowExecutionDescription
from temporalio.worker import Worker

from infra.embedded.process import end, free_port, last_lines, spawn
from infra.embedded.servers import TemporalServer
from infra.temporal import connect
from tests.bench import latencies, tables
from tests.bench.baselines import SequentialWorkflow, TwoPhaseWorkflow
from tests.bench.studio import LONG, MODEL, REQUEST, SHORT, SleepingStudio, film_of, shape, shape_of
from workflows.film.contract import VideoRequest
from workflows.film.workflow import VideoWorkflow
from workflows.studio import calls

SEEDS = (1, 2, 3, 4, 5)
# A cold server on a loaded machine; it takes two seconds on an idle one.
SERVER_LIMIT_S = 60.0


# ---- server, workers, runs ---------------------------------------------------------------------


@asynccontextmanager
async def serving(without: str = "") -> AsyncIterator[Client]:
    """A dev server of its own, as the product starts it; `without` settings that have that in their names."""
    with tempfile.TemporaryDirectory(prefix="reel-bench-") as home:
        server, log = TemporalServer(Path(home)), Path(home) / "temporal.log"
        await server.prepare()
        ports = {name: free_port() for name in server.port_names}
        line, environment = server.command(ports)
        process = spawn(_left_out(line, without), environment, log)
        try:
            async with asyncio.timeout(SERVER_LIMIT_S):
                while not await server.answers(ports):
                    if not process.alive:
                        raise RuntimeError(f"the dev server did not start: {last_lines(log)}")
                    await asyncio.sleep(0.1)
            yield await connect(f"127.0.0.1:{ports['frontend']}", role="bench")
        finally:
            await end(process, server.stop_signal)


def _left_out(line: Sequence[str], name: str) -> list[str]:
    """A server's command line without the options whose values have that in them; all of it for no name."""
    gone = {place for place, word in enumerate(line) if name and name in word and "=" in word}
    return [word for place, word in enumerate(line) if place not in gone and place + 1 not in gone]


@asynccontextmanager
async def running(studio: SleepingStudio) -> AsyncIterator[Client]:
    """That server, and a worker for each queue of the product."""
    async with serving() as client, AsyncExitStack() as workers:
        # What waits for a model waits in its provider's own queue.
        for queue in (*calls.QUEUES, calls.generation_queue(MODEL.provider)):
            worker = Worker(
                client,
                task_queue=queue,
                workflows=[VideoWorkflow, SequentialWorkflow, TwoPhaseWorkflow]
                if queue == calls.STUDIO_QUEUE
                else [],
                activities=studio.activities(),
            )
            await workers.enter_async_context(worker)
        yield client


class Variant(NamedTuple):
    """One way of making the film, and the seconds it would take if orchestrating it took none."""

    name: str
    workflow: str
    ideal: Callable[[latencies.Shape, int], float]
    request: VideoRequest = REQUEST
    dag: latencies.Dag = latencies.beat_dag

    @property
    def id(self) -> str:
        asked = self.request
        return "-".join((self.workflow, asked.method, asked.continuity, str(asked.duration_s)))

    @property
    def shape(self) -> latencies.Shape:
        return shape_of(film_of(self.request))


def _asked(seconds: int | None) -> VideoRequest:
    return REQUEST.model_copy(update={"duration_s": seconds})


def _anchored(seconds: int | None = REQUEST.duration_s) -> VideoRequest:
    return _asked(seconds).model_copy(update={"continuity": "anchored"})


def _ideal(dag: latencies.Dag) -> Callable[[latencies.Shape, int], float]:
    return lambda film, seed: latencies.critical_path(film, seed, dag)[0]


ANCHORED = Variant(
    "anchored", "VideoWorkflow", _ideal(latencies.anchored_dag), _anchored(), latencies.anchored_dag
)
#: A film of 30 s by each method, all of whose steps are the same but for what lies between its chunks.
METHODS = (
    Variant("beats, chained", "VideoWorkflow", _ideal(latencies.beat_dag), _asked(30)),
    ANCHORED._replace(name="beats, anchored", request=_anchored(30)),
    Variant(
        "keyframes",
        "VideoWorkflow",
        _ideal(latencies.keyframes_dag),
        _asked(30).model_copy(update={"method": "keyframes"}),
        latencies.keyframes_dag,
    ),
)
VARIANTS = (
    Variant("beat DAG", "VideoWorkflow", _ideal(latencies.beat_dag)),
    ANCHORED,
    Variant("two-phase", TwoPhaseWorkflow.__name__, latencies.two_phase),
    Variant("sequential", SequentialWorkflow.__name__, latencies.sequential),
)


async def makespan(client: Client, studio: SleepingStudio, variant: Variant, seed: int) -> float:
    """Seconds from start to close by the server's clock. Raises where the work done was not the film's."""
    film = f"{variant.id}-{seed}"
    handle = await client.start_workflow(
        variant.workflow,
        variant.request,
        id=film,
        task_queue=calls.STUDIO_QUEUE,
        execution_timeout=timedelta(minutes=10),
    )
    await handle.result()
    if sorted(studio.ran[film]) != sorted(variant.dag(variant.shape)):
        raise RuntimeError(f"{film} ran other steps than the film has: {studio.ran[film]}")
    return _elapsed(await handle.describe())


def _elapsed(ended: WorkflowExecutionDescription) -> float:
    assert ended.close_time is not None, "its result has been read"
    return (ended.close_time - ended.start_time).total_seconds()


async def measure(seeds: Sequence[int], speed: float = 1.0) -> dict[str, list[float]]:
    """Makespans by variant, in seconds of the latencies as drawn: the film is made `speed` times quicker, and
    what the orchestration adds counts as much more. Each variant makes one film at a time; the variants run
    side by side."""
    studio = SleepingStudio(speed)
    async with running(studio) as client:

        async def lane(variant: Variant, one_by_one: bool) -> list[float]:
            runs = [makespan(client, studio, variant, seed) for seed in seeds]
            took = [await run for run in runs] if one_by_one else await asyncio.gather(*runs)
            return [speed * seconds for seconds in took]

        # A sequential run asks the server for one step at a time: together they disturb nobody.
        lanes = (lane(variant, variant.name != "sequential") for variant in VARIANTS)
        results = await asyncio.gather(*lanes)
    return dict(zip((variant.name for variant in VARIANTS), results, strict=True))


async def methods(seeds: Sequence[int], speed: float = 1.0) -> dict[str, list[float]]:
    """Makespans of a film of 30 s by each method, one at a time."""
    studio = SleepingStudio(speed)
    async with running(studio) as client:
        return {
            one.name: [speed * await makespan(client, studio, one, seed) for seed in seeds] for one in METHODS
        }


async def lengths(speed: float = 1.0) -> dict[int, float]:
    """Makespans of anchored films of constant latencies, by how long they last: the least of three."""
    studio, found = SleepingStudio(speed), dict[int, float]()
    async with running(studio) as client:
        for lasts in (SHORT, LONG):
            variant, took = ANCHORED._replace(request=_anchored(sum(lasts))), list[float]()
            for _ in range(3):
                studio.ran.clear()
                took.append(speed * await makespan(client, studio, variant, 0))
            found[sum(lasts)] = min(took)
    return found


# ---- the table ---------------------------------------------------------------------------------


def table(seeds: Sequence[int], measured: dict[str, list[float]]) -> str:
    """Markdown: makespans in seconds a seed, their medians, and medians of the ratios."""
    film = shape()
    critical = [latencies.critical_path(film, seed)[0] for seed in seeds]
    heads = ["", *(f"seed {seed}" for seed in seeds), "median", "× critical path", "added by orchestration"]
    rows = [["critical path", *_seconds(critical), "1.00", ""]]
    for variant in VARIANTS:
        took = measured[variant.name]
        ratio = statistics.median(t / c for t, c in zip(took, critical, strict=True))
        ideal = [variant.ideal(film, seed) for seed in seeds]
        added = statistics.median(t - i for t, i in zip(took, ideal, strict=True))
        rows.append([variant.name, *_seconds(took), f"{ratio:.2f}", f"{added:.2f} s"])
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def table_of_methods(seeds: Sequence[int], measured: dict[str, list[float]]) -> str:
    """Markdown: medians of the makespans, beside each other and beside their own critical paths."""
    usual = statistics.median(measured[METHODS[0].name])
    rows = []
    for one in METHODS:
        took = measured[one.name]
        ideal = [one.ideal(one.shape, seed) for seed in seeds]
        ratio = statistics.median(t / i for t, i in zip(took, ideal, strict=True))
        median = statistics.median(took)
        rows.append([one.name, f"{median:.1f}", f"{median / usual:.2f}", f"{ratio:.2f}"])
    return tables.table(["30 s of film", "s", "× chained", "× its own critical path"], rows)


def _seconds(values: Sequence[float]) -> list[str]:
    return [f"{value:.1f}" for value in (*values, statistics.median(values))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="one seed, ten times quicker: shows that it runs"
    )
    seeds, speed = (SEEDS[:1], 10.0) if parser.parse_args().quick else (SEEDS, 1.0)
    measured = asyncio.run(measure(seeds, speed))
    print(table(seeds, measured))
    path = latencies.critical_path(shape(), seeds[0])[1]
    print(f"\nCritical path of seed {seeds[0]}: {' → '.join(path)}")
    for variant, aim in zip(VARIANTS[:2], ("1.10", "1.05"), strict=True):
        ratios = [
            took / variant.ideal(shape(), seed)
            for seed, took in zip(seeds, measured[variant.name], strict=True)
        ]
        print(
            f"{variant.name}: {statistics.median(ratios):.3f} × its own critical path, "
            f"worst {max(ratios):.3f} (aim: {aim})"
        )
    print("\n" + table_of_methods(seeds, asyncio.run(methods(seeds, speed))))
    short, long = sorted(asyncio.run(lengths(speed)).items())
    print(
        f"Anchored, constant latencies: {short[0]} s of film in {short[1]:.2f} s, {long[0]} s in "
        f"{long[1]:.2f} s ({long[1] / short[1]:.3f}, aim: 1.05)"
    )


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    # The SDK's runtime sometimes aborts an interpreter that ends by itself.
    os._exit(0)
