"""The storyboard stage: one image a beat."""

from __future__ import annotations

from temporalio import activity

from activities.animatic import another_take
from activities.film import recipes
from activities.film.prompts import Wording
from activities.film.studio import FilmStudio, photos, place
from activities.ledger import Made, Work
from activities.media import fit_image, probe, said_of_image
from activities.running import finishing, translated
from activities.studio import paid_by, warned
from workflows.film import GenerateStoryboardImage
from workflows.studio import Artifact, FrameFormat


class Storyboard:
    def __init__(self, studio: FilmStudio) -> None:
        self._studio = studio

    @activity.defn(name="generate_storyboard_image")
    @translated
    async def generate_storyboard_image(self, step: GenerateStoryboardImage) -> Artifact:
        """The image that the beat's reference chunk starts from: a PNG of the film's format."""
        if step.model.work == "computes":
            return await self._draw(step)
        return await self._buy(step)

    async def _draw(self, step: GenerateStoryboardImage) -> Artifact:
        provider, take = self._studio.local_model(step.model), step.terms.take

        recipe = recipes.drawn_image(step.model.id, step.shot, provider.engine, step.bare, take)
        if step.bare and (kept := await self._studio.keeping.drawing(step.terms.film, recipe)):
            return kept

        async def make(work: Work) -> Made:
            out = work.dir / "storyboard.png"
            pictures = await photos(step.shot, work)
            await work.compute(
                provider.draw_image, another_take(step.shot, take), pictures, out, not step.bare
            )
            return Made(out, await work.compute(probe, out, "image/png"))

        return await self._studio.render(recipe, make, f"storyboard image of {place(step.shot)}")

    async def _buy(self, step: GenerateStoryboardImage) -> Artifact:
        """What comes back may be of any type and size: the film goes on with a PNG of its own format."""
        studio, model = self._studio, self._studio.catalogue.model(step.model.id)
        wording = Wording("storyboard_image", model, step.shot, step.terms.rung)
        words = await studio.keeping.words(step.terms.film, wording)
        recipe = recipes.bought_image(model, step.shot, words, step.terms.take)
        paid = studio.paid_recipes.image(recipe, model, studio.provider(step.model), step.shot)
        bought = await studio.buy(paid, step.terms, f"storyboard image of {place(step.shot)}")

        return await fitted(studio, bought, step.shot.format)


async def fitted(studio: FilmStudio, bought: Artifact, format: FrameFormat) -> Artifact:
    """A bought image as a PNG of the film's format, with what is wrong with it."""

    async def make(work: Work) -> Made:
        out = work.dir / "fitted.png"
        await work.compute(fit_image, await work.fetch(bought.object), format, out)
        return Made(out, await work.compute(probe, out, "image/png"))

    with finishing([bought.payment]):
        made = await studio.render(recipes.fitted_image(bought.key, format), make, "fit the image")
    return warned(paid_by(bought, made), said_of_image(bought.media, format))
