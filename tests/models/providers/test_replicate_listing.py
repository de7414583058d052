"""Replicate's listing: every job, no page left out, and no way for the key to another place."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import infra.standins.wire.replicate as standin
from activities.faults import ProviderUnavailable
from activities.models.call import Picture
from activities.models.entries import Model
from activities.models.provider import Job, ListedJob, fingerprint_of
from activities.models.providers.replicate import Replicate
from activities.models.trial import PATIENCE_S, bare, ordered, sent, showing
from tests.support.replicate import EDGES, FLUX, HAILUO
from tests.support.told import Told

SINCE = datetime(2026, 11, 21, 12, 0, 0, 500_000, tzinfo=UTC)


def listed(id: str, **more: Any) -> dict[str, Any]:
    """A prediction of flux-dev, as a listing shows it."""
    said = {"prompt": id, "image": "https://a.example/x.png?X-Amz-Signature=s&x-reel-tag=tag-" + id}
    created = "2026-11-21T12:00:01.123456789Z"
    usual = {"id": id, "model": "black-forest-labs/flux-dev", "version": "hidden", "input": said}
    return {**usual, "created_at": created, "data_removed": False, **more}


async def test_a_listing_has_all_pages(replicate: Replicate, server: Told) -> None:
    following = f"{server.url}/v1/predictions?cursor=2"
    server.says(200, {"results": [listed("a"), listed("b", model="other/model")], "next": following})
    server.says(200, {"results": [listed("c", input={}, data_removed=True)], "next": None})
    found = await replicate.listed(FLUX, SINCE)
    assert [each[0] for each in server.asked] == [
        "GET /v1/predictions?created_after=2026-11-21T12%3A00%3A00.500000Z",
        "GET /v1/predictions?cursor=2",
    ]
    assert [(each.job.id, each.tag) for each in found] == [("a", "tag-a"), ("c", None)]
    assert found[0].fingerprint == fingerprint_of(FLUX, listed("a")["input"])
    assert found[1].fingerprint is None
    assert found[0].created_at == datetime(2026, 11, 21, 12, 0, 1, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "words", ["http://[", "http://a:b/?x-reel-tag", "x-reel-tag=1", "\x00", 3, None, [{}]]
)
async def test_whatever_others_have_sent_breaks_no_listing(
    replicate: Replicate, server: Told, words: object
) -> None:
    server.says(200, {"results": [listed("a", input={"prompt": words}), listed("b")]})
    found = await replicate.listed(FLUX, SINCE)
    assert [(each.job.id, each.tag, each.fingerprint is None) for each in found] == [
        ("a", None, False),
        ("b", "tag-b", False),
    ]


async def test_a_community_model_is_told_from_its_other_versions(replicate: Replicate, server: Told) -> None:
    name, _, version = EDGES.endpoint.partition(":")
    jobs = [listed("a", model=name, version=version), listed("b", model=name, version="0" * 64)]
    server.says(200, {"results": [*jobs, listed("c")]})
    assert [each.job.id for each in await replicate.listed(EDGES, SINCE)] == ["a"]


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1/predictions?cursor=2",
        "//evil.example/",
        "/v1/predictions?cursor=2",
        "http://[",
        "\x00",
        7,
    ],
)
async def test_the_key_follows_no_link_to_another_place(
    replicate: Replicate, server: Told, link: object
) -> None:
    server.says(200, {"results": [], "next": link})
    with pytest.raises(ProviderUnavailable):
        await replicate.listed(FLUX, SINCE)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "page"), [(503, {}), (200, b"<html>"), (200, {}), (200, []), (200, {"results": [{}]})]
)
async def test_a_listing_that_breaks_off_proves_nothing(
    replicate: Replicate, server: Told, status: int, page: object
) -> None:
    server.says(200, {"results": [listed("a")], "next": f"{server.url}/v1/predictions?cursor=2"})
    if page == {"results": [{}]}:
        page = {"results": [{"model": "black-forest-labs/flux-dev", "created_at": "2026-11-21T13:00:00Z"}]}
    server.says(status, page)
    with pytest.raises(ProviderUnavailable):
        await replicate.listed(FLUX, SINCE)
    assert len(server.asked) == 2


async def test_a_listing_that_goes_round_ends(replicate: Replicate, server: Told) -> None:
    for _ in range(200):
        server.says(200, {"results": [listed("a")], "next": f"{server.url}/v1/predictions?cursor=2"})
    with pytest.raises(ProviderUnavailable):
        await replicate.listed(FLUX, SINCE)


async def test_the_past_is_not_read(replicate: Replicate, server: Told) -> None:
    following = f"{server.url}/v1/predictions?cursor=2"
    old = listed("b", created_at="2026-11-20T12:00:00Z")
    server.says(200, {"results": [listed("a"), old], "next": following})
    server.says(200, {"results": [old, old], "next": following})
    assert [each.job.id for each in await replicate.listed(FLUX, SINCE)] == ["a"]
    assert len(server.asked) == 2


async def seen(provider: Replicate, model: Model, since: datetime, count: int) -> Sequence[ListedJob]:
    """The listing once it shows so many: it comes late."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            found = await provider.listed(model, since)
            # One that comes between two pages shows the last of the first page once more.
            if len({each.job.id for each in found}) >= count:
                return found
            await asyncio.sleep(0.05)


async def test_every_job_of_a_long_listing_is_found_again(
    on_standin: Replicate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standin, "PAGE", 2)
    since = datetime.now(UTC) - timedelta(seconds=5)
    requests = [on_standin.request(bare(FLUX, f"mug {n}"), str(uuid4())) for n in range(5)]
    jobs = [await sent(on_standin, request) for request in requests]
    found = await seen(on_standin, FLUX, since, len(jobs))
    sold = dict(zip((request.fingerprint for request in requests), jobs, strict=True))
    assert {each.fingerprint: each.job for each in found} == sold


async def test_the_tag_travels_in_the_link_of_the_image(on_standin: Replicate, tmp_path: Path) -> None:
    since = datetime.now(UTC) - timedelta(seconds=5)
    call = await ordered(on_standin, HAILUO, tmp_path)
    image = call.inputs["image"]
    assert isinstance(image, Picture)
    tagged = replace(image, url=f"{image.url}?x-reel-tag=tag-1")
    request = on_standin.request(showing(call, {**call.inputs, "image": tagged}), "tag-1")
    job = await sent(on_standin, request)
    assert isinstance(job, Job)
    # Nobody looks at the film.
    await on_standin.cancel(HAILUO, job)
    (found,) = await seen(on_standin, HAILUO, since, 1)
    assert (found.job, found.tag, found.fingerprint) == (job, "tag-1", request.fingerprint)
