"""Knows what a rehearsed film is made of, thing by thing, and what each of them may come to.

A chunk is measured once it is there: until then its beat may need fewer than its model's promise says, or
more, up to where the film gives up asking (`timeline.next_length`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from activities.film.planning.constraints import BEAT_SECONDS
from activities.models import Catalogue, Model
from activities.studio import EstimatedArtifact, EstimatedStep
from workflows.film import PlannedFilm, Shot, choose_lengths
from workflows.studio import Artifact, ModelFacts

_FREE = Decimal(0)
#: What a shot's pictures are made into.
_JOINED = ("segment", "transition")
#: How the label of a shot's step begins.
_PLACED = re.compile(r"^Beat (\d+)/\d+ (\S+) · ")
#: How the label of a sheet begins.
_SHEET = "Sheet of "
#: How the label of a version that is not the request's own begins.
_VERSION = re.compile(r"^[a-z]+-\d+ ")


class Shown:
    """What is shown of one film before it is made."""

    def __init__(self) -> None:
        self._rows: dict[str, list[EstimatedArtifact]] = {}
        self._numbers: dict[str, int] = {}
        #: The chunks that a beat has by its model's promise, and the price of the dearest, by row, what they
        #: are called and the model.
        self._chains: dict[tuple[str, str, str], tuple[int, Decimal]] = {}

    def pictured(
        self, label: str, shot: Shot, facts: ModelFacts, made: Artifact, model: Model | None
    ) -> None:
        """An image; `model` is what it is bought from, None where it is drawn here."""
        # A keyframe is drawn of the scene that it ends, and stands with the one that it begins.
        placed = _PLACED.match(label)
        row, number = (placed[2], int(placed[1])) if placed else (shot.beat.id, shot.number)
        self._numbers.setdefault(row, number)
        price, least = _prices(model)
        self._add(label, made, row, facts, price, least)

    def drawn_once(self, label: str, facts: ModelFacts, made: Artifact, model: Model) -> None:
        """A sheet: it is of no single shot."""
        self._add(label, made, "", facts, *_prices(model))

    def filmed(self, label: str, shot: Shot, facts: ModelFacts, made: Artifact, price: Decimal) -> None:
        """A chunk."""
        self._numbers[shot.beat.id] = shot.number
        if shot.beat.span:
            # A scene has one clip, whatever comes back.
            self._add(label, made, shot.beat.id, facts, price, price)
            return
        frame = shot.format.fps
        planned = len(choose_lengths(shot.beat.frames(frame), frame, facts))
        dearest = max((length.price_usd for length in facts.lengths), default=_FREE)
        self._chains[shot.beat.id, _kind(label), facts.id] = planned, dearest
        self._add(label, made, shot.beat.id, facts, price, price)

    def worked(self, label: str, made: Artifact, row: str = "", by: ModelFacts | None = None) -> None:
        """What is encoded or composed here."""
        self._add(_said(label).lower(), made, row, by)

    def chosen(self, label: str, number: int, made: Artifact, row: str, model: str) -> None:
        """What was finished before, and is shown as it is; `model` made it."""
        self._numbers[row] = number
        self._add(label, made, row, kept_by=model)

    @property
    def steps(self) -> tuple[EstimatedStep, ...]:
        """What models make of pictures, beat by beat, and what is drawn before."""
        sheets = [each for each in self._rows.get("", ()) if each.what.startswith(_SHEET)]
        shown = (*sheets, *(each for each in self.artifacts if each.row and each.model))
        return tuple(EstimatedStep.model_validate(each.model_dump()) for each in shown)

    @property
    def artifacts(self) -> tuple[EstimatedArtifact, ...]:
        """All of it: beat by beat, then what is of the whole film."""
        rows = sorted(self._rows, key=lambda row: self._numbers.get(row, len(self._numbers) + 1))
        return tuple(each for row in rows for each in self._bounded(row))

    def _add(
        self,
        label: str,
        made: Artifact,
        row: str,
        facts: ModelFacts | None = None,
        price: Decimal = _FREE,
        least: Decimal = _FREE,
        kept_by: str = "",
    ) -> None:
        rows, said = self._rows.setdefault(row, []), _said(label)
        what = _VERSION.sub("", said)
        if any((each.what, each.key) == (what, made.key) for each in rows):
            return
        kept = made.reused
        rows.append(
            EstimatedArtifact(
                label=f"{self._numbers.get(row, '')} {row} · {said}".strip()
                if row
                else f"{said[:1].upper()}{said[1:]}",
                model=facts.id if facts else kept_by,
                price_usd=price,
                typical_s=facts.typical_s if facts else 0,
                found=kept,
                row=row,
                what=what,
                key=made.key,
                state="kept" if kept else "new",
                least_usd=_FREE if kept else least,
                most_usd=_FREE if kept else price,
            )
        )

    def _bounded(self, row: str) -> Iterator[EstimatedArtifact]:
        """With what its chunks may come to: the next is certain, whatever comes after follows from it."""
        # Pictures before what is made of them, also those that no step was asked for.
        rows = sorted(self._rows[row], key=lambda each: each.what in _JOINED)
        for each in rows:
            named = (row, _kind(each.label), each.model)
            if named not in self._chains or each.found or not each.price_usd:
                yield each
                continue
            chain = [one for one in rows if (row, _kind(one.label), one.model) == named]
            missing = [one for one in chain if not one.found]
            planned, dearest = self._chains[named]
            most = (2 * planned + 1 - (len(chain) - len(missing))) * dearest
            more = max(most - _sum(missing), _FREE) if each is missing[-1] else _FREE
            least = each.price_usd if each is missing[0] else _FREE
            yield each.model_copy(update={"least_usd": least, "most_usd": each.price_usd + more})


def of_any_plan(seconds: int, film: PlannedFilm, catalogue: Catalogue) -> tuple[Decimal, Decimal]:
    """The least and the most that the pictures of any plan cost that lasts `seconds`: by as few beats as
    there may be, one chunk each, and by as many, covered as badly as a beat may be."""
    images = [
        catalogue.model(film.models[part].id) for part in ("image", "edges", "edit") if part in film.models
    ]
    anchor = max((catalogue.model(each.id).price() for each in film.anchors()), default=_FREE)
    video, fps = film.models["video"], film.format.fps
    prices = [length.price_usd for length in video.lengths]
    # What is moved here costs nothing, and a model that makes none of this size is named elsewhere.
    beats = BEAT_SECONDS if any(prices) else ()
    chunks = {beat: 2 * len(choose_lengths(beat * fps, fps, video)) + 1 for beat in beats}
    few = math.ceil(seconds / max(BEAT_SECONDS))
    least = few * (
        min(_FREE if each.tokens else each.price() for each in images) + min(prices, default=_FREE)
    )
    drawn = seconds // min(BEAT_SECONDS) * max(each.price() for each in images)
    covered = max((Decimal(seconds * count) / beat for beat, count in chunks.items()), default=_FREE)
    if film.sheets and film.sheet_models:
        # Another plan may have nothing that takes any of them.
        drawn += len(film.sheets) * catalogue.model(film.sheet_models[0].id).price()
    return least, drawn + covered * (max(prices, default=_FREE) + anchor)


def _prices(model: Model | None) -> tuple[Decimal, Decimal]:
    """USD of an image, and the least that it may come to."""
    price = model.price() if model else _FREE
    return price, _FREE if model and model.tokens else price


def _sum(rows: Sequence[EstimatedArtifact]) -> Decimal:
    return sum((each.price_usd for each in rows), _FREE)


def _said(label: str) -> str:
    """A step's label without the beat that it is of."""
    return label.rpartition(" · ")[2]


def _kind(label: str) -> str:
    """What all chunks of one version are called, but for their numbers."""
    return "".join(each for each in _said(label) if not each.isdecimal()).strip()
