"""Each stand-in takes what the studio sends, and refuses what its API refuses: every rule of every model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from activities.models.available import open_providers
from activities.models.call import ModelCall
from activities.models.catalogue import Catalogue
from activities.models.entries import Model
from activities.models.kinds import FramedModel, VideoModel
from activities.models.provider import Job, NotAccepted, Provider
from activities.models.trial import bare, ordered, sent, telling
from infra.settings import Settings
from infra.standins.wire.schema import Published, published
from tests.support.illegal import illegal
from tests.support.standing import Standins
from workflows.studio.facts import SHORT_SIDE

PAID = [model for model in Catalogue.load().models.values() if model.work == "waits"]
SIZES = tuple(SHORT_SIDE)
KEYS = {"replicate": "Bearer x", "fal": "Key x", "openai": "Bearer x", "google": "Bearer x"}
# OpenAI does not know a model that is none.
REFUSED = {"replicate": (422,), "fal": (422,), "openai": (400, 404), "google": (400,)}


@pytest_asyncio.fixture
async def sold(standins: Standins, tmp_path: Path) -> AsyncIterator[Mapping[str, Provider]]:
    """Every provider's real client, on the stand-ins."""
    settings = Settings.load(tmp_path).model_copy(update={"standins": True})
    clients = open_providers(settings, standins.root)
    yield clients
    for client in clients.values():
        await client.close()


def schema_of(model: Model, body: dict[str, Any]) -> Published:
    """What the provider published of a request."""
    name = model.endpoint.rpartition("/")[2] if model.provider == "google" else model.endpoint
    if model.provider == "openai":
        images = "images/edits" if "image" in body else "images/generations"
        name = "responses" if model.kind == "planner" else images
    return published(model.provider)[name]


async def legal(
    sold: dict[str, Provider], standins: Standins, model: Model, call: ModelCall
) -> dict[str, Any]:
    """What reaches the provider of an order that it takes."""
    # Nothing need be made of it.
    standins.order(model.provider, "submit", "failed")
    provider = sold[model.provider]
    try:
        answer = await sent(provider, provider.request(call, "a-tag"))
        if isinstance(answer, Job):
            await provider.cancel(model, answer)
    except NotAccepted:
        raise
    except Exception as error:
        # A synchronous model answers that its work failed, which is what was ordered.
        assert model.ledger == "synchronous", error
    body: dict[str, Any] = standins.log(model.provider)[-1]["input"]
    return body


async def refused(client: httpx.AsyncClient, model: Model, body: dict[str, Any]) -> int:
    """The status of an answer to a body that is sent as it is."""
    headers = {"Authorization": KEYS[model.provider]}
    match model.provider:
        case "replicate":
            name, _, version = model.endpoint.partition(":")
            path = "/v1/predictions" if version else f"/v1/models/{name}/predictions"
            said = {"input": body, **({"version": version} if version else {})}
            answer = await client.post(f"/replicate{path}", json=said, headers=headers)
        case "fal":
            answer = await client.post(f"/fal/queue/{model.endpoint}", json=body, headers=headers)
        case "openai" if model.kind == "planner":
            answer = await client.post("/openai/responses", json=body, headers=headers)
        case "openai" if "image" not in body:
            answer = await client.post("/openai/images/generations", json=body, headers=headers)
        case "openai":
            fields = {name: str(value) for name, value in body.items() if name != "image"}
            files = {"image": ("a.png", b"", "image/png")}
            answer = await client.post("/openai/images/edits", data=fields, files=files, headers=headers)
        case _:
            verb = "predictLongRunning" if model.kind == "video" else "generateContent"
            folder = model.endpoint if "locations" in model.endpoint else f"locations/x/{model.endpoint}"
            answer = await client.post(f"/google/v1/projects/p/{folder}:{verb}", json=body, headers=headers)
    assert answer.json(), "it says what is wrong"
    return answer.status_code


@pytest.mark.parametrize("model", PAID, ids=lambda model: model.id)
async def test_what_is_sent_is_what_the_model_takes(
    sold: dict[str, Provider], standins: Standins, tmp_path: Path, model: Model
) -> None:
    """At every size, shape and length that the catalogue offers."""
    whole = await ordered(sold[model.provider], model, tmp_path)
    orders = [whole]
    if isinstance(model, FramedModel):
        orders = [telling(whole, size=size) for size in (SIZES if model.sizes else SIZES[:1])]
        orders = [telling(one, aspect=shape) for one in orders for shape in model.aspects] or orders
    if isinstance(model, VideoModel):
        orders = [
            telling(one, size=size, seconds=str(length.asked_s))
            for one in orders
            for size in SIZES
            if size == one.params["size"]
            for length in model.offered(size)
        ]
    for call in orders:
        await legal(sold, standins, model, call)


@pytest.mark.parametrize("model", PAID, ids=lambda model: model.id)
async def test_what_the_model_does_not_take_is_refused(
    sold: dict[str, Provider], standins: Standins, tmp_path: Path, model: Model
) -> None:
    orders = [await ordered(sold[model.provider], model, tmp_path)]
    if model.provider == "openai" and model.kind == "image":
        # Words alone go to another path than words with pictures.
        orders.append(bare(model))
    for call in orders:
        body = await legal(sold, standins, model, call)
        before = len(standins.log(model.provider))
        async with httpx.AsyncClient(base_url=standins.root) as client:
            for what, request in wrong_requests(model, body):
                status = await refused(client, model, request)
                assert status in REFUSED[model.provider], (what, status, request)
        assert len(standins.log(model.provider)) == before, "nothing was accepted"
    assert set(REFUSED[model.provider]) <= set(Catalogue.load().providers[model.provider].refusals)


def wrong_requests(model: Model, body: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """One for each rule of what the provider published."""
    schema, form = schema_of(model, body), model.provider == "openai" and "image" in body
    fields = {name: value for name, value in body.items() if not (form and name == "image")}
    every = list(illegal(schema.schema_, fields))
    assert len(every) > len(schema.properties), "it has hardly any rules"
    if not form:
        return every
    # A form knows text alone: there 7 is as good as "7".
    texts = {f"{name} type" for name, inner in schema.properties.items() if inner.get("type") == "string"}
    return [(what, {**request, "image": 1}) for what, request in every if what not in texts]


@pytest.mark.parametrize("provider", KEYS)
def test_every_schema_says_where_it_is_from(provider: str) -> None:
    for entry in published(provider).values():
        assert entry.source and entry.checked and entry.properties
        assert set(entry.pictures) <= entry.properties.keys()


@pytest.mark.parametrize(
    ("said", "is_one"),
    [
        ("1024x1024", True), ("auto", True), ("1000x1000", False), ("512x512", False), ("4096x2048", False),
        ({"width": 1280, "height": 720}, True), ({"width": 3840, "height": 1088}, False),
    ],
)  # fmt: skip
def test_sizes_of_images_are_of_pixels_and_steps(said: Any, is_one: bool) -> None:
    size = {"type": ["string", "object"], "format": "gpt-image-size"}
    one = Published.model_validate(
        {"source": "x", "checked": "2026-11-26", "makes": "image", "properties": {"size": size}}
    )
    assert (one.wrong({"size": said}) is None) == is_one
