"""What the Temporal SDK's runtime tells of this process: its metrics, and what its core writes to the log."""

from __future__ import annotations

import errno
import logging
import re
from collections.abc import Mapping, Sequence

from temporalio import activity, workflow
from temporalio.runtime import LogForwardingConfig, LoggingConfig, PrometheusConfig, Runtime, TelemetryConfig

from infra.errors import SettingsError
from infra.settings import Settings

#: Upper bounds, in seconds: a film that was there already ends within seconds, a short one within minutes, a
#: long one within hours; who waits for a person ends by itself after seven days.
LONG: Sequence[float] = (5, 15, 30, 60, 120, 300, 600, 1200, 3600, 10_800, 43_200, 86_400, 604_800)
#: Likewise: where a slot is free a step begins within a tenth of one; behind others it may wait for hours.
QUEUED: Sequence[float] = (0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 10_800)
# The SDK's own have but one bound between ten seconds and a quarter of an hour.
_BUCKETS: Mapping[str, Sequence[float]] = {
    "video_generation_duration_seconds": LONG,
    "activity_schedule_to_start_latency": QUEUED,
}
# How the SDK's core tells the system's error.
_CODE = re.compile(r"\(os error (\d+)\)")


def runtime_of(settings: Settings) -> Runtime:
    """The runtime of this process, for its client and so for its workers. By default the SDK's usual one,
    whose meters count nothing; one that answers `GET /metrics` where a port is set for that, and one whose
    core writes to our log where that is JSON, for it would write lines of its own to standard error.

    Raises `SettingsError` where it cannot listen there.
    """
    if settings.metrics_port is None and settings.log_format == "text":
        return Runtime.default()
    if settings.log_format == "json":
        # What they append to each message stands in fields of its own.
        activity.logger.activity_info_on_message = False
        workflow.logger.workflow_info_on_message = False
    # The name that it would put on every sample is its own, of ours too; whose they are, Prometheus adds.
    config = TelemetryConfig(
        logging=_core_log(settings), metrics=_metrics(settings), attach_service_name=False
    )
    try:
        return Runtime(telemetry=config)
    except ValueError as error:
        at = _address(settings)
        # The number alone is the system's: the words around it are the SDK's.
        if (code := _CODE.search(str(error))) and int(code[1]) == errno.EADDRINUSE:
            raise SettingsError(f"REEL_METRICS_PORT: {at} is taken: choose another port.") from error
        # It takes no name of a host.
        words = f"REEL_METRICS_HOST (an IP address) and REEL_METRICS_PORT cannot be used: {at}: {error}."
        raise SettingsError(words) from error


def _metrics(settings: Settings) -> PrometheusConfig | None:
    if settings.metrics_port is None:
        return None
    # The SDK's own metrics keep their documented names; ours bear their units themselves.
    return PrometheusConfig(
        bind_address=_address(settings), durations_as_seconds=True, histogram_bucket_overrides=_BUCKETS
    )


def _address(settings: Settings) -> str:
    host = settings.metrics_host
    return f"{f'[{host}]' if ':' in host else host}:{settings.metrics_port}"


def _core_log(settings: Settings) -> LoggingConfig:
    usual = LoggingConfig.default
    if settings.log_format == "text":
        return usual
    return LoggingConfig(filter=usual.filter, forwarding=LogForwardingConfig(logging.getLogger("temporalio")))
