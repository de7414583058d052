"""Records the films that `film/test_finished_before.py` finds: `python -m tests.record_finished [NAME …]`.

Name those that are new: what is recorded stays for ever, for people have paid for such films.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from activities.media.photo import verify_photo
from activities.studio.studio import Studio
from infra.embedded.stack import open_stack
from infra.settings import Settings
from infra.temporal import connect
from starter.films import Films
from tests.support.finished import FOLDER, Tables, left_by, quick_studio, rows_of
from tests.support.standing import Standins, standing
from workflows.film.contract import BeatDraft, Continuity, Models, PlanDraft, VideoRequest
from workflows.film.naming import film_id

PLANNER, FLUX, WAN = "animatic-planner", "replicate-flux-schnell", "replicate-wan-2.2-i2v-fast"
KONTEXT = "replicate-flux-kontext-dev"
GPT, VEO = "openai-gpt-image-2.5-flare", "google-veo-3.1-lite"
#: Two chunks of WAN cover the second; the third opens with a cut.
THREE = PlanDraft(
    beats=(
        BeatDraft(id="hero_shot", seconds=5, energy=0.3),
        BeatDraft(id="detail_showcase", seconds=10, energy=0.5),
        BeatDraft(id="call_to_action", seconds=5, energy=0.9),
    )
)
ONE = PlanDraft(beats=(BeatDraft(id="hero_shot", seconds=5),))


@dataclass(frozen=True)
class Kind:
    """One film. `fault` is what its provider does to submits that hold `match`, as often as `times`; without
    a plan of the caller's a model plans 5 s. `photo` is shown in it."""

    image: str | None = None
    video: str | None = None
    planner: str = PLANNER
    edges: str | None = None
    plan: PlanDraft | None = ONE
    photo: bool = False
    music: bool = False
    fault: tuple[str, str, int, str] | None = None
    edit: str | None = None
    continuity: Continuity = "chained"


KINDS: Mapping[str, Kind] = {
    "animatic": Kind(plan=THREE, photo=True, music=True),
    "planned": Kind(planner="openai-gpt-5.4-mini", plan=None, fault=("openai", "bad_plan", 1, "")),
    "joined": Kind(FLUX, WAN, plan=THREE, music=True),
    "shown": Kind(GPT, VEO, photo=True),
    "edged": Kind(FLUX, WAN, edges="replicate-flux-dev-controlnet", photo=True, music=True),
    # Cut where it fades out, and gone on with.
    "mended": Kind(FLUX, WAN, fault=("replicate", "fade_out", 1, "wan-2.2-i2v")),
    # Its chunk starts from an image in softer words.
    "climbed": Kind(FLUX, WAN, fault=("replicate", "content_stable", 3, "wan-2.2-i2v")),
    # No image comes about, nor in its second run: its chunk starts from words.
    "worded": Kind(FLUX, VEO, fault=("replicate", "content_stable", 4, "flux-schnell")),
    "drawn": Kind("animatic-image", WAN, photo=True),
    # Two chunks of its second beat, and what lies between them.
    "anchored": Kind(FLUX, WAN, plan=THREE, edit=KONTEXT, continuity="anchored"),
}


def asked(kind: Kind, number: int, photo: str | None) -> VideoRequest:
    return VideoRequest(
        prompt="A film about a ceramic coffee mug",
        duration_s=None if kind.plan else 5,
        size="360p",
        fps=8,
        take=8000 + number,
        plan=kind.plan,
        models=Models(
            planner=kind.planner, image=kind.image, edges=kind.edges, video=kind.video, edit=kind.edit
        ),
        continuity=kind.continuity,
        product=photo,
        music=kind.music,
    )


async def upload(studio: Studio, number: int, folder: Path) -> str:
    """A photo of the film's own, as a command uploads it."""
    picture, path = Image.new("RGB", (640, 480), "white"), folder / "photo.png"
    ImageDraw.Draw(picture).rectangle((160, 120, 400, 360), fill=(20 * number % 256, 120, 120 + number // 13))
    picture.save(path)
    path.write_bytes(verify_photo(path))
    key = f"uploads/{hashlib.sha256(path.read_bytes()).hexdigest()}.png"
    return await studio.store.put_file(path, "image/png", key=key)


async def record(name: str, studio: Studio, films: Films, standins: Standins, url: str, folder: Path) -> None:
    kind, number = KINDS[name], list(KINDS).index(name) + 1
    standins.reset()
    if kind.fault:
        provider, fault, times, match = kind.fault
        standins.order(provider, "submit", fault, times, match)
    before = await rows_of(url)
    photo = await upload(studio, number, folder) if kind.photo else None
    request = asked(kind, number, photo)
    for _ in range(2):
        result = await (await films.start(request)).result()
        assert result.status == "completed", result
    rows = _new(before, await rows_of(url))
    left = await left_by(film_id(request), request, rows, studio.store, [photo] if photo else [], folder)
    left.write(FOLDER / f"{name}.json")
    print(
        f"{name}: {len(left.keys)} recipes, {result.spent_usd} USD", *result.warnings, sep="\n  ", flush=True
    )


def _new(before: Tables, after: Tables) -> Tables:
    return {table: [row for row in rows if row not in before[table]] for table, rows in after.items()}


async def main(names: Collection[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, standing(Path(home) / "standins") as standins:
        settings = Settings.load(Path(home))
        async with open_stack(settings) as stack:
            client = await connect(stack)
            async with quick_studio(stack, settings, client, standins.root) as (studio, films):
                for name in KINDS:
                    if not names or name in names:
                        await record(name, studio, films, standins, stack.database_url, Path(home))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
    os._exit(0)
