"""A film that waits for money, steered from another terminal: each answer says what becomes of it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from starter.live import STANDINS
from tests.support.reel import SMALL, prepared, ran

MUG = "A 5 second film about a ceramic coffee mug"


@pytest.mark.slow
async def test_a_wait_names_the_sum_that_ends_it_and_a_stop_the_way_back(house: Path, tmp_path: Path) -> None:
    # Enough for the plan and the image, not for the chunk; and an id that a shell would take apart.
    command = ("make", MUG, *SMALL, "--profile", "draft", "--no-music", "--id", "a mug", "--budget", "0.06")
    async with prepared(*command, home=house, folder=tmp_path) as owner:
        sum = Decimal((await owner.until(r"reel budget 'a mug' (\d+\.\d\d)$"))[1])
        assert STANDINS in owner.text
        less = str(sum - Decimal("0.01"))
        code, poor = await ran("budget", "a mug", less, home=house, folder=tmp_path)
        assert code == 0 and f"It waits: `reel budget 'a mug' {sum}` or `reel give-up" in poor.out, poor.text
        code, standing = await ran("status", "a mug", home=house, folder=tmp_path, COLUMNS="100")
        assert code == 0 and f"reel budget 'a mug' {sum}" in standing.out and STANDINS in standing.out
        await ran("pause", "a mug", home=house, folder=tmp_path)
        code, enough = await ran("budget", "a mug", str(sum), home=house, folder=tmp_path)
        assert code == 0 and "It waits: `reel resume 'a mug'`" in enough.out, enough.text
        code, stopped = await ran("stop", "a mug", home=house, folder=tmp_path)
        assert (code, stopped.out) == (0, "a mug stopped\n"), stopped.text
        assert await owner.end() == 3 and STANDINS in owner.out, owner.text
    for answer in (("resume", "a mug"), ("budget", "a mug", "7")):
        code, ended = await ran(*answer, home=house, folder=tmp_path)
        assert code == 2 and "has ended (stopped): its `reel make` command" in ended.text, ended.text
    code, made = await ran(*command, home=house, folder=tmp_path)
    assert code == 0 and STANDINS in made.out, f"the sum that was named is enough: {made.text}"


@pytest.mark.slow
async def test_a_film_that_ended_for_want_of_money_goes_on_once_it_is_given(
    house: Path, tmp_path: Path
) -> None:
    command = ("make", MUG, *SMALL, "--profile", "draft", "--no-music", "--id", "poor", "--budget", "0.06")
    async with prepared(*command, home=house, folder=tmp_path) as owner:
        await owner.until(r"reel budget poor (\d+\.\d\d)$")
        await ran("stop", "poor", home=house, folder=tmp_path)
        assert await owner.end() == 3, owner.text
    lines = [each.strip() for each in owner.out.splitlines()]
    (fill,) = [each for each in lines if each.startswith("reel budget poor ")]
    for asked in ("status", "versions"):
        code, told = await ran(asked, "poor", home=house, folder=tmp_path)
        assert code == 0 and fill in told.out, told.text
    code, filled = await ran(*fill.split()[1:], home=house, folder=tmp_path)
    assert code == 0 and ", whole" in filled.out, filled.text
    code, rich = await ran("budget", "poor", "9", home=house, folder=tmp_path)
    assert code == 2 and "has ended" in rich.text, rich.text
