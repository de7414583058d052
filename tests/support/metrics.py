"""The metrics that there are, by their names; what Prometheus would read; what is asked about them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import promql_parser
import yaml

from activities.running import metrics as by_worker
from activities.studio import measures
from tests.support.modules import ROOT
from workflows.studio import metrics as by_production

#: Of the studio as a whole: every worker tells the same.
COMMON = {measures.JOBS, measures.WAITING, measures.COST, measures.READ_AT}
#: Each worker's own.
OWN = {by_production.TOTAL, by_production.DURATION, by_worker.ARTIFACTS, by_worker.ERRORS}
#: The Temporal SDK's, as far as anything of ours names them.
SDK = {"temporal_activity_schedule_to_start_latency", "temporal_worker_task_slots_used"}

_FOLDER = ROOT / "infra/monitoring"
_SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.M)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
# What Grafana puts there is a span of time.
_INTERVAL = "$__rate_interval"


@dataclass(frozen=True)
class Sample:
    """One line of what a worker answers."""

    name: str
    labels: Mapping[str, str]
    value: float


def samples(text: str) -> list[Sample]:
    return [
        Sample(name, dict(_LABEL.findall(labels)), float(value))
        for name, labels, value in _SAMPLE.findall(text)
    ]


def family(name: str) -> str:
    """A metric's name; a histogram has three series."""
    return re.sub(r"_(bucket|sum|count)$", "", name)


def rules() -> list[dict[str, Any]]:
    """The alert rules."""
    (group,) = yaml.safe_load((_FOLDER / "alerts.yaml").read_text())["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def panels() -> list[dict[str, Any]]:
    """What the dashboard shows."""
    found: list[dict[str, Any]] = json.loads((_FOLDER / "dashboard.json").read_text())["panels"]
    return found


def expressions() -> dict[str, list[Any]]:
    """What is asked of Prometheus, parsed, by whose question it is."""
    asked = {str(rule["alert"]): [rule["expr"]] for rule in rules()}
    asked |= {panel["title"]: [one["expr"] for one in panel["targets"]] for panel in panels()}
    return {
        who: [promql_parser.parse(one.replace(_INTERVAL, "5m")) for one in said]
        for who, said in asked.items()
    }


def selectors(node: Any, inside: tuple[Any, ...] = ()) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Every series that an expression asks for, with what it stands in, the outermost first."""
    if isinstance(node, promql_parser.MatrixSelector):
        node = node.vector_selector
    if isinstance(node, promql_parser.VectorSelector):
        yield node, inside
        return
    parts = [getattr(node, name, None) for name in ("expr", "lhs", "rhs", "param")]
    for part in (*parts, *getattr(node, "args", ())):
        if part is not None:
            yield from selectors(part, (*inside, node))
