"""The stage of the sheets: one picture of each whom a film shows and nobody gave a picture of."""

from __future__ import annotations

from temporalio import activity

from activities.film.sheet_recipes import SheetWording, format_of, sheet_image
from activities.film.storyboard import fitted
from activities.film.studio import FilmStudio
from activities.running import translated
from workflows.film import GenerateSheetImage
from workflows.studio import Artifact


class Sheets:
    def __init__(self, studio: FilmStudio) -> None:
        self._studio = studio

    @activity.defn(name="generate_sheet_image")
    @translated
    async def generate_sheet_image(self, step: GenerateSheetImage) -> Artifact:
        """What one of those whom the film shows looks like: a PNG, whole and alone."""
        studio, model = self._studio, self._studio.catalogue.model(step.model.id)
        words = await studio.keeping.words(step.terms.film, SheetWording(model, step))
        recipe = sheet_image(model, step, words)
        paid = studio.paid_recipes.sheet(recipe, model)
        bought = await studio.buy(paid, step.terms, f"sheet of {step.sheet.name}")
        return await fitted(studio, bought, format_of(model, step))
