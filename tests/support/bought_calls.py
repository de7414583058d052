"""Calls of every paid model, one for each shape, size, length and picture that its entry knows of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args

from google.oauth2.credentials import Credentials

from activities.film.calls import call_of
from activities.film.prompts import Words
from activities.film.recipes import bought_chunk, bought_image, plan_answer
from activities.models.call import ModelCall, Picture
from activities.models.catalogue import Catalogue
from activities.models.enhancers import Enhancer
from activities.models.entries import ROLES, Model, Role
from activities.models.kinds import ImageModel, PlannerModel, VideoModel
from activities.models.provider import Provider
from activities.models.providers.fal import Fal
from activities.models.providers.google import Google
from activities.models.providers.openai import OpenAI
from activities.models.providers.replicate import Replicate
from activities.models.trial import SCHEMA, bare, showing, telling
from activities.pipeline.recipes import bought as bought_step
from workflows.film.contract import Beat, Shot, VideoRequest
from workflows.pipeline.step_facts import PlannedStep
from workflows.studio.facts import RATIO, SHORT_SIDE, Aspect, ChunkLength, FrameFormat, Size

TAG = "9f86d081-8"
WORDS = Words("A mug on a table; the camera moves in.", "blur, text")
PHOTO = f"uploads/{'a' * 64}.png"
REFUSALS = frozenset({400})


class Bought(NamedTuple):
    """A call, and the key of the recipe that it is bought for."""

    name: str
    key: str
    call: ModelCall


def providers() -> dict[str, Provider]:
    """Every provider's client. Nothing is sent: a request is only put into words."""
    return {
        "replicate": Replicate("a-token", refusals=REFUSALS),
        "fal": Fal("an-id:a-secret", refusals=REFUSALS),
        "openai": OpenAI("a-key", refusals=REFUSALS),
        "google": Google("a-project", "global", refusals=REFUSALS, credentials=Credentials("t")),  # type: ignore[no-untyped-call]
    }


def paid() -> list[Model]:
    return [model for model in Catalogue.load().models.values() if model.work == "waits"]


def calls_of(model: Model, folder: Path) -> Iterator[Bought]:
    """All calls worth trying of a model, by name."""
    if isinstance(model, PlannerModel):
        call = telling(bare(model, WORDS.prompt), instructions="Say a title.", schema=SCHEMA)
        yield Bought("plan", plan_answer(VideoRequest(prompt=WORDS.prompt), model).key, call)
    elif isinstance(model, ImageModel):
        for aspect in model.aspects or get_args(Aspect):
            if not model.needs_photo:
                yield _image(model, shot_of(aspect), folder)
            if {"image", "control"} & model.parameters.keys():
                yield _image(model, shot_of(aspect, photo=True), folder)
        if "references" in model.parameters:
            bought = _image(model, shot_of("16:9", photo=True), folder)
            several = [_picture(folder, model, "references"), _picture(folder, model, "last_frame")]
            shown = {**bought.call.inputs, "references": several}
            yield bought._replace(name="image photo, references", call=showing(bought.call, shown))
    elif isinstance(model, VideoModel):
        yield from _videos(model, folder)
    elif isinstance(model, Enhancer):
        yield from _changes(model, folder)


def shot_of(aspect: Aspect, size: Size = "720p", photo: bool = False) -> Shot:
    beat = Beat(
        id="hero_shot", seconds=5, start_s=0, position="opening", shot="medium shot", action="It stands.",
        prompt="A mug.", title="", camera="dolly_in", energy=0.6, references=(PHOTO,) if photo else (),
    )  # fmt: skip
    short, (across, down) = SHORT_SIDE[size], RATIO[aspect]
    wide = [round(short * side / min(across, down) / 2) * 2 for side in (across, down)]
    frame = FrameFormat(width=wide[0], height=wide[1], fps=24)
    return Shot(beat=beat, number=1, count=3, product="mug", style=("warm",), seed=7, format=frame)


def _image(model: Model, shot: Shot, folder: Path) -> Bought:
    recipe = bought_image(model, shot, WORDS)
    given = {role: _picture(folder, model, role) for role in ROLES if role in recipe.inputs}
    name = f"image {recipe.params['aspect']}{' photo' if given else ''}"
    return Bought(name, recipe.key, call_of(recipe, model, given))


def _videos(model: VideoModel, folder: Path) -> Iterator[Bought]:
    aspects: list[Aspect] = list(model.aspects) or ["16:9"]
    sizes: list[Size] = list(model.sizes) or ["720p"]
    usual = model.offered("720p")[0].at(24, model.price_per_s)
    for aspect in aspects:
        yield _chunk(model, shot_of(aspect), usual, folder, f"chunk {aspect}")
    for size in sizes:
        for length in model.offered(size):
            chunk = length.at(24, model.price_per_s)
            yield _chunk(model, shot_of(aspects[0], size), chunk, folder, f"chunk {size} {length.asked_s} s")
    if model.text_start:
        yield _chunk(model, shot_of(aspects[0]), usual, folder, "chunk words", starts=False)
    if "last_frame" in model.parameters:
        bought = _chunk(model, shot_of(aspects[0]), usual, folder, "chunk to a last frame")
        last = _picture(folder, model, "last_frame")
        yield bought._replace(call=showing(bought.call, {**bought.call.inputs, "last_frame": last}))


def _chunk(
    model: VideoModel, shot: Shot, length: ChunkLength, folder: Path, name: str, starts: bool = True
) -> Bought:
    recipe = bought_chunk(model, shot, WORDS, length, {"start": "b" * 64} if starts else {})
    roles: tuple[Role, ...] = ("image", *(role for role in model.needs if role != "image")) if starts else ()
    given = {role: _picture(folder, model, role) for role in roles}
    return Bought(name, recipe.key, call_of(recipe, model, given))


def _changes(model: Enhancer, folder: Path) -> Iterator[Bought]:
    for factor in model.factors or (None,):
        params = {} if factor is None else {"factor": factor}
        step = PlannedStep(id="a", kind=model.kind, gives="image", params=params, models=(model.facts(24),))
        recipe = bought_step(step, model, {model.role: ["b" * 64]})
        call = ModelCall(model, {**recipe.params, "seed": int(recipe.key[:7], 16)})
        given = showing(call, {model.role: _picture(folder, model, model.role)})
        yield Bought(f"change {factor or ''}".strip(), recipe.key, given)


def _picture(folder: Path, model: Model, role: Role) -> Picture:
    """Bytes that are the same on every machine, and where the provider reads them if it reads links."""
    data = f"picture of {role}".encode()
    digest = hashlib.sha256(data).hexdigest()
    path = folder / f"{digest}.png"
    path.write_bytes(data)
    inline = model.provider in ("openai", "google")
    link = f"https://bucket.example/{digest}.png?X-Amz-Signature=f00d&x-reel-tag={TAG}"
    return Picture(path, "image/png", digest, None if inline else link)


def recorded(folder: Path) -> dict[str, dict[str, Any]]:
    """By model and name of the call: the recipe's key, what is sent, what the ledger shows, what it is known
    again by."""
    clients, found = providers(), dict[str, dict[str, Any]]()
    for model in paid():
        for bought in calls_of(model, folder):
            request = clients[model.provider].request(bought.call, TAG)
            found.setdefault(model.id, {})[bought.name] = {
                "key": bought.key,
                # As text: the bytes themselves, the order of the names included.
                "body": json.dumps(dict(request.body), ensure_ascii=False),
                "shown": json.dumps(request.shown, ensure_ascii=False),
                "fingerprint": request.fingerprint,
            }
    return found
