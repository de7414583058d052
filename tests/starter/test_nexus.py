"""Another team's namespace asks the studio by Nexus: for a film, and for whatever a film can be asked."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import nexusrpc
import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError, CancelledError

from activities.faults import InvalidInput
from activities.service.asking import refusals
from activities.service.endpoint import ensure_endpoint
from activities.service.hosted import SERVED
from infra.embedded.stack import Stack
from starter.films import Film, Films
from starter.productions import Productions
from tests.conftest import Rig
from tests.pipeline.drafts import Json, parsed, step, until
from tests.support.other_team import Team, team_of, worker_of
from tests.support.plain import PLAN, Plain
from workflows.film.contract import VideoRequest
from workflows.film.naming import film_id
from workflows.pipeline import PIPELINE
from workflows.productions import PRODUCTIONS
from workflows.service import BATCHES, PIPELINES, SERVICES, failure_of
from workflows.studio import SIGNALS, UPDATES, FieldProblem, InvalidRequest


def test_what_callers_are_told_is_what_is_served() -> None:
    hosted = {one.kind.production.workflow: one for one in SERVED}
    assert hosted.keys() == PRODUCTIONS.keys(), "each kind has a service"
    for contract, service in zip(SERVICES, SERVED, strict=True):
        told, served = (nexusrpc.get_service_definition(one) for one in (contract, service))
        assert told is not None and served is not None and told.name == served.name
        assert service.kind.contract is contract
        outputs = [
            {name: one.output_type for name, one in definition.operation_definitions.items()}
            for definition in (told, served)
        ]
        assert outputs[0] == outputs[1]
        production = service.kind.production
        # What its own steps and items tell it takes something.
        signals = {name for name, kind in SIGNALS.items() if kind is None}
        taken = {*UPDATES, *production.updates, *signals, "progress", "find"}
        (begins,) = outputs[0].keys() - taken
        assert begins in ("make", "run") and outputs[0].keys() - {begins} == taken
        assert outputs[0][begins] is production.result


@pytest.mark.parametrize(
    "why",
    [
        ApplicationError("it has none", type="NoSuchShot"),
        InvalidRequest([FieldProblem(field="id", problem="is taken", suggestion="")]),
        InvalidInput("the film that it is forked from was deleted"),
    ],
)
def test_what_will_be_refused_again_is_not_asked_again(why: Exception) -> None:
    with pytest.raises(nexusrpc.OperationError) as refused, refusals():
        raise why
    said = refused.value.__cause__
    assert isinstance(said, ApplicationError) and said.non_retryable
    assert said.type == getattr(why, "type", type(why).__name__)


def test_what_the_studio_says_is_found_in_a_failure() -> None:
    said = ApplicationError("prompt: is missing", type="InvalidRequest")
    wrapped = ApplicationError("prompt: is missing", type="OperationError")
    wrapped.__cause__ = said
    assert failure_of(wrapped) is said
    assert failure_of(CancelledError()) is None


@pytest_asyncio.fixture(scope="module")
async def team(stack: Stack, client: Client) -> AsyncIterator[Team]:
    await ensure_endpoint(client)
    # Whoever runs `reel up` a second time finds it there.
    await ensure_endpoint(client)
    team = await team_of(stack.temporal_address)
    async with worker_of(team):
        yield team


def of(request: VideoRequest) -> dict[str, object]:
    return request.model_copy(update={"plan": PLAN}).model_dump(mode="json", exclude_defaults=True)


async def begun(films: Films, request: VideoRequest) -> Film:
    """The film, once it renders."""
    film = films.film(film_id(request.model_copy(update={"plan": PLAN})))
    async for progress in film.watch():
        if progress.status == "rendering":
            break
    return film


async def _is_there(films: Films, request: VideoRequest) -> None:
    id = film_id(request.model_copy(update={"plan": PLAN}))
    while True:
        try:
            await films.film(id).describe()
            return
        except Exception:
            await asyncio.sleep(0.1)


@pytest.mark.slow
async def test_a_film_is_made_and_directed_from_another_namespace(
    rig: Rig, team: Team, request_of_its_own: VideoRequest
) -> None:
    go = threading.Event()
    async with rig(Plain(hold={"chunk:hero_shot:0": go})) as (_, films):
        making = await team.asks("make", "make", of(request_of_its_own))
        await _is_there(films, request_of_its_own)
        film = await begun(films, request_of_its_own)
        named = {"film": film.id}
        # It is the same film for whoever asks for the same.
        also = await team.asks("make-too", "make", of(request_of_its_own))
        other = {**of(request_of_its_own), "review": "cut"}
        found = await team.told("find-1", "find", other)
        assert found["result"] == {"id": film.id, "runs": True, "differs": ["review"]}
        told = await team.told("ask-1", "progress", named)
        assert told["result"]["status"] == "rendering"
        await team.told("ask-2", "pause", named)
        assert (await film.progress()).paused
        await team.told("ask-3", "resume", named)
        assert not (await film.progress()).paused
        refused = await team.told("ask-4", "use", {**named, "shot": "hero_shot", "version": "final-9"})
        assert refused["type"] == "NoSuchVersion" and "final-9" in refused["words"]
        refused = await team.told("ask-5", "give_up", {**named, "step": "chunk:hero_shot:1"})
        assert refused["type"] == "NotWaiting"
        go.set()
        results = [(await one.result())["result"] for one in (making, also)]
        assert results[0] == results[1] and results[0]["status"] == "completed"
        first = results[0]["video"]

        # What has ended begins again.
        refused = await team.told("ask-6", "set_budget", {**named, "usd": "7.50"})
        assert refused["type"] == "FilmEnded"
        ended = (await film.describe()).run_id
        refused = await team.told("ask-7", "retake", {**named, "shot": "no_such_shot"})
        assert refused["type"] == "NoSuchShot" and "hero_shot" in refused["words"]
        assert (await film.describe()).run_id == ended, "that begins no run"
        found = await team.told("find-2", "find", other)
        assert found["result"] == {"id": film.id, "runs": False, "differs": []}
        decided = await team.told("ask-8", "use", {**named, "shot": "hero_shot", "version": "animatic-1"})
        assert decided["result"] == {"words": "hero_shot shows animatic-1", "begun": True}
        decided = await team.told("ask-9", "retake", {**named, "shot": "hero_shot"})
        assert "hero_shot" in decided["result"]["words"]
        again = await team.told("make-again", "make", of(request_of_its_own))
        assert again["result"]["status"] == "completed" and again["result"]["video"] != first


@pytest.mark.slow
async def test_what_cannot_be_read_is_refused_in_words_with_its_fields(rig: Rig, team: Team) -> None:
    values: tuple[object, ...] = (None, 7, [], "a film", {})
    async with rig(Plain()):
        refused = await team.told("wrong-1", "make", {"prompt": "", "sise": "720p", "fps": "24"})
        assert refused["type"] == "InvalidRequest"
        assert {problem["field"] for problem in refused["details"]} == {"prompt", "sise", "fps"}
        for number, value in enumerate(values):
            refused = await team.told(f"wrong-2-{number}", "make", value)
            assert refused["type"] == "InvalidRequest" and refused["details"][0]["suggestion"]
            refused = await team.told(f"wrong-3-{number}", "retake", value)
            assert refused["type"] == "InvalidAnswer" and "film" in refused["words"]
        refused = await team.told("wrong-4", "stop", {"film": "film-x", "why": "?"})
        assert (refused["type"], "why" in refused["words"]) == ("InvalidAnswer", True)
        for operation in ("progress", "stop", "retake"):
            refused = await team.told(f"nobody-{operation}", operation, {"film": "film-of-nobody"})
            assert refused["type"] == "NoSuchFilm", refused


@pytest.mark.slow
async def test_a_film_that_is_stopped_or_fails_says_so(
    rig: Rig, team: Team, request_of_its_own: VideoRequest
) -> None:
    async with rig(Plain(hold={"chunk:hero_shot:0": threading.Event()})) as (_, films):
        making = await team.asks("make-stopped", "make", of(request_of_its_own))
        await _is_there(films, request_of_its_own)
        film = await begun(films, request_of_its_own)
        await team.told("stop-it", "stop", {"film": film.id})
        assert (await making.result())["result"]["status"] == "stopped"
    other = request_of_its_own.model_copy(update={"take": request_of_its_own.take + 5000, "partial": "fail"})
    async with rig(Plain(("chunk:hero_shot:0",))):
        failed = await team.told("make-failed", "make", of(other))
        assert failed["type"] == "InvalidInput" and "was told to fail" in failed["words"]


@pytest.mark.slow
async def test_who_cancels_the_operation_cancels_the_film(
    rig: Rig, team: Team, request_of_its_own: VideoRequest
) -> None:
    async with rig(Plain(hold={"chunk:hero_shot:0": threading.Event()})) as (_, films):
        making = await team.asks("make-canceled", "make", of(request_of_its_own))
        await _is_there(films, request_of_its_own)
        film = await begun(films, request_of_its_own)
        await making.cancel()
        with pytest.raises(WorkflowFailureError) as left:
            await making.result()
        assert isinstance(left.value.cause, CancelledError)
        assert (await film.progress()).status == "canceled"


@pytest.mark.slow
async def test_two_films_whose_ids_would_be_the_same_are_two(rig: Rig, team: Team) -> None:
    small = {"prompt": "A 5 second film about a ceramic coffee mug", "size": "360p", "fps": 8, "music": False}
    async with rig(Plain()):
        answers = [await team.told(f"take-{take}", "make", {**small, "take": take}) for take in (1934, 5284)]
    videos = [answer["result"]["video"] for answer in answers]
    short, longer = sorted((video.split("/")[1] for video in videos), key=len)
    assert longer.startswith(f"{short}-"), "of which one has a longer id"


@asynccontextmanager
async def hosted(address: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.support.other_team", address),
        stdout=asyncio.subprocess.PIPE,
        env=os.environ,
    )
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"hosts\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.slow
async def test_a_caller_whose_worker_dies_still_gets_the_film(
    rig: Rig, stack: Stack, client: Client, request_of_its_own: VideoRequest
) -> None:
    await ensure_endpoint(client)
    team, go = await team_of(stack.temporal_address), threading.Event()
    async with rig(Plain(hold={"chunk:hero_shot:0": go})) as (_, films):
        async with hosted(stack.temporal_address) as worker:
            making = await team.asks("make-orphaned", "make", of(request_of_its_own))
            await _is_there(films, request_of_its_own)
            film = await begun(films, request_of_its_own)
            worker.kill()
            await worker.wait()
        go.set()
        assert (await film.result()).status == "completed"
        async with hosted(stack.temporal_address):
            assert (await making.result())["result"]["status"] == "completed"


@pytest.mark.slow
async def test_a_pipeline_and_a_batch_are_run_and_directed_from_another_namespace(
    rig: Rig, team: Team, client: Client, request_of_its_own: VideoRequest
) -> None:
    take = request_of_its_own.take
    draw = step("draw", "text_to_image", "A mug", size="360p", take=take, review=True)
    value: Json = {"name": f"told {take}", "steps": [draw, step("lines", "edges", inputs={"image": "draw"})]}
    async with rig(Plain()):
        run = Productions(client).run(PIPELINE, PIPELINE.id_of(parsed(value)))
        named = {"pipeline": run.id}
        running = [await team.asks(f"run-{take}-{one}", "run", value, PIPELINES) for one in (1, 2)]
        while (await team.told(f"see-{take}", "progress", named, PIPELINES)).get("type") == "NoSuchFilm":
            await asyncio.sleep(0.1)
        await until(run, lambda told: bool(told.waits))
        await team.told(f"pause-{take}", "pause", named, PIPELINES)
        told = await team.told(f"see-too-{take}", "progress", named, PIPELINES)
        waits = {one["step"] for one in told["result"]["waits"]}
        assert told["result"]["paused"] and "review:draw" in waits
        await team.told(f"resume-{take}", "resume", named, PIPELINES)
        refused = await team.told(f"no-step-{take}", "approve", {**named, "steps": ["lines"]}, PIPELINES)
        assert refused["type"] == "NotWaiting" and "waiting: draw" in refused["words"]
        refused = await team.told(f"no-film-{take}", "progress", {"film": run.id})
        assert refused["type"] == "NoSuchFilm" and refused["words"].endswith(f"ask {PIPELINES}.")
        decided = await team.told(f"approve-{take}", "approve", named, PIPELINES)
        assert decided["result"] == {"words": "approved: draw", "begun": False}
        results = [(await one.result())["result"] for one in running]
        assert results[0] == results[1] and results[0]["whole"] and results[0]["output"]
        refused = await team.told(f"ended-{take}", "set_budget", {**named, "usd": "7.50"}, PIPELINES)
        assert refused["type"] == "FilmEnded"
        # A step that there is not begins no run.
        refused = await team.told(f"nobody-{take}", "retake", {**named, "step": "nobody"}, PIPELINES)
        assert refused["type"] == "NoSuchShot" and "draw, lines" in refused["words"]
        shown = {**named, "step": "draw", "version": f"take-{take}"}
        decided = await team.told(f"use-{take}", "use", shown, PIPELINES)
        assert decided["result"]["begun"], decided
        again = (await team.told(f"run-{take}-again", "run", value, PIPELINES))["result"]
        assert again["whole"] and again["output"] == results[0]["output"]
        wrong = await team.told(f"wrong-{take}", "run", {"steps": [{"id": "a", "kind": "drow"}]}, PIPELINES)
        assert wrong["type"] == "InvalidRequest" and wrong["details"][0]["field"] == "steps[0].kind"

        # Who cancels the operation cancels the pipeline.
        value["steps"][0]["take"] = take + 1
        canceled = await team.asks(f"run-{take}-3", "run", value, PIPELINES)
        other = Productions(client).run(PIPELINE, PIPELINE.id_of(parsed(value)))
        while (await team.told(f"see-{take}", "progress", {"pipeline": other.id}, PIPELINES)).get("type"):
            await asyncio.sleep(0.1)
        await canceled.cancel()
        with pytest.raises(WorkflowFailureError):
            await canceled.result()
        assert (await other.progress()).status == "canceled"

        many = {"name": f"told {take}", "production": "pipeline", "items": [{"steps": [draw]}]}
        made = (await team.told(f"batch-{take}", "run", many, BATCHES))["result"]
        batch = {"batch": made["results"].split("/")[1]}
        told = await team.told(f"see-batch-{take}", "progress", batch, BATCHES)
        assert told["result"]["counts"]["awaiting_review"] == 1, told
        refused = await team.told(f"retry-{take}", "retry", batch, BATCHES)
        assert refused["type"] == "FilmEnded", "nothing has failed"
        decided = await team.told(f"approve-batch-{take}", "approve", batch, BATCHES)
        assert decided["result"]["begun"], decided
        again = await team.told(f"batch-again-{take}", "run", many, BATCHES)
        assert again["result"]["counts"]["completed"] == 1, again
