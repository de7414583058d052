"""A pipeline from its request to its files: priced, or started, followed and saved; and what a terminal and a
program are told of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote
from typing import Any

from activities.models import catalogue_of, hosted
from activities.pipeline import planned_steps
from infra.settings import Settings
from infra.temporal import configured_address
from starter.homes import stands_in
from starter.interrupts import Interruptions
from starter.live import STANDINS, Page, View, plain
from starter.making import followed, leaving
from starter.outcome import MADE, STOPPED, line, print_json
from starter.pipeline_file import PipelineFile, wrong
from starter.place import Place, place_for, save
from starter.productions import request_of
from starter.run import Run
from starter.session import Session, open_session
from workflows.pipeline import PIPELINE, PipelineRequest, PipelineResult
from workflows.studio import InvalidRequest, usd


@dataclass(frozen=True)
class Wanted:
    """Where files go: each step's into a `folder`, or the last one's to a `file`; None for neither."""

    folder: str | None = None
    file: str | None = None

    def check(self) -> None:
        """Raises `InvalidRequest` for what cannot be written."""
        if self.file is not None:
            place_for(self.file, "clip", Path(self.file).suffix or ".mp4")
        if self.folder is not None and Path(self.folder).is_file():
            raise wrong("save", f"{self.folder} is a file, and no folder", "name a folder")


@dataclass(frozen=True)
class Ran:
    """How it ended; `saved` are the files of its steps, by their ids; `differs` are the fields in which what
    was asked for differs from what ran already."""

    id: str
    result: PipelineResult
    saved: dict[str, Path]
    page: str | None
    standins: bool
    differs: tuple[str, ...] = ()


def check_models(request: PipelineRequest, settings: Settings) -> None:
    """Raises `InvalidRequest` for what no model here would do. Where Temporal is somebody else's, its workers
    have the keys, and they say so."""
    if configured_address() is not None:
        return
    if problems := planned_steps(request, catalogue_of(settings), hosted(settings)).problems:
        raise InvalidRequest(problems)


async def run(
    settings: Settings, file: PipelineFile, wanted: Wanted, view: View, interruptions: Interruptions
) -> Ran:
    """Starts it or attaches to it, follows it to its end and saves what is wanted. Raises `FilmFailed` with
    why it failed, and `Detached` where the terminal left."""
    wanted.check()
    check_models(file.request, settings)
    view.say("Starting the servers")
    async with open_session(settings) as session:
        interruptions.before_exit = session.stack.abandon
        await session.host()
        id = await session.productions.name_of(PIPELINE, file.request)
        stop = asyncio.Event()
        interruptions.on_interrupt = stop.set
        with leaving(interruptions, view, id):
            for put in file.puts:
                await put(session.studio.store)
            started = await session.productions.start(PIPELINE, file.request)
            differs: tuple[str, ...] = ()
            if not started.started and (running := await request_of(started)):
                differs = PIPELINE.differs(file.request, running)
            result = await followed_here(session, started, view, interruptions, stop, differs)
        interruptions.ending()
        saved = await _saved(session, started.id, result, wanted)
        ran = ran_of(session, started.id, result, saved, PIPELINE.is_paid(file.request))
        return replace(ran, differs=differs)


async def followed_here(
    session: Session,
    run: Run[PipelineResult],
    view: View,
    interruptions: Interruptions,
    stop: asyncio.Event,
    differs: Sequence[str] = (),
) -> PipelineResult:
    """Shows it to its end. One that this command began `stop` stops; else Ctrl-C only leaves, and what
    `differs` from what was asked for is said."""
    page = Page(run.id, session.web_page(run.id), PIPELINE, stands_in(session.settings))
    view.follow(page, run.started)
    if not run.started:
        interruptions.on_interrupt = interruptions.leave
        view.say(attached(run.id, differs))
    return await followed(run, view, stop)


def ran_of(session: Session, id: str, result: PipelineResult, saved: dict[str, Path], is_paid: bool) -> Ran:
    return Ran(id, result, saved, session.web_page(id), stands_in(session.settings) and is_paid)


def attached(id: str, differs: Sequence[str]) -> str:
    """What is said of one that runs already, and what to do about what is not as it was asked for now."""
    said = f", with another {', '.join(differs)}" if differs else ""
    ways = [f"`reel budget {quote(id)} USD` changes what it may cost"] if "budget_usd" in differs else []
    if any(one.endswith(".ceiling_usd") for one in differs):
        ways.append(f"for other ceilings `reel stop {quote(id)}`, then the same command again")
    how = f" ({'; '.join(ways)})" if ways else ""
    return f"{id} runs already{said}: following it{how}"


async def _saved(session: Session, id: str, result: PipelineResult, wanted: Wanted) -> dict[str, Path]:
    """Nothing is written over but a file that was named itself."""
    saved = dict[str, Path]()
    fetch = session.studio.store.get_file
    if wanted.folder is not None:
        folder = Path(wanted.folder)
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        for step in result.steps:
            if step.object is not None:
                place = Place(folder / f"{step.id}{Path(step.object).suffix}", exact=False)
                saved[step.id] = await save(place, step.object, fetch)
    if wanted.file is not None and result.output is not None:
        last = next(one.id for one in result.steps if one.object == result.output)
        place = place_for(wanted.file, id, Path(result.output).suffix)
        saved[last] = await save(place, result.output, fetch)
    return saved


def code_of(ran: Ran) -> int:
    return MADE if ran.result.status == "completed" and ran.result.whole else STOPPED


def ended_as(result: PipelineResult) -> str:
    """In words: one that lacks a step, or shows an earlier take of it, has completed in part, as a film of
    placeholders has."""
    if result.status != "completed" or result.whole:
        return result.status
    there = sum(step.object is not None and not step.why for step in result.steps)
    return f"{result.status}, partial: {there} of {len(result.steps)} steps as asked"


def as_json(ran: Ran) -> dict[str, Any]:
    return {
        "id": ran.id,
        "web_ui": ran.page,
        "standins": ran.standins,
        "differs": list(ran.differs),
        "saved": {id: str(path.absolute()) for id, path in ran.saved.items()},
        **ran.result.model_dump(mode="json"),
    }


def tell(ran: Ran, json: bool) -> int:
    """Prints it, for a person or a program; the exit code."""
    if json:
        print_json(as_json(ran))
        return code_of(ran)
    result = ran.result
    line(f"{ran.id} {ended_as(result)}")
    for step in result.steps:
        where = ran.saved.get(step.id) or step.object or f"– {step.why}"
        price = f"  {usd(step.usd)}" if step.usd else ""
        line(f"{step.id}  {plain(where)}{price}")
        if step.object and step.why:
            line(f"    {plain(step.why)}")
        for name, said in (step.answer or {}).items():
            line(f"    {name}: {plain(said)}")
    line(f"{usd(result.spent_usd)} paid · {result.made} made, {result.reused} found finished")
    for warning in (*result.warnings, *([STANDINS] if ran.standins else [])):
        line(f"! {plain(warning)}")
    return code_of(ran)


def animation(words: str, sources: Sequence[str], asked: dict[str, Any]) -> dict[str, Any]:
    """The smallest pipeline: one image and one sentence to one clip."""
    image, *last = sources
    told = ("seconds", "aspect", "size", "prompt_optimizer")
    params = {name: asked[name] for name in told if asked.get(name) is not None}
    step = {
        "id": "clip",
        "kind": "image_to_video",
        "prompt": words,
        "inputs": {"image": image, **({"last_frame": last[0]} if last else {})},
        "params": params,
    }
    model = {"model": asked["model"]} if asked.get("model") else {}
    others = {name: asked[name] for name in ("profile", "budget_usd", "user") if asked.get(name) is not None}
    return {"name": words[:40], "steps": [{**step, **model}], **others}
