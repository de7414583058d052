"""Knows the recipes of what is made here, so that a dry run names the same things as the stages do."""

from __future__ import annotations

from pydantic import JsonValue

from activities.ledger.recipe import Recipe
from activities.media.mended import Mending
from workflows.film.contract import Shot
from workflows.studio.facts import ChunkLength, FrameFormat

# What shots of earlier releases did not tell: left out where it says nothing, or whatever was bought from a
# picture drawn here would be bought anew.
_LATER = ("language", "genre", "subject", "name")
# Part of what is made of bought files. Raise the number when other pixels come out of it.
_FITTING = "fitting 1"


def picture(shot: Shot) -> dict[str, JsonValue]:
    """The shot as parameters of a recipe.

    Without its start, so that a longer first beat leaves the pictures of the later ones as they are, and
    without its photos, which are inputs.
    """
    told: dict[str, JsonValue] = shot.model_dump(mode="json", exclude={"beat": {"start_s", "references"}})
    unsaid = {name for name in _LATER if getattr(shot, name) == Shot.model_fields[name].default}
    return {name: value for name, value in told.items() if name not in unsaid}


def photo_inputs(shot: Shot) -> dict[str, str]:
    return {f"photo_{number}": key for number, key in enumerate(shot.beat.references, 1)}


def drawn_image(model: str, shot: Shot, engine: str) -> Recipe:
    """A storyboard image that a model draws here."""
    return Recipe(
        operation="storyboard_image",
        model=model,
        params=picture(shot),
        inputs=photo_inputs(shot),
        engine=engine,
    )


def fitted_image(bought: str, format: FrameFormat) -> Recipe:
    """A bought image in the film's format."""
    return Recipe(
        operation="fit_image",
        model="",
        params={"width": format.width, "height": format.height},
        inputs={"image": bought},
        engine=_FITTING,
    )


def animated_chunk(
    model: str, shot: Shot, length: ChunkLength, first_frame: int, inputs: dict[str, str], engine: str
) -> Recipe:
    """A chunk that a model animates here."""
    return Recipe(
        operation="chunk",
        model=model,
        params={
            "shot": picture(shot),
            "first_frame": first_frame,
            "frames": length.frames,
            "asked_s": str(length.asked_s),
        },
        inputs=inputs | photo_inputs(shot),
        engine=engine,
    )


def mended_chunk(bought: str, mending: Mending) -> Recipe:
    """A bought chunk on the rate that its model should have kept, without what does not show its scene."""
    params: dict[str, JsonValue] = {"fps": str(mending.rate)}
    # Left out where there is nothing to say: what was bought from a chunk names it by this recipe.
    if mending.end is not None:
        params["frames"] = mending.end
    if mending.own_clock:
        params["clock"] = "its own"
    return Recipe(
        operation="chunk_at_rate",
        model="",
        params=params,
        inputs={"chunk": bought},
        engine=_FITTING,
    )
