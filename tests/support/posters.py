"""Posters on the stand-ins: their activities, workers that host them, and a `reel` that knows of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from pydantic import JsonValue, SecretStr
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Interceptor, Worker

from activities.ledger.purchase import PaidRecipe
from activities.ledger.recipe import Recipe
from activities.ledger.work import Made, Work
from activities.media.probing import probe
from activities.models.available import open_providers
from activities.models.breaker import Rests
from activities.models.call import ModelCall
from activities.running.failures import translated
from activities.studio.account import STAGES, AccountSteps
from activities.studio.studio import Studio, paid_by
from activities.upkeep.notices import Tell
from activities.wiring import Parts, open_studio
from infra.embedded.stack import Stack
from infra.settings import Settings
from starter.productions import Productions
from tests.support.hooks import SECRET
from tests.support.paid import FACTOR, TIMES
from tests.support.poster import FLUX, POSTER, DrawPicture, PosterWorkflow, PrintPoster
from tests.support.standing import Standins
from worker import hosting
from workflows.productions import PRODUCTIONS
from workflows.studio.calls import STUDIO_QUEUE, generation_queue
from workflows.studio.facts import Artifact
from workflows.upkeep.notice import NoticeWorkflow

#: The table as a release would have it that makes posters.
TABLE = {**PRODUCTIONS, POSTER.workflow: POSTER}
PosterRig = Callable[..., AbstractAsyncContextManager[Productions]]


class Posters:
    """The two steps of a poster."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    @activity.defn(name="draw_picture")
    @translated
    async def draw_picture(self, step: DrawPicture) -> Artifact:
        model = self._studio.catalogue.model(step.model.id)
        recipe = Recipe(operation="picture", model=model.id, params={"prompt": step.words})

        async def call(_folder: Path, _tag: str) -> ModelCall:
            return ModelCall(model, {"prompt": step.words, "aspect": "1:1"})

        return await self._studio.buy(PaidRecipe(recipe, model, call), step.terms, "picture")

    @activity.defn(name="print_poster")
    @translated
    async def print_poster(self, step: PrintPoster) -> Artifact:
        picture = step.picture

        async def make(work: Work) -> Made:
            out = work.dir / "poster.png"
            pixels = cv2.imread(str(await work.fetch(picture.object))) if picture else np.zeros((8, 8, 3))
            assert pixels is not None and cv2.imwrite(str(out), pixels)
            return Made(out, await work.compute(probe, out, "image/png"))

        inputs = {"picture": picture.key} if picture else {}
        recipe = Recipe(operation="poster", model="press", params={"words": step.words}, inputs=inputs)
        printed = await self._studio.render(recipe, make, "print")
        return paid_by(picture, printed) if picture else printed


async def _planned_here(_id: str, _request: Mapping[str, JsonValue]) -> str:
    return ""


@pytest.fixture
def poster_rig(stack: Stack, settings: Settings, client: Client, standins: Standins) -> PosterRig:
    """A studio on the stand-ins that makes posters and nothing else; a further one needs its own client."""
    quick = settings.model_copy(update={"standins": True, "requests_per_minute": 6000})

    @asynccontextmanager
    async def opened(
        client: Client = client,
        notify_private: bool = False,
        interceptors: Sequence[Interceptor] = (),
        cached: int = 1000,
    ) -> AsyncIterator[Productions]:
        parts = Parts(
            providers=open_providers(quick, standins.root), times=TIMES, rests=Rests().divided(FACTOR)
        )
        async with open_studio(replace(stack, standins=standins.root), quick, parts) as studio:
            steps = Posters(studio)
            account = AccountSteps(
                *(studio.accounts, studio.memory, studio.buyer, _planned_here, quick.standins),
                notices="request",
            )
            tell = Tell(None, SecretStr(SECRET), notify_private).tell_notice
            light: list[Callable[..., Any]] = [
                *(stage.of([account]) for stage in STAGES),
                steps.print_poster,
                tell,
            ]
            made = [PosterWorkflow, NoticeWorkflow]
            workers = [
                Worker(
                    client,
                    task_queue=STUDIO_QUEUE,
                    workflows=made,
                    activities=light,
                    interceptors=interceptors,
                    max_cached_workflows=cached,
                ),
                Worker(client, task_queue=generation_queue(FLUX.provider), activities=[steps.draw_picture]),
            ]
            async with hosting(workers):
                yield Productions(client, TABLE)

    return opened


def main() -> None:
    """`reel`, where posters stand in the table."""
    from starter.cli import main as reel

    PRODUCTIONS[POSTER.workflow] = POSTER
    reel()


if __name__ == "__main__":
    main()
