"""What planning leaves to the rest of a film: the plan, and the facts of every model that it uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import model_validator

from workflows.film.contract import Beat, Continuity, Plan, Profile
from workflows.film.plan import Sheet, Shown
from workflows.film.versions import SheetTake
from workflows.studio import Artifact, CannotBeMade, Facts, FrameFormat, ModelFacts, Payment

#: What the fields of one model each were called, by the part that it plays, and which parts had fallbacks.
_FORMER_FIELDS = {
    "image": "image_model",
    "edges": "edges_model",
    "video": "video_model",
    "score": "score_model",
    "animatic_image": "animatic_image",
    "animatic_video": "animatic_video",
}
_REPLACED = ("image", "video")


#: Parts of a film that have rungs; plan and music are the film's, whatever its shots show.
RUNG_PARTS = ("image", "edges", "edit", "video")


class Rung(Facts):
    """The models that a shot of this film is made with on one rung, by part: `image`, `video`, and `edges`
    and `edit` where there is one. `unavailable` says why it cannot be used, and what to do; it then names
    no models."""

    models: Mapping[str, ModelFacts] = {}
    fallbacks: Mapping[str, tuple[ModelFacts, ...]] = {}
    unavailable: str = ""

    def offered(self, part: str) -> list[ModelFacts]:
        """The models that may play a part, the wanted one first; none where nothing plays it."""
        return [self.models[part], *self.fallbacks.get(part, ())] if part in self.models else []


class KeptKeyframe(Facts):
    """A keyframe that a fork has from the film before, on a rung, at that place of the chain, from 0; and the
    model that made it. `sheets` are the takes that it was drawn after, as a version has them."""

    rung: str
    place: int
    image: Artifact
    model: str
    sheets: Mapping[str, SheetTake] = {}


class FinishedBefore(Facts):
    """A version of a shot that an earlier run finished, and whose files are there: `chunks` are the keys of
    what it is made of, `segment` are its pictures."""

    shot: str
    name: str
    models: tuple[str, ...]
    chunks: tuple[str, ...]
    segment: Artifact


class PlannedFilm(Facts):
    """The plan with the facts of every model it uses: all that the workflow ever reads."""

    plan: Plan
    artifact: Artifact
    #: Of the calls that planned it.
    payments: tuple[Payment, ...] = ()
    format: FrameFormat
    #: By the part that each plays: `image`, `video`, `score`; `edges` for beats that show a reference, where
    #: they are not drawn like the others; `edit` for keyframes that are drawn from other pictures, in films
    #: that have those; `animatic_image` and `animatic_video`, which draw and move a shot
    #: here, for nothing, where what was to be bought is given up: plans of earlier releases may lack these.
    models: Mapping[str, ModelFacts] = {}
    #: What the work of a part moves to, in order, while its model rests.
    fallbacks: Mapping[str, tuple[ModelFacts, ...]] = {}
    #: What the request's own `models` are a rung of: its profile; `draft` where it names pictures that are
    #: bought beside a profile that buys none. None in plans of earlier releases.
    rung: Profile | None = None
    #: By name, the request's own with the models that it names; plans of earlier releases have none.
    rungs: Mapping[str, Rung] = {}
    continuity: Continuity = "chained"
    #: Seconds over which a scene of keyframes dissolves into the next.
    crossfade: float = 0.0
    #: Of a fork: what is not drawn again, though a keyframe before it may be.
    kept_keyframes: tuple[KeptKeyframe, ...] = ()
    #: What is drawn of those whom it shows and nobody gave a picture of; none where nobody asked for it.
    sheets: tuple[Sheet, ...] = ()
    #: What people are told of its earlier runs: this one may need none of it. Nothing is decided by it.
    before: tuple[FinishedBefore, ...] = ()
    #: Where another release, or another request, would have made another film of it.
    warnings: tuple[str, ...] = ()
    # The models as they were recorded before `models`, for workers that read nothing else.
    image_model: ModelFacts | None = None
    video_model: ModelFacts | None = None
    score_model: ModelFacts | None = None
    edges_model: ModelFacts | None = None
    image_fallbacks: tuple[ModelFacts, ...] = ()
    video_fallbacks: tuple[ModelFacts, ...] = ()
    animatic_image: ModelFacts | None = None
    animatic_video: ModelFacts | None = None

    def offered(self, part: str) -> list[ModelFacts]:
        """The models that may play a part, the wanted one first; none where nothing plays it."""
        return Rung(models=self.models, fallbacks=self.fallbacks).offered(part)

    def offered_by(self, rung: str, part: str) -> list[ModelFacts]:
        """The models of a rung that may play a part of `RUNG_PARTS`, the wanted one first; none
        where nothing plays it, or the rung is unavailable. Of a plan without `rungs`, which knows its own
        alone, any that is bought is taken for that one."""
        if self.rungs:
            return self.rungs[rung].offered(part) if rung in self.rungs else []
        if rung != "animatic":
            return self.offered(part)
        drawn = (self.offered(f"animatic_{part}"), self.offered(part))
        return next((models for models in drawn if models and models[0].work == "computes"), [])

    def drawing(self, rung: str, beat: Beat) -> list[ModelFacts]:
        """The models that may draw a beat's image on a rung, the wanted one first: one that is shown whom the
        beat shows, or that follows the edges of its photo, and else, or where those are away or break, one
        that draws from words; none where nothing does, or the rung is unavailable. Words that one refuses are
        softened, and go to no other."""
        image = self.offered_by(rung, "image")
        if beat.is_like_a_sheet:
            shown = self._shown(rung)
        else:
            shown = self.offered_by(rung, "edges") if beat.references else []
        return [*shown, *(model for model in image if model not in shown)]

    def _shown(self, rung: str) -> list[ModelFacts]:
        """The models that may draw after sheets."""
        image = self.offered_by(rung, "image")
        return [model for model in image if model.references] or self.offered_by(rung, "edit")

    def sheets_of(self, rung: str, beat: Beat) -> tuple[Sheet, ...]:
        """What is drawn before the beat's image is, on a rung: as many as its model takes beside those that
        were given; nothing for what is drawn here."""
        image = self.offered_by(rung, "image")
        if not (self.sheets and self.sheet_models and image and image[0].work == "waits"):
            return ()
        of = {sheet.name: sheet for sheet in self.sheets}
        shown = [of[one.name] for one in beat.shows if not one.sheet and one.name in of]
        # Whoever has a photo of it needs no drawing.
        shown += [sheet for sheet in self.sheets if sheet.kind == "product" and not beat.references]
        room = self._room(rung, beat, bool(shown) or beat.is_like_a_sheet) - len(beat.sheets)
        drawn = shown[: max(0, room)]
        style = [sheet for sheet in self.sheets if sheet.kind == "style"]
        return (*drawn, *style[: max(0, room - len(drawn) - len(beat.references[:1]))])

    def _room(self, rung: str, beat: Beat, is_like_a_sheet: bool) -> int:
        """How many pictures beside a start of its own the model takes that would draw a beat."""
        if beat.span and beat.id != self.plan.beats[0].id:
            # It follows from the keyframe before.
            return next((model.references for model in self.offered_by(rung, "edit")), 0)
        if is_like_a_sheet:
            # What is drawn here is shown nobody.
            return next((max(1, one.references) for one in self._shown(rung) if one.work == "waits"), 0)
        return next((model.references for model in self.drawing(rung, beat)), 0)

    @property
    def has_sheets(self) -> bool:
        """Whether any of its shots has a sheet, or may have one drawn on any rung that is bought."""
        beats, bought = self.plan.beats, ("draft", "final")
        return any(beat.sheets or self.sheets_of(rung, beat) for beat in beats for rung in bought)

    def sheets_by(self, rung: str, shot: str) -> tuple[Sheet, ...]:
        """What is drawn before a shot on a rung; of scenes before any: each follows from the one before."""
        beats = [beat for beat in self.plan.beats if beat.id == shot or self.plan.method == "keyframes"]
        drawn = (sheet for beat in beats for sheet in self.sheets_of(rung, beat))
        return tuple(dict.fromkeys(drawn))

    def as_shown(self, rung: str, beat: Beat) -> Beat:
        """The beat as it is once its sheets are drawn, under their names instead of their keys: by such
        beats things are cast and priced before."""
        drawn = {sheet: (sheet.name, "") for sheet in self.sheets_of(rung, beat)}
        return beat.model_copy(update={"shows": with_sheets(beat.shows, drawn)}) if drawn else beat

    @property
    def sheet_models(self) -> list[ModelFacts]:
        """The models that may draw the film's sheets, the wanted one first: those of its own rung's images,
        whichever a shot stands on; of a film that begins with the animatic, of the lowest that is bought."""
        rungs = dict.fromkeys([*([self.rung] if self.rung else []), "draft", "final"])
        offered = (self.offered_by(rung, "image") for rung in rungs)
        return next((models for models in offered if models and models[0].work == "waits"), [])

    def playing(self, rung: str, part: str) -> list[ModelFacts]:
        """The same of a part that nothing goes without. Raises `CannotBeMade`."""
        if not (models := self.offered_by(rung, part)):
            raise CannotBeMade(f"No model of this film's plan makes its {part} on {rung}.")
        return models

    def anchors(self, rung: str | None = None) -> list[ModelFacts]:
        """The models that may draw the images between the chunks of a beat on a rung, by default the film's
        own; none where its chunks follow each other."""
        if self.continuity != "anchored":
            return []
        edits = self.offered_by(rung, "edit") if rung else self.offered("edit")
        videos = self.offered_by(rung, "video") if rung else self.offered("video")
        return edits if videos and videos[0].last_frame else []

    def kept_at(self, rung: str, place: int, sheets: Mapping[str, SheetTake]) -> KeptKeyframe | None:
        """What a fork has from the film before at that place of the chain that is drawn after these takes."""
        wanted = rung, place, sheets
        return next((one for one in self.kept_keyframes if (one.rung, one.place, one.sheets) == wanted), None)

    def own_rung(self, profile: Profile) -> Profile:
        """The rung that a request of that profile asks for by itself. Plans of earlier releases do not tell
        it: what buys its pictures is no animatic, whatever its profile."""
        video = self.models.get("video")
        is_bought = profile == "animatic" and video is not None and video.work == "waits"
        return self.rung or ("draft" if is_bought else profile)

    @model_validator(mode="before")
    @classmethod
    def _says_it_both_ways(cls, said: object) -> object:
        if not isinstance(said, dict):
            return said
        if "models" not in said:
            alone = {part: said.get(field) for part, field in _FORMER_FIELDS.items()}
            others = {part: said.get(f"{part}_fallbacks") for part in _REPLACED}
            return {**said, "models": _there(alone), "fallbacks": _there(others)}
        models, fallbacks = said["models"], said.get("fallbacks", {})
        alone = {field: models.get(part) for part, field in _FORMER_FIELDS.items()}
        others = {f"{part}_fallbacks": fallbacks.get(part) for part in _REPLACED}
        return {**said, **_there(alone), **_there(others)}


def with_sheets(shows: Sequence[Shown], drawn: Mapping[Sheet, tuple[str, str]]) -> tuple[Shown, ...]:
    """Those with the sheets that were drawn, each by its key and object; after them the product, and place
    and light, where these have one."""
    keys = {sheet.name: drawn[sheet] for sheet in drawn if sheet.kind == "character"}
    people = (
        one.model_copy(update={"sheet": keys[one.name][0], "object": keys[one.name][1]})
        if one.name in keys
        else one
        for one in shows
    )
    others = (
        Shown(name=sheet.name, description=sheet.looks, sheet=key, object=object, kind=sheet.kind)
        for sheet, (key, object) in drawn.items()
        if sheet.kind != "character"
    )
    return (*people, *others)


def _there(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value}
