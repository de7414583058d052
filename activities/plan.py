"""The planning stage: a request becomes a plan, together with the facts of every model it uses."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from temporalio import activity

from activities.errors import translated
from activities.generation.catalogue import Catalogue
from activities.generation.provider import InvalidInput
from activities.generation.recipe import Recipe
from activities.generation.work import Made, Work
from activities.media.photo import MAX_BYTES, NotAPhoto, verify_photo
from activities.planning.brief import NOT_CREATIVE
from activities.planning.compose import ENGINE, compose
from activities.planning.library import Library
from activities.storage.failures import ObjectMissing
from activities.studio import Studio
from workflows.contract import FrameFormat, Media, Plan, PlannedFilm
from workflows.steps import ComposePlan

# Inputs of the recipe in their own right.
_APART = {"product", "take"}
_PROFILE = "animatic"


class Planning:
    def __init__(self, studio: Studio, catalogue: Catalogue) -> None:
        self._studio = studio
        self._catalogue = catalogue
        self._models = catalogue.profile(_PROFILE)
        # One at a time, for a photo may take hundreds of megabytes; and not behind minutes of encoding.
        self._verifier = ThreadPoolExecutor(1, thread_name_prefix="photo")

    @activity.defn(name="compose_plan")
    @translated
    async def compose_plan(self, step: ComposePlan) -> PlannedFilm:
        """Raises `InvalidInput` for a photo that is none, `InvalidPlan` for a plan that breaks a rule."""
        request = step.request
        if request.product:
            await self._check_photo(request.product)
        recipe = Recipe(
            operation="plan",
            model=self._models.planner,
            params=request.model_dump(mode="json", exclude={*NOT_CREATIVE, *_APART}),
            inputs={"product": request.product} if request.product else {},
            take=request.take,
            engine=ENGINE,
        )

        async def make(work: Work) -> Made:
            library = Library.of(request.library) if request.library else Library.default()
            # Milliseconds; the compute pool's threads may be busy for minutes.
            plan = compose(request, library)
            text = plan.model_dump_json(indent=1).encode()
            out = work.dir / "plan.json"
            out.write_bytes(text)
            digest = hashlib.sha256(text).hexdigest()
            return Made(out, Media(mime="application/json", bytes=len(text), sha256=digest))

        artifact = await self._studio.render(recipe, make, "plan")
        facts = self._catalogue.facts
        return PlannedFilm(
            plan=Plan.model_validate_json(await self._read(artifact.object)),
            artifact=artifact,
            format=FrameFormat.of(request),
            image_model=facts(self._models.image, request.fps),
            video_model=facts(self._models.video, request.fps),
            score_model=facts(self._models.score, request.fps),
        )

    async def _check_photo(self, key: str) -> None:
        """Any client may name any key: what lies there is verified here, whoever put it there."""
        with tempfile.TemporaryDirectory() as folder:
            photo = Path(folder) / "photo.png"
            try:
                if (size := await self._studio.store.size(key)) is not None and size > MAX_BYTES:
                    raise NotAPhoto(f"it has {size:,} bytes; at most {MAX_BYTES:,} are allowed")
                await self._studio.store.get_file(key, photo)
                await asyncio.get_running_loop().run_in_executor(self._verifier, verify_photo, photo)
            except ObjectMissing as error:
                raise InvalidInput(f"There is no product photo {key}: upload it first.") from error
            except NotAPhoto as error:
                raise InvalidInput(f"The product photo cannot be used: {error}") from error

    async def _read(self, object: str) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "plan.json"
            await self._studio.store.get_file(object, file)
            return file.read_bytes()
