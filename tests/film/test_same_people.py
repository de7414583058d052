"""On films that are made: that characters stay who they are, by sheets that are given, or drawn once."""

from __future__ import annotations

import hashlib
import io
from decimal import Decimal
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from activities.film.estimate import estimated
from activities.models.catalogue import Catalogue
from activities.studio.studio import Studio
from starter.films import Films
from tests.support.paid import FLUX, IMAGE_USD, WAN, PaidRig, asked, made, until
from tests.support.standing import Standins
from workflows.film.contract import Character, Models, VideoRequest
from workflows.film.naming import film_id

KONTEXT = "replicate-flux-kontext-dev"
#: In words of her own: what another test has had drawn of its Anna would be found here.
ANNA = Character(name="Anna", description="a woman in a red coat and blue trousers")


async def sheet(studio: Studio, folder: Path) -> tuple[str, np.ndarray]:
    """A sheet in the bucket: head, coat and trousers of one colour each, those of the latter two, BGR."""
    picture, folded = Image.new("RGB", (300, 300)), io.BytesIO()
    pen, colours = ImageDraw.Draw(picture), ("#d8b090", "#c02028", "#203a80")
    for part, colour in enumerate(colours):
        pen.rectangle((0, part * 100, 300, part * 100 + 99), fill=colour)
    picture.save(folded, "PNG")
    path = folder / "sheet.png"
    path.write_bytes(folded.getvalue())
    key = f"uploads/{hashlib.sha256(folded.getvalue()).hexdigest()}.png"
    return await studio.store.put_file(path, "image/png", key=key), np.array(
        [(0x28, 0x20, 0xC0), (0x80, 0x3A, 0x20)], np.float32
    )


async def seen(studio: Studio, image: str, folder: Path) -> np.ndarray:
    """The colours of the coat and the trousers of who stands at the left of a picture, (2, 3)."""
    path = folder / "image.png"
    await studio.store.get_file(image, path)
    picture = cv2.imread(str(path))
    assert picture is not None
    height, width = picture.shape[:2]
    across = slice(round(width * 0.154), round(width * 0.166))
    parts = [
        picture[round(height * top) : round(height * end), across] for top, end in ((0.6, 0.67), (0.8, 0.88))
    ]
    return np.stack([np.median(part.reshape(-1, 3), 0) for part in parts]).astype(np.float32)


#: Six shots, at the ends of which she is looked at.
SIX = (
    *("hero_shot", "detail_showcase", "feature_highlight_sequence"),
    *("lifestyle_context", "usage_scenario", "call_to_action"),
)


async def images(films: Films, request: VideoRequest) -> tuple[list[str], Decimal]:
    """The images of a film's shots, in order, and what it has paid: it is stopped before it films any."""
    film = await films.start(request)
    progress = await until(film, "the storyboard is there")
    await film.stop()
    assert (await film.result()).status == "stopped"
    there = {step.name: step.object for row in progress.beats for step in row.steps}
    return [str(there[f"storyboard:{row.id}"]) for row in progress.beats], progress.cost_usd


@pytest.mark.slow
async def test_who_is_in_the_sixth_shot_is_who_is_in_the_first(
    paid_rig: PaidRig, standins: Standins, tmp_path: Path
) -> None:
    """With a sheet, given or drawn, and not without: all films are told who it is in the same words."""
    apart: dict[str, float] = {}
    models = Models(planner="animatic-planner", image=FLUX, video=WAN, edit=KONTEXT)

    def of(anna: Character, *beats: str, sheets: str = "given") -> VideoRequest:
        asked_for = asked(*beats, image=FLUX, video=WAN, models=models, review="storyboard")
        return asked_for.model_copy(update={"characters": (anna,), "sheets": sheets})

    async with paid_rig() as (studio, films):
        key, colours = await sheet(studio, tmp_path)
        drawn = of(ANNA, *SIX, sheets="drawn")
        foreseen = await estimated(studio, drawn, film_id(drawn))
        priced = {each.what: each.price_usd for each in foreseen.artifacts if "heet" in each.what}
        assert priced == {"Sheet of Anna": IMAGE_USD}
        given = of(ANNA.model_copy(update={"image": key}), SIX[0], SIX[-1])
        none = of(ANNA, SIX[0], SIX[-1])
        for whence, request in {"given": given, "drawn": drawn, "none": none}.items():
            before = made(standins)
            pictures, paid = await images(films, request)
            ends = [await seen(studio, pictures[at], tmp_path) for at in (0, -1)]
            apart[whence] = float(np.abs(ends[0] - ends[1]).max())
            assert whence != "given" or np.abs(ends[0] - colours).max() < 12
            bought = made(standins) - before
            assert (
                bought == {"given": {KONTEXT: 2}, "drawn": {FLUX: 1, KONTEXT: 6}, "none": {FLUX: 2}}[whence]
            )
            if whence == "drawn":
                assert paid == IMAGE_USD + 6 * Catalogue.load().model(KONTEXT).price()
        # Of another film, in which she is described in the same words.
        before = made(standins)
        await images(films, of(ANNA, SIX[0], sheets="drawn"))
        assert made(standins) - before == {KONTEXT: 1}, "two films have one sheet of her"
    assert max(apart["given"], apart["drawn"]) < 12 < 40 < apart["none"]
