"""Knows what the ledger keeps of an artifact, and whether its bytes are where it says."""

from __future__ import annotations

import asyncio

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from activities.ledger.renders import Row
from activities.storage import FactsUnreadable, ObjectStore
from workflows.studio import Artifact, Media, Part


class Stored(BaseModel):
    """What the ledger keeps of an artifact beside its object."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    media: Media
    parts: dict[str, Part] = {}
    facts: dict[str, JsonValue] = {}


def artifact_of(row: Row) -> Artifact:
    """The artifact of a done row, as one that was found. Raises `FactsUnreadable`."""
    try:
        stored = Stored.model_validate(row.facts)
    except ValidationError as error:
        raise FactsUnreadable(
            f"another release wrote what is known of recipe {row.key}, and this one cannot read it"
        ) from error
    return Artifact(key=row.key, object=row.object or "", reused=True, **dict(stored))


async def is_there(store: ObjectStore, artifact: Artifact) -> bool:
    """Whether the bucket has every file of the artifact, in full length."""
    files = [(artifact.object, artifact.media), *((p.object, p.media) for p in artifact.parts.values())]
    sizes = await asyncio.gather(*(store.size(object) for object, _ in files))
    return sizes == [media.bytes for _, media in files]
