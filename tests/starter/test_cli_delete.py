"""`reel delete`: what nothing else needs of a film goes, its costs stay; also by a client's plain JSON."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client, WorkflowFailureError

from activities.estimates import ESTIMATES
from activities.film import cuts_of, estimated_edit
from activities.models.catalogue import Catalogue
from activities.studio import Spending, Studio
from infra.embedded.stack import Stack
from starter.errors import NoSuchFilm, StillRuns
from starter.productions import Productions
from tests.pipeline.drafts import parsed, step
from tests.support.paid import BEAT_USD, FLUX, PLANNER, WAN, PaidRig, asked, made_of
from tests.support.reel import Reel, ran
from workflows.film import FILM, Models
from workflows.pipeline import PIPELINE
from workflows.studio import FILES_GONE, usd
from workflows.upkeep import Deleted

ANN, BOB = "mug of ann", "mug of bob"
PLAN_USD = Catalogue.load().model(PLANNER).price()
DRAWN = step("draw", "text_to_image", "A mug", size="360p", take=9107)


async def by_json(client: Client, **sent: object) -> Deleted:
    """As any client asks for it."""
    told = await client.execute_workflow("DeleteWorkflow", sent, id=f"mine {sent}"[:200], task_queue="reel")
    return Deleted.model_validate(told)


def why(deleted: Deleted) -> dict[str, str]:
    return {one.what: one.why for one in deleted.stays}


async def costs(studio: Studio) -> Any:
    return await Spending(studio.storage.database).by("film")


@pytest.mark.slow
async def test_what_no_other_film_needs_goes_and_is_bought_again(
    paid_rig: PaidRig, client: Client, stack: Stack, theirs: dict[str, str], tmp_path: Path
) -> None:
    request, productions = asked("hero_shot", image=FLUX, video=WAN), Productions(client)
    # Providers read what goes along in the bucket.
    async with paid_rig(public_url=stack.s3.endpoint) as (studio, films):
        for film in (ANN, BOB):
            await made_of(films, request, film)
        spent = await costs(studio)

        # What another needs stays; the film itself is given up.
        look = await productions.delete(ANN, dry_run=True)
        assert why(look)["storyboard image"] == why(look)["chunk"] == f"needed by {BOB}"
        assert {one.what for one in look.gone} == {"cuts"} and look.again_usd == 0
        deleted = await by_json(client, production=ANN)
        assert (deleted.gone, deleted.stays) == (look.gone, look.stays)
        assert not await studio.store.list(cuts_of(ANN)) and await studio.store.list(cuts_of(BOB))
        assert (await made_of(films, request, BOB)).cost_usd == 0

        # What nobody needs any more goes: by the command, which has a key of nothing.
        sent = set(await studio.store.list("inputs/"))
        code, told = await ran(
            "delete", BOB, "--keep-cuts", "--json", home=tmp_path / "home", folder=tmp_path, **theirs
        )
        assert code == 0, told.text
        gone = {one["what"]: one for one in told.json["gone"]}
        assert Decimal(told.json["again_usd"]) == BEAT_USD
        assert gone["chunk"]["count"] == 1 and gone["chunk"]["bytes"] > 0
        assert gone["images sent along"]["count"] == 1 == len(sent - {*await studio.store.list("inputs/")})
        assert {one["what"]: one["why"] for one in told.json["stays"]} == {"cuts": "kept, as asked"}
        assert len(await studio.store.list(cuts_of(BOB))) == 4
        assert await costs(studio) == spent
        again = await productions.delete(BOB, keep_cuts=True)
        assert again.before and not again.gone and not look.before

        # Histories tell of its last cut: people are told that it was deleted.
        async def said(*command: str) -> Reel:
            code, told = await ran(*command, home=tmp_path / "home", folder=tmp_path, **theirs)
            assert code == 0, told.text
            return told

        assert f"{ANN} was deleted already" in (await said("delete", ANN)).out
        for command in ("status", "versions"):
            assert "What it delivered was deleted" in (await said(command, ANN)).out, command
        status = (await said("status", BOB, "--json")).json
        assert not status["deleted"]
        (gone_too,) = (one for one in status["beats"][0]["versions"] if one["name"] == "draft-1")
        assert (gone_too["state"], gone_too["object"], gone_too["why"]) == ("unmade", None, FILES_GONE)
        chain = await productions.start(PIPELINE, parsed({"steps": [DRAWN]}))
        await chain.result()
        for is_gone in (False, True):
            listed = dict[str, bool]()
            # Lists hear a moment later of what has ended.
            while listed.get(chain.id) is not is_gone:
                told = json.loads((await said("list", "--json")).out)
                listed = {one["id"]: one["deleted"] for one in told}
            assert listed[ANN] and not listed[BOB]
            await productions.delete(chain.id)

        # Begun again, it is made and bought again; the dry run says so.
        estimate = await ESTIMATES[FILM.workflow](studio, request, BOB)
        assert estimate.price_usd == BEAT_USD
        # So does that of a decision, with what planning it anew costs: by rules nothing.
        models = Models(planner=PLANNER, image=FLUX, video=WAN)
        by_model = request.model_copy(
            update={"plan": None, "models": models, "prompt": "A 5 second film about a ceramic coffee mug"}
        )
        for asked_so, plan_usd in ((request, Decimal(0)), (by_model, PLAN_USD)):
            words, shown = await estimated_edit(studio, asked_so, BOB, "upgrade", {"profile": "draft"})
            (plan,) = (each for each in shown.artifacts if each.what == "plan")
            assert (plan.found, plan.price_usd) == (False, plan_usd)
            part = f", of which {usd(plan_usd)} for its plan" if plan_usd else ""
            assert words.startswith(f"hero_shot on draft, for about {usd(BEAT_USD + plan_usd)}{part}")
        assert (await made_of(films, request, BOB)).cost_usd == BEAT_USD
        assert (await made_of(films, request, ANN)).cost_usd == 0
        (shot,) = (await films.film(ANN).progress()).beats
        paid = next(one for one in shot.versions if one.usd)
        assert paid.usd == paid.deleted_usd == BEAT_USD, "what she paid is gone, and what is shown was his"
        assert len(await studio.store.list(cuts_of(ANN))) == 4


@pytest.mark.slow
async def test_what_runs_or_is_unknown_is_told_in_a_line(
    paid_rig: PaidRig, client: Client, theirs: dict[str, str], tmp_path: Path
) -> None:
    request, productions = asked("hero_shot", image=FLUX, video=WAN, review="plan"), Productions(client)
    async with paid_rig() as (_, films):
        film = await films.start(request)
        with pytest.raises(StillRuns, match="stop it first"):
            await productions.delete(film.id)
        await film.stop()
        await film.result()
        with pytest.raises(NoSuchFilm):
            await productions.delete("reel-delete-me")
        with pytest.raises(WorkflowFailureError) as wrong:
            await by_json(client, film="mug")
        assert getattr(wrong.value.cause, "type", "") == "InvalidAnswer"
        code, told = await ran("delete", "nothing", home=tmp_path / "home", folder=tmp_path, **theirs)
        assert code == 2 and len(told.lines) == 1 and not told.out, told.text
