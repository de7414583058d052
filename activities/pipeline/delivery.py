"""The delivery stage: what every step has made under a name that people read, and a manifest of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress

from pydantic import JsonValue
from temporalio import activity

from activities.faults import InvalidInput
from activities.pipeline.answers import answer_of, fields_of
from activities.running import translated
from activities.storage import folder_name, shown
from activities.studio import Studio
from workflows.pipeline import PIPELINE, DeliveredPipeline, DeliverPipeline, Value
from workflows.studio import Artifact

_URLS = ("http://", "https://")
_ENDINGS = {
    "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "video/webm": "webm",
    "application/json": "json",
}  # fmt: skip


class Delivery:
    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    @activity.defn(name="deliver_pipeline")
    @translated
    async def deliver_pipeline(self, step: DeliverPipeline) -> DeliveredPipeline:
        """Safe to repeat. Nothing is replaced: another result of a step has another name."""
        folder = f"videos/{folder_name(step.pipeline, PIPELINE.noun)}"
        objects = {id: f"{folder}/steps/{_file(id, made)}" for id, made in step.made.items()}
        for id, made in step.made.items():
            if not await self._studio.store.exists(objects[id]):
                await self._studio.store.copy(made.object, objects[id])
        answers = await self._answers(step, objects)
        told = json.dumps(_manifest(step, objects, answers), sort_keys=True).encode()
        manifest = f"{folder}/manifest-{hashlib.sha256(told).hexdigest()[:8]}.json"
        await self._studio.store.put_json(json.loads(told), manifest)
        return DeliveredPipeline(objects=objects, manifest=manifest, answers=answers)

    async def _answers(
        self, step: DeliverPipeline, objects: Mapping[str, str]
    ) -> dict[str, dict[str, Value]]:
        """Those that the run does not know, for an earlier one has heard them: too long to be kept twice."""
        asked, answers = {one.id: one for one in step.request.steps}, dict[str, dict[str, Value]]()
        for one in step.told:
            if one.answer is None and one.id in objects and (fields := fields_of(asked[one.id])):
                # What an earlier release took for an answer may be none by now.
                with suppress(InvalidInput):
                    answers[one.id] = answer_of(await self._studio.read(objects[one.id]), fields)
        return answers


def _file(id: str, made: Artifact) -> str:
    return f"{id}-{made.key[:8]}.{_ENDINGS.get(made.media.mime, 'mp4')}"


def _manifest(
    step: DeliverPipeline, objects: dict[str, str], answers: Mapping[str, Mapping[str, Value]]
) -> JsonValue:
    """What made what, without addresses that may be signed."""
    asked = {one.id: one for one in step.request.steps}
    heard = {one.id: one.answer or answers.get(one.id) for one in step.told}
    return {
        "pipeline": step.pipeline,
        "output": objects.get(step.output),
        "steps": [
            {
                **one.model_dump(mode="json", exclude={"reused"}),
                "object": objects.get(one.id),
                "answer": {**said} if (said := heard[one.id]) else None,
                "recipe": step.made[one.id].key if one.id in step.made else None,
                "prompt": asked[one.id].prompt,
                "inputs": {
                    role: [shown(source) if source.startswith(_URLS) else source for source in those]
                    for role, those in asked[one.id].inputs.items()
                },
                "params": dict(asked[one.id].params),
            }
            for one in step.told
        ],
        "variables": dict(step.request.variables),
    }
