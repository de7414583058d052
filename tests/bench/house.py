"""A whole studio for a benchmark: servers, workers and stand-ins of its own, and when a film's steps ran."""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from infra.embedded import StandinServer
from infra.settings import Settings
from starter.films import Film
from starter.session import Session, open_session
from workflows.film.contract import VideoRequest

#: The step that delivers a cut, by the name of its activity.
DELIVER = "deliver_film"


def asked(description: str) -> tuple[int, bool]:
    """What the command line asks for: how many rounds, and whether of small films, of which one will do."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="one small film: shows that it runs")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    return (1 if given.quick else given.rounds), given.quick


@asynccontextmanager
async def opened(speed: float = 1.0, outputs: Path | None = None) -> AsyncIterator[Session]:
    """Servers, stand-ins of which every time is divided by `speed`, and workers for all that films need. What
    is in the folder `outputs` the stand-ins have made before; what they make now is put there at the end."""
    with tempfile.TemporaryDirectory(prefix="reel-bench-") as home:
        settings = Settings.load(Path(home)).model_copy(update={"standins": True, "standins_speed": speed})
        made = StandinServer(Path(home)).data / "outputs"
        if outputs is not None:
            shutil.copytree(outputs, made, dirs_exist_ok=True)
        async with open_session(settings) as session:
            await session.host()
            yield session
        if outputs is not None:
            shutil.copytree(made, outputs, dirs_exist_ok=True)


class Ran(NamedTuple):
    """One step of a run, by the server's clock."""

    name: str
    began: datetime
    ended: datetime


async def steps_of(film: Film, until: str = "") -> tuple[datetime, list[Ran]]:
    """When the run began, and its steps as they end: all of them, or up to the first of a name. Raises
    RuntimeError where the run ends before that."""
    begun, scheduled, ran = datetime.now(UTC), dict[int, tuple[str, datetime]](), list[Ran]()
    async for event in film.handle.fetch_history_events(wait_new_event=True):
        at = event.event_time.ToDatetime(tzinfo=UTC)
        if event.HasField("workflow_execution_started_event_attributes"):
            begun = at
        if event.HasField("activity_task_scheduled_event_attributes"):
            name = event.activity_task_scheduled_event_attributes.activity_type.name
            scheduled[event.event_id] = name, at
        if event.HasField("activity_task_completed_event_attributes"):
            done = event.activity_task_completed_event_attributes.scheduled_event_id
            ran.append(Ran(*scheduled[done], at))
            if until and ran[-1].name == until:
                return begun, ran
    if until:
        raise RuntimeError(f"{film.id} has ended without {until}")
    return begun, ran


def film_of(take: int, quick: bool, **more: Any) -> VideoRequest:
    """A film of 15 s at 720p; a quick one is small, and shows that it runs. Another take shares nothing."""
    size: dict[str, Any] = {"size": "360p", "fps": 8} if quick else {}
    about = {"prompt": "A film about a ceramic coffee mug", "duration_s": 15, "take": take}
    return VideoRequest.model_validate({**about, **size, **more})


def sold(session: Session) -> list[dict[str, Any]]:
    """What the stand-ins were asked for, oldest first."""
    with urllib.request.urlopen(f"{session.stack.standins}/control/log") as answer:
        submits: list[dict[str, Any]] = json.load(answer)["submits"]
    return submits
