"""Knows fal's services beside its queue: the listing of what has ended, and the storage of inputs."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
from pydantic import JsonValue, ValidationError

from activities.faults import ProviderUnavailable
from activities.models.call import Picture
from activities.models.entries import Model
from activities.models.provider import Job, ListedJob, Uploaded, fingerprint_of
from activities.models.providers.fal.answers import asked_again
from activities.models.providers.fal.request import comparable
from activities.models.providers.fal.wire import CALL_S, JSON, Answer, Hosts, Refused, away

#: Longer than any film's inputs are read, far shorter than for ever, which is what fal would keep them.
KEPT = timedelta(days=7)
#: As many as a page may have.
_PAGE = 100
_TAG = re.compile(r"[?&]x-reel-tag=([0-9A-Za-z-]{1,64})")


@asynccontextmanager
async def bounded() -> AsyncIterator[None]:
    """Ends what runs in it after `CALL_S`, with `ProviderUnavailable`."""
    try:
        async with asyncio.timeout(CALL_S):
            yield
    except TimeoutError as error:
        raise away(error) from None


def unreadable(what: str) -> ProviderUnavailable:
    return ProviderUnavailable(f"fal's {what} cannot be read; ask again in a while")


async def ask(client: httpx.AsyncClient, request: httpx.Request) -> Answer:
    """An answer whose body is JSON. Raises `Refused`, `ProviderUnavailable`."""
    async with bounded():
        response = await client.send(request)
    try:
        body = JSON.validate_json(response.content)
    except ValidationError:
        raise unreadable("answer") from None
    return Answer(response.status_code, body, response.headers)


async def _said(client: httpx.AsyncClient, request: httpx.Request) -> Mapping[str, JsonValue]:
    try:
        body = (await ask(client, request)).body
    except Refused as refused:
        raise asked_again(refused.answer) from None
    if not isinstance(body, dict):
        raise unreadable("answer")
    return body


async def ended(
    client: httpx.AsyncClient, hosts: Hosts, model: Model, since: datetime
) -> Sequence[ListedJob]:
    """The model's requests that were sent since and have ended, all pages.

    Fails as a whole: a listing that breaks off must not pass for one that lacks what is sought.
    """
    query = {"endpoint_id": model.endpoint, "start": since.astimezone(UTC).isoformat()}
    query |= {"expand": "payloads", "limit": str(_PAGE)}
    found: list[ListedJob] = []
    async with bounded():
        while True:
            url = f"{hosts.platform}/models/requests/by-endpoint"
            page = await _said(client, client.build_request("GET", url, params=query))
            items, cursor = page.get("items"), page.get("next_cursor")
            more = bool(page.get("has_more"))
            if not isinstance(items, list) or (more and cursor in (None, "", query.get("cursor"))):
                raise unreadable("listing")
            found += [_listed(hosts, model, item) for item in items]
            if not more:
                return [each for each in found if each.created_at >= since]
            query["cursor"] = str(cursor)


def _listed(hosts: Hosts, model: Model, item: JsonValue) -> ListedJob:
    match item:
        case {"request_id": str(job_id), "sent_at": str(sent_at), **rest}:
            said = rest.get("json_input")
        case _:
            raise unreadable("listing")
    tag = _TAG.search(json.dumps(said))
    return ListedJob(
        Job(job_id, hosts.links(model.endpoint, job_id, {})),
        _moment(sent_at),
        tag=tag[1] if tag else None,
        fingerprint=fingerprint_of(model, comparable(model, said)) if isinstance(said, dict) else None,
    )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise unreadable("listing") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


async def store(client: httpx.AsyncClient, hosts: Hosts, picture: Picture) -> Uploaded:
    """Gives a file to fal's storage for a while. Whoever knows its link may read it.

    The official client's upload knows no hosts but fal's own, repeats each step up to ten times, and then
    begins again with a second storage: these are its same two requests, bounded, by plain HTTP.
    """
    data = await asyncio.to_thread(picture.path.read_bytes)
    until = datetime.now(UTC) + KEPT
    auth = client.build_request(
        "POST", f"{hosts.storage}/storage/auth/token?storage_type=fal-cdn-v3", json={}
    )
    async with bounded():
        token = await _said(client, auth)
        # The files' host gets that token in the place of the key.
        headers = {
            "Authorization": f"{token.get('token_type')} {token.get('token')}",
            "Content-Type": picture.mime,
            "X-Fal-File-Name": picture.path.name,
            "X-Fal-Object-Lifecycle": json.dumps({"expiration_duration_seconds": int(KEPT.total_seconds())}),
        }
        stored = await _said(
            client, client.build_request("POST", f"{hosts.cdn}/files/upload", content=data, headers=headers)
        )
    url = stored.get("access_url")
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        raise unreadable("link to the file")
    return Uploaded(url, until)
