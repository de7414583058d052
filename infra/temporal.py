"""How this product talks to Temporal: one plugin for workers, starters, tests and replays, one connection."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from dataclasses import replace
from typing import Protocol

from temporalio.api.failure.v1 import Failure
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DefaultFailureConverter, PayloadConverter
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.exceptions import FailureError
from temporalio.plugin import SimplePlugin
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from infra.intake import OneArgument

# A server that is being started again is back within seconds; longer, and a person should be told.
CONNECT_LIMIT_S = 15.0

# Only these of our own modules are shared with the sandbox instead of imported anew for every run: pure
# types and pure arithmetic, whose Pydantic schemas are costly to build. Workflow code itself is not, so
# that a clock, a random number or a file opened in it is still caught.
PURE = ("workflows.contract", "workflows.report", "workflows.timeline", "workflows.money")


class Reachable(Protocol):
    """Where Temporal is, and whether it is the embedded one: what a stack knows."""

    @property
    def temporal_address(self) -> str: ...
    @property
    def temporal_embedded(self) -> bool: ...


class WithoutStackTraces(DefaultFailureConverter):
    """Failures that code of ours raised on purpose travel without a stack trace: callers and histories
    learn what happened, and no path of any machine. A bug keeps its trace, for whoever mends it."""

    def to_failure(
        self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure
    ) -> None:
        super().to_failure(exception, payload_converter, failure)
        if isinstance(exception, FailureError):
            failure.stack_trace = ""


def plugin() -> SimplePlugin:
    """Converter, sandbox rules and interceptors. Registered on the client; its workers inherit it, a Replayer
    is given it.

    No exception type fails a workflow globally: a payload that fails to decode after a bad deploy would
    then end films that are already paid for, instead of waiting for the worker that can read it.
    """
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PURE)
    return SimplePlugin(
        "reelwright",
        data_converter=replace(pydantic_data_converter, failure_converter_class=WithoutStackTraces),
        workflow_runner=SandboxedWorkflowRunner(restrictions=restrictions),
        interceptors=[OneArgument()],
    )


def connect_config() -> ClientConnectConfig:
    """What `TEMPORAL_*` and Temporal's own configuration file say."""
    return ClientConfig.load_client_connect_config()


def configured_address() -> str | None:
    """The Temporal somebody configured, by address or by naming a profile; None: it is embedded."""
    address = connect_config().get("target_host")
    return address or ("localhost:7233" if os.environ.get("TEMPORAL_PROFILE") else None)


async def connect(to: Reachable | str, *, role: str = "reel") -> Client:
    """A client with the plugin, named `role@host` in histories.

    `to` is a stack, or the address of an embedded server. A configured server is reached with everything
    its profile says (namespace, TLS, API key). Tries for some seconds while the server comes up; then
    raises RuntimeError as Client.connect does.
    """
    config: ClientConnectConfig = {"target_host": to if isinstance(to, str) else to.temporal_address}
    if not isinstance(to, str) and not to.temporal_embedded:
        config = {**connect_config(), **config}
    identity = f"{role}@{socket.gethostname()}"
    limit = time.monotonic() + CONNECT_LIMIT_S
    while True:
        try:
            return await Client.connect(**config, plugins=[plugin()], identity=identity)
        except RuntimeError:
            if time.monotonic() > limit:
                raise
            await asyncio.sleep(0.2)
