"""The anchor stage: what a shot shows at the moments at which its chunks meet."""

from __future__ import annotations

from temporalio import activity

from activities.animatic import another_take
from activities.film import anchor_recipes
from activities.film.prompts import Wording
from activities.film.storyboard import fitted
from activities.film.studio import FilmStudio, photos, place
from activities.ledger import Made, Work
from activities.media import probe
from activities.models import AnchorJob
from activities.running import translated
from workflows.film import GenerateAnchorImage
from workflows.studio import Artifact


class Anchors:
    def __init__(self, studio: FilmStudio) -> None:
        self._studio = studio

    @activity.defn(name="generate_anchor_image")
    @translated
    async def generate_anchor_image(self, step: GenerateAnchorImage) -> Artifact:
        """What the shot shows at that moment, where it begins as its image does: a PNG of the film's
        format."""
        if step.model.work == "computes":
            return await self._draw(step)
        return await self._buy(step)

    async def _draw(self, step: GenerateAnchorImage) -> Artifact:
        provider = self._studio.local_model(step.model)
        recipe = anchor_recipes.drawn_anchor(step, provider.engine)
        if step.bare and (kept := await self._studio.keeping.drawing(step.terms.film, recipe)):
            return kept

        async def make(work: Work) -> Made:
            out = work.dir / "anchor.png"
            with work.waiting():
                image, pictures = await work.fetch(step.image.object), await photos(step.shot, work)
            shot = another_take(step.shot, step.terms.take)
            frame = round(step.at_s * step.shot.format.fps)
            await work.compute(
                provider.draw_anchor, AnchorJob(shot, pictures, image, frame, not step.bare), out
            )
            return Made(out, await work.compute(probe, out, "image/png"))

        return await self._studio.render(recipe, make, f"anchor of {place(step.shot)}")

    async def _buy(self, step: GenerateAnchorImage) -> Artifact:
        studio, model = self._studio, self._studio.catalogue.model(step.model.id)
        wording = Wording("anchor_image", model, step.shot, step.terms.rung, anchor_recipes.moment_of(step))
        words = await studio.keeping.words(step.terms.film, wording)
        recipe = anchor_recipes.bought_anchor(model, step, words)
        provider, image = studio.provider(step.model), step.image.object
        paid = studio.paid_recipes.anchor(recipe, model, provider, step.shot, image)
        bought = await studio.buy(paid, step.terms, f"anchor of {place(step.shot)}")
        return await fitted(studio, bought, step.shot.format)
