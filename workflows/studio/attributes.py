"""Knows by which search attributes operators find productions, and when a run has to change its own.

A namespace that lacks one of them is fine: its first activity asks which there are, and no other is set. An
upsert is an event of the history, so what a run costs is told along with how it stands, not with every step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from workflows.studio.facts import Findable
from workflows.studio.report import Progress

STATUS = SearchAttributeKey.for_keyword("ReelStatus")
WAITS = SearchAttributeKey.for_keyword_list("ReelWaits")
USER = SearchAttributeKey.for_keyword("ReelUser")
LABELS = SearchAttributeKey.for_keyword_list("ReelLabels")
PRODUCTION = SearchAttributeKey.for_keyword("ReelProduction")
PROFILE = SearchAttributeKey.for_keyword("ReelProfile")
COST = SearchAttributeKey.for_float("ReelCostUsd")
BUDGET = SearchAttributeKey.for_float("ReelBudgetUsd")
BATCH = SearchAttributeKey.for_keyword("ReelBatch")

#: All of them, those first that a namespace with little room should have.
ATTRIBUTES: tuple[SearchAttributeKey[Any], ...] = (
    STATUS,
    WAITS,
    USER,
    LABELS,
    PRODUCTION,
    COST,
    BATCH,
    PROFILE,
    BUDGET,
)


class Attributes:
    """Those of one run. Deterministic; `known` are the names that the namespace has."""

    def __init__(
        self, known: Iterable[str] = (), fixed: Mapping[SearchAttributeKey[Any], object] = {}
    ) -> None:
        self._known = frozenset(known)
        self._fixed = dict(fixed)
        self._told: dict[SearchAttributeKey[Any], object] = {}

    def tell(self, progress: Progress) -> None:
        """Upserts what has changed. To be called, in the workflow, after every change."""
        if self._known and (changes := self.changes(progress)):
            workflow.upsert_search_attributes(changes)

    def changes(self, progress: Progress) -> list[SearchAttributeUpdate[Any]]:
        """What is to be upserted, and from now on counts as told."""
        now = {**self._fixed, STATUS: status_of(progress), WAITS: waits_of(progress)}
        if all(self._told.get(key) == value for key, value in now.items()):
            return []
        now |= {COST: float(progress.spent_usd)}
        now |= {BUDGET: None if progress.budget_usd is None else float(progress.budget_usd)}
        changed = {key: value for key, value in now.items() if self._told.get(key) != value}
        self._told = now
        return [
            key.value_unset() if value in (None, "", []) else key.value_set(value)
            for key, value in changed.items()
            if key.name in self._known
        ]


def fixed(production: str, found: Findable, batch: str = "") -> dict[SearchAttributeKey[Any], object]:
    """What stays the same as long as a run lasts."""
    labels = list(dict.fromkeys(found.labels))
    user = keyword(found.user)
    return {PRODUCTION: production, USER: user, LABELS: labels, PROFILE: found.profile, BATCH: batch}


def keyword(said: str) -> str:
    """As it can be asked for: lists of workflows find no keyword that has a double quote or a backslash."""
    return said.translate({ord('"'): "'", ord("\\"): "/"})


def status_of(progress: Progress) -> str:
    """One word for how it stands: paused before waiting before rendering."""
    if progress.paused:
        return "paused"
    waits = progress.status in ("planning", "rendering") and waits_of(progress)
    return "waiting" if waits else progress.status


def waits_of(progress: Progress) -> list[str]:
    """What a person is waited for; a pause is somebody's wish, and waits for nobody."""
    return sorted({wait.reason for wait in progress.waits} - {"paused"})
