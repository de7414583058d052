"""Knows which search attributes a namespace has, and registers those that it lacks."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any

from temporalio import activity
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeIndexedValueType, SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode

from workflows.studio import ATTRIBUTES

log = logging.getLogger(__name__)

# Registered while workers run, they are used a minute later; asking with every film would be nine questions.
_REMEMBERED_S = 60.0

# What an attribute of each type takes, and what it refuses: one of another type would hold up every run that
# sets it. Whole numbers alone pass for amounts; no list of workflows tells the two apart.
_STARTS = "{} STARTS_WITH 'x'"
_QUERIES: Mapping[SearchAttributeIndexedValueType, tuple[str, str | None]] = {
    SearchAttributeIndexedValueType.KEYWORD: (_STARTS, None),
    SearchAttributeIndexedValueType.KEYWORD_LIST: ("{} IN ('x')", _STARTS),
    SearchAttributeIndexedValueType.DOUBLE: ("{} = 0.5", None),
}
_TYPES = {
    SearchAttributeIndexedValueType.KEYWORD: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    SearchAttributeIndexedValueType.KEYWORD_LIST: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    SearchAttributeIndexedValueType.DOUBLE: IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
}


class Namespace:
    """The one that this process works in, as an activity sees it."""

    def __init__(self) -> None:
        self._known: tuple[str, ...] = ()
        self._until = 0.0

    async def attributes(self) -> tuple[str, ...]:
        """The names of those that it has; none where nobody can tell."""
        if time.monotonic() >= self._until:
            try:
                self._known = await registered(activity.client())
            except RPCError as error:
                # A production is made all the same; it is not found by them, and the next one asks again.
                log.warning("Search attributes are unknown: %s", error.message)
                return ()
            self._until = time.monotonic() + _REMEMBERED_S
        return self._known


async def registered(client: Client) -> tuple[str, ...]:
    """The names of our attributes that the namespace has, of our types. Asked by counting workflows, which
    all may who list them: a cluster tells its attributes to its operators alone. Raises RPCError."""
    have = await asyncio.gather(*(_has(client, key) for key in ATTRIBUTES))
    return tuple(key.name for key, has in zip(ATTRIBUTES, have, strict=True) if has)


async def register(client: Client) -> dict[str, str]:
    """Registers what the namespace lacks, one by one, as far as there is room. Returns for each that it
    lacked why it could not be; empty where it was. Raises RPCError."""
    there = await registered(client)
    return {key.name: await _add(client, key) for key in ATTRIBUTES if key.name not in there}


async def _add(client: Client, key: SearchAttributeKey[Any]) -> str:
    """Why it could not be; empty where it was."""
    # The server takes it then, and changes nothing.
    if await _takes(client, f"{key.name} IS NULL"):
        return "there is one of that name and another type: remove it first"
    wanted = {key.name: _TYPES[key.indexed_value_type]}
    try:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=wanted)
        )
    except RPCError as error:
        return error.message
    return ""


async def _has(client: Client, key: SearchAttributeKey[Any]) -> bool:
    taken, refused = _QUERIES[key.indexed_value_type]
    if not await _takes(client, taken.format(key.name)):
        return False
    return refused is None or not await _takes(client, refused.format(key.name))


async def _takes(client: Client, query: str) -> bool:
    try:
        await client.count_workflows(query)
    except RPCError as error:
        if error.status != RPCStatusCode.INVALID_ARGUMENT:
            raise
        return False
    return True
