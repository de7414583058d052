"""Knows the kinds of steps that installed packages bring, beside the house's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from activities.faults import InvalidInput
from infra.plugs import plugs
from workflows.pipeline import KINDS, Kind, Params, is_foreign


@dataclass(frozen=True)
class KindJob:
    """One step of a kind, to be done in a thread: `files` are by role, each a PNG or a video here; what it
    makes is written to `out`, a PNG or an MP4 as its kind gives. `advance` is called now and then with how
    many frames are done: it tells that the work goes on, and raises where nobody wants it any more."""

    prompt: str
    negative_prompt: str
    params: Params
    files: Mapping[str, Sequence[Path]]
    take: int
    out: Path
    advance: Callable[[int], None] = field(repr=False)


@dataclass(frozen=True)
class OwnKind:
    """What stands behind an entry point of `reelwright.kinds`, which is named `package.kind`.

    `do` computes here and costs nothing: what is paid for is a provider's, so that the ledger knows of it.
    The same job gives the same file. `engine` names what does it and its version, and is part of what is
    made: another one makes it anew. Raise `InvalidInput` (of `activities.extending`) for what can never be
    made; whatever else is raised is tried again.
    """

    kind: Kind
    engine: str
    do: Callable[[KindJob], None]


def own_kinds() -> Mapping[str, OwnKind]:
    """By name. Raises `SettingsError` for what cannot be used."""
    found = dict[str, OwnKind]()
    for name, one in plugs("reelwright.kinds").items():
        own = one.brought
        if not isinstance(own, OwnKind):
            raise one.unusable("it is no OwnKind")
        if not is_foreign(name):
            raise one.unusable("kinds of packages are named package.kind, in small letters")
        if own.kind.gives not in ("image", "video") or not own.engine:
            raise one.unusable("it gives an image or a video, and says by which engine")
        if own.kind.may_cost or not own.kind.here:
            raise one.unusable("a kind of a package is done here, by no model")
        found[name] = own
    return found


def known_kinds() -> Mapping[str, Kind]:
    """All that this process knows: the house's own, and those of packages. Raises as `own_kinds`."""
    return {**KINDS, **{name: one.kind for name, one in own_kinds().items()}}


def kind_named(name: str) -> Kind:
    """Raises `InvalidInput` for one that this worker does not have."""
    kind = KINDS.get(name) or known_kinds().get(name)
    if kind is None:
        raise InvalidInput(f"This worker has no kind {name}: install its package on every one.")
    return kind
