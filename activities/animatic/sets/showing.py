"""The sets of the middle that tell: a macro, three features and a benefit."""

from __future__ import annotations

import math

import cv2
import numpy as np

from activities.animatic.layer import Behaviour
from activities.animatic.sets import cast, pieces
from activities.animatic.stage import Stage
from activities.animatic.vector import Box, text, text_width

#: Callouts stand in front of the object by this little, so that parallax tells them from it.
CALLOUT_Z = 1.04


def detail_showcase(stage: Stage) -> None:
    """So close that the object leaves the frame; one ring, one line, one label in the free space."""
    palette, aspect = stage.palette, stage.subject.aspect
    pieces.backdrop(stage, glow=(stage.at(-0.3), -10, 70))
    pieces.bokeh(stage, 12, z=0.45, colour=palette.lift, blur=2.2, radii=(6, 15), opacity=0.6, rows=(-50, 50))
    if stage.portrait:
        height = min(84.0, stage.width * 1.3 / aspect)
        x, y = stage.at(-0.28) + height * aspect / 2, 12 - height / 2
    else:
        height = min(max(128.0, stage.width * 0.42 / aspect), stage.width * 0.95 / aspect, 190.0)
        x, y = max(stage.at(0.20), stage.at(-0.10) + height * aspect / 2), 14.0
        y = max(y, 52 - height / 2) if height < 100 else y
    image, relief = stage.subject.get()
    stage.place(image, x, y, height, 1.0, relief=relief, kind="subject")
    pieces.bokeh(stage, 4, z=1.9, blur=2.6, radii=(8, 16), opacity=0.30, rows=(-52, -30))
    wish = -8.0 if stage.portrait else -14.0
    across, down = _left_edge(stage, (wish - y) / height)
    _detail_label(stage, x + across * height * aspect, y + down * height)


def _left_edge(stage: Stage, down: float) -> tuple[float, float]:
    """Where the object begins from the left near the height `down`: shares of its size from its centre."""
    alpha = cv2.extractChannel(stage.subject.get()[0], 3)
    solid = np.flatnonzero((alpha > 200).sum(1) > 4)
    if not len(solid):
        return 0.0, 0.0
    # The very top of a form is a line; a little lower there is a body to point at.
    wish = max((down + 0.5) * len(alpha), solid[0] + 0.06 * len(alpha))
    row = int(solid[np.argmin(np.abs(solid - wish))])
    first = int(np.flatnonzero(alpha[row] > 200)[0])
    return first / alpha.shape[1] - 0.5 + 0.015, row / len(alpha) - 0.5


def _detail_label(stage: Stage, x: float, y: float) -> None:
    if not stage.callouts:
        return
    palette, word = stage.palette, stage.callouts[0]
    if stage.portrait:
        left, below = x + 2.2, 20.0
        line, room = f"M{x:.2f},{y + 3:.2f} V{below + 5:.2f}", stage.right - left
    else:
        left, below = stage.at(-0.42), y
        line, room = f"M{x - 3:.2f},{y:.2f} H{left:.2f}", x - 6 - left
    size = stage.fitted_size([word], 4.2 if stage.portrait else 4.6, max(16.0, room), 2.6)
    # An English word beside another language would be worse than none.
    label = "DETAIL" if stage.shot.language == "en" else ""
    body = (
        pieces.ring(x, y, palette.paper, 3.0)
        + f'<path d="{line}" fill="none" stroke="{palette.text.hex}" stroke-width="0.34"/>'
        + text(label, left, below - 1.8, 2.6, "Bold", palette.accent_text.hex, track=0.3)
        + text(
            word, left, below + size * (0.85 if stage.portrait else 1.15), size, "SemiBold", palette.text.hex
        )
    )
    stage.draw(body, 1.05, behaviour=Behaviour("appear"))


def feature_highlight_sequence(stage: Stage) -> None:
    """The object in concentric rings; three numbered words point at it, one after the other."""
    palette, portrait = stage.palette, stage.portrait
    # With nothing to point out it stands in the middle.
    x, y = (0.0, -18.0) if portrait else (stage.at(-0.17 if stage.callouts else 0), -3.0)
    pieces.backdrop(stage, glow=(x, y, 62))
    radius = min(30.0 if portrait else 38.0, stage.at(0.42))
    rings = "".join(
        f'<circle cx="{x}" cy="{y}" r="{radius * k:.2f}" stroke-opacity="{0.9 - 0.22 * i:.2f}"/>'
        for i, k in enumerate((0.72, 0.9, 1.08, 1.3))
    )
    stage.draw(f'<g fill="none" stroke="{palette.mid.hex}" stroke-width="0.35">{rings}</g>', 0.6)
    core = f'<circle cx="{x}" cy="{y}" r="{radius * 0.6}" fill="{palette.accent.hex}" fill-opacity="0.22"/>'
    stage.draw(core, 0.5, box=Box(x - 25, y - 25, 50, 50))
    height = stage.fit(28 if portrait else 44, 0.52 if portrait else 0.40)
    cast.hang(stage, x, y, height, shade=0.3, throw=3.6)
    if not stage.callouts:
        return
    size = stage.fitted_size(stage.callouts, 4.4 if portrait else 5.6, _callout_room(stage), 2.6)
    for order, (word, wish) in enumerate(
        zip(stage.callouts, ((0.18, -0.30), (0.34, 0.02), (0.10, 0.34)), strict=False)
    ):
        across, down = stage.point_on_object(*wish)
        spot = x + across * height * stage.subject.aspect, y + down * height
        _feature(stage, order, word, spot, size)


def _callout_room(stage: Stage) -> float:
    return stage.right - stage.left - 12 if stage.portrait else stage.right - stage.at(0.20) - 6


def _feature(stage: Stage, order: int, word: str, spot: tuple[float, float], size: float) -> None:
    palette, (x, y) = stage.palette, spot
    number = f"{order + 1:02d}"
    mark = pieces.ring(x, y, palette.paper)
    if stage.portrait:
        row = 9.0 + order * 7.0
        rule = f'<path d="M{stage.left},{row + 2.6} H{stage.right}" stroke="{palette.text.hex}" '
        body = (
            f'{mark}{rule} stroke-width="0.16" stroke-opacity="0.35"/>'
            + text(number, stage.left + 1.5, row, 2.6, "Bold", palette.accent_text.hex, track=0.3)
            + text(word, stage.left + 9.5, row + 0.4, size, "SemiBold", palette.text.hex)
        )
    else:
        at, row = stage.at(0.20), -25 + 22 * order
        # The knee of the leader never lies left of its own mark.
        knee = max(at - 8, min(x + 4, at - 3))
        line = f'<path d="M{x:.2f},{y:.2f} L{knee:.2f},{row} H{at - 2:.2f}" fill="none" stroke-width="0.34" '
        body = f'{line}stroke="{palette.text.hex}"/>{mark}' + pieces.label(
            at, row, number, word, palette, size
        )
    stage.draw(body, CALLOUT_Z, behaviour=Behaviour("appear", order))


def benefit_showcase(stage: Stage) -> None:
    """The object to one side, three arcs radiating from it, and one claim, large, on the other."""
    x, y = (0.0, -18.0) if stage.portrait else (stage.at(-0.2 if stage.callouts else 0), -2.0)
    pieces.backdrop(stage, glow=(x, y, 66))
    reach = min(18.5, stage.at(0.33)) if stage.portrait else min(30.0, stage.at(0.36))
    pieces.disc(stage, x, y, reach, 0.42, fade=1.0)
    for order, k in enumerate((1.18, 1.34, 1.5) if stage.portrait else (1.22, 1.46, 1.72)):
        _arc(stage, x, y, reach * k, order)
    height = min(stage.fit(40, 0.5 if stage.portrait else 0.30), reach * 1.6)
    cast.hang(stage, x, y, height, shade=0.36)
    if stage.callouts:
        _claim(stage)
    pieces.bokeh(stage, 6, opacity=0.25)


def _arc(stage: Stage, x: float, y: float, radius: float, order: int) -> None:
    """A quarter of a circle toward the claim, with a bead at its first end."""
    palette = stage.palette
    half = math.radians(48 - 9 * order)
    dx, dy = radius * math.cos(half), radius * math.sin(half)
    ends = ((x + dy, y + dx), (x - dy, y + dx)) if stage.portrait else ((x + dx, y - dy), (x + dx, y + dy))
    path = "M{:.2f},{:.2f} A{r:.2f},{r:.2f} 0 0 1 {:.2f},{:.2f}".format(*ends[0], *ends[1], r=radius)
    body = (
        f'<path d="{path}" fill="none" stroke="{palette.accent.hex}" stroke-width="{1.5 - 0.4 * order}" '
        f'stroke-linecap="round" stroke-opacity="{0.9 - 0.22 * order}"/>'
        f'<circle cx="{ends[0][0]:.2f}" cy="{ends[0][1]:.2f}" r="1.3" fill="{palette.text.hex}"/>'
    )
    box = Box(x - radius - 3, y - radius - 3, 2 * radius + 6, 2 * radius + 6)
    stage.draw(body, 0.6 + 0.12 * order, box=box, behaviour=Behaviour("appear", order))


def _claim(stage: Stage) -> None:
    palette, (first, *rest) = stage.palette, stage.callouts
    left = stage.left + 1.5 if stage.portrait else stage.at(0.14)
    y = 18.0 if stage.portrait else -4.0
    # A pull-back begins closer: what reaches the margin then is out of the frame.
    room = (stage.right - left) * 0.88
    large = stage.fitted_size([first], 8.0 if stage.portrait else 11.0, room, 4.0)
    one_line = ["   ".join(rest)] if stage.portrait else rest
    small = stage.fitted_size(one_line, 3.4, room, 1.6)
    top, colour = y - large * 1.1, palette.accent_text.hex
    bar = f'<rect x="{left}" y="{top:.2f}" width="6.5" height="0.7" fill="{colour}"/>'
    words, across, down = "", left, y + small * 2.2
    for word in rest:
        words += text(word, across, down, small, "Medium", palette.text.hex, opacity=0.72)
        if stage.portrait:
            across += text_width(word, small, "Medium") + small * 1.2
        else:
            down += small * 1.5
    body = bar + text(first, left - 0.4, y, large, "Bold", palette.text.hex, track=-0.02 * large) + words
    stage.draw(body, CALLOUT_Z, behaviour=Behaviour("appear"))
