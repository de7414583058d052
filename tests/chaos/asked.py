"""Knows what is asked for in a chaos run: films of beats and of keyframes, and pipelines, by whose models."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from workflows.film.contract import BeatDraft, Models, PlanDraft, SceneDraft, VideoRequest
from workflows.film.production import FILM
from workflows.pipeline import PIPELINE, PipelineRequest
from workflows.studio import Production

#: Planner, image and video model of every ledger class.
CAST = {
    "replicate": ("animatic-planner", "replicate-flux-schnell", "replicate-wan-2.2-i2v-fast"),
    "fal": ("animatic-planner", "fal-flux-schnell", "fal-wan-2.2-a14b"),
    "google": ("animatic-planner", "openai-gpt-image-2.5-flare", "google-veo-3.1-lite"),
    "openai": ("openai-gpt-5.4-mini", "openai-gpt-image-2.5-flare", "replicate-wan-2.2-i2v-fast"),
}
#: What draws keyframes and films between them, where that can be had of the same class.
BETWEEN = {
    "replicate": ("replicate-flux-kontext-dev", "replicate-wan-2.2-i2v-fast"),
    "fal": ("fal-flux-kontext-dev", "fal-wan-2.2-a14b"),
    "google": ("openai-gpt-image-2.5-flare", "google-veo-3.1-fast"),
    "openai": ("openai-gpt-image-2.5-flare", "replicate-wan-2.2-i2v-fast"),
}
#: What is made.
Kind = Literal["beats", "keyframes", "pipeline"]
KINDS: tuple[Kind, ...] = ("beats", "keyframes", "pipeline")
#: How the steps are called that take a provider seconds.
LASTING = ("chunk", "turn")
# Less than a clip costs: somebody has to give it more.
_TOO_LITTLE_USD = "0.01"
#: What that then is.
ENOUGH_USD = Decimal(50)


def asked_for(
    kind: Kind, cast: str, word: str, number: int, user: str
) -> tuple[Production[Any, Any], VideoRequest | PipelineRequest]:
    """One production of a `word` that no other has. Two things are bought for a film of a beat, an image and
    a chunk, and for a pipeline; for a film of keyframes, which has two scenes, five are."""
    if kind == "pipeline":
        return PIPELINE, _pipeline(cast, word, number, user)
    return FILM, (_of_beats if kind == "beats" else _of_keyframes)(cast, word, number, user)


def _of_beats(cast: str, word: str, number: int, user: str) -> VideoRequest:
    planner, image, video = CAST[cast]
    beat = BeatDraft(id="hero_shot", seconds=5, prompt=f"A {word} mug", action=f"The {word} mug turns")
    plans = planner != "animatic-planner"
    return VideoRequest.model_validate(
        {
            "prompt": f"A 5 second film about a {word} mug",
            "size": "360p",
            "fps": 8,
            "music": False,
            "take": number,
            "user": user,
            "budget_usd": ENOUGH_USD,
            "plan": None if plans else PlanDraft(beats=(beat,)),
            "models": Models(planner=planner, image=image, video=video),
        }
    )


def _of_keyframes(cast: str, word: str, number: int, user: str) -> VideoRequest:
    beats, (edit, video) = _of_beats(cast, word, number, user), BETWEEN[cast]
    scenes = [SceneDraft(description=f"A {word} {what}") for what in ("mug", "empty mug")]
    models = Models(planner="animatic-planner", image=CAST[cast][1], edit=edit, video=video)
    between = {"method": "keyframes", "duration_s": 10, "plan": PlanDraft(scenes=tuple(scenes))}
    asked = {**beats.model_dump(), **between, "prompt": f"A film about a {word} mug", "models": models}
    return VideoRequest.model_validate(asked)


def _pipeline(cast: str, word: str, number: int, user: str) -> PipelineRequest:
    _, image, video = CAST[cast]
    draw = {"kind": "text_to_image", "model": image, "prompt": f"A {word} mug"}
    turn = {"kind": "image_to_video", "model": video, "prompt": f"The {word} mug turns"}
    steps = [
        {"id": "draw", **draw, "take": number},
        {"id": "turn", **turn, "take": number, "inputs": {"image": "draw"}},
        {"id": "end", "kind": "frame", "inputs": {"video": "turn"}, "params": {"at": "last"}},
    ]
    asked = {"name": f"A {word} mug", "steps": tuple(steps), "user": user, "budget_usd": _TOO_LITTLE_USD}
    return PipelineRequest.model_validate(asked)
