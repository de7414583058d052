"""The recipes of anchors: stages and dry runs name the same images by them."""

from __future__ import annotations

from activities.film import recipes
from activities.film.pictured import sheets_beside
from activities.film.prompts import Words
from activities.ledger import Recipe
from activities.models import Model
from workflows.film import GenerateAnchorImage


def bought_anchor(model: Model, step: GenerateAnchorImage, words: Words) -> Recipe:
    """What a shot shows at a moment of it, from the image that it begins with."""
    return Recipe(
        operation="anchor_image",
        model=model.id,
        params=recipes.told(step.shot, words) | {"at_s": moment_of(step)},
        inputs={"image": step.image.key} | sheets_beside(model, step.shot),
        take=step.terms.take,
    )


def moment_of(step: GenerateAnchorImage) -> str:
    """Seconds of the beat, to a tenth."""
    return f"{float(step.at_s):.1f}"


def drawn_anchor(step: GenerateAnchorImage, engine: str) -> Recipe:
    """An anchor that a model draws here: a frame of the shot, where it begins with a picture of its own."""
    at = round(step.at_s * step.shot.format.fps)
    return Recipe(
        operation="anchor_image",
        model=step.model.id,
        params=recipes.picture_of(step.shot) | {"frame": at} | ({"lettering": "none"} if step.bare else {}),
        inputs={"image": step.image.key} | recipes.photos_of(step.shot),
        take=step.terms.take,
        engine=engine,
    )
