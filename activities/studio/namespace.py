"""Knows which search attributes a namespace has, and registers those that it lacks."""

from __future__ import annotations

import asyncio
import logging
import time
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

# Each is refused by an attribute of another type, except that a text may pass for a keyword.
_QUERIES = {
    SearchAttributeIndexedValueType.KEYWORD: "{} STARTS_WITH 'x'",
    SearchAttributeIndexedValueType.KEYWORD_LIST: "{} = 'x'",
    SearchAttributeIndexedValueType.DOUBLE: "{} BETWEEN 0 AND 1",
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
    """The names of our attributes that the namespace has. Asked by counting workflows, which all may who list
    them: a cluster tells its attributes to its operators alone. Raises RPCError."""
    have = await asyncio.gather(*(_has(client, key) for key in ATTRIBUTES))
    return tuple(key.name for key, has in zip(ATTRIBUTES, have, strict=True) if has)


async def register(client: Client) -> dict[str, str]:
    """Registers what the namespace lacks, one by one, as far as there is room. Returns for each that it
    lacked why it could not be; empty where it was. Raises RPCError."""
    there = await registered(client)
    return {key.name: await _add(client, key) for key in ATTRIBUTES if key.name not in there}


async def _add(client: Client, key: SearchAttributeKey[Any]) -> str:
    """Why it could not be; empty where it was."""
    wanted = {key.name: _TYPES[key.indexed_value_type]}
    try:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=wanted)
        )
    except RPCError as error:
        return error.message
    return ""


async def _has(client: Client, key: SearchAttributeKey[Any]) -> bool:
    try:
        await client.count_workflows(_QUERIES[key.indexed_value_type].format(key.name))
    except RPCError as error:
        if error.status != RPCStatusCode.INVALID_ARGUMENT:
            raise
        return False
    return True
