"""The soundtrack stage: the film's music, mastered and encoded once."""

from __future__ import annotations

from pathlib import Path

from temporalio import activity

from activities.film import recipes
from activities.ledger import Made, Work
from activities.media import Mastered, frames_to_samples, loudness, master, probe
from activities.models import Advance, LocalModel, ScoreJob
from activities.running import translated
from activities.studio import Studio
from workflows.film import GenerateSoundtrack
from workflows.studio import Artifact


class Soundtrack:
    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._mastering = loudness.engine()

    @activity.defn(name="generate_soundtrack")
    @translated
    async def generate_soundtrack(self, step: GenerateSoundtrack) -> Artifact:
        """AAC in an .m4a, exactly as long as the film, its level measured after encoding."""
        provider = self._studio.local_model(step.model)
        samples = frames_to_samples(step.frames, step.fps)
        job = ScoreJob(samples, step.cues, step.style, step.seed)
        recipe = recipes.soundtrack(step, provider.score_engine, self._mastering)

        async def make(work: Work) -> Made:
            out = work.dir / "soundtrack.m4a"
            level = await work.compute(_compose, provider, job, out, work.advance)
            measured = await work.compute(probe, out, "audio/mp4")
            facts = measured.model_copy(
                update={"samples": level.samples, "lufs": level.lufs, "true_peak_db": level.true_peak_db}
            )
            return Made(out, facts)

        return await self._studio.render(recipe, make, "soundtrack")


def _compose(provider: LocalModel, job: ScoreJob, out: Path, advance: Advance) -> Mastered:
    return master(provider.compose_score(job, advance), out, advance)
