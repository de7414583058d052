"""Films of chunks that are not as they should be: finished all the same, at the price of what was missing."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import av
import pytest

from tests.support.paid import BEAT_USD, CHUNK_USD, FLUX, WAN, PaidRig, asked, made
from tests.support.standing import Standins
from workflows.film.report import VideoResult

MATCH = WAN.removeprefix("replicate-")


async def twice(rig: PaidRig, film: Path, **more: object) -> tuple[VideoResult, VideoResult]:
    """A film and the same once more; its file lies at `film`."""
    request = asked("hero_shot", image=FLUX, video=WAN).model_copy(update=more)
    async with rig() as (studio, films):
        first = await (await films.start(request)).result()
        assert first.video is not None
        await studio.store.get_file(first.video, film)
        again = await (await films.start(request)).result()
    assert (first.status, again.status, again.cost_usd) == ("completed", "completed", Decimal(0))
    # What is found is told of in the order in which it is found.
    assert sorted(again.warnings) == sorted(first.warnings)
    return first, again


def light(film: Path) -> list[float]:
    with av.open(str(film)) as container:
        return [float(frame.to_ndarray(format="gray").mean()) for frame in container.decode(video=0)]


@pytest.mark.slow
async def test_a_chunk_that_fades_out_is_cut_and_gone_on_from(
    paid_rig: PaidRig, standins: Standins, tmp_path: Path
) -> None:
    standins.order("replicate", "submit", "fade_out", match=MATCH)
    first, _ = await twice(paid_rig, tmp_path / "film.mp4")
    assert first.cost_usd == BEAT_USD + CHUNK_USD and made(standins) == {FLUX: 1, WAN: 2}
    # The scene may have stood still where it is cut: then the join behind it shows, and is told of as well.
    (said,) = (one for one in first.warnings if "join" not in one)
    assert said.startswith("Beat 1/1 hero_shot · chunk 1: It ends in black; it is cut at 4.")
    seen = light(tmp_path / "film.mp4")
    assert min(seen) > 0.6 * max(seen), "no frame of it is dark"


@pytest.mark.parametrize(("fault", "aspect"), [("landscape", "9:16"), ("uneven", "16:9")])
async def test_another_shape_is_told_and_an_uneven_clock_is_kept(
    paid_rig: PaidRig, standins: Standins, tmp_path: Path, fault: str, aspect: str
) -> None:
    standins.order("replicate", "submit", fault, match=MATCH)
    first, _ = await twice(paid_rig, tmp_path / "film.mp4", aspect=aspect)
    assert first.cost_usd == BEAT_USD and len(light(tmp_path / "film.mp4")) == first.frames
    if fault == "landscape":
        (said,) = first.warnings
        told = re.match(r"Beat 1/1 hero_shot · chunk 1: (\d+) % of the picture is cut away", said)
        # Of 16:9 what 9:16 leaves, on the whole pixels of a small clip.
        assert told and abs(int(told[1]) - 100 * (1 - (9 / 16) ** 2)) < 1
    else:
        assert not first.warnings
