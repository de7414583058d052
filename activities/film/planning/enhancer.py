"""Embellishes a rule-based prompt for the models, as freely as the request allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

from workflows.film import Enhancer

#: Characters of a prompt, as everywhere in the studio.
LONGEST = 1000
# Where the style words begin, which stay last (`wording.styled`).
_STYLE = ". Style: "

# Nothing here names a thing that a beat's own prompt could contradict, except what is wild.
_LIGHT: Final = (
    "soft window light with a slow fall-off",
    "a clean key light and a faint rim light",
    "low warm light raking across the surface",
    "bright diffused light with gentle shadows",
)
_TEXTURE: Final = (
    "fine texture of the material in focus",
    "tiny imperfections that make it real",
    "crisp edges and a smooth tonal roll-off",
    "a quiet sheen along the contours",
)
_LENS: Final = (
    "50mm lens at f/2, shallow depth of field",
    "85mm lens, background falling softly away",
    "35mm lens, close and slightly low",
    "macro detail with creamy out-of-focus lights",
)
_PROPS: Final = (
    "a folded linen cloth and a sprig of green beside it",
    "a stack of paper and a long shadow behind it",
    "a few pebbles and a shallow bowl at the edge of the frame",
    "drifting dust caught in a beam of light",
)
_WILD: Final = (
    "the setting is a vast miniature landscape seen from its own height",
    "everything around it floats in slow motion",
    "the room is built from folded coloured paper",
    "mirrors repeat the scene to the horizon",
    "a storm of petals turns slowly around it",
    "the floor is still water that reflects a painted sky",
)
_KINDS: Final[Mapping[Enhancer, Sequence[Sequence[str]]]] = {
    "off": (),
    "subtle": (_LIGHT,),
    "moderate": (_LIGHT, _TEXTURE, _LENS),
    "wild": (_WILD, _LIGHT, _TEXTURE, _LENS, _PROPS),
}


def enhanced(prompt: str, level: Enhancer, seed: int, style: Sequence[str] = ()) -> str:
    """The prompt with details of light, texture, lens and setting; `off` changes nothing.

    The same arguments give the same words in every process. Details for which 1,000 characters leave no
    room are left out; a prompt that is longer itself stays as it is.
    """
    body, mark, tail = prompt.partition(_STYLE)
    # Only random() is the same in every version of Python. Two beats with one seed get different words.
    rng = Random(f"{seed}:{level}:{' '.join(style)}:{body}")
    for options in _KINDS[level]:
        detail = options[int(rng.random() * len(options))]
        if len(body) + len(mark) + len(tail) + len(detail) + 2 <= LONGEST:
            body = f"{body.rstrip('. ')}, {detail}"
    return f"{body}{mark}{tail}"
