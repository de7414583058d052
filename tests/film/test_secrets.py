"""No key, token or signature is in anything that a run leaves behind; and whoever looks for one finds it."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.client import Client

from tests.support.leftovers import Text, everything_left, logs, secrets_in

KEYS = st.text("abcdefghijkABCDEFGHIJK0123456789_-:./+", min_size=8, max_size=40)
WAYS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "in a link": lambda words: quote(words, safe=""),
    "base64": lambda words: base64.b64encode(words.encode()).decode(),
    "base64 for links": lambda words: base64.urlsafe_b64encode(words.encode()).decode(),
    "hex": lambda words: words.encode().hex(),
}


@given(KEYS, st.text(max_size=7), st.text(max_size=7), st.sampled_from(sorted(WAYS)))
def test_a_secret_is_found_however_it_is_written(key: str, before: str, after: str, way: str) -> None:
    words = WAYS[way](before + key + after)
    assert secrets_in([Text("a log", words)], {"the key": key}) == ["the key in a log"]


@given(KEYS, st.text(max_size=60))
def test_what_is_not_there_is_not_found(key: str, words: str) -> None:
    if key not in words:
        assert secrets_in([Text("a log", words)], {"the key": key}) == []


@pytest.mark.parametrize(
    ("opens", "shut"),
    [
        (
            "https://b.example/a.png?X-Amz-Expires=60&X-Amz-Signature=0123456789abcdef",
            "https://b.example/a.png",
        ),
        (
            "http://127.0.0.1:1/files/a/0.mp4?expires=1&signature=0123456789",
            "http://127.0.0.1:1/files/a/0.mp4",
        ),
        ('"Authorization": "Bearer ya29.abcdefgh"', '"Authorization": "Bearer ..."'),
        ("authorization: Key 0123-4567:89abcdef", "authorization: Key"),
    ],
)
def test_what_opens_a_door_by_itself_is_found(opens: str, shut: str) -> None:
    assert len(secrets_in([Text("a row", opens)], {})) == 1
    assert secrets_in([Text("a row", shut)], {}) == []


async def test_histories_logs_and_rows_are_searched(
    client: Client, database_url: str, tmp_path: Path
) -> None:
    """A word that is left in each of them is found in each of them."""
    word = f"planted-{uuid4().hex}"
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "worker.log").write_text(f"the key is {word}\n")
    handle = await client.start_workflow(
        "Nobody", {"key": word}, id=f"secrets-{uuid4()}", task_queue="nobody"
    )
    # Temporal lists a workflow a moment after it has begun.
    while not [each async for each in client.list_workflows(f"WorkflowId = '{handle.id}'")]:
        await asyncio.sleep(0.05)
    connection = await asyncpg.connect(database_url)
    await connection.execute("INSERT INTO render (key, recipe) VALUES ($1, $2)", word, '{"key": 1}')
    try:
        found = secrets_in(await everything_left(client, tmp_path, database_url), {"the word": word})
    finally:
        await handle.terminate()
        await connection.execute("DELETE FROM render WHERE key = $1", word)
        await connection.close()
    places = " ".join(found)
    assert f"the word in the history of {handle.id}" in found
    assert "the word in the log worker.log" in found and "of render" in places


def test_a_home_without_logs_has_none(tmp_path: Path) -> None:
    assert list(logs(tmp_path)) == []
