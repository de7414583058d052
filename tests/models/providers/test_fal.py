"""fal: the contract of every provider, what its errors mean, where its key goes, what its listing proves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from activities.faults import (
    ContentPolicy,
    InsufficientCredit,
    InvalidInput,
    ModelGone,
    RateLimited,
    StudioError,
    Unauthorized,
)
from activities.models.call import Picture
from activities.models.catalogue import Catalogue
from activities.models.entries import Role
from activities.models.provider import Job, NotAccepted, Request, Unanswered
from activities.models.providers.fal import Fal
from activities.models.providers.fal.wire import Hosts
from activities.models.trial import showing, telling
from tests.support.fal import FLUX, KLING, MODELS, POLICY, REFUSALS, SECRET, TEXT, WAN, fal, talking
from tests.support.provider_contract import SIGNED, Case, ProviderContract, bare, picture, with_pictures
from tests.support.scripted import scripted
from tests.support.standing import Standins


class TestFalContract(ProviderContract):
    case = Case("fal", SECRET, fal)


def asked(model_id: str = FLUX.id, tag: str = "t") -> Request:
    return fal().request(bare(Catalogue.load().model(model_id)), tag)


# ---- submit -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, TEXT, InvalidInput),
        (401, TEXT, Unauthorized),
        (402, TEXT, InsufficientCredit),
        (403, {"detail": "User is locked. Reason: Exhausted balance. Top up"}, InsufficientCredit),
        (403, TEXT, Unauthorized),
        (404, {"detail": "Application 'x' not found"}, ModelGone),
        (405, {"detail": "Method Not Allowed"}, ModelGone),
        (410, "gone", ModelGone),
        (413, "<html>too large</html>", InvalidInput),
        (
            422,
            {"detail": [{"loc": ["body", "prompt"], "msg": "Field required", "type": "missing"}]},
            InvalidInput,
        ),
        (422, {"detail": [POLICY]}, ContentPolicy),
        (429, {"detail": "Too many", "error_type": "concurrent_requests_limit"}, RateLimited),
        (422, "<html>nobody's JSON</html>", InvalidInput),
    ],
)
async def test_a_definite_refusal_of_a_submit_is_named(
    status: int, body: Any, kind: type[StudioError]
) -> None:
    async with talking() as (provider, script):
        script.say(f"/queue/{FLUX.endpoint}", (status, body))
        with pytest.raises(NotAccepted) as said:
            await provider.submit(asked(), 10)
    assert (type(said.value.why), said.value.status, len(script.arrived)) == (kind, status, 1)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        *((status, TEXT) for status in (302, 408, 409, 500, 502, 503, 504)),
        (200, "?"),
        (200, {"request_id": ""}),
    ],
)
async def test_any_other_answer_leaves_a_submit_in_doubt(status: int, body: Any) -> None:
    async with talking() as (provider, script):
        script.say(f"/queue/{FLUX.endpoint}", (status, body))
        with pytest.raises(Unanswered):
            await provider.submit(asked(), 10)
    assert len(script.arrived) == 1


async def test_a_submit_bears_key_and_tag_and_nothing_that_repeats_it() -> None:
    async with talking() as (provider, script):
        script.say(f"/queue/{FLUX.endpoint}", (200, {"request_id": "r1"}))
        await provider.submit(asked(tag="tag-1"), 10)
    [(method, _, headers)] = script.arrived
    assert (method, headers["authorization"]) == ("POST", f"Key {SECRET}")
    assert headers["x-fal-tags"] == "reel=tag-1"


async def test_retry_after_is_kept() -> None:
    async with talking() as (provider, script):
        script.say(f"/queue/{FLUX.endpoint}", (429, TEXT))
        script.headers["Retry-After"] = "42"
        with pytest.raises(NotAccepted) as said:
            await provider.submit(asked(), 10)
    assert isinstance(said.value.why, RateLimited) and said.value.why.retry_after_s == 42


async def test_the_key_goes_to_the_queue_and_nowhere_else() -> None:
    """A link that leaves the queue is not followed, and the job, which was accepted, is not lost."""
    async with scripted() as stranger, talking() as (provider, script):
        away = {name: f"{stranger.url}/{name}" for name in ("response_url", "status_url", "cancel_url")}
        script.say(f"/queue/{KLING.endpoint}", (200, {"request_id": "r1", **away}))
        script.say(
            "/queue/fal-ai/kling-video/requests/r1/status", (202, {"status": "IN_PROGRESS", "logs": []})
        )
        job = await provider.submit(Request(KLING, "t", {"prompt": "x"}), 10)
        for each in (job, Job("r1", away)):
            assert (await provider.poll(KLING, each)).state == "running"
            await provider.cancel(KLING, each)
    assert stranger.arrived == []
    assert [target.partition("?")[0] for _, target, _ in script.arrived[1:3]] == [
        "/queue/fal-ai/kling-video/requests/r1/status",
        "/queue/fal-ai/kling-video/requests/r1/cancel",
    ]


@pytest.mark.parametrize(
    "url", ["https://queue.fal.run.example.org/a", "https://queue.fal.run@example.org/a", "http://queue.fal.run/a",
            "https://example.org/https://queue.fal.run/", "//queue.fal.run/a", 7, None]
)  # fmt: skip
def test_only_the_queue_is_the_queue(url: Any) -> None:
    usual = "https://queue.fal.run/fal-ai/flux/requests/r%2F1"
    links = Hosts.under(None).links(FLUX.endpoint, "r/1", {"response_url": url})
    assert links["response_url"] == usual


# ---- words and bodies ---------------------------------------------------------------------------------


def test_the_bodies_are_those_of_the_documents(tmp_path: Path) -> None:
    provider, image = (
        fal(),
        replace(picture(tmp_path, "teal"), url="https://a.example/i.png"),
    )
    pictures: dict[Role, Picture] = {"image": image, "last_frame": image}
    assert provider.request(with_pictures(bare(KLING, "x"), pictures), "t").body == {
        "prompt": "x", "image_url": image.url, "tail_image_url": image.url, "duration": "5",
    }  # fmt: skip
    call = telling(
        with_pictures(bare(WAN, "x"), {"image": image}), aspect="4:5", negative_prompt="y", seed=2**63
    )
    assert provider.request(call, "t").body == {
        "prompt": "x", "negative_prompt": "y", "image_url": image.url, "num_frames": 81,
        "aspect_ratio": "auto", "seed": 0, "resolution": "720p", "frames_per_second": 16,
        "num_interpolated_frames": 0,
    }  # fmt: skip
    assert provider.request(bare(FLUX, "x"), "t").body["image_size"] == {"width": 1280, "height": 720}


@pytest.mark.parametrize("key", ["", " \n", "two\nlines", "schlüssel", "with space"])
def test_what_cannot_be_a_key_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(Unauthorized) as said:
        Fal(key, refusals=REFUSALS)
    assert not key.strip() or key not in str(said.value)
    assert Fal(f" {SECRET}\n", refusals=REFUSALS).account == fal().account


def test_a_picture_must_be_where_fal_can_read_it(tmp_path: Path) -> None:
    provider = fal()
    with pytest.raises(InvalidInput, match="upload it first"):
        provider.request(with_pictures(bare(KLING), {"image": picture(tmp_path, "teal")}), "t")
    with pytest.raises(InvalidInput, match="needs a start image"):
        provider.request(bare(KLING), "t")
    with pytest.raises(InvalidInput, match="does not take a start image"):
        provider.request(showing(bare(FLUX), {"image": replace(picture(tmp_path, "teal"), url=SIGNED)}), "t")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_no_entry_misleads(model: Any) -> None:
    """fal answers seedance v1 pro with another model, which ignores a last frame; images of a megapixel and
    a bit would cost two."""
    assert not ("seedance/v1/pro" in model.endpoint and "last_frame" in model.parameters)
    for size in getattr(model, "aspects", {}).values():
        by_megapixel = isinstance(size, dict) and "flux" in model.endpoint
        assert not by_megapixel or size["width"] * size["height"] <= 1_000_000
    assert model.ledger == "ended" and "fal" in "".join(model.sources)


async def test_the_stand_in_speaks_as_fal_does(standins: Standins) -> None:
    headers = {"Authorization": f"Key {SECRET}"}
    # Else it is done before it is cancelled, where this machine is busy: its times are a twentieth.
    standins.order("fal", "submit", "stuck")
    async with httpx.AsyncClient(base_url=standins.url("fal"), headers=headers) as client:
        said = (await client.post("/queue/fal-ai/flux/dev", json={"prompt": "x"})).json()
        request = said["response_url"]
        assert request.endswith(f"/queue/fal-ai/flux/requests/{said['request_id']}")
        status = await client.get(said["status_url"])
        # Where this machine is busy it may have begun by then.
        waits = status.json()["status"] == "IN_QUEUE"
        assert status.status_code == 202 and (waits or status.json()["status"] == "IN_PROGRESS")
        assert {"logs", "queue_position"} <= status.json().keys()
        assert (await client.put(said["cancel_url"])).json() == {"status": "CANCELLATION_REQUESTED"}
        again = await client.put(said["cancel_url"])
        assert (again.status_code, again.json()) == (400, {"status": "ALREADY_COMPLETED"})
        assert (await client.get(said["status_url"])).json()["error_type"] == "client_cancelled"
        assert (await client.get(request)).status_code == 499
        unknown = await client.get("/queue/fal-ai/flux/requests/none/status")
        assert (unknown.status_code, unknown.json()) == (404, {"status": "NOT_FOUND"})
        assert (await client.post("/queue/fal-ai/flux/dev", json={})).status_code == 422
        assert (await client.post("/queue/fal-ai/none", json={})).status_code == 404
        assert (await client.get(request, headers={"Authorization": ""})).status_code == 401
