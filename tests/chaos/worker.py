"""Processes that are made to be killed: workers of the studio, forked from one that has imported everything.

`python -m tests.chaos.worker HOME FACTOR lively|calm SKEW` reads one JSON order a line and forks a worker for
it; it writes one JSON line when a worker is there, is ready, dies on purpose, and has ended. They end with
its input.
"""

from __future__ import annotations

import asyncio
import functools
import json
import logging
import os
import random
import select
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import botocore.session
from botocore.loaders import create_loader
from temporalio import client as temporal
from temporalio.worker import (
    Interceptor,
    StartActivityInput,
    Worker,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

import activities.running.attempt
import worker
from activities.faults import ProviderUnavailable, Unauthorized
from activities.ledger.times import Times
from activities.ledger.work import Work
from activities.models.breaker import Rests
from activities.storage.failures import BucketMissing
from activities.storage.s3 import Account
from activities.wiring import Parts, open_studio
from infra.embedded.stack import open_stack
from infra.errors import Unreachable
from infra.settings import Settings
from infra.temporal import connect
from tests.chaos.boundaries import Reaper, arm
from tests.chaos.refusing import bucket_of, refused_by
from workflows.batch import window
from workflows.studio.calls import STUDIO_QUEUE

# What is told; Temporal's runtime prints its own warnings on the usual place.
_OUT = os.dup(1)
# At the stand-ins' own pace a job that is listed late is listed within the protocol's allowance for it.
STANDINS_SPEED = 0.7
#: How a worker ends that was refused by the bucket as it started.
TURNED_AWAY = 75
# A killed worker is noticed after this, however quick all else is: one on a loaded machine must not be.
LEAST_HEARTBEAT_S = 3.0
# Work that hangs is given up after this, however quick all else is, for the same reason.
SILENT_S = 20.0
# What goes wrong by itself, beside the kills: boundaries that a smooth run never meets.
FAULTS = (
    "submit:429_retry_after=0.1,submit:drop_after=0.05,submit:drop_before=0.04,submit:503=0.03,"
    "submit:failed=0.04,submit:late_listing=0.1,poll:503=0.03,poll:drop_before=0.02,output:503=0.03"
)


def settings_of(home: Path, factor: float, faults: bool, skew_s: float) -> Settings:
    """The settings of every process of a house: everything embedded, stand-ins for all providers, whether
    they have faults of their own, and how far their clock is ahead."""
    changes = {
        "standins": True,
        "standins_speed": STANDINS_SPEED * factor if factor > 1 else 1.0,
        "standins_faults": FAULTS if faults else "",
        "standins_skew": skew_s,
        "requests_per_minute": 6000,
    }
    return Settings.load(home).model_copy(update=changes)


class Hurried(temporal.Interceptor, Interceptor):
    """Divides what workflows wait for their activities; the ledger's own times are divided where it opens.
    Given to a client, it is every worker's of that client, beside those that a worker is made with."""

    def __init__(self, factor: float) -> None:
        self._factor = factor

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor] | None:
        factor = self._factor

        def sooner(given: timedelta | None, least_s: float) -> timedelta | None:
            return given and max(given / factor, timedelta(seconds=least_s))

        class Outbound(WorkflowOutboundInterceptor):
            def start_activity(self, input: StartActivityInput) -> Any:
                input.heartbeat_timeout = sooner(input.heartbeat_timeout, LEAST_HEARTBEAT_S)
                if policy := input.retry_policy:
                    # A new one: the steps share theirs.
                    input.retry_policy = replace(
                        policy,
                        initial_interval=policy.initial_interval / factor,
                        maximum_interval=sooner(policy.maximum_interval, 0.1),
                    )
                return super().start_activity(input)

        class Inbound(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(Outbound(outbound))

        return Inbound


async def host(settings: Settings, factor: float, order: dict[str, Any]) -> None:
    """One worker, until it is killed or asked to leave: `desk` hosts the workflows, all others buy."""
    leave = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, leave.set)
    draw = random.Random(order["id"])
    refused_by(bucket_of(settings.home))
    arm(Reaper(order["deaths"], order["chance"], lambda death: _say(id=order["id"], dies=death), draw))
    parts = Parts(times=Times().divided(factor), rests=Rests().divided(factor))
    async with open_stack(settings) as stack, open_studio(stack, settings, parts) as studio:
        queues = worker.queues_of(studio)
        desk = order["role"] == "desk"
        hosted = [queue for queue in queues if (queue == STUDIO_QUEUE) == desk]
        config = (await connect(stack, role="worker")).config()
        config["interceptors"] = [*config.get("interceptors", ()), Hurried(factor)]
        client = temporal.Client(**config)
        async with worker.hosting(worker.make_workers(client, studio, settings, hosted)):
            _say(id=order["id"], ready=True)
            await leave.wait()


def hurry(factor: float) -> None:
    """Divides what is not a time of the ledger, in this process."""
    activities.running.attempt.BEAT_S = max(activities.running.attempt.BEAT_S / factor, 0.4)
    activities.running.attempt.IDLE_S = max(activities.running.attempt.IDLE_S / factor, 0.4)
    vars(window)["_LOOK_EVERY"] = max(window._LOOK_EVERY / factor, timedelta(seconds=2))
    _patient()
    sticky = max(timedelta(seconds=10) / factor, timedelta(seconds=1))
    # Where `make_workers` looks for it.
    vars(worker)["Worker"] = functools.partial(Worker, sticky_queue_schedule_to_start_timeout=sticky)


def _patient() -> None:
    """Work counts as heard of for a while after its last sign: on a loaded machine a frame takes longer than
    a lease lasts here, and a film would fail for that."""
    heard: property = vars(Work)["heard"]

    def lately(self: Work) -> float:
        at, now = float(heard.__get__(self)), time.monotonic()
        return now if now - at < SILENT_S else at

    Work.heard = property(lately)  # type: ignore[assignment, method-assign]


def _warmed() -> None:
    """Reads what botocore knows of S3, for all who are forked: a third of a worker's short life was that."""
    vars(botocore.session)["create_loader"] = functools.cache(create_loader)
    Account("us-east-1", "nobody", "nothing", "path", connections=1).client("http://127.0.0.1:1")


def _say(**what: object) -> None:
    # One write, below what a pipe takes at once: lines of several processes never mix.
    os.write(_OUT, (json.dumps(what) + "\n").encode())


def _born(settings: Settings, factor: float, order: dict[str, Any]) -> None:
    """The life of a forked worker; never returns."""
    code = 1
    try:
        log = os.open(
            settings.logs / f"chaos-{order['id']}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600
        )
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        hurry(factor)
        asyncio.run(host(settings, factor, order))
        code = 0
    except (Unauthorized, BucketMissing, ProviderUnavailable, Unreachable):
        logging.exception("the bucket does not take this worker's word; another comes")
        code = TURNED_AWAY
    except BaseException:
        logging.exception("the worker ended by itself")
    finally:
        os._exit(code)


def main(arguments: Sequence[str]) -> None:
    """Forks workers as ordered, and tells of their ends, until the input closes."""
    factor = float(arguments[1])
    settings = settings_of(Path(arguments[0]), factor, arguments[2] == "lively", float(arguments[3]))
    _warmed()
    children: dict[int, int] = {}
    rest = b""
    while True:
        if select.select([0], [], [], 0.05)[0]:
            read = os.read(0, 65536)
            if not read:
                break
            *lines, rest = (rest + read).split(b"\n")
            for line in lines:
                order = json.loads(line)
                if (pid := os.fork()) == 0:
                    _born(settings, factor, order)
                children[pid] = order["id"]
                _say(id=order["id"], pid=pid)
        with suppress(ChildProcessError):
            while children and (ended := os.waitpid(-1, os.WNOHANG))[0]:
                _say(id=children.pop(ended[0]), ended=os.waitstatus_to_exitcode(ended[1]))
    for pid in children:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
