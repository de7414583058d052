"""Knows what is told of the versions of every step: how each stands, what it has cost, and where it lies."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from workflows.pipeline.direction import Direction, Version, paid_for
from workflows.studio import KeptVersion, Payment, Progress, RowProgress, VersionProgress, VersionState


@dataclass(frozen=True)
class Shown:
    """A version that was made: by which model, empty where none was bought, and where its file lies."""

    object: str
    model: str


#: By the id of a step and the name of a version.
Known = Mapping[tuple[str, str], Shown]


def kept(versions: Iterable[KeptVersion]) -> dict[tuple[str, str], Shown]:
    """Those of earlier runs."""
    return {
        (one.row, one.name): Shown(str(one.value.get("object", "")), str(one.value.get("model", "")))
        for one in versions
    }


def paid_by_step(payments: Iterable[Payment]) -> dict[str, Decimal]:
    """USD by the step that they were paid towards, whichever take of it, in all runs."""
    paid = dict[str, Decimal]()
    for payment in payments:
        step = paid_for(payment.towards)
        paid[step] = paid.get(step, Decimal(0)) + payment.usd
    return paid


class There(Protocol):
    """The `versions` that were made; of a step that is `lacking`, what is wanted is not there, and the one
    `instead` is shown, where there is any."""

    @property
    def versions(self) -> Known: ...
    @property
    def lacking(self) -> Collection[str]: ...
    @property
    def instead(self) -> Mapping[str, str]: ...


def with_versions(
    told: Progress, direction: Direction, there: There, payments: Collection[Payment]
) -> Progress:
    """The same with the versions of every row."""

    def with_its_own(row: RowProgress) -> RowProgress:
        versions = tuple(_versions(row, direction, there, payments))
        # A page on which any row may show one thing or another has no notes but these.
        why = row.note if row.id in there.lacking else ""
        return row.model_copy(update={"versions": versions, "why": why})

    rows = tuple(with_its_own(row) if row.id in direction.wanted else row for row in told.beats)
    return told.model_copy(update={"beats": rows})


def _versions(
    row: RowProgress, direction: Direction, there: There, payments: Collection[Payment]
) -> Iterable[VersionProgress]:
    wanted, first = direction.wanted[row.id], next(iter(direction.asked(row.id).values()))
    for name, version in direction.asked(row.id).items():
        is_wanted = version == wanted
        is_lacking = is_wanted and row.id in there.lacking
        made = None if is_lacking else there.versions.get((row.id, name))
        towards = direction.towards(row.id, version.take)
        paid = [one for one in payments if one.towards == towards]
        yield VersionProgress(
            name=name,
            state=_state(row, is_wanted, made),
            wanted=is_wanted,
            shown=made is not None and (is_wanted or there.instead.get(row.id) == name),
            models=(made.model,) if made and made.model else (),
            words=_said(version, first),
            usd=sum((one.usd for one in paid), Decimal(0)),
            lost_usd=sum((one.usd for one in paid if one.lost), Decimal(0)),
            deleted_usd=sum((one.usd for one in paid if one.deleted), Decimal(0)),
            object=made.object if made else None,
            why=row.note if is_wanted and made is None else "",
        )


def _said(version: Version, first: Version) -> str:
    """What a person said of it in place of what was asked for first."""
    return version.prompt if version.prompt != first.prompt else ""


def _state(row: RowProgress, is_wanted: bool, made: Shown | None) -> VersionState:
    if made is not None:
        return "finished"
    if not is_wanted:
        return "unmade"
    states = {step.state for step in row.steps}
    return "failed" if "failed" in states else "making" if "running" in states else "waiting"
