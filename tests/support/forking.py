"""Films that are forked without a server: planned by the rules, and edited as a person does."""

from __future__ import annotations

from typing import Any

import pytest

from activities.film import Library, compose
from starter.edits import Edited, Edits, edited
from workflows.film import Source, VideoRequest
from workflows.studio import InvalidRequest

SOURCE = Source(film="film-ceramic-coffee-mug-3f9a2c", plan="0" * 64)


class Former:
    """The film before."""

    def __init__(self, request: VideoRequest) -> None:
        self.request, self.plan = request, compose(request, Library.default())
        self.ids = [beat.id for beat in self.plan.beats]

    def edited(self, **edits: Any) -> Edited:
        return edited(self.request, SOURCE, self.plan, Edits(**edits))

    def refused(self, **edits: Any) -> str:
        """What is said of edits that cannot be made."""
        with pytest.raises(InvalidRequest) as error:
            self.edited(**edits)
        return str(error.value)
