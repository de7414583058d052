"""The sets that end a film: the object small in a disc, the words large under it."""

from __future__ import annotations

from activities.animatic.sets import cast, pieces
from activities.animatic.stage import Stage
from activities.animatic.vector import Box


def call_to_action(stage: Stage) -> None:
    """The object in a disc over a centred title and its button."""
    y, radius = _medallion(stage, 22.0)
    cast.hang(
        stage,
        0,
        y,
        min(stage.fit(38, 0.6), radius * 2.5 / stage.subject.aspect),
        shade=0.4,
        throw=2.4,
    )
    pieces.bokeh(stage, 8, opacity=0.28)


def brand_moment(stage: Stage) -> None:
    """As quiet as it gets: the object in a thin ring, the name under it."""
    palette = stage.palette
    y, radius = _medallion(stage, 18.0)
    halo = "".join(
        f'<circle cx="0" cy="{y}" r="{radius * k:.2f}" stroke-opacity="{0.7 - 0.25 * i:.2f}"/>'
        for i, k in enumerate((1.16, 1.34, 1.56))
    )
    stage.draw(f'<g fill="none" stroke="{palette.accent.hex}" stroke-width="0.26">{halo}</g>', 0.6)
    cast.hang(
        stage,
        0,
        y,
        min(stage.fit(31, 0.5), radius * 1.7, radius * 1.9 / stage.subject.aspect),
        shade=0.36,
        throw=2.0,
    )


def _medallion(stage: Stage, radius: float) -> tuple[float, float]:
    palette = stage.palette
    y = -15.0 if not stage.portrait else -16.0
    pieces.backdrop(stage, glow=(0, y - 2, 58), colours=(palette.top, palette.bottom, palette.lift))
    radius = min(radius, stage.at(0.38))
    pieces.shaft(stage)
    wide = radius * 1.85
    pale = f'<circle cx="0" cy="{y}" r="{wide:.2f}" fill="{palette.lift.hex}" fill-opacity="0.55"/>'
    stage.draw(pale, 0.4, box=Box(-wide - 1, y - wide - 1, 2 * wide + 2, 2 * wide + 2))
    pieces.disc(stage, 0, y, radius, 0.5, fade=1.0)
    return y, radius
