"""fal: its listing of what has ended, and its storage of inputs."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from activities.faults import ProviderUnavailable
from activities.models.provider import Unanswered
from tests.support.fal import SECRET, WAN, fal, talking
from tests.support.provider_contract import ended, ordered, picture, signed
from tests.support.standing import Standins

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


async def test_a_lost_submit_is_adopted_once_it_has_ended(
    standins: Standins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, desk, waiting = fal(standins.url("fal")), standins.desk, list[Any]()
    assert desk is not None
    since = datetime.now(UTC) - timedelta(seconds=1)
    call = await ordered(provider, WAN, tmp_path, prompt=f"A mug {uuid4()}")
    request = provider.request(call, str(uuid4()))
    standins.order("fal", "submit", "drop_after")
    with monkeypatch.context() as patch:
        patch.setattr(desk, "_make_later", waiting.append)
        with pytest.raises(Unanswered):
            await provider.submit(request, 10)
    assert await provider.listed(WAN, since) == []
    waiting[0].made(desk.now())
    async with asyncio.timeout(120):
        while not (found := await provider.listed(WAN, since)):
            await asyncio.sleep(0.02)
    assert [each.fingerprint for each in found] == [request.fingerprint]
    assert (await ended(provider, WAN, found[0].job)).state == "succeeded"
    assert await provider.listed(WAN, datetime.now(UTC)) == []
    await provider.close()


async def test_a_listing_is_read_to_its_end_and_without_the_defaults_that_a_model_adds(
    tmp_path: Path,
) -> None:
    provider_side = fal().request(signed(WAN, tmp_path, "tag-7"), "tag-7")
    echoed = {**provider_side.body, "guidance_scale": 3.5, "acceleration": "regular"}
    row = {"request_id": "r1", "sent_at": "2026-11-21T12:00:00.000Z", "json_input": echoed}
    late = {"request_id": "r2", "sent_at": "2026-11-21T12:00:01Z", "json_input": None}
    early = {**row, "request_id": "r0", "sent_at": "2025-11-21T12:00:00Z"}
    async with talking() as (provider, script):
        script.say(
            "/api/v1/models/requests/by-endpoint",
            (200, {"items": [late], "has_more": True, "next_cursor": "c2"}),
            (200, {"items": [row, early], "has_more": False, "next_cursor": None}),
        )
        two, one = await provider.listed(WAN, LONG_AGO)
    assert (one.job.id, one.tag, one.fingerprint) == ("r1", "tag-7", provider_side.fingerprint)
    assert (two.job.id, two.tag, two.fingerprint) == ("r2", None, None)
    assert one.job.links["status_url"].endswith("/queue/fal-ai/wan/requests/r1/status")
    assert "cursor=c2" in script.arrived[1][1] and "expand=payloads" in script.arrived[0][1]


@pytest.mark.parametrize(
    "page",
    [
        {"items": {}, "has_more": False},
        {"items": [], "has_more": True, "next_cursor": None},
        {"items": [{"request_id": "r1"}], "has_more": False},
        {"items": [{"request_id": "r1", "sent_at": "yesterday"}], "has_more": False},
        {"items": [], "has_more": True, "next_cursor": "the same for ever"},
        [],
        "<html>",
    ],
)
async def test_half_a_listing_is_none(page: Any) -> None:
    async with talking() as (provider, script):
        script.say("/api/v1/models/requests/by-endpoint", (200, page))
        with pytest.raises(ProviderUnavailable):
            await provider.listed(WAN, LONG_AGO)


async def test_a_file_is_given_without_the_key(tmp_path: Path) -> None:
    async with talking() as (provider, script):
        script.say("/rest/storage/auth/token", (200, {"token": "cdn", "token_type": "Bearer"}))
        script.say("/cdn/files/upload", (200, {"access_url": "https://v3.fal.media/files/a.png"}))
        kept = await provider.upload(picture(tmp_path, "teal"))
    assert kept.url == "https://v3.fal.media/files/a.png" and kept.expires_at is not None
    assert kept.expires_at > datetime.now(UTC) + timedelta(days=6)
    (_, _, token), (_, _, upload) = script.arrived
    assert (token["authorization"], upload["authorization"]) == (f"Key {SECRET}", "Bearer cdn")
    assert json.loads(upload["x-fal-object-lifecycle"]) == {"expiration_duration_seconds": 604_800}
