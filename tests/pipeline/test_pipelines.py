"""Pipelines on real servers: every kind that is done here, what is found again, and how they are steered."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import imageio_ffmpeg
import numpy as np
import pytest
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateStage

from activities.estimates import ESTIMATES
from activities.media.probing import opened, probe
from activities.pipeline import steps_of
from activities.storage.objects import ObjectStore
from activities.studio import Reported, bars
from activities.wiring import Parts, open_studio
from infra.embedded.stack import Stack
from infra.settings import Settings
from starter.errors import FilmFailed, NoSuchFilm, NotPlanned, NotWaiting
from starter.productions import Productions
from tests.conftest import Rig
from tests.pipeline.drafts import Json, parsed, step, until
from tests.support.pipeline_recordings import pipeline_retaken, pipeline_stopped_amid_a_retake
from tests.support.plain import Plain
from worker import hosting, make_workers
from workflows.film import FILM, VideoRequest
from workflows.pipeline import PIPELINE, PipelineResult
from workflows.studio import STUDIO_QUEUE

SMALL: Json = {"size": "360p", "seconds": 1}


def every_kind(photo: str, clip: str, take: int) -> Json:
    """Each of the kinds that are done here; `take` keeps it apart from other tests'."""
    return {
        "name": "Every kind",
        "variables": {"colour": "red", "at": 0.5},
        "steps": [
            step("draw", "text_to_image", "A ${colour} mug", size="360p", take=take),
            step("edit", "image_to_image", "bluer", inputs={"image": photo}, take=take),
            step("square", "resize", inputs={"source": "draw"}, aspect="1:1"),
            step("lines", "edges", inputs={"image": "square"}),
            step("big", "upscale_image", inputs={"image": "square"}),
            step("turn", "image_to_video", "It turns", inputs={"image": "draw"}, **SMALL),
            step("film", "text_to_video", "A jug", aspect="9:16", take=take, **SMALL),
            step("whole", "join", inputs={"videos": ["turn", clip, "film"]}, fade_s=0.25),
            step("cut", "join", inputs={"videos": ["turn", "film"]}),
            step("padded", "resize", inputs={"source": "whole"}, aspect="1:1", fit="pad"),
            step("large", "upscale_video", inputs={"video": "film"}),
            step("music", "soundtrack", inputs={"video": "cut"}),
            step("still", "frame", inputs={"video": "padded"}, at="${at}"),
        ],
    }


async def put(store: ObjectStore, file: Path, ending: str, mime: str) -> str:
    key = f"uploads/{hashlib.sha256(file.read_bytes()).hexdigest()}.{ending}"
    await store.put_file(file, mime, key=key)
    return key


def with_sound(file: Path) -> Path:
    """A second of 30 frames, with a tone."""
    shown, heard = "testsrc=size=320x240:rate=30:duration=1", "sine=frequency=440:duration=1"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-f", "lavfi", "-i", shown]
    command += ["-f", "lavfi", "-i", heard, "-pix_fmt", "yuv420p", str(file)]
    subprocess.run(command, check=True, timeout=60)
    return file


async def has_sound(store: ObjectStore, object: str, folder: Path) -> bool:
    path = folder / "heard.mp4"
    await store.get_file(object, path)
    with opened(path) as container:
        if not container.streams.audio:
            return False
        sound = container.streams.audio[0]
        media = probe(path, "video/mp4")
        assert media.frames and media.fps and sound.duration and sound.time_base
        # One clock: the sound is as long as the pictures, to a packet of AAC.
        assert abs(float(sound.duration * sound.time_base) - float(media.frames / media.fps)) < 0.03
    return True


@pytest.mark.slow
async def test_every_kind_is_done_once_and_what_changes_is_done_again(
    rig: Rig, client: Client, tmp_path: Path
) -> None:
    photo, clip = tmp_path / "photo.png", with_sound(tmp_path / "clip.mp4")
    assert cv2.imwrite(str(photo), np.full((480, 640, 3), 90, np.uint8))
    async with rig(Plain()) as (studio, _):
        productions, store = Productions(client), studio.store
        keys = (await put(store, photo, "png", "image/png"), await put(store, clip, "mp4", "video/mp4"))
        value = every_kind(*keys, 1)
        made = await _made(productions, value)
        assert (made.status, made.whole, made.made, made.reused) == ("completed", True, 13, 0), made
        by = {one.id: one for one in made.steps}
        shapes = {id: (one.media.width, one.media.height) for id, one in by.items() if one.media}
        assert shapes["square"] == shapes["lines"] == (360, 360) and shapes["big"] == (720, 720)
        assert (
            shapes["turn"] == (640, 360) and shapes["film"] == (360, 640) and shapes["large"] == (720, 1280)
        )
        assert shapes["padded"] == shapes["still"] == (360, 360) and shapes["edit"] == (960, 720)
        frames = {id: one.media.frames for id, one in by.items() if one.media}
        # Of three seconds in all, two fades of a quarter second.
        assert frames["whole"] == frames["padded"] == 60 and frames["cut"] == frames["music"] == 48
        videos = ("whole", "padded", "cut", "music")
        heard = {id: await has_sound(store, str(by[id].object), tmp_path) for id in videos}
        assert heard == {"whole": True, "padded": True, "cut": False, "music": True}
        assert made.output == by["still"].object and made.manifest and await store.exists(made.manifest)

        run = productions.run(PIPELINE, PIPELINE.id_of(parsed(value)))
        told = Reported(run.id, await run.progress(), await bars(run.handle), ())
        steps = await steps_of(studio, parsed(value), told.progress.beats, told)
        assert all(one.picture and one.state == "made" and one.seconds is not None for one in steps), steps
        assert steps[0].words == "A red mug" and steps[-1].params == {"at": 0.5}

        again = await _made(productions, value)
        assert (again.made, again.reused) == (0, 13) and again.steps[0].object == made.steps[0].object
        value["steps"][2]["params"]["aspect"] = "4:5"
        request = parsed(value)
        shown = await ESTIMATES[PIPELINE.workflow](studio, request, PIPELINE.id_of(request))
        follows = {"square", "lines", "big"}
        assert {one.row for one in shown.artifacts if not one.found} == follows and not shown.paid
        changed = await _made(productions, value)
        assert {one.id for one in changed.steps if not one.reused} == follows


async def _made(productions: Productions, value: Json) -> PipelineResult:
    result: PipelineResult = await (await productions.start(PIPELINE, parsed(value))).result()
    return result


@pytest.mark.slow
async def test_what_runs_is_retaken_in_place(rig: Rig, client: Client) -> None:
    """The step and what follows, and nothing else. Its history is one of those that are replayed for ever."""
    await pipeline_retaken(rig, client)


@pytest.mark.slow
async def test_what_is_stopped_amid_a_retake_is_delivered_as_it_was(rig: Rig, client: Client) -> None:
    """Its history is one of those, too."""
    await pipeline_stopped_amid_a_retake(rig, client)


@pytest.mark.slow
async def test_who_decides_waits_for_no_words_that_are_looked_at(
    rig: Rig, stack: Stack, settings: Settings, client: Client
) -> None:
    """The newest decision wins, however long an older one takes, and both are told."""
    drawn: Json = {"size": "360p", "take": 78, "review": True}
    steps = [step(id, "text_to_image", "A mug", **drawn) for id in ("mug", "jug", "cup")]
    steps[1]["prompt"], steps[2]["prompt"] = "A jug", "A cup"
    plain = Plain()
    async with rig(plain):
        run = await Productions(client).start(PIPELINE, parsed({"steps": steps}))
        await until(run, lambda told: len(told.waits) == 3)
    # Nobody who looks at words is there.
    async with (
        open_studio(stack, settings, Parts(local_models={plain.name: plain})) as studio,
        hosting(make_workers(client, studio, settings, (STUDIO_QUEUE,))),
    ):
        looked_at = [
            await run.handle.start_update(
                "retake",
                {"step": id, "words": "In red"},
                wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                result_type=str,
            )
            for id in ("mug", "cup")
        ]
        assert await run.update("retake", {"step": "jug"}) == "jug: made anew, as take-79"
        stays = await run.update("use", {"step": "mug", "version": "take-78"})
        assert stays == "mug is take-78 already"
    async with rig(plain):
        with pytest.raises(WorkflowUpdateFailedError) as overtaken:
            await looked_at[0].result()
        assert "mug is wanted as take-78. Nothing is changed" in str(overtaken.value.cause)
        # What nobody decided otherwise about is made of what stands by now.
        assert await looked_at[1].result() == "cup: made anew, as take-79"
        await until(run, lambda told: len(told.waits) == 3 and told.beats[2].versions[-1].shown)
        await run.stop()
        ended: Any = await run.result()
        assert [one.take for one in ended.steps] == [78, 79, 79]


@pytest.mark.slow
async def test_what_nobody_can_use_fails_it_and_a_person_steers_it(rig: Rig, client: Client) -> None:
    async with rig(Plain(failing=["storyboard:hero_shot"])) as (studio, _films):
        productions = Productions(client)
        missing = f"uploads/{'c' * 64}.png"
        lacking: Json = {
            "steps": [
                step("a", "edges", inputs={"image": missing}),
                step("b", "image_to_video", "x", inputs={"image": "a"}, model="animatic-vido"),
            ]
        }
        run = await productions.start(PIPELINE, parsed(lacking))
        with pytest.raises(FilmFailed) as failed:
            await run.result()
        assert failed.value.type == "InvalidRequest"
        told = {one["field"]: one["suggestion"] for one in failed.value.details}
        assert told.keys() == {"steps[0].inputs.image", "steps[1].model"}
        assert "animatic-video" in told["steps[1].model"]
        # Who sends it a decision, which begins it again, is told the same.
        with pytest.raises(NotPlanned, match=r"steps\[1\].model: the catalogue has no model animatic-vido"):
            await productions.ask(run, "retake", {"step": "b"})

        # A failed step lets its siblings finish, and what follows from it is not begun.
        value: Json = {
            "steps": [
                step("draw", "text_to_image", "A mug", take=77),
                step("film", "text_to_video", "A jug", take=77, **SMALL),
                step("lines", "edges", inputs={"image": "draw"}),
            ]
        }
        run = await productions.start(PIPELINE, parsed(value))
        with pytest.raises(FilmFailed, match="draw"):
            await run.result()
        told = {row.id: (row.steps[0].state, row.why) for row in (await run.progress()).beats}
        assert told == {"draw": ("failed", ""), "film": ("made", ""), "lines": ("waiting", "it needs draw")}

        reviewed: Json = {
            "steps": [
                step("film", "text_to_video", "A jug", take=77, review=True, **SMALL),
                step("still", "frame", inputs={"video": "film"}, at="last"),
            ]
        }
        run = await productions.start(PIPELINE, parsed(reviewed))
        looked_at = (await until(run, lambda told: bool(told.waits))).delivered
        await run.stop()
        # What was there to be looked at is delivered, though nobody has approved it.
        left: PipelineResult = await run.result()
        assert (left.whole, left.steps[1].object) == (False, None) and left.output == left.steps[0].object
        assert left.steps[1].why == "it was not made: the pipeline was stopped"
        assert left.output == looked_at and looked_at and await studio.store.exists(looked_at)

        run = await productions.start(PIPELINE, parsed(reviewed))
        waits = (await until(run, lambda told: bool(told.waits))).waits
        looked = {name: dict(sent) for name, sent in waits[0].updates.items()}["approve"]
        assert looked["steps"] == ["film"] and str(looked["keys"])[2:10] in looked_at
        assert [(one.step, one.reason, one.updates) for one in waits] == [
            ("review:film", "review", {"approve": looked, "retake": {"step": "film"}})
        ]
        with pytest.raises(NoSuchFilm, match="is no film but a pipeline: `reel status"):
            await productions.start(FILM, VideoRequest(prompt="A film about a mug"), run.id)
        # What is looked at is made once more, and waits again; who goes back to what was there waits for it.
        assert await run.update("retake", {"step": "1", "prompt": "A jar"}) == (
            "film: made anew, as take-78; with what follows: still"
        )
        again = await until(run, lambda told: bool(told.waits) and told.beats[0].versions[-1].shown)
        assert [one.shown for one in again.beats[0].versions] == [
            False,
            True,
        ] and again.delivered != looked_at
        with pytest.raises(NotWaiting, match="is not what was looked at: look at film"):
            await run.update("approve", looked)
        assert "film is take-77 again" in await run.update("use", {"step": "film", "version": "take-77"})
        await until(run, lambda told: bool(told.waits) and told.beats[0].versions[0].shown)
        await run.pause()
        assert await run.update("approve", looked) == "approved: film"
        assert (await until(run, lambda told: not [w for w in told.waits if w.reason == "review"])).paused
        await run.stop()
        stopped: Any = await run.result()
        assert (stopped.status, stopped.whole) == ("stopped", False) and stopped.output, stopped
        # Approved once, it is not asked for again; what a step of the same name makes by now, is.
        assert (await _made(productions, reviewed)).whole
        reviewed["steps"][0]["take"] = 78
        other: Any = await client.start_workflow("PipelineWorkflow", reviewed, id=run.id, task_queue="reel")
        run = replace(run, handle=other)
        assert (await until(run, lambda told: bool(told.waits))).waits[0].step == "review:film"
        await run.stop()
        await run.result()
        # Stopped before it is planned, it tells of every step all the same.
        sent: Any = {"id": f"{run.id}-stopped", "task_queue": "reel", "start_signal": "stop"}
        early: Any = await client.execute_workflow("PipelineWorkflow", reviewed, **sent)
        assert [(one["id"], one["take"], one["why"]) for one in early["steps"]] == [
            ("film", 78, "it was stopped before it was planned"),
            ("still", 1, "it was stopped before it was planned"),
        ]
