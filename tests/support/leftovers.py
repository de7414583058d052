"""Everything that a run leaves behind where people look, as text, and a search for secrets in it.

After films on every provider: `assert secrets_in(await everything_left(client, home, url), SECRETS) == []`.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import asyncpg
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode


class Text(NamedTuple):
    """Words, and the place where they stand."""

    place: str
    words: str


#: What gives access by itself, whoever's it is: our presigned links, those of the stand-ins, headers.
SIGNATURES: Mapping[str, re.Pattern[str]] = {
    "a presigned link": re.compile(r"X-Amz-(Signature|Security-Token)=[\w%+/-]{8}", re.I),
    "a signed output link": re.compile(r"[?&](signature|sig|token)=[\w%+/-]{8}", re.I),
    "an authorization header": re.compile(r"authorization\W{1,6}(bearer|key|token)\s+[\w.:-]{8}", re.I),
}


def secrets_in(texts: Iterable[Text], secrets: Mapping[str, str]) -> list[str]:
    """What is to be seen and where, without saying it: `<name of the secret> in <place>`. A secret is found
    as it is, percent-encoded, in hex, and in base64, whatever stands around it."""
    forms = {name: set(_forms(secret)) for name, secret in secrets.items()}
    found = []
    for place, words in texts:
        found += [
            f"{name} in {place}" for name, wanted in forms.items() if any(one in words for one in wanted)
        ]
        found += [f"{name} in {place}" for name, pattern in SIGNATURES.items() if pattern.search(words)]
    return found


def _forms(secret: str) -> Iterator[str]:
    assert len(secret) >= 8, "a shorter word may be there by chance"
    data = secret.encode()
    yield from (secret, quote(secret, safe=""), data.hex(), data.hex().upper())
    for before in range(3):
        # Three bytes are four letters: its own letters depend on what stands before it, by one byte or two.
        letters = base64.b64encode(bytes(before) + data).decode().rstrip("=")
        whole = letters[(before * 8 + 5) // 6 : (before + len(data)) * 8 // 6]
        yield from (whole, whole.replace("+", "-").replace("/", "_"))


async def everything_left(client: Client, home: Path, database_url: str) -> list[Text]:
    """Every history and description of every workflow, every log of a home, every row of the ledger."""
    found = [text async for text in histories(client)]
    return [*found, *logs(home), *[text async for text in rows(database_url)]]


async def histories(client: Client) -> AsyncIterator[Text]:
    """What Temporal keeps of each workflow, its payloads decoded; a description has pending heartbeats."""
    async for execution in client.list_workflows():
        handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
        try:
            history, described = json.loads((await handle.fetch_history()).to_json()), await handle.describe()
        except RPCError as error:
            # Lists keep for a moment what has been deleted.
            if error.status is RPCStatusCode.NOT_FOUND:
                continue
            raise
        yield Text(f"the history of {execution.id}", "\n".join(_decoded(history)))
        yield Text(f"the description of {execution.id}", str(described.raw_description))


def _decoded(value: Any) -> Iterator[str]:
    """Every string of a history; a payload's data as what it encodes."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield name
            if name == "data" and isinstance(inner, str):
                yield base64.b64decode(inner).decode(errors="replace")
            yield from _decoded(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _decoded(inner)
    elif isinstance(value, str):
        yield value


def logs(home: Path) -> Iterator[Text]:
    """The logs of `reel`, its worker and its servers."""
    for path in sorted((home / "logs").rglob("*")):
        if path.is_file():
            yield Text(f"the log {path.name}", path.read_text(errors="replace"))


async def rows(database_url: str) -> AsyncIterator[Text]:
    """Every row of every table, as PostgreSQL writes it."""
    connection = await asyncpg.connect(database_url)
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in tables:
            for number, (row,) in enumerate(await connection.fetch(f'SELECT t::text FROM "{table}" t')):
                yield Text(f"row {number} of {table}", row)
    finally:
        await connection.close()
