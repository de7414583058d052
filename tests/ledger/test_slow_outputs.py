"""Outputs on slow lines: what comes is waited for to its end, what stalls is not; nobody takes it over."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path

import pytest

from activities.faults import ProviderUnavailable
from activities.models.catalogue import Catalogue
from activities.models.provider import Job, JobStatus
from activities.models.providers.google import Google, access
from activities.storage import fetch as fetching
from activities.storage.fetch import Fetch
from tests.support.buying import TIMES, Asker, Open, paid_recipe
from tests.support.dripping import dripping, hurried, in_pieces
from tests.support.vendor import Outputs, Vendor

pytest_plugins = ["tests.support.buying_fixtures"]

VEO = Catalogue.load().model("google-veo-3.1-lite")
JOB = Job("projects/p/locations/l/publishers/google/models/m/operations/o")
FILM = bytes(range(256)) * 1000
#: Each pause is well within what a server may take to go on; all of them together are far beyond it.
PIECES, PAUSE_S, PATIENCE_S = 40, 0.05, 1.5


def finished(film: bytes) -> bytes:
    """What Google says of a video that is done: all of it, in one answer."""
    video = {"bytesBase64Encoded": base64.b64encode(film).decode(), "mimeType": "video/mp4"}
    return json.dumps({"name": JOB.id, "done": True, "response": {"videos": [video]}}).encode()


async def polled(url: str) -> JobStatus:
    google = Google("acme-films", "us-central1", refusals=frozenset(), base_url=url)
    try:
        return await google.poll(VEO, JOB)
    finally:
        await google.close()


def test_an_answer_that_holds_the_video_may_take_as_long_as_it_comes() -> None:
    """Twice as long as a call may be silent, by a clock that is twenty times as fast."""
    pieces = in_pieces(finished(FILM), 12)

    async def slowly() -> tuple[JobStatus, int]:
        async with dripping(pieces, 2 * access.CALL_S / len(pieces)) as (url, seen):
            return await polled(url), len(seen)

    standing, asked = hurried(slowly, by=20)
    assert (standing.state, standing.outputs[0].data, asked) == ("succeeded", FILM, 1)


async def test_an_answer_that_stalls_or_never_ends_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(access, "CALL_S", PATIENCE_S)
    pieces = in_pieces(finished(FILM), PIECES)
    async with dripping(pieces, 0, stalls=True) as (url, _):
        with pytest.raises(ProviderUnavailable, match="ReadTimeout"):
            await polled(url)
    monkeypatch.setattr(access, "_LARGEST", len(FILM))
    async with dripping(pieces, 0) as (url, _):
        with pytest.raises(ProviderUnavailable, match="TooLarge"):
            await polled(url)


async def test_a_file_may_take_as_long_as_it_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_TIMEOUT", {**fetching._TIMEOUT, "read": PATIENCE_S})
    come: list[int] = []
    async with dripping(in_pieces(FILM, PIECES), PAUSE_S) as (url, _):
        fetch = Fetch([url])
        await fetch.get(f"{url}/a.mp4", tmp_path / "a", max_bytes=len(FILM), advance=come.append)
        await fetch.close()
    assert (tmp_path / "a").read_bytes() == FILM
    assert come[-1] == len(FILM) and come == sorted(come) and len(come) > PIECES / 2
    async with dripping(in_pieces(FILM, PIECES), 0, stalls=True) as (url, _):
        fetch = Fetch([url])
        with pytest.raises(ProviderUnavailable, match="ReadTimeout"):
            await fetch.get(f"{url}/a.mp4", tmp_path / "b", max_bytes=len(FILM))
        await fetch.close()


@pytest.mark.parametrize("slow", ["answer", "file"])
async def test_whoever_waits_for_a_slow_output_keeps_the_claim(
    opened: Open, vendor: Vendor, slow: str
) -> None:
    """Longer than a lease, and than any other step: nobody else begins to fetch it beside."""
    hands, asker, what = Outputs(vendor), Asker(), paid_recipe()

    async def slowly(moment: str = "poll") -> None:
        if moment == "poll" and (slow == "file" or vendor.polls == 1):
            await asyncio.sleep(1.2 * TIMES.post_longest)

    if slow == "answer":
        vendor.watch = slowly
    else:
        vendor.inline, hands.slowly = False, slowly
    here, there = await opened(fetch=hands), await opened(fetch=hands)
    buying = asyncio.create_task(here.buy(what, asker=asker))
    while not vendor.polls:
        await asyncio.sleep(0.01)
    waited = await there.buy(what, film="film-b")
    assert (await buying).key == waited.key and waited.reused
    survey = await here.submissions.survey(what.recipe.key)
    assert survey and survey.row.epoch == 1 and vendor.polls == 1
    assert hands.fetched == (slow == "file")
    assert any("MB so far" in said for said in asker.heard) == (slow == "file"), "nobody sees how far it is"
