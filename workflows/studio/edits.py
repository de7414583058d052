"""What people changed in a production, as it is kept: written down before it is acknowledged, and loaded
first by every later run. What an edit means is the wing's own affair."""

from __future__ import annotations

from pydantic import JsonValue

from workflows.studio.facts import Facts


class Edit(Facts):
    """One decision of a person. `id` is the update's own; `kind` its name, such as `retake`."""

    id: str
    kind: str
    value: dict[str, JsonValue]


class KeptVersion(Facts):
    """A finished version of a row, such as a shot: what it is made of lies in the ledger. `plan` counts the
    plans of the production, of which each has versions of its own."""

    row: str
    name: str
    plan: int = 1
    value: dict[str, JsonValue]
