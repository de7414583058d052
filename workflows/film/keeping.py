"""Knows what of a film is kept for its later runs: what a rung means, and which versions are finished."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from temporalio.exceptions import FailureError, is_cancelled_exception

from workflows.film.contract import VideoRequest
from workflows.film.crew import Crew
from workflows.film.planned import RUNG_PARTS, PlannedFilm
from workflows.film.steps import KeepRung
from workflows.film.versions import Footage, Version
from workflows.studio import KeptVersion, cause_of


def is_drawn_alike(of: str, plan: str, planned: PlannedFilm, rung: str) -> bool:
    """Whether a version that was kept as `of` lies between keyframes as this film would draw them on a rung:
    in a format of the same size, by the same models, both after sheets by the same model or neither. `plan`
    is the key of the plan that it was made by."""
    key, _, rest = of.partition(" ")
    frame, drawing = planned.format, _models(planned, rung)[:-1]
    size, *said = rest.split()
    # Whichever model makes the clips between them.
    del said[len(drawing) : len(drawing) + 1]
    is_of_size = size.startswith(f"{frame.width}x{frame.height}@")
    return key == plan and is_of_size and said == [*drawing, *_way(planned)]


def _models(planned: PlannedFilm, rung: str) -> list[str]:
    """Those that are wanted of a rung, the video's last."""
    return [model.id for part in RUNG_PARTS for model in planned.offered_by(rung, part)[:1]]


def _way(planned: PlannedFilm) -> list[str]:
    """Left out where it says nothing: what was kept before there were anchors says nothing of them."""
    way: list[str] = [planned.continuity] if planned.continuity != "chained" else []
    if not planned.sheets:
        return way
    # By which model: on every rung they are those of the film's own.
    return [*way, ":".join(["sheets", *(model.id for model in planned.sheet_models[:1])])]


class Keeping:
    """Of the plan of that number. `kept` are versions that earlier runs finished."""

    def __init__(
        self, planned: PlannedFilm, asked: VideoRequest, crew: Crew, plan: int, kept: Iterable[KeptVersion]
    ) -> None:
        self._planned, self._asked, self._crew, self._plan = planned, asked, crew, plan
        mine = [one for one in kept if one.plan == plan]
        self._kept = {(one.row, one.name): one for one in mine if self._is_of_this(one)}
        self._rungs: set[str] = set()
        self._recording = asyncio.Lock()

    def of(self, shot: str) -> dict[str, Footage]:
        """What earlier runs finished of a shot, by the version's name."""
        mine = [one for one in self._kept.values() if one.row == shot]
        return {one.name: Footage.model_validate(one.value) for one in mine}

    def _is_of_this(self, kept: KeptVersion) -> bool:
        """Whether it is of this film, and not of another that was asked for under the same id: by another
        plan, in another format, or of other models."""
        rung = Footage.model_validate(kept.value).version.rung
        return kept.value.get("of") in (None, self._of(rung))

    def _of(self, rung: str) -> str:
        frame = self._planned.format
        models = _models(self._planned, rung)
        size = f"{frame.width}x{frame.height}@{frame.fps}"
        return " ".join([self._planned.artifact.key, size, *models, *_way(self._planned)])

    async def rung(self, version: Version) -> None:
        """What the rung means is kept before anything is bought on it: a later release may mean another. The
        request's own is kept with the plan."""
        if self._planned.rung in (None, version.rung) or version.rung == "animatic":
            return
        # Two shots may begin on it at once: neither goes on before it is kept.
        async with self._recording:
            if version.rung in self._rungs:
                return
            rung = self._planned.rungs[version.rung]
            step = KeepRung(film=self._crew.film, request=self._asked, name=version.rung, rung=rung)
            await self._crew.steps.keep_rung(step, f"Keep what {version.rung} means")
            self._rungs.add(version.rung)

    async def version(self, shot: str, footage: Footage) -> None:
        """What is drawn here needs no keeping: it can be drawn again."""
        if not footage.generated:
            return
        of = self._of(footage.version.rung)
        kept = self._kept.get((shot, footage.version.name))
        # Not as it was written: an earlier release knew fewer fields.
        if kept and kept.value.get("of") == of and _same(Footage.model_validate(kept.value), footage):
            return
        value = footage.model_dump(mode="json") | {"of": of}
        version = KeptVersion(row=shot, name=footage.version.name, plan=self._plan, value=value)
        try:
            await self._crew.watch.keep(version)
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
            # It is in the ledger all the same: a later run finds it there.
            self._crew.board.warn(f"{version.name} of {shot} could not be kept: {cause_of(error).message}")


def _same(kept: Footage, footage: Footage) -> bool:
    """Whether what is kept is this; earlier releases kept no images that it was to end with."""
    return kept == footage.model_copy(update={"lasts": kept.lasts})
