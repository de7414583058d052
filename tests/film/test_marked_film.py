"""A delivered film says what it is: drawn, made by models or in part, and what each shot came from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from activities.film.marking import Marking
from activities.film.provenance import Provenance, source_of
from activities.media.mark import Signer
from activities.studio.studio import Studio
from tests.conftest import Rig
from tests.support.certificates import bought
from tests.support.marks import active, assertion, read, source_type, streams, xmp
from tests.support.paid import FLUX, WAN, PaidRig, asked
from tests.support.plain import PLAN, Plain
from tests.support.standing import Standins
from workflows.film.contract import VideoRequest
from workflows.film.report import VideoResult
from workflows.film.steps import DeliverFilm, ShownShot
from workflows.studio.facts import Artifact, FrameFormat, Media

STITCHED = """
SELECT r.key, r.object FROM film_cut c JOIN render r ON r.key = c.key WHERE c.film = $1 AND c.number = 1"""


async def fetched(studio: Studio, key: str | None, folder: Path) -> Path:
    assert key is not None
    path = folder / key.rpartition("/")[2]
    await studio.store.get_file(key, path)
    return path


def delivery_of(result: VideoResult, key: str, object: str, **more: Any) -> DeliverFilm:
    """As the film of this result asked for it; its artifact has this key and object."""
    assert result.plan is not None
    media = Media(mime="video/mp4", bytes=0, sha256="")
    return DeliverFilm(
        film_id="film-x",
        film=Artifact(key=key, object=object, media=media),
        plan=result.plan,
        format=FrameFormat(width=result.width, height=result.height, fps=result.fps),
        beats=result.beats,
        soundtrack=None,
        warnings=(),
        **more,
    )


async def manifest_of(studio: Studio, result: VideoResult, folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((await fetched(studio, result.manifest, folder)).read_text())
    return told


async def test_an_animatic_is_marked_as_drawn_by_a_program(
    rig: Rig, request_of_its_own: VideoRequest, tmp_path: Path
) -> None:
    request = request_of_its_own.model_copy(update={"plan": PLAN})
    async with rig(Plain()) as (studio, films):
        film = await films.start(request)
        result = await film.result()
        [stitched] = await studio.storage.database.rows(STITCHED, film.id)
        delivered = await fetched(studio, result.video, tmp_path)
        await studio.store.get_file(stitched["object"], before := tmp_path / "stitched.mp4")
        told = await manifest_of(studio, result, tmp_path)
        # A key that has run out: the film is delivered all the same, and says what is missing.
        step = delivery_of(result, stitched["key"], stitched["object"])
        spent = Marking(replace(studio, signer=Signer(*bought(days=-1))))
        put = await spent.put(step, await Provenance(studio.storage.database).told(step), "videos/x/film.mp4")
        await studio.store.get_file("videos/x/film.mp4", unsigned := tmp_path / "unsigned.mp4")
    report = read(delivered)
    assert report is not None and report["state"] == "Valid" and source_type(report) == "algorithmicMedia"
    assert streams(delivered) == streams(before) and read(before) is None
    assert told["digital_source_type"] == "algorithmicMedia"
    assert told["media"]["bytes"] == delivered.stat().st_size
    # What it cost is nobody's business who is only shown the film.
    unpriced = [{name: one for name, one in shot.items() if name != "cost_usd"} for shot in told["shots"]]
    assert unpriced == assertion(report, "reelwright.shots")["shots"]
    assert [(shot["beat"], shot["generated"], shot["words"]) for shot in told["shots"]] == [
        (beat.id, False, []) for beat in PLAN.beats
    ]
    assert all("animatic" in shot["models"][0] for shot in told["shots"])
    assert put.warnings == (
        "The film's C2PA mark is missing, for it could not be signed: "
        "the certificate was not valid at time of signing.",
    )
    assert read(unsigned) is None and "algorithmicMedia" in xmp(unsigned)
    assert streams(unsigned) == streams(before)


async def test_a_bought_film_is_marked_as_made_by_models_and_keeps_their_marks(
    paid_rig: PaidRig, standins: Standins, tmp_path: Path
) -> None:
    standins.order("replicate", "submit", "signed", times=2)
    request = asked("hero_shot", image=FLUX, video=WAN)
    async with paid_rig() as (studio, films):
        film = await films.start(request)
        result = await film.result()
        delivered = await fetched(studio, result.video, tmp_path)
        told = await manifest_of(studio, result, tmp_path)
        again = await (await films.start(request)).result()
        await studio.store.get_file(result.video or "", same := tmp_path / "same.mp4")
        [stitched] = await studio.storage.database.rows(STITCHED, film.id)
        drawn = ShownShot(beat_id="call_to_action", version="animatic-1", models=("animatic",))
        shown = ShownShot(beat_id="hero_shot", version="draft-1", footage=result.beats[0].chunks)
        mixed, unknown = [
            await Provenance(studio.storage.database).told(
                delivery_of(result, key, stitched["object"], shots=(shown, drawn))
            )
            for key in (stitched["key"], "0" * 64)
        ]
    report = read(delivered)
    assert report is not None and report["state"] == "Valid"
    assert source_type(report) == "trainedAlgorithmicMedia" and "/trainedAlgorithmicMedia<" in xmp(delivered)
    [shot] = told["shots"]
    assert shot["generated"] and shot["models"] == [FLUX, WAN] and not shot["sources"]
    assert told["cost_usd"] == {"images": "0.003", "chunks": "0.11", "all": "0.113"}
    assert shot["cost_usd"] == "0.113" and "cost_usd" not in json.dumps(report)
    prompts = {str(one["input"]["prompt"]) for one in standins.log()}
    assert set(shot["words"]) == prompts and len(prompts) == 2
    kept = {one["title"]: one["relationship"] for one in active(report)["ingredients"]}
    assert kept == {f"hero_shot by {FLUX}": "inputTo", f"hero_shot by {WAN}": "componentOf"}
    assert "signature=" not in json.dumps([report, told]) and "PRIVATE" not in delivered.read_text("latin-1")
    assert again.video == result.video and same.read_bytes() == delivered.read_bytes()
    assert source_of(mixed) == "compositeSynthetic"
    assert [each.said.get("version") for each in mixed] == ["draft-1", "animatic-1"]
    assert source_of(unknown) == "composite" and "generated" not in unknown[0].said
