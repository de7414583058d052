"""The page on joins says of what is noticed what the benchmark finds, in its quick form too."""

from __future__ import annotations

import re
import sys

import pytest

from tests.bench.ends import ELSEWHERE, GOOD, IGNORED, ROWS, models
from tests.bench.joins import FAULTS, main
from tests.support.subjects import ROOT
from workflows.film.ends import MISSES
from workflows.film.seams import SHOWS

PAGE = (ROOT / "starter/docs/joins.md").read_text()


def distances(text: str) -> dict[str, tuple[float, ...]]:
    """By chain, how far its end is off: as it came, matched pair by pair, and anchored."""
    rows = re.findall(r"^\| (a chain [^|]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", text, re.M)
    return {name: tuple(map(float, values)) for name, *values in rows}


def shares(text: str) -> dict[str, tuple[float, float]]:
    """By fault, the shares that a table tells: of the stand-ins' clips, and of the animatic."""
    rows = re.findall(r"^\| ([^|]+) \| (\d+)% \| (\d+)% \|$", text, re.M)
    return {name: (int(clips) / 100, int(animatic) / 100) for name, clips, animatic in rows}


def warned(text: str) -> dict[str, float]:
    """By what a clip between two images does, the share that people are warned of."""
    return {name: int(share) / 100 for name, share in re.findall(r"^\| ([^|]+) \| (\d+)% \|$", text, re.M)}


def test_it_tells_of_every_fault_and_of_the_limits() -> None:
    assert shares(PAGE).keys() == FAULTS.keys() and warned(PAGE).keys() == set(ROWS)
    assert f"from a score of {SHOWS}, and an end misses its image under {MISSES}." in PAGE
    assert f"by all {len(models())} models of the stand-ins that take a last frame" in PAGE
    assert max(warned(PAGE)[row] for row in GOOD) <= 0.02 < 0.5 < warned(PAGE)[IGNORED]


@pytest.mark.slow
def test_what_is_noticed_is_as_it_says(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["joins", "--quick"])
    main()
    printed = capsys.readouterr().out
    found, told = shares(printed), shares(PAGE)
    assert found.keys() == told.keys()
    for name, sides in told.items():
        for side, share in enumerate(sides):
            # So few joins tell a rate to a quarter, and one that is in between to a half.
            near = 0.25 if share in (0, 1) else 0.5
            assert abs(found[name][side] - share) <= near, (name, found[name])
    assert found["none: a good join"] == (0, 0)
    assert warned(printed).keys() == warned(PAGE).keys()
    assert [warned(printed)[row] for row in (*GOOD, ELSEWHERE)] == [0, 0, 1]
    off, said = distances(printed), distances(PAGE)
    assert off.keys() == said.keys()
    for name, values in said.items():
        assert all(abs(one - other) <= 1.5 for one, other in zip(off[name], values, strict=True)), (name, off)
    assert off["a chain that drifts"][2] <= off["a chain that drifts"][1] / 2
