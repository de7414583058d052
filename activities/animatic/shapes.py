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
    "espresso-machine": Shape(
        '<path d="M40,34 h176 a12,12 0 0 1 12,12 v46 a10,10 0 0 1 -10,10 h-18 v88 h18 a10,10 0 0 1 10,10 v22 '
        'a10,10 0 0 1 -10,10 H38 a10,10 0 0 1 -10,-10 V46 a12,12 0 0 1 12,-12 z M80,190 H188 V102 H80 Z" '
        'fill-rule="evenodd"/><path d="M108,102 h52 v16 h30 v12 h-34 a22,14 0 0 1 -44,0 z"/>'
        '<path d="M112,156 h44 v18 a16,16 0 0 1 -16,16 h-12 a16,16 0 0 1 -16,-16 z"/>',
        '<circle cx="62" cy="66" r="11"/><rect x="96" y="58" width="76" height="16" rx="8"/>'
        '<circle cx="198" cy="66" r="9"/><rect x="42" y="204" width="172" height="9" rx="4"/>',
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
