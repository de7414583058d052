"""A worker, as `python -m worker` is, that writes down how late its loop was and whom it called how often.

`python -m tests.bench.watched NOTES STANDINS LOOKS ARGUMENTS…`: a JSON line goes to the file NOTES at each
SIGUSR1; where LOOKS is `late`, also each second, with how late the loop was. That takes 8 ms of CPU a second:
of steps of films, a tenth of what is measured.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any, TextIO, cast

from botocore import client as s3
from temporalio.runtime import MetricBuffer, Runtime, TelemetryConfig

import worker
from activities.storage.puts import Puts
from tests.support.apart import buy_at

# Often enough for a hundredth of the looks, and seldom enough to take nothing of what it measures.
_LOOK_S = 0.02
_NOTE_S = 1.0
# A second of a busy worker has some thousand updates; what does not fit would be dropped.
_UPDATES = 200_000


class Notes:
    """What is written down; `s3` counts the operations asked of the bucket, by name."""

    def __init__(self, file: TextIO, metrics: MetricBuffer) -> None:
        self._file, self._metrics = file, metrics
        self.s3: Counter[str] = Counter()
        self._rpc: Counter[str] = Counter()
        self._late_ms: list[float] = []

    async def write(self, late: bool) -> None:
        """Until cancelled. The loop is as late as a sleep in it is."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, self._note)
        self._note()
        if not late:
            await asyncio.Event().wait()
        written = time.monotonic()
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_LOOK_S)
            self._late_ms.append(round(1000 * (time.perf_counter() - before - _LOOK_S), 2))
            if time.monotonic() - written >= _NOTE_S:
                written = time.monotonic()
                self._note()

    def _note(self) -> None:
        for update in self._metrics.retrieve_updates():
            if update.metric.name in ("temporal_request", "temporal_long_request"):
                self._rpc[str(update.attributes["operation"])] += int(update.value)
        said = {"at": time.time(), "late_ms": self._late_ms, "s3": self.s3, "rpc": self._rpc}
        # The system tells how much each thread has worked, and not what it is called.
        said["threads"] = {one.native_id: one.name for one in threading.enumerate()}
        self._file.write(json.dumps(said) + "\n")
        self._file.flush()
        self._late_ms = []


def watch(notes: Notes, late: bool) -> None:
    """Counts what this process asks of S3, and notes it all while the worker runs; how `late` its loop is,
    where that is asked for."""
    base, puts = cast(Any, s3.BaseClient), cast(Any, Puts)
    called, signed, ran = base._make_api_call, puts._signed, worker.run

    def counted(client: Any, operation: str, parameters: Any) -> Any:
        notes.s3[operation] += 1
        return called(client, operation, parameters)

    def put(*given: Any) -> Any:
        notes.s3["PutObject"] += 1
        return signed(*given)

    async def noted(*given: Any, **named: Any) -> Any:
        writing = asyncio.create_task(notes.write(late))
        try:
            return await ran(*given, **named)
        finally:
            writing.cancel()

    base._make_api_call, puts._signed = counted, put
    vars(worker)["run"] = noted


if __name__ == "__main__":
    buffer = MetricBuffer(_UPDATES)
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(metrics=buffer)))
    with Path(sys.argv[1]).open("w") as file:
        watch(Notes(file, buffer), sys.argv[3] == "late")
        buy_at(sys.argv[2])
        worker.main(sys.argv[4:])
