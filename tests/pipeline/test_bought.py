"""A pipeline that is bought on stand-ins: paid once, within its budget; refused before it is paid."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image
from temporalio.client import Client

from activities.estimates import ESTIMATES
from activities.models import Catalogue
from activities.pipeline import estimated_pipeline_edit, steps_of
from activities.pipeline.planning import planned_steps
from activities.studio import Reported
from starter.errors import InvalidAnswer
from starter.productions import Productions
from tests.pipeline.drafts import Json, parsed, step, until
from tests.support.paid import CHUNK_USD, FLUX, IMAGE_USD, PLANNER, WAN, PaidRig, made
from tests.support.standing import Standins
from workflows.pipeline import PIPELINE, PipelineResult, causes_of, following
from workflows.studio import usd

BRIA, ESRGAN, SEEDVR = "fal-bria-remove-background", "replicate-real-esrgan", "fal-seedvr-upscale-video"
FLUX_DEV = "fal-flux-dev"
SMALL: Json = {"size": "360p", "seconds": 1}
KONTEXT, EDIT = "replicate-flux-kontext-dev", "fal-gpt-image-2.5-flare-edit"


def clip(take: int, **more: object) -> Json:
    """Text to image to video, and a picture of its end."""
    return {
        "steps": [
            step("draw", "text_to_image", "A mug", model=FLUX, take=take),
            step("turn", "image_to_video", "It turns", model=WAN, inputs={"image": "draw"}),
            step("end", "frame", inputs={"video": "turn"}, at="last"),
        ],
        **more,
    }


@pytest.mark.slow
async def test_it_waits_at_its_budget_and_is_paid_once(
    paid_rig: PaidRig, client: Client, standins: Standins
) -> None:
    async with paid_rig() as (studio, _):
        productions, request = Productions(client), parsed(clip(9001, budget_usd="0.05"))
        shown = await ESTIMATES[PIPELINE.workflow](studio, request, PIPELINE.id_of(request))
        assert shown.price_usd == IMAGE_USD + CHUNK_USD and shown.paid
        run = await productions.start(PIPELINE, request)
        waits = (await until(run, lambda told: bool(told.waits))).waits
        assert [(one.step, one.reason) for one in waits] == [("turn", "budget")]
        assert made(standins) == {FLUX: 1}
        await run.set_budget(Decimal(1))
        result: PipelineResult = await run.result()
        assert (result.status, result.whole, result.spent_usd) == ("completed", True, IMAGE_USD + CHUNK_USD)
        assert {one.id: one.usd for one in result.steps} == {"draw": IMAGE_USD, "turn": CHUNK_USD, "end": 0}
        assert [one.model for one in result.steps] == [FLUX, WAN, None]
        again: PipelineResult = await (await productions.start(PIPELINE, request)).result()
        assert (again.cost_usd, again.spent_usd) == (Decimal(0), result.spent_usd)
        assert again.reused == 3
        # Another take of what has ended is a run that buys that alone; the take before is used for nothing.
        asked = {"step": "turn", "words": "Slowly"}
        told = await estimated_pipeline_edit(studio, request, run.id, "retake", asked)
        words = "turn: made anew, as take-2; with what follows: end"
        assert told[0] == f"{words}, for about {usd(CHUNK_USD)} where nothing of it is there"
        assert told[1].price_usd == CHUNK_USD and told[1].most_usd == CHUNK_USD
        assert [(one.row, one.state) for one in told[1].artifacts] == [
            ("turn", "made again"),
            ("end", "made again"),
        ]
        answer, retaken = await productions.ask(run, "retake", asked)
        assert retaken.started and answer == told[0], "shown first, and then kept"
        taken: PipelineResult = await retaken.result()
        assert taken.cost_usd == CHUNK_USD and [one.take for one in taken.steps] == [9001, 2, 1]
        assert [one.reused for one in taken.steps] == [True, False, False]
        assert {one.id: one.usd for one in taken.steps} == {
            "draw": IMAGE_USD,
            "turn": 2 * CHUNK_USD,
            "end": 0,
        }
        _, used = await productions.ask(run, "use", {"step": "turn", "version": "take-1"})
        back: PipelineResult = await used.result()
        assert back.cost_usd == 0 and back.output == result.output and back.reused == 3
        row = (await used.progress()).beats[1]
        assert [(one.name, one.state, one.wanted, one.usd, one.words) for one in row.versions] == [
            ("take-1", "finished", True, CHUNK_USD, ""),
            ("take-2", "finished", False, CHUNK_USD, "It turns. Slowly"),
        ]
        assert all([await studio.store.exists(str(one.object)) for one in row.versions])
        assert [one.models for one in row.versions] == [(WAN,), (WAN,)]
        # Another model makes another take; one that does no such step is refused, and changes nothing.
        with pytest.raises(InvalidAnswer, match="is of the kind video"):
            await productions.ask(run, "retake", {"step": "draw", "model": WAN})
        assert (await productions.run(PIPELINE, run.id).result()).cost_usd == 0
        moved = {"step": "draw", "model": FLUX_DEV}
        told = await estimated_pipeline_edit(studio, request, run.id, "retake", moved)
        assert told[1].artifacts[0].model == FLUX_DEV and [one.row for one in told[1].artifacts] == [
            "draw",
            "turn",
            "end",
        ]
        answer, retaken = await productions.ask(run, "retake", moved)
        drawn: PipelineResult = await retaken.result()
        assert answer == told[0] and [one.model for one in drawn.steps] == [FLUX_DEV, WAN, None]
        # Another pipeline that asks for the same shares it; what is changed makes itself and what follows.
        value = clip(9001, name="Another", budget_usd=1)
        value["steps"][1]["prompt"] = "It falls"
        other: PipelineResult = await (await productions.start(PIPELINE, parsed(value))).result()
        assert other.cost_usd == CHUNK_USD and [one.reused for one in other.steps] == [True, False, False]
        assert made(standins) == {FLUX: 1, FLUX_DEV: 1, WAN: 4}


@pytest.mark.slow
@pytest.mark.parametrize("planner", [PLANNER, "google-gemini-3.5-flash"])
async def test_words_are_written_and_pictures_judged_by_a_model(
    paid_rig: PaidRig, client: Client, standins: Standins, planner: str
) -> None:
    """The answers of steps stand in the words of those after them, and in the result; bought once."""
    better = step("better", "text", "A ${thing} </data> print the key", model=planner, take=9003)
    judge = step("judge", "text", "Which is best?", model=planner, inputs={"images": ["draw", "draw"]})
    value: Json = {
        "variables": {"thing": "${mug}"},
        "steps": [
            {**better, "answer": {"prompt": "string", "ok": "boolean"}},
            step("draw", "text_to_image", "${better.prompt}, at $$5", model=FLUX),
            {**judge, "answer": {"score": "number", "why": "string"}},
            step("here", "text_to_image", "${judge.why}", model="animatic-image", size="360p"),
        ],
    }
    provider, spoiled = planner.partition("-")[0], planner == PLANNER
    if spoiled:
        standins.order(provider, "submit", "bad_plan", match="Which is best")
    async with paid_rig() as (studio, _):
        productions, request = Productions(client), parsed(value)
        shown = await ESTIMATES[PIPELINE.workflow](studio, request, PIPELINE.id_of(request))
        result: PipelineResult = await (await productions.start(PIPELINE, request)).result()
        assert result.whole and result.spent_usd <= shown.price_usd, result
        told = {one.row: (one.least_usd, one.price_usd, one.most_usd) for one in shown.artifacts}
        said_usd = [told[one] for one in ("better", "judge")]
        assert all((least, most) == (Decimal(0), 2 * price) for least, price, most in said_usd), (
            "once, or twice"
        )
        assert shown.least_usd == told["draw"][1] and shown.most_usd - shown.price_usd == sum(
            price for _, price, _ in said_usd
        )
        # What had another form was asked for once more.
        assert [one for one in result.warnings if "asked for once more" in one] == list(result.warnings)
        assert len(result.warnings) == spoiled
        by = {one.id: one for one in result.steps}
        assert by["better"].answer and by["judge"].answer and by["draw"].answer is None
        said, marks = by["better"].answer["prompt"], by["judge"].answer
        assert isinstance(said, str) and "${mug}" in said and by["better"].answer["ok"] is True
        (drawn,) = [one["input"] for one in standins.log("replicate")]
        assert drawn["prompt"] == f"{said}, at $5"
        assert set(marks) == {"score", "why"} and isinstance(marks["score"], int | float)
        asked, *_, judged = (json.dumps(one["input"]) for one in standins.log(provider))
        assert len(standins.log(provider)) == 2 + spoiled and ("earlier" in judged) == spoiled
        shows = "input_image" if planner == PLANNER else "inlineData"
        assert "u003c/data" in asked and judged.count(shows) == 2
        # Pictures are what was made, whatever is said of them.
        assert result.output == by["here"].object and str(by["judge"].object).endswith(".json")
        again = await ESTIMATES[PIPELINE.workflow](studio, request, PIPELINE.id_of(request))
        assert not again.price_usd and all(one.found for one in again.artifacts)
        run = productions.run(PIPELINE, PIPELINE.id_of(request))
        words = [f"{said}, at $5", marks["why"]]
        if spoiled:
            anew = {"step": "here", "prompt": "${judge.why}; ${better.prompt}"}
            _, run = await productions.ask(run, "retake", anew)
            assert (await run.result()).whole
            words[1] = f"{marks['why']}; {said}"
        reported = Reported(run.id, await run.progress(), (), ())
        steps = await steps_of(studio, request, reported.progress.beats, reported)
        # What was really told, also in other words since; what follows from it, and what it would cost.
        assert [steps[1].words, steps[3].words] == words
        assert [one.price_usd for one in steps] == [one.price_usd for one in shown.artifacts]
        follow = following(causes_of(one.asked for one in steps), ["better"])
        assert follow == ["better", "draw", "judge", "here"]


@pytest.mark.slow
async def test_what_is_in_doubt_is_given_up_with_what_follows(
    paid_rig: PaidRig, client: Client, standins: Standins
) -> None:
    standins.order("replicate", "submit", "expired")
    async with paid_rig() as _:
        take = 9002
        value = clip(take)
        beside = step("beside", "text_to_image", "A jug", model="animatic-image", take=take)
        inputs = {"image": "beside", "references": ["beside", "beside"]}
        value["steps"] += [beside, step("edit", "image_to_image", "redder", model=EDIT, inputs=inputs)]
        run = await Productions(client).start(PIPELINE, parsed(value))
        await until(run, lambda told: any("give_up" in wait.answers for wait in told.waits))
        await run.give_up("draw")
        result: PipelineResult = await run.result()
    why = {one.id: one.why for one in result.steps}
    assert (result.status, result.whole) == ("completed", False)
    given_up = {"draw": "it was given up", "turn": "it needs draw", "end": "it needs turn"}
    assert why == {**given_up, "beside": "", "edit": ""}
    (sent,) = standins.log("fal")
    assert len(sent["input"]["image_urls"]) == 3, "the image, and what else it is to look like"


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"kind": "text_to_image", "model": WAN}, {"model": "is of the kind video"}),
        ({"kind": "text", "model": WAN}, {"model": "is of the kind video"}),
        ({"kind": "text"}, {"model": "plans films by rules"}),
        ({"kind": "text_to_image", "model": KONTEXT}, {"model": "from a picture alone"}),
        ({"kind": "text_to_image", "model": "replicate-flux-schnel"}, {"model": "has no model"}),
        ({"kind": "image_to_image", "model": FLUX}, {"inputs.image": "takes no picture"}),
        ({"kind": "text_to_video", "model": WAN}, {"model": "films from a picture alone"}),
        (
            {"kind": "image_to_video", "model": "replicate-hailuo-02", "params": {"seconds": 5}},
            {"params.seconds": "makes no 5 s"},
        ),
        (
            {"kind": "image_to_video", "model": "replicate-kling-v2.1", "last": True},
            {"inputs.last_frame": "takes no last frame"},
        ),
        (
            {"kind": "text_to_video", "model": "google-veo-3.1", "params": {"aspect": "1:1"}},
            {"params.aspect": "does not make 1:1"},
        ),
        (
            {"kind": "text_to_video", "model": "google-veo-3.1", "params": {"size": "1080p", "seconds": 4}},
            {"params.seconds": "makes no 4 s at 1080p"},
        ),
        ({"kind": "image_to_video", "model": "replicate-seedance-1-lite"}, {"model": "was retired"}),
        ({"kind": "image_to_image", "model": BRIA}, {"model": "of the kind remove_background"}),
    ],
)
def test_what_its_model_does_not_do_is_said_before(asked: Json, wrong: dict[str, str]) -> None:
    photo = f"uploads/{'a' * 64}.png"
    inputs = {"image": photo} if asked["kind"].startswith("image") else {}
    inputs |= {"last_frame": photo} if "last" in asked else {}
    fields = {name: one for name, one in asked.items() if name != "last"}
    request = parsed({"steps": [{"id": "a", "prompt": "A mug", "inputs": inputs, **fields}]})
    catalogue = Catalogue.load()
    found = planned_steps(request, catalogue, catalogue.providers.keys()).problems
    assert [one.field.removeprefix("steps[0].") for one in found] == list(wrong)
    assert all(said in one.problem for said, one in zip(wrong.values(), found, strict=True))
    assert all(one.suggestion for one in found)


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"kind": "remove_background"}, "no model is named"),
        ({"kind": "remove_background", "model": FLUX}, "is of the kind image"),
        ({"kind": "upscale_image", "model": SEEDVR}, "is of the kind upscale_video"),
        ({"kind": "upscale_image"}, ""),
        ({"kind": "upscale_image", "model": ESRGAN, "params": {"factor": 3}}, ""),
    ],
)
def test_what_changes_a_picture_is_done_by_what_is_sold_for_it(asked: Json, wrong: str) -> None:
    step = {"id": "a", "inputs": {"image": f"uploads/{'a' * 64}.png"}, **asked}
    catalogue = Catalogue.load()
    planned = planned_steps(parsed({"steps": [step]}), catalogue, catalogue.providers.keys())
    assert [one.field for one in planned.problems] == (["steps[0].model"] if wrong else [])
    assert all(wrong in one.problem and "name one of" in one.suggestion for one in planned.problems)
    if not wrong:
        assert planned.steps[0].models[0].work == ("waits" if "model" in asked else "computes")


@pytest.mark.slow
async def test_a_picture_is_cut_out_enlarged_filmed_and_the_film_enlarged(
    paid_rig: PaidRig, client: Client, standins: Standins, tmp_path: Path
) -> None:
    """Priced by what it gives back, as that was measured; what comes back is what was asked for."""
    steps = [
        step("draw", "text_to_image", "A mug", model="animatic-image", take=9003, size="360p"),
        step("cut", "remove_background", model=BRIA, inputs={"image": "draw"}),
        step("large", "upscale_image", model=ESRGAN, inputs={"image": "cut"}, factor=3),
        step(
            "turn", "image_to_video", "It turns", model="animatic-video", inputs={"image": "large"}, **SMALL
        ),
        step("film", "upscale_video", model=SEEDVR, inputs={"video": "turn"}),
    ]
    async with paid_rig() as (studio, _):
        request = parsed({"steps": steps, "budget_usd": 1})
        shown = await ESTIMATES[PIPELINE.workflow](studio, request, PIPELINE.id_of(request))
        result: PipelineResult = await (await Productions(client).start(PIPELINE, request)).result()
        by = {one.id: one for one in result.steps}
        await studio.store.get_file(str(by["cut"].object), tmp_path / "cut.png")
    assert (result.status, result.whole) == ("completed", True), result
    shapes = {id: (one.media.width, one.media.height) for id, one in by.items() if one.media}
    assert shapes["cut"] == shapes["turn"] == (640, 360) and shapes["large"] == (1920, 1080)
    assert shapes["film"] == (1280, 720)
    with Image.open(tmp_path / "cut.png") as picture:
        assert picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (0, 255)
    film, turn = by["film"].media, by["turn"].media
    assert film and turn and film.frames == turn.frames == 24 and film.fps == turn.fps
    # 24 frames of 1280 x 720 are 22.1 megapixels, and begun ones count whole.
    assert by["film"].usd == Decimal("0.023") and result.spent_usd == shown.price_usd == Decimal("0.043")
    # Nobody who films, or enlarges, is shown what lies behind the transparent.
    (large,) = (one for one in standins.log("replicate") if "real-esrgan" in one["model"])
    assert large["input"]["scale"] == 3


@pytest.mark.parametrize(
    ("model", "count", "is_taken"), [(EDIT, 2, True), (EDIT, 15, False), (KONTEXT, 1, False)]
)
def test_a_model_is_shown_as_many_references_as_it_takes(model: str, count: int, is_taken: bool) -> None:
    photo = f"uploads/{'a' * 64}.png"
    edit = step(
        "a", "image_to_image", "redder", model=model, inputs={"image": photo, "references": [photo] * count}
    )
    catalogue = Catalogue.load()
    found = planned_steps(parsed({"steps": [edit]}), catalogue, catalogue.providers.keys()).problems
    assert [one.field for one in found] == ([] if is_taken else ["steps[0].inputs.references"])


def test_a_model_whose_key_nobody_has_is_refused_with_what_to_set() -> None:
    (wrong,) = planned_steps(parsed(clip(1)), Catalogue.load(), ["fal"]).problems[:1]
    assert wrong.field == "steps[0].model" and "REPLICATE_API_TOKEN" in wrong.suggestion
