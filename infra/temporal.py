"""How this product talks to Temporal: one plugin for workers, starters, tests and replays, one connection."""

from __future__ import annotations

import asyncio
import atexit
import functools
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
from temporalio.runtime import Runtime
from temporalio.worker.workflow_sandbox import SandboxRestrictions

from infra.errors import SettingsError
from infra.intake import OneArgument
from infra.pages import Pages
from infra.refusals import check_namespace, not_connected, refused
from infra.runs import Sandboxed

# A server that is being started again is back within seconds; longer, and a person should be told.
CONNECT_LIMIT_S = 15.0
# Without a pause six of 40 short programs were aborted at their end, and those that left calls unanswered
# hung there; with a sixth of this one, none of 40. The rest is for machines that are busy.
_SETTLE_S = 0.3

# Our own workflows are imported once a process, not anew for every run: that took each film 25 ms. So the
# sandbox keeps no clock, file or random number from them, and no run from what another has left in a module.
# A test holds all their modules to have nothing of that in reach, and replays some in one that shares none.
SHARED = ("workflows",)


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
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*SHARED)
    return SimplePlugin(
        "reelwright",
        data_converter=replace(pydantic_data_converter, failure_converter_class=WithoutStackTraces),
        workflow_runner=Sandboxed(restrictions=restrictions),
        interceptors=[OneArgument(), Pages()],
    )


def connect_config() -> ClientConnectConfig:
    """What `TEMPORAL_*` and Temporal's own configuration file say. Raises `SettingsError`."""
    try:
        return ClientConfig.load_client_connect_config()
    except (RuntimeError, ValueError) as error:
        raise SettingsError(f"Temporal's own configuration cannot be used: {error}") from error


def configured_address() -> str | None:
    """The Temporal somebody configured, by address or by naming a profile; None: it is embedded."""
    address = connect_config().get("target_host")
    return address or ("localhost:7233" if os.environ.get("TEMPORAL_PROFILE") else None)


async def connect(
    to: Reachable | str | None = None,
    *,
    role: str = "reel",
    patience_s: float = CONNECT_LIMIT_S,
    runtime: Runtime | None = None,
) -> Client:
    """A client with the plugin, named `role@host` in histories.

    `to` is a stack, or the address of a server; without it, the server that Temporal's own environment and
    configuration file name, else localhost:7233. All but an embedded server are reached with everything
    that those say (namespace, TLS, API key). Tries for `patience_s` while the server comes up; raises
    `Unreachable`. On the `runtime`, by default the SDK's usual one.
    """
    _settle_at_exit()
    config = _config_of(to)
    host, configured = config["target_host"], not _embedded(to)
    identity = f"{role}@{socket.gethostname()}"
    limit = time.monotonic() + patience_s
    while True:
        try:
            async with asyncio.timeout(max(0.0, limit - time.monotonic())):
                client = await Client.connect(
                    **config, plugins=[plugin()], identity=identity, runtime=runtime
                )
            break
        except (RuntimeError, TimeoutError) as error:
            if time.monotonic() > limit or refused(error):
                raise not_connected(host, configured, error) from error
            await asyncio.sleep(0.2)
    if configured:
        await check_namespace(client)
    return client


def _embedded(to: Reachable | str | None) -> bool:
    return to is not None and not isinstance(to, str) and to.temporal_embedded


def _config_of(to: Reachable | str | None) -> ClientConnectConfig:
    config: ClientConnectConfig = {"target_host": "localhost:7233"}
    if not _embedded(to):
        config |= connect_config()
    if to is not None:
        config["target_host"] = to if isinstance(to, str) else to.temporal_address
    return config


@functools.cache
def _settle_at_exit() -> None:
    """The SDK's threads hold the interpreter for a moment after a call is answered, and abort one that ends
    in that moment, or never let it end: a program that had succeeded would end by SIGABRT."""
    atexit.register(time.sleep, _SETTLE_S)
