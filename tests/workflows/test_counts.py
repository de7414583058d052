"""Of every bought clip it is told how it came about, as far as its release knew."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from workflows.film.counts import COUNTS, counts_of
from workflows.studio.facts import Artifact, Media
from workflows.studio.report import ClipCounts

COUNTED = st.builds(
    ClipCounts,
    tries=st.integers(1, 9),
    softenings=st.integers(0, 2),
    polls=st.none() | st.integers(0, 999),
    seconds=st.none() | st.floats(0, 9999),
)


def chunk(told: JsonValue = None) -> Artifact:
    facts: dict[str, JsonValue] = {} if told is None else {COUNTS: told}
    return Artifact(key="k", object="o", media=Media(mime="video/mp4", bytes=1, sha256=""), facts=facts)


@given(st.lists(st.none() | COUNTED, max_size=5))
def test_every_chunk_has_its_own_and_what_is_drawn_none(told: list[ClipCounts | None]) -> None:
    chunks = [chunk(one.model_dump(mode="json") if one else None) for one in told]
    expected = tuple(one or ClipCounts() for one in told) if any(told) else ()
    assert counts_of(chunks) == expected


def test_what_cannot_be_read_of_it_fails_no_film() -> None:
    assert counts_of([chunk({"tries": "many"})]) == () == counts_of([chunk("odd")])
