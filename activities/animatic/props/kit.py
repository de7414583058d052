"""How drawn props are painted: glazes with a light side and a dark one, turned bodies, highlights, in SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from activities.animatic.colour import Oklch
from activities.animatic.vector import Box

Stop = tuple[float, str] | tuple[float, str, float]


class Drawing(NamedTuple):
    """A prop as SVG: its elements, their definitions, and the window that holds it.

    `lights` are those of its elements that shine by themselves and do not dim with the studio's light.
    """

    body: str
    defs: str
    box: Box
    lights: str = ""


class Glaze(NamedTuple):
    """One material under the studio's light. Shadows turn cooler, lights warmer."""

    base: Oklch

    @property
    def deep(self) -> str:
        return self.base.shift(-0.36, 0.9, -16).hex

    @property
    def dark(self) -> str:
        return self.base.shift(-0.22, 1.0, -12).hex

    @property
    def body(self) -> str:
        return self.base.hex

    @property
    def light(self) -> str:
        return self.base.shift(0.16, 0.6, 8).hex

    def tone(self, light: float, chroma: float = 1.0, hue: float = 0.0) -> str:
        return self.base.shift(light, chroma, hue).hex


@dataclass
class Kit:
    """Collects the definitions of one drawing. Its methods return SVG elements or references to paints."""

    base: Oklch
    defs: list[str] = field(default_factory=list)

    @property
    def glaze(self) -> Glaze:
        """The product's own colour."""
        return Glaze(self.base)

    @property
    def paper(self) -> Glaze:
        """White, as the film's light sees it; grey where the product itself is white."""
        return Glaze(Oklch(0.74 if self.base.light > 0.86 else 0.90, 0.014, self.base.hue))

    @property
    def charcoal(self) -> Glaze:
        return Glaze(Oklch(0.36, 0.02, self.base.hue))

    @property
    def brass(self) -> Glaze:
        return Glaze(Oklch(0.76, 0.075, 82))

    @property
    def steel(self) -> Glaze:
        return Glaze(Oklch(0.76, 0.012, self.base.hue))

    def _define(self, tag: str, attributes: str, content: str) -> str:
        name = f"p{len(self.defs)}"
        self.defs.append(f'<{tag} id="{name}" {attributes}>{content}</{tag}>')
        return f"url(#{name})"

    def linear(self, x1: float, y1: float, x2: float, y2: float, stops: Sequence[Stop]) -> str:
        """A gradient from one point to another, in drawing units."""
        place = f'gradientUnits="userSpaceOnUse" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"'
        return self._define("linearGradient", place, _stops(stops))

    def radial(self, x: float, y: float, radius: float, stops: Sequence[Stop]) -> str:
        place = f'gradientUnits="userSpaceOnUse" cx="{x}" cy="{y}" r="{radius}"'
        return self._define("radialGradient", place, _stops(stops))

    def clip(self, path: str) -> str:
        return self._define("clipPath", "", f'<path d="{path}"/>')

    def blur(self, sigma: float, around: Box | None = None) -> str:
        """A soft focus. `around` is the extent of a thin element, whose own box would cut it off."""
        if around is None:
            room = 'x="-30%" y="-20%" width="160%" height="140%"'
        else:
            edge = 3 * sigma
            room = (
                f'filterUnits="userSpaceOnUse" x="{around.x - edge:.2f}" y="{around.y - edge:.2f}" '
                f'width="{around.width + 2 * edge:.2f}" height="{around.height + 2 * edge:.2f}"'
            )
        return self._define("filter", room, f'<feGaussianBlur stdDeviation="{sigma:.3f}"/>')

    def across(self, x1: float, x2: float, glaze: Glaze) -> str:
        """The light around a turned body: a bright band at a fifth, the dark side, a thin returning edge."""
        return self.linear(
            x1,
            0,
            x2,
            0,
            (
                (0, glaze.tone(-0.12)),
                (0.2, glaze.light),
                (0.46, glaze.body),
                (0.84, glaze.deep),
                (0.95, glaze.dark),
                (1, glaze.tone(-0.02, 0.9, 6)),
            ),
        )

    def metal(self, x1: float, x2: float, glaze: Glaze) -> str:
        """The light around polished metal: two bright bands between dark reflections."""
        stops = (
            (0, -0.3),
            (0.12, 0.02),
            (0.24, 0.2),
            (0.36, 0.0),
            (0.56, -0.26),
            (0.74, -0.06),
            (0.86, 0.1),
            (1, -0.34),
        )
        return self.linear(x1, 0, x2, 0, [(at, glaze.tone(level)) for at, level in stops])

    def turned(
        self,
        path: str,
        box: Box,
        glaze: Glaze,
        *,
        gloss: float = 0.6,
        polished: bool = False,
        foot: float = 0.6,
    ) -> str:
        """A body turned on a wheel: `path` within `box`, lit across and falling off toward its foot."""
        paint = self.metal if polished else self.across
        fill = paint(box.x, box.x + box.width, glaze)
        top, bottom = box.y, box.y + box.height
        fall = self.linear(
            0, top, 0, bottom, ((0, glaze.deep, 0), (0.62, glaze.deep, 0.05), (1, glaze.deep, foot))
        )
        parts = [f'<path d="{path}" fill="{fill}"/>', f'<path d="{path}" fill="{fall}"/>']
        if gloss:
            streak = Box(
                box.x + box.width * 0.15, top + box.height * 0.12, box.width * 0.075, box.height * 0.64
            )
            parts.append(self.streak(path, streak, box.width * 0.026, gloss))
        return "".join(parts)

    def streak(self, path: str, box: Box, blur: float, opacity: float) -> str:
        """A long soft highlight within `path`: the studio's window, mirrored."""
        x, y, width, height = box
        return (
            f'<g clip-path="{self.clip(path)}"><rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" '
            f'height="{height:.2f}" rx="{width / 2:.2f}" fill="#fff" fill-opacity="{opacity}" '
            f'filter="{self.blur(blur, box)}"/></g>'
        )

    def disc(self, x: float, y: float, rx: float, ry: float, glaze: Glaze) -> str:
        """The top of a turned body, seen from a little above: lit at the back left."""
        fill = self.linear(
            x - rx, y - ry, x + rx, y + ry, ((0, glaze.tone(0.12, 0.7, 6)), (1, glaze.tone(-0.10)))
        )
        return f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="{fill}"/>'

    def glint(self, path: str, width: float = 0.8, opacity: float = 0.75) -> str:
        """A thin white line where an edge catches the light."""
        return (
            f'<path d="{path}" fill="none" stroke="#fff" stroke-opacity="{opacity}" stroke-width="{width}" '
            'stroke-linecap="round"/>'
        )

    def shaded(self, shape: str, path: str, blur: float, opacity: float = 0.4) -> str:
        """`shape`, an SVG element, as a soft shadow within `path`."""
        clip, soft = self.clip(path), self.blur(blur)
        return f'<g clip-path="{clip}"><g filter="{soft}" opacity="{opacity}">{shape}</g></g>'

    def done(self, *parts: str, box: tuple[float, float, float, float], lights: str = "") -> Drawing:
        return Drawing("".join(parts), "".join(self.defs), Box(*box), lights)


def cylinder(x: float, top: float, bottom: float, radius: float, ry: float, corner: float = 0.0) -> str:
    """The side of an upright cylinder, its foot bowed by `ry` and softened by `corner`; closed at the top by
    the front of the upper edge, on which a disc is laid."""
    left, right, low, sag = x - radius, x + radius, bottom - corner, corner + ry
    # The higher the corner, the squarer the curve that turns into the foot.
    turn, flat = low + sag * (0.72 if corner else 0.55), radius * (0.34 if corner else 0.45)
    return (
        f"M{left},{top} V{low} C{left},{turn:.2f} {x - flat:.2f},{low + sag} {x},{low + sag} "
        f"C{x + flat:.2f},{low + sag} {right},{turn:.2f} {right},{low} V{top} A{radius},{ry} 0 0 0 "
        f"{left},{top} Z"
    )


def lathe(x: float, profile: Sequence[tuple[float, float]], bow: float = 0.0) -> str:
    """The outline of a turned body from (radius, height) points, top first, smooth through them.

    A point given twice is a corner. `bow` rounds the foot downwards.
    """
    right = [(x + radius, y) for radius, y in profile]
    left = [(x - radius, y) for radius, y in reversed(profile)]
    foot_x, foot_y = left[0]
    radius = profile[-1][0]
    arc = f" A{radius},{bow} 0 0 1 {foot_x:.2f},{foot_y:.2f}" if bow else f" L{foot_x:.2f},{foot_y:.2f}"
    return f"M{right[0][0]:.2f},{right[0][1]:.2f}{_smooth(right)}{arc}{_smooth(left)} Z"


def _smooth(points: Sequence[tuple[float, float]]) -> str:
    """Cubic curves through all points (Catmull-Rom)."""
    parts = []
    for i in range(len(points) - 1):
        before, start = points[max(0, i - 1)], points[i]
        end, after = points[i + 1], points[min(len(points) - 1, i + 2)]
        if start == end:
            continue
        one = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        two = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        # Beside a corner the curve leaves straight.
        if before == start:
            one = (start[0] + (end[0] - start[0]) / 3, start[1] + (end[1] - start[1]) / 3)
        if after == end:
            two = (end[0] - (end[0] - start[0]) / 3, end[1] - (end[1] - start[1]) / 3)
        parts.append(f" C{one[0]:.2f},{one[1]:.2f} {two[0]:.2f},{two[1]:.2f} {end[0]:.2f},{end[1]:.2f}")
    return "".join(parts)


def _stops(stops: Sequence[Stop]) -> str:
    parts = []
    for at, colour, *opacity in stops:
        clear = f' stop-opacity="{opacity[0]}"' if opacity else ""
        parts.append(f'<stop offset="{at}" stop-color="{colour}"{clear}/>')
    return "".join(parts)
