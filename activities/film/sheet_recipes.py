"""Knows how a sheet is asked for: its words, its shape, and its recipe, by which films share it that ask for
the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from activities.film import prompts
from activities.film.planning import softening
from activities.film.prompts import Asking, Words
from activities.ledger import Recipe
from activities.models import ImageModel, Model
from workflows.film import GenerateSheetImage, SheetKind
from workflows.studio import Aspect, FrameFormat, Size

#: Of a square a model shows a whole figure, and as much of it as of any other shape.
_ASPECT: Aspect = "1:1"
# Enough for a face, and one size for films of all sizes: they share it.
_SIZE: Size = "720p"
_ALONE = "alone, whole, from the front, on a plain light grey ground in even light."
_ASKED: Mapping[SheetKind, str] = {
    "character": f"Reference sheet: one figure {_ALONE}",
    "product": f"Product sheet: one product {_ALONE}",
    "style": "Style sheet: an empty place, without people and without products, its light and its palette.",
}


@dataclass(frozen=True)
class SheetWording(Asking):
    """One sheet that is to be put into words, for one model and on one rung of the ladder, as `Wording` is
    one step of a shot."""

    model: Model
    step: GenerateSheetImage

    @property
    def facts(self) -> dict[str, JsonValue]:
        """All that the words follow from. Its name is none of it: a picture tells none."""
        sheet = self.step.sheet
        return {
            "operation": "sheet",
            "model": self.model.id,
            "rung": self.step.terms.rung,
            "looks": sheet.looks,
            "style": list(sheet.style),
            "note": self.step.note,
            **({"of": sheet.kind} if sheet.kind != "character" else {}),
        }

    @property
    def words(self) -> Words:
        rung, sheet = self.step.terms.rung, self.step.sheet
        looks = ". ".join(said.rstrip(". ") for said in (sheet.looks, self.step.note) if said)
        style = f" Style: {', '.join(sheet.style)}." if sheet.style else ""
        words = f"{_ASKED[sheet.kind]} {looks}.{style} Photographic still, no text, no letters."
        takes_negative = "negative_prompt" in self.model.parameters
        prompt = softening.softened(words, rung)[: self.model.prompt_limit]
        return Words(prompt, prompts.negative_prompt(rung) if takes_negative else "")


def sheet_image(model: Model, step: GenerateSheetImage, words: Words) -> Recipe:
    """A sheet that is bought from words: of no film, beat or seed."""
    aspect, size = _shape_of(model, step)
    return Recipe(
        operation="sheet",
        model=model.id,
        params={"prompt": words.prompt, "negative_prompt": words.negative, "aspect": aspect, "size": size},
        take=step.terms.take,
    )


def format_of(model: Model, step: GenerateSheetImage) -> FrameFormat:
    """The pixels of a sheet."""
    return FrameFormat.shaped(*_shape_of(model, step), step.format.fps)


def _shape_of(model: Model, step: GenerateSheetImage) -> tuple[Aspect, Size]:
    """A square of one size, where its model makes that; else what the film has."""
    framed = model if isinstance(model, ImageModel) else None
    is_square = framed is None or framed.has(_ASPECT)
    is_usual = framed is None or not framed.sizes or _SIZE in framed.sizes
    return (
        _ASPECT if is_square else prompts.aspect_of(step.format),
        _SIZE if is_usual else prompts.size_of(step.format),
    )
