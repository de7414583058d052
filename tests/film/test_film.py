"""Whole films through real servers, with a provider whose pictures are quick and whose failures are told."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path

import av
import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus

from activities.models.local import Advance, ChunkJob
from starter.films import Film, FilmFailed, Films
from tests.conftest import Rig
from tests.support.plain import PLAN, Plain
from workflows.film.contract import VideoRequest
from workflows.studio.report import Progress


@pytest.fixture
def asked(request_of_its_own: VideoRequest) -> VideoRequest:
    return request_of_its_own.model_copy(update={"plan": PLAN, "prompt": "A film about a ceramic coffee mug"})


async def until(film: Film, true: object) -> Progress:
    """The first progress that `true` accepts."""
    assert callable(true)
    while True:
        progress = await film.progress()
        if true(progress):
            return progress
        await asyncio.sleep(0.05)


async def stream_facts(studio: object, video: str, folder: Path) -> tuple[int, int]:
    """Decoded frames, and audio streams."""
    path = folder / "film.mp4"
    await studio.store.get_file(video, path)  # type: ignore[attr-defined]
    with av.open(str(path)) as container:
        sounds = len(container.streams.audio)
        return sum(1 for _ in container.decode(video=0)), sounds


async def test_a_film_is_made_once_and_found_ever_after(
    rig: Rig, asked: VideoRequest, tmp_path: Path
) -> None:
    provider = Plain()
    async with rig(provider) as (studio, films):
        first = await (await films.start(asked)).result()
        assert first.status == "completed" and first.video and first.manifest
        assert (first.frames, first.fps, first.duration_s, first.music) == (160, 8, 20.0, "included")
        assert await stream_facts(studio, first.video, tmp_path) == (160, 1)

        await studio.store.get_file(first.manifest, tmp_path / "manifest.json")
        manifest = json.loads((tmp_path / "manifest.json").read_text())
        assert [beat["start_s"] for beat in manifest["beats"]] == [0, 5, 15]
        for beat in manifest["beats"]:
            assert all([await studio.store.exists(key) for key in (beat["storyboard"], *beat["chunks"])])

        again = await films.start(asked)
        second = await again.result()
        assert again.started and (second.made, second.video) == (0, first.video)
        assert second.reused == first.made
        progress = await again.progress()
        assert progress.status == "completed" and progress.done == 1.0
    assert set(provider.made.values()) == {1}
    # The second beat's second chunk begins where the first ended: 44 frames, of which the last is repeated.
    assert provider.made["chunk:detail_showcase:43"] == 1


async def test_two_films_at_once_share_every_step(rig: Rig, asked: VideoRequest) -> None:
    provider = Plain()
    async with rig(provider) as (_, films):
        both = [await films.start(asked, f"{name}-{asked.take}") for name in ("one", "other")]
        results = await asyncio.gather(*(film.result() for film in both))
    assert {result.status for result in results} == {"completed"}
    assert set(provider.made.values()) == {1}


async def test_pause_starts_nothing_until_resume(rig: Rig, asked: VideoRequest) -> None:
    go = threading.Event()
    provider = Plain(hold={"storyboard:hero_shot": go, "storyboard:detail_showcase": go})
    async with rig(provider) as (_, films):
        film = await films.start(asked)
        await until(film, lambda p: any(s.state == "running" for b in p.beats for s in b.steps))
        await film.pause()
        paused = await until(film, lambda p: p.paused)
        assert paused.waiting_for and "resume" in paused.waiting_for
        go.set()
        # What ran may end; nothing else begins, however long one looks.
        await until(film, lambda p: not any(s.state == "running" for b in p.beats for s in b.steps))
        begun = dict(provider.begun)
        await asyncio.sleep(1.0)
        assert dict(provider.begun) == begun
        assert not any(name.startswith("chunk:hero") for name in begun)
        await film.resume()
        assert (await film.result()).status == "completed"
    assert set(provider.made.values()) == {1}


async def test_stop_keeps_what_is_finished_and_a_resume_finds_it(rig: Rig, asked: VideoRequest) -> None:
    provider = Plain(hold={"chunk:call_to_action:0": threading.Event()})
    async with rig(provider) as (_, films):
        film = await films.start(asked)
        # All that does not wait for it: what is under way may be finished here, and not yet be there.
        await until(film, lambda p: p.made >= 10 and provider.begun["chunk:call_to_action:0"])
        await film.stop()
        stopped = await film.result()
        assert stopped.status == "stopped" and stopped.video is None and stopped.made == 10
        assert (await film.handle.describe()).status == WorkflowExecutionStatus.COMPLETED
        assert (await film.progress()).status == "stopped"
        pending = (await film.handle.describe()).raw_description.pending_activities
        assert not pending
    resumed = Plain()
    async with rig(resumed) as (_, films):
        result = await (await films.start(asked)).result()
    assert result.status == "completed" and result.reused >= stopped.made
    assert not (set(provider.made) & set(resumed.made)), "something finished was rendered again"


@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("held", ["storyboard:hero_shot", "chunk:hero_shot:0", "chunk:detail_showcase:0"])
async def test_nothing_starts_after_a_stop(rig: Rig, asked: VideoRequest, held: str, paused: bool) -> None:
    """A step that completes while its cancellation is on its way swallows it: the film must not go on."""
    go = threading.Event()
    provider = Stubborn(hold={held: go})
    async with rig(provider) as (_, films):
        film = await films.start(asked)
        await until(film, lambda p: provider.begun[held])
        if paused:
            await film.pause()
        await film.stop()
        await until(film, lambda p: p.status == "stopping")
        go.set()
        assert (await film.result()).status == "stopped"
        names = [event.event_type for event in (await film.handle.fetch_history()).events]
    asked_for = [
        at for at, name in enumerate(names) if name == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
    ]
    before, after = names[: asked_for[-1]], names[asked_for[-1] :]
    assert EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED not in after
    # What was scheduled by then may begin later, where all threads of this machine are taken.
    assert provider.begun.total() <= before.count(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)


class Stubborn(Plain):
    """Finishes what it has begun, whoever asks it not to."""

    def render_chunk(self, job: ChunkJob, out: Path, advance: Advance) -> None:
        super().render_chunk(job, out, lambda _: None)


async def test_cancel_ends_every_step(rig: Rig, asked: VideoRequest) -> None:
    provider = Plain(hold={"chunk:hero_shot:0": threading.Event()})
    async with rig(provider) as (_, films):
        film = await films.start(asked)
        await until(film, lambda p: provider.begun["chunk:hero_shot:0"])
        await film.handle.cancel()
        with pytest.raises(FilmFailed, match="cancelled"):
            await film.result()
        description = await film.handle.describe()
        assert description.status == WorkflowExecutionStatus.CANCELED
        progress = await film.progress()
        assert progress.status == "canceled"
        assert not any(step.state == "running" for beat in progress.beats for step in beat.steps)
        assert not description.raw_description.pending_activities


@pytest.mark.parametrize("beat", ["hero_shot", "detail_showcase"])
async def test_a_beat_without_an_image_goes_on_all_the_same(
    rig: Rig, asked: VideoRequest, beat: str, tmp_path: Path
) -> None:
    provider = Plain(failing=[f"storyboard:{beat}"])
    async with rig(provider) as (studio, films):
        film = await films.start(asked)
        result = await film.result()
        assert result.status == "completed" and result.video
        assert await stream_facts(studio, result.video, tmp_path) == (160, 1)
        assert [one.id for one in result.beats if one.storyboard is None] == [beat]
        assert any(beat in warning for warning in result.warnings)
        if beat == "detail_showcase":
            # The edge that is only known after the failure: from the end of the beat before.
            history = await film.handle.fetch_history()
            assert "generate_continuation_chunk" in inputs_of(history, beat)
    assert provider.made["chunk:hero_shot:0"] == 1


def inputs_of(history: object, beat: str) -> str:
    """The activity names whose inputs speak of the beat's first frame."""
    names = []
    for event in history.events:  # type: ignore[attr-defined]
        scheduled = event.activity_task_scheduled_event_attributes
        data = scheduled.input.payloads[0].data if scheduled.input.payloads else b"{}"
        if json.loads(data).get("first_frame") == 0 and json.loads(data)["shot"]["beat"]["id"] == beat:
            names.append(scheduled.activity_type.name)
    return " ".join(names)


async def test_music_that_fails_is_left_out_and_said(rig: Rig, asked: VideoRequest, tmp_path: Path) -> None:
    async with rig(Plain(failing=["soundtrack"])) as (studio, films):
        result = await (await films.start(asked)).result()
        assert (result.status, result.music) == ("completed", "failed") and result.video
        assert any("music" in warning for warning in result.warnings)
        assert await stream_facts(studio, result.video, tmp_path) == (160, 0)


async def test_a_film_without_music_has_no_audio_stream(
    rig: Rig, asked: VideoRequest, tmp_path: Path
) -> None:
    async with rig(Plain()) as (studio, films):
        result = await (await films.start(asked.model_copy(update={"music": False}))).result()
        assert result.music == "left_out" and result.video
        assert await stream_facts(studio, result.video, tmp_path) == (160, 0)


async def test_a_failed_step_lets_its_siblings_finish_and_a_resume_makes_only_it(
    rig: Rig, asked: VideoRequest
) -> None:
    broken = Plain(failing=["chunk:hero_shot:0"])
    async with rig(broken) as (_, films):
        film = await films.start(asked)
        with pytest.raises(FilmFailed, match="told to fail") as failure:
            await film.result()
        assert failure.value.type == "InvalidInput"
        assert (await film.progress()).status == "failed"
    assert broken.made["chunk:detail_showcase:43"] == 1, "the sibling's chain was cut short"
    mended = Plain()
    async with rig(mended) as (_, films):
        assert (await (await films.start(asked)).result()).status == "completed"
    assert set(mended.made) == {"chunk:hero_shot:0"}


async def test_only_the_failed_chunk_is_made_again(rig: Rig, asked: VideoRequest) -> None:
    provider = Plain(faults={"chunk:detail_showcase:43": 2})
    async with rig(provider) as (_, films):
        assert (await (await films.start(asked)).result()).status == "completed"
    assert provider.begun.pop("chunk:detail_showcase:43") == 3
    assert set(provider.begun.values()) == {1}


async def test_the_third_real_failure_is_the_last(rig: Rig, asked: VideoRequest) -> None:
    provider = Plain(failing=["chunk:hero_shot:0"], permanent=False)
    async with rig(provider) as (_, films):
        with pytest.raises(FilmFailed) as failure:
            await (await films.start(asked)).result()
    assert failure.value.type == "JobFailed"
    assert provider.begun["chunk:hero_shot:0"] == 3


async def test_the_same_film_is_attached_to(rig: Rig, asked: VideoRequest) -> None:
    go = threading.Event()
    async with rig(Plain(hold={"chunk:hero_shot:0": go})) as (_, films):
        first = await films.start(asked)
        second: Film = await films.start(asked)
        assert (first.started, second.started, second.id) == (True, False, first.id)
        running = await Films.request_of(films, second)
        assert running == asked
        go.set()
        assert (await second.result()).video == (await first.result()).video
