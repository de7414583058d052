"""The smallest job as any service has it done, by Temporal's own client and JSON alone: an image, a sentence,
a model and a length to a clip; its place in the queue, its end at the provider, and its file."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.embedded.stack import Stack
from tests.support.handing import photo
from tests.support.paid import PaidRig, made
from tests.support.printed import ran
from tests.support.standing import Standins

KLING = "fal-kling-2.1-standard"
Json = dict[str, Any]


class Temporal:
    """The `temporal` command."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self._stack, self._folder = stack, folder

    async def __call__(self, verb: str, id: str, *more: str) -> Any:
        """What it answers."""
        theirs = {"TEMPORAL_ADDRESS": self._stack.temporal_address}
        command = ("temporal", "workflow", *verb.split(), "--workflow-id", id, *more, "-o", "json")
        said = await ran(*command, folder=self._folder, environment=theirs)
        return json.loads(said) if said.strip() else None

    async def start(self, kind: str, id: str, asked: Json) -> None:
        to = ("--type", kind, "--task-queue", "reel", "--input", json.dumps(asked))
        await self("start", id, *to)

    async def query(self, id: str, name: str) -> Json:
        (answer,) = (await self("query", id, "--type", name))["queryResult"]
        return dict(answer)

    async def result(self, id: str) -> Json:
        return dict((await self("result", id))["result"])

    async def until(self, id: str, so: Callable[[Json], bool]) -> Json:
        """Its progress, once it is so."""
        while not so(told := await self.query(id, "progress")):
            assert told["status"] in ("planning", "rendering"), told
            await asyncio.sleep(0.3)
        return told


async def handed_in(temporal: Temporal, image: bytes) -> str:
    """What requests call it."""
    sha256 = hashlib.sha256(image).hexdigest()
    said = {"bytes": len(image), "content_type": "image/jpeg", "sha256": sha256}
    await temporal.start("UploadWorkflow", "seed-image", said)
    link = await temporal.query("seed-image", "link")
    async with httpx.AsyncClient(verify=False) as http:
        (await http.put(link["url"], content=image, headers=link["headers"])).raise_for_status()
    await temporal("signal", "seed-image", "--name", "sent")
    return str((await temporal.result("seed-image"))["source"])


def job(source: str, prompt: str) -> Json:
    clip: Json = {"id": "clip", "kind": "image_to_video", "model": KLING, "prompt": prompt}
    clip |= {"inputs": {"image": source}, "params": {"seconds": 5}}
    return {"steps": [clip], "budget_usd": 2}


def position(told: Json) -> int | None:
    # The command writes a list of nothing as null.
    steps = [step for row in told["beats"] or () for step in row["steps"] or ()]
    standing = steps[0]["standing"] if steps else None
    return standing["position"] if standing else None


@pytest.mark.slow
async def test_one_image_and_one_sentence_are_one_clip_for_any_client(
    paid_rig: PaidRig, stack: Stack, standins: Standins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Elsewhere a production is told of what takes longer than ten seconds.
    monkeypatch.setattr("activities.running.standings.AFTER_S", 0.0)
    standins.order("fal", "submit", "stuck", times=2)
    temporal = Temporal(stack, tmp_path)
    async with paid_rig() as (studio, _):
        source = await handed_in(temporal, photo(91))
        ahead, mine = job(source, "The jug turns"), job(source, "The mug turns slowly, seed 5")
        await temporal.start("PipelineWorkflow", "seed-ahead", ahead)
        assert position(await temporal.until("seed-ahead", lambda told: position(told) is not None)) == 0
        await temporal.start("PipelineWorkflow", "seed-mine", mine)
        told = await temporal.until("seed-mine", lambda told: position(told) is not None)
        (step,) = told["beats"][0]["steps"]
        assert step["standing"]["position"] == 1 and "1 ahead in the queue" in step["note"]
        assert step["standing"]["wait_by"] == "catalogue" and step["standing"]["wait_s"] > 0
        page = str(await temporal("metadata", "seed-mine"))
        assert "1 ahead in the queue" in page

        for id in ("seed-mine", "seed-ahead"):
            await temporal("signal", id, "--name", "stop")
            assert (await temporal.result(id))["status"] == "stopped"
        assert [one["state"] for one in standins.log("fal")] == ["canceled", "canceled"]

        await temporal.start("PipelineWorkflow", "seed-mine", mine)
        result = await temporal.result("seed-mine")
        assert (result["status"], result["whole"]) == ("completed", True), result
        assert result["steps"][0]["model"] == KLING and result["steps"][0]["media"]["frames"] == 120
        assert await studio.store.exists(result["output"])
        assert made(standins) == {KLING: 3} and standins.log("fal")[-1]["state"] == "succeeded"
        # A token and a file, for three jobs.
        assert standins.requests("fal", "upload") == 2
