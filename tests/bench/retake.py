"""How soon a retaken shot can be watched once its provider has answered: a body, two transitions, a stitch.

`uv run python -m tests.bench.retake [--quick] [--rounds N]`: the middle shot of a film of 15 s at 720p, on
servers and workers of its own, from the end of the provider's last job to the delivery of the new cut, by one
clock. The stand-ins answer twenty times quicker than providers do, which is no part of what is measured.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
from datetime import datetime
from typing import NamedTuple

from starter.films import Film
from starter.session import Session
from tests.bench.house import DELIVER, Ran, asked, film_of, opened, sold, steps_of
from workflows.film.contract import BeatDraft, PlanDraft

SHOTS = ("hero_shot", "product_in_motion", "call_to_action")
#: What a retake makes anew, by the operation of its recipe; all else is found.
MADE = {"storyboard_image": 1, "chunk": 1, "segment": 1, "transition": 2, "stitch": 1}
_STEPS = ("generate_reference_chunk", "refine_segment", "render_transition", "stitch_film", DELIVER)
_DONE = """
SELECT recipe ->> 'operation' AS operation, count(*)::int AS count FROM render
 WHERE state = 'done' AND recipe ->> 'operation' = ANY($1) AND done_at > $2 GROUP BY 1"""
_SPEED = 20.0
# The provider's time apart, on two idle cores.
_AIM_S = 10.0


class Took(NamedTuple):
    """Seconds after the provider's answer: until the chunk is here, and until each of what is made of it."""

    chunk: float
    segment: float
    transitions: float
    stitch: float
    cut: float


async def took(session: Session, take: int, quick: bool) -> Took:
    """Raises RuntimeError where anything else was made than a retake has to make."""
    plan = PlanDraft(beats=tuple(BeatDraft(id=shot, seconds=5) for shot in SHOTS))
    request = film_of(take, quick, profile="draft", duration_s=None, plan=plan, preview=False)
    film = await session.films.start(request)
    await film.result()
    retaken = (await film.retake(SHOTS[1])).film
    await retaken.result()
    _, ran = await steps_of(retaken)
    await _check(session, retaken, ran)
    answered = max(datetime.fromisoformat(str(one["ended"])) for one in sold(session))
    ends = [max(one.ended for one in ran if one.name == name) for name in _STEPS]
    return Took(*((end - answered).total_seconds() for end in ends))


async def _check(session: Session, film: Film, ran: list[Ran]) -> None:
    result = await film.result()
    rows = await session.studio.storage.database.rows(_DONE, list(MADE), ran[0].began)
    made = {row["operation"]: row["count"] for row in rows}
    if not result.whole or made != MADE:
        raise RuntimeError(f"{film.id} was made again with {made}")


async def measure(rounds: int, quick: bool) -> list[Took]:
    async with opened(_SPEED) as session:
        return [await took(session, 9100 + number, quick) for number in range(rounds)]


def table(measured: list[Took]) -> str:
    """Markdown: seconds after the provider's answer, a row a round, then their medians."""
    lines = ["| | chunk s | segment s | transitions s | stitch s | new cut s |", "| --- " * 6 + "|"]
    rows = {f"retake {number}": each for number, each in enumerate(measured, 1)}
    medians = Took(*(statistics.median(each) for each in zip(*measured, strict=True)))
    for name, each in {**rows, "median": medians}.items():
        lines.append("| " + " | ".join([name, *(f"{value:.1f}" for value in each)]) + " |")
    return "\n".join(lines)


def main() -> None:
    print(table(asyncio.run(measure(*asked("seconds from a provider's answer to the new cut")))))
    print(f"\nMade anew each time: {', '.join(f'{count} {what}' for what, count in MADE.items())}.")
    print(f"Aim: within {_AIM_S:.0f} s on two idle cores.")


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    # The SDK's runtime sometimes aborts an interpreter that ends by itself.
    os._exit(0)
