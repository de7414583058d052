"""What a colour is: lightness, chroma and hue as the eye ranks them (OKLCH), and its way to sRGB and back."""

from __future__ import annotations

import math
from typing import NamedTuple

#: Red, green, blue, 0 to 255.
Rgb = tuple[int, int, int]


class Oklch(NamedTuple):
    """A colour by lightness (0 to 1), chroma (0 to about 0.37) and hue (degrees).

    The matrices are those of Björn Ottosson's OKLab. Out-of-gamut colours are clipped a channel at a
    time, which keeps the punch of an accent at the price of a few degrees of hue.
    """

    light: float
    chroma: float
    hue: float

    def shift(self, light: float = 0.0, chroma: float = 1.0, hue: float = 0.0) -> Oklch:
        """Adds `light`, multiplies by `chroma`, turns by `hue` degrees; never quite black or white."""
        return Oklch(min(0.98, max(0.04, self.light + light)), self.chroma * chroma, (self.hue + hue) % 360)

    def toward(self, other: Oklch, amount: float) -> Oklch:
        """`amount` (0 to 1) of the way to `other`, straight through OKLab, not round the wheel."""
        a, b = self._ab(), other._ab()
        x, y = a[0] + (b[0] - a[0]) * amount, a[1] + (b[1] - a[1]) * amount
        light = self.light + (other.light - self.light) * amount
        return Oklch(light, math.hypot(x, y), math.degrees(math.atan2(y, x)) % 360)

    def _ab(self) -> tuple[float, float]:
        turn = math.radians(self.hue)
        return self.chroma * math.cos(turn), self.chroma * math.sin(turn)

    @property
    def linear(self) -> tuple[float, float, float]:
        """Linear-light sRGB, 0 to 1, clipped."""
        a, b = self._ab()
        long = (self.light + 0.3963377774 * a + 0.2158037573 * b) ** 3
        medium = (self.light - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (self.light - 0.0894841775 * a - 1.2914855480 * b) ** 3
        return (
            _unit(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
            _unit(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
            _unit(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
        )

    @property
    def rgb(self) -> Rgb:
        red, green, blue = (round(255 * _encode(channel)) for channel in self.linear)
        return red, green, blue

    @property
    def bgr(self) -> Rgb:
        """The order in which OpenCV keeps channels."""
        red, green, blue = self.rgb
        return blue, green, red

    @property
    def hex(self) -> str:
        """`#rrggbb`, as SVG wants it."""
        return "#{:02x}{:02x}{:02x}".format(*self.rgb)

    @property
    def luminance(self) -> float:
        """Relative luminance, 0 to 1, as WCAG defines it."""
        red, green, blue = self.linear
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    @classmethod
    def from_rgb(cls, red: float, green: float, blue: float) -> Oklch:
        """From sRGB channels, 0 to 255."""
        r, g, b = (_decode(channel / 255) for channel in (red, green, blue))
        long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
        medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
        short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
        light = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
        a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
        bb = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
        return cls(light, math.hypot(a, bb), math.degrees(math.atan2(bb, a)) % 360)


def contrast(one: Oklch, other: Oklch) -> float:
    """WCAG contrast ratio, 1 to 21."""
    low, high = sorted((one.luminance, other.luminance))
    return (high + 0.05) / (low + 0.05)


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value))


def _encode(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _decode(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
