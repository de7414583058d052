"""Calls to try a provider with, their small real pictures, and how to see one through to its end."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import av
import httpx
import numpy as np
from PIL import Image
from pydantic import JsonValue

from activities.faults import StudioError
from activities.models.call import ModelCall, Picture
from activities.models.enhancers import Enhancer
from activities.models.entries import ROLES, Model, Role
from activities.models.kinds import PlannerModel, VideoModel
from activities.models.provider import Delivered, Job, JobStatus, NotAccepted, Provider, Request

#: Jobs of the stand-ins last fractions of a second; a test that waits longer than this hangs.
PATIENCE_S = 90.0
SIGNED = "https://bucket.example/inputs/a.png?X-Amz-Signature=f00dfeed&x-reel-tag="
SCHEMA: dict[str, JsonValue] = {
    "type": "object",
    "properties": {"title": {"type": "string"}},
    "required": ["title"],
    "additionalProperties": False,
}


def picture(folder: Path, colour: str) -> Picture:
    """A small real PNG."""
    buffer = io.BytesIO()
    Image.new("RGB", (320, 180), colour).save(buffer, "PNG")
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    path = folder / f"{digest}.png"
    path.write_bytes(buffer.getvalue())
    return Picture(path, "image/png", digest)


def video(folder: Path, colour: str) -> Picture:
    """A small real video: eight frames of one colour."""
    path = folder / f"{hashlib.sha256(colour.encode()).hexdigest()}.mp4"
    with av.open(str(path), "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.asarray(Image.new("RGB", (64, 48), colour)), "rgb24")
        for _ in range(8):
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return Picture(path, "video/mp4", hashlib.sha256(path.read_bytes()).hexdigest())


def bare(model: Model, prompt: str = "A mug on a table; the camera moves in") -> ModelCall:
    """The least that the model takes, without images."""
    call = ModelCall(model, {"prompt": prompt, "aspect": "16:9", "size": "720p", "seed": 7})
    match model:
        case VideoModel(lengths=lengths):
            return telling(call, seconds=str(lengths[0].asked_s))
        case PlannerModel():
            return telling(call, instructions="Say a title.", schema=SCHEMA)
        case Enhancer(factors=(factor, *_)):
            return telling(call, factor=factor)
        case _:
            return call


def telling(call: ModelCall, **params: JsonValue) -> ModelCall:
    """The call with other parameters."""
    return replace(call, params={**call.params, **params})


def showing(call: ModelCall, inputs: Mapping[Role, Picture | Sequence[Picture]]) -> ModelCall:
    """The call with these inputs, and no others."""
    return replace(call, inputs=inputs)


def with_pictures(call: ModelCall, pictures: Mapping[Role, Picture]) -> ModelCall:
    """The call with those of the pictures that its model takes; twice, where it takes several of them."""
    taken = {role: one for role, one in pictures.items() if role in call.model.parameters}
    return showing(call, {role: (one, one) if role == "references" else one for role, one in taken.items()})


def signed(model: Model, folder: Path, tag: str) -> ModelCall:
    """All that the model takes, its images as signed URLs that bear the tag."""
    image = replace(picture(folder, "teal"), url=SIGNED + tag)
    return with_pictures(bare(model), dict.fromkeys(ROLES, image))


async def ordered(provider: Provider, model: Model, folder: Path, prompt: str | None = None) -> ModelCall:
    """All that the model takes, its images given to the provider."""
    given: dict[Role, Picture] = {}
    colours: dict[Role, str] = {
        "image": "teal",
        "control": "white",
        "last_frame": "navy",
        "references": "olive",
        "video": "maroon",
    }
    for name, colour in colours.items():
        if prompt and not model.worded:
            # It hears no words: another request is of another file.
            colour = f"#{hashlib.sha256(prompt.encode()).hexdigest()[:6]}"
        image = (video if name == "video" and name in model.parameters else picture)(folder, colour)
        kept = await provider.upload(image) if name in model.parameters else None
        given[name] = replace(image, url=kept.url if kept else None)
    return with_pictures(bare(model, prompt) if prompt else bare(model), given)


async def sent(provider: Provider, request: Request) -> Job | Delivered:
    return await provider.submit(request, PATIENCE_S)


async def ended(provider: Provider, model: Model, job: Job) -> JobStatus:
    """How a job stands in the end."""
    async with asyncio.timeout(PATIENCE_S):
        while (standing := await provider.poll(model, job)).state in ("queued", "running"):
            await asyncio.sleep(0.02)
    return standing


async def made(provider: Provider, request: Request) -> list[bytes]:
    """The files that a request gives."""
    answer = await sent(provider, request)
    if isinstance(answer, Job):
        standing = await ended(provider, request.model, answer)
        assert standing.state == "succeeded", standing
        outputs = standing.outputs
    else:
        outputs = answer.outputs
    async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
        return [each.data or (await client.get(each.url or "")).content for each in outputs]


async def failure(provider: Provider, request: Request) -> StudioError | None:
    """Why a request comes to nothing, whichever way the provider says it."""
    try:
        answer = await sent(provider, request)
    except NotAccepted as refused:
        return refused.why
    if not isinstance(answer, Job):
        return answer.why
    return (await ended(provider, request.model, answer)).why


def everything_said(error: BaseException) -> Iterator[str]:
    """All words that an exception and those behind it could put into a log."""
    one: BaseException | None = error
    while one is not None:
        yield f"{one!s} {one!r} {one.__dict__!r}"
        one = one.__cause__ or one.__context__
