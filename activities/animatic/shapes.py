"""Outlines of things that no icon shows, on the icons' 256 units: what is solid, and what is recessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Shape(NamedTuple):
    """SVG on 256 x 256: the body of a thing, and the parts of it that lie deeper."""

    body: str
    inlay: str = ""


_SQUARES = "".join(
    f'<rect x="{62 + 46 * column}" y="{40 + 46 * row}" width="36" height="36" rx="6"/>'
    for column in range(3)
    for row in range(4)
)

SHAPES: Final[Mapping[str, Shape]] = {
    "ring": Shape('<circle cx="128" cy="128" r="84" fill="none" stroke="#fff" stroke-width="34"/>'),
    # An Italian pot for the stove: eight sides, a waist, a spout, a handle.
    "moka": Shape(
        '<path d="M86,150 L70,232 H186 L170,150 Z M92,140 H164 L182,58 L150,40 H106 L66,52 L84,76 Z"/>'
        '<rect x="86" y="138" width="84" height="14" rx="4"/><circle cx="128" cy="34" r="12"/>'
        '<path d="M176,66 h42 a12,12 0 0 1 12,12 v64 a8,8 0 0 1 -8,8 h-8 v-58 h-44 z"/>',
        '<path d="M110,158 l-8,66 h8 l6,-66 z M140,158 l6,66 h8 l-8,-66 z"/>'
        '<rect x="86" y="143" width="84" height="4"/>',
    ),
    # A round case on its strap, the hands raised on the dial.
    "watch": Shape(
        '<path d="M96,8 h64 l6,66 h-76 z M96,248 h64 l6,-66 h-76 z"/><circle cx="128" cy="128" r="72"/>'
        '<rect x="196" y="118" width="16" height="20" rx="5"/>',
        '<path d="M128,72 a56,56 0 1 0 0.1,0 z M124,88 h8 v37 l28,16 l-4,7 l-32,-18 z" fill-rule="evenodd"/>'
        '<rect x="112" y="22" width="32" height="5" rx="2"/><rect x="112" y="229" width="32" height="5" '
        'rx="2"/>',
    ),
    # Seen from the front: a head with dials, the holder in it, a cup under that, a tray.
    "espresso-machine": Shape(
        '<rect x="30" y="28" width="196" height="204" rx="16"/>',
        '<path d="M46,96 h164 v104 h-164 z M112,96 h32 v12 h46 a6,6 0 0 1 0,14 h-44 a18,16 0 0 1 -36,0 '
        "v-14 z "
        'M106,152 h38 v6 h8 a12,12 0 0 1 0,26 h-10 a14,14 0 0 1 -12,8 h-10 a14,14 0 0 1 -14,-14 z" '
        'fill-rule="evenodd"/><circle cx="62" cy="60" r="13"/><circle cx="194" cy="60" r="13"/>'
        '<rect x="96" y="54" width="64" height="12" rx="6"/><rect x="46" y="212" width="164" height="7" '
        'rx="3"/>',
    ),
    "wallet": Shape(
        '<path d="M40,64 h164 a16,16 0 0 1 16,16 v112 a18,18 0 0 1 -18,18 H46 a18,18 0 0 1 -18,-18 V76 '
        'a12,12 0 0 1 12,-12 z"/><path d="M150,114 h78 a10,10 0 0 1 10,10 v32 a10,10 0 0 1 -10,10 h-78 '
        'a26,26 0 0 1 0,-52 z"/>',
        '<rect x="36" y="80" width="176" height="4"/><path d="M150,108 h88 v6 h-88 a26,26 0 0 0 0,52 '
        "h88 v6 h-88 "
        'a32,32 0 0 1 0,-64 z"/><circle cx="160" cy="140" r="9"/>',
    ),
    # A box with a drawer, a bowl for the beans and a crank.
    "coffee-mill": Shape(
        '<rect x="58" y="136" width="140" height="92" rx="8"/><rect x="48" y="222" width="160" height="14" '
        'rx="7"/><path d="M72,98 h112 a56,44 0 0 1 -14,32 H86 a56,44 0 0 1 -14,-32 z"/>'
        '<rect x="74" y="126" width="108" height="14" rx="5"/><path d="M122,40 h12 v60 h-12 z"/>'
        '<path d="M122,38 h82 v12 h-82 z"/><circle cx="208" cy="40" r="17"/>',
        '<rect x="78" y="158" width="100" height="44" rx="5"/>',
    ),
    "chocolate-bar": Shape('<rect x="48" y="24" width="160" height="208" rx="12"/>', _SQUARES),
}
