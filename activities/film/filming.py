"""Knows whose sheets a chunk's model is shown beside its frames, and how they are told of."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import JsonValue

from activities.film.prompts import Wording
from activities.film.recipes import ChunkStep, start_of
from activities.models import VideoModel
from workflows.film import Shown, sheets_filmed


@dataclass(frozen=True)
class Filmed(Wording):
    """A chunk's wording, and whose sheets go along, in their order."""

    sheets: tuple[Shown, ...] = ()

    @property
    def facts(self) -> dict[str, JsonValue]:
        # Where nobody is shown these are the facts of before there were references.
        named: list[JsonValue] = [[one.name, one.sheet] for one in self.sheets]
        return super().facts | ({"sheets": named} if named else {})

    @property
    def _prompt(self) -> str:
        """Whatever of the rest is cut: without its token nobody knows whom a picture shows."""
        assert isinstance(self.model, VideoModel)
        limit, said = self.model.prompt_limit, self._told(self.model)
        return f"{super()._prompt[: limit - len(said)]}{said}" if len(said) < limit else super()._prompt

    def _told(self, model: VideoModel) -> str:
        of = [(one, model.token(number)) for number, one in enumerate(self.sheets, 1)]
        names = " and ".join(f"{_name(one)} is {token}" if token else _name(one) for one, token in of)
        return f" Keep the looks: {names}, as the pictures show." if names else ""


def filmed_from(step: ChunkStep) -> dict[str, str]:
    """The inputs of a chunk that is bought: what it starts from and ends with, and the sheets beside that."""
    shown = sheets_filmed(step.model, step.shot, step.terms.rung)
    return start_of(step) | {f"references_{number}": one.sheet for number, one in enumerate(shown, 1)}


def _name(one: Shown) -> str:
    """Without what would call another picture."""
    return " ".join(one.name.replace("@", " ").split())


def filmed(model: VideoModel, step: ChunkStep) -> Filmed:
    """As the step asks for it."""
    rung = step.terms.rung
    return Filmed("chunk", model, step.shot, rung, sheets=sheets_filmed(step.model, step.shot, rung))
