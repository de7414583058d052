"""The storyboard stage: one image a beat."""

from __future__ import annotations

from temporalio import activity

from activities.errors import translated
from activities.generation.recipe import Recipe
from activities.generation.work import Made, Work
from activities.media.probe import probe
from activities.studio import Studio, photo_inputs, photos, picture, place
from workflows.contract import Artifact
from workflows.steps import GenerateStoryboardImage


class Storyboard:
    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    @activity.defn(name="generate_storyboard_image")
    @translated
    async def generate_storyboard_image(self, step: GenerateStoryboardImage) -> Artifact:
        """The image that the beat's reference chunk starts from: a PNG of the film's format."""
        provider = self._studio.provider(step.model)
        recipe = Recipe(
            operation="storyboard_image",
            model=step.model.id,
            params=picture(step.shot),
            inputs=photo_inputs(step.shot),
            engine=provider.engine,
        )

        async def make(work: Work) -> Made:
            out = work.dir / "storyboard.png"
            await work.compute(provider.draw_image, step.shot, await photos(step.shot, work), out)
            return Made(out, await work.compute(probe, out, "image/png"))

        return await self._studio.render(recipe, make, f"storyboard image of {place(step.shot)}")
