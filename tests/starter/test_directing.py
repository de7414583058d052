"""A film directed by the typed client: while it waits, while it runs, and after it has ended."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from decimal import Decimal
from pathlib import Path

import pytest
from temporalio.client import Client

from activities.starting import asked_json
from starter.errors import CannotUpgrade, NoSuchFilm, NoSuchShot, NoSuchVersion, NotWaiting
from starter.films import Film
from starter.waits import updates_on
from tests.support.paid import FLUX, WAN, PaidRig, asked, made, until
from tests.support.standing import Standins
from workflows.film.production import FILM
from workflows.film.report import VideoResult

BEATS = ("hero_shot", "call_to_action")


async def typed(command: str, client: Client) -> str:
    """What Temporal's own command answers, typed as it is shown."""
    here = {**os.environ, "TEMPORAL_ADDRESS": client.service_client.config.target_host}
    tools = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    process = await asyncio.create_subprocess_shell(
        command, env=here | tools, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


async def ended(film: Film) -> VideoResult:
    result = await film.result()
    assert result.status == "completed", result
    return result


def shows(result: VideoResult) -> list[str]:
    return [beat.shows for beat in result.beats]


@pytest.mark.slow
async def test_a_film_is_directed_at_every_moment_of_it(
    paid_rig: PaidRig, standins: Standins, client: Client
) -> None:
    request = asked(*BEATS, image=FLUX, video=WAN, partial="deliver", review="plan")
    name = f"film-{uuid.uuid4()}"
    async with paid_rig() as (_, films):
        film = await films.start(request, name)
        progress = await until(film, "approve")
        (wait,) = progress.waits
        assert wait.updates["approve"]["shots"] and wait.updates["retake"] == {"shot": "hero_shot"}
        with pytest.raises(NoSuchShot, match="there are hero_shot, call_to_action"):
            await film.retake("3")
        with pytest.raises(NoSuchVersion, match="it has animatic-1"):
            await film.use("1", "draft-7")
        directed = await film.retake("1", words="a red mug in the morning light")
        assert directed.words == "hero_shot: image and chunks, as draft-2"
        assert not directed.film.started and not made(standins)
        # As a client in any other language would answer it.
        (approve,) = [way for way in updates_on(name, progress, FILM.workflow, None) if "approve" in way]
        await typed(approve, client)
        with pytest.raises(NotWaiting, match="nothing waits for approval"):
            await film.approve()
        first = await ended(film)
        assert shows(first) == ["draft-2", "draft-1"] and first.whole
        assert made(standins) == {FLUX: 2, WAN: 2}
        assert (await (await film.describe()).memo())["request"] == asked_json(request)

        (use,) = updates_on(name, await film.progress(), FILM.workflow, asked_json(request))
        assert "hero_shot shows animatic-1" in await typed(use, client)
        shown = await ended(films.film(name))
        assert shows(shown) == ["animatic-1", "draft-1"] and shown.whole
        assert made(standins).total() == 4 and shown.cost_usd == 0
        again = await film.use("1", "draft-2")
        assert again.film.started and again.words == "hero_shot shows draft-2"
        back = await ended(again.film)
        assert back.video == first.video, "the same choice of versions is the same cut"

        taken = await ended((await film.retake("call_to_action", chunk=1)).film)
        assert shows(taken) == ["draft-2", "draft-2"] and taken.cost_usd == Decimal("0.11")
        assert made(standins) == {FLUX: 2, WAN: 3}, "a retake of a chunk keeps the image"


async def test_a_free_film_is_upgraded_after_its_end(paid_rig: PaidRig, standins: Standins) -> None:
    request = asked("hero_shot", image="animatic-image", video="animatic-video", partial="deliver")
    async with paid_rig() as (_, films):
        film = await films.start(request, f"film-{uuid.uuid4()}")
        assert shows(await ended(film)) == ["animatic-1"] and not made(standins)
        with pytest.raises(CannotUpgrade, match="the cheapest shot on draft costs"):
            await film.upgrade(spend_usd=Decimal("0.01"))
        await films.film(film.id).result()
        upgraded = await film.upgrade(["1"])
        assert upgraded.film.started and upgraded.words.startswith("hero_shot on draft, for about $0.1")
        result = await ended(upgraded.film)
        assert shows(result) == ["draft-1"] and made(standins) == {FLUX: 1, WAN: 1}
        assert result.cost_usd == Decimal("0.113")


async def test_what_nobody_remembers_cannot_begin_again(paid_rig: PaidRig) -> None:
    async with paid_rig() as (_, films):
        with pytest.raises(NoSuchFilm, match="or its history has expired"):
            await films.film(f"film-{uuid.uuid4()}").retake()
