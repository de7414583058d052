"""Where the animatic changes its framing within a beat: on the music, whatever its tempo will be."""

from __future__ import annotations

from random import Random
from typing import Final

from workflows.film import TRAVELLING, Beat

#: Seconds of half a beat of the shortest kind: 3, 4 or 5 musical beats at 72, 96 and 120 a minute. The tempo
#: follows from all beats of a film, and a cut that followed from it would move when another beat changes.
GRID_S: Final = 2.5
#: From this energy on a beat is cut faster, half-way between as well: a musical beat, or half of one.
LIVELY: Final = 0.7
#: Sets that change by themselves are not cut besides.
_CUT_ALREADY: Final = frozenset(("action_montage",))
# A picture that hardly moves holds for one step of the grid; others may now and then hold for two.
_STILL: Final = frozenset(("static",))


def with_cuts(beat: Beat, seed: int) -> Beat:
    """The beat with the seconds at which its framing changes: two or three framings in every 5 s, in turn,
    where its camera does not travel.

    They follow from the beat and the film's seed alone, so that a changed beat leaves all others as they are.
    """
    if beat.id in _CUT_ALREADY or beat.camera in TRAVELLING:
        return beat.model_copy(update={"cuts": ()})
    rng = Random(f"{seed}:{beat.id}:cuts")
    grid = [GRID_S * step for step in range(1, round(beat.seconds / GRID_S))]
    if beat.camera not in _STILL and len(grid) > 1:
        # One in three holds longer; the first stays, or a long beat would begin like a still.
        grid = [grid[0], *(at for at in grid[1:] if rng.random() > 1 / 3)]
    if beat.energy >= LIVELY:
        extra = grid[0] + (GRID_S / 2 if rng.random() < 0.5 else -GRID_S / 2)
        grid = sorted((*grid, extra))
    return beat.model_copy(update={"cuts": tuple(grid)})
