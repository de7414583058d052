"""That what a production delivered was deleted is only told beside how it stands: nothing fails for it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from infra.errors import Unreachable
from starter.deleted import as_there, is_deleted
from workflows.studio import FILES_GONE, Progress, RowProgress, VersionProgress

ENDED = Progress(status="completed", delivered="videos/chain-7/steps/film.mp4")

MADE = [VersionProgress(name=f"draft-{take}", state="finished", object=f"renders/{take}") for take in (1, 2)]
DIRECTED = Progress(status="completed", beats=(RowProgress(id="hero_shot", versions=tuple(MADE)),))


def session(*, embedded: bool, configured: bool) -> Any:
    async def open_store() -> None:
        raise Unreachable("The bucket does not answer.")

    stack, settings = SimpleNamespace(temporal_embedded=embedded), SimpleNamespace(s3_configured=configured)
    return SimpleNamespace(stack=stack, settings=settings, open_store=open_store)


@pytest.mark.parametrize(("embedded", "configured"), [(True, False), (False, True), (True, True)])
async def test_a_bucket_that_is_away_is_no_reason_to_say_nothing(embedded: bool, configured: bool) -> None:
    here: Any = session(embedded=embedded, configured=configured)
    assert not await is_deleted(here, SimpleNamespace(id="chain-7"), ENDED)  # type: ignore[arg-type]
    assert await as_there(here, DIRECTED) == DIRECTED


async def test_of_versions_those_whose_files_are_gone_say_so() -> None:
    async def exists(object: str) -> bool:
        return object == "renders/2"

    async def open_store() -> Any:
        return SimpleNamespace(exists=exists)

    here: Any = session(embedded=True, configured=False)
    here.open_store = open_store
    (row,) = (await as_there(here, DIRECTED)).beats
    assert [(one.state, one.object, one.why) for one in row.versions] == [
        ("unmade", None, FILES_GONE),
        ("finished", "renders/2", ""),
    ]


async def test_another_studios_deliveries_are_not_looked_for_in_the_bucket_of_this_machine() -> None:
    here: Any = session(embedded=False, configured=False)
    here.open_store = None
    assert not await is_deleted(here, SimpleNamespace(id="chain-7"), ENDED)  # type: ignore[arg-type]
