"""The versions of a shot: how each is asked for, and what a finished one is made of.

A version is named by its rung and by its take of that rung: `animatic-1`, `draft-1`, `final-2`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from workflows.film.contract import Beat, Method, Profile
from workflows.studio import Artifact, Facts, Rate

#: From the one that costs nothing to the best: of two finished versions the higher rung is shown.
RUNGS: tuple[Profile, ...] = ("animatic", "draft", "final")


def chain_of(version: Version | None) -> Version | None:
    """The version that names the keyframes which it lies between: they are the rung's, whichever take, and
    after the same sheets. Each sheet that is drawn once more makes another take of all of them."""
    if version is None:
        return None
    sheets = version.part(0).sheets
    return Version(rung=version.rung, take=1 + sum(one.take - 1 for one in sheets.values()), sheets=sheets)


def parts_of(version: Version, method: Method) -> tuple[str, ...]:
    """The names of the others that it has pictures of: those that it retakes a part of, and of a scene the
    one that names its keyframes."""
    one, names = version, dict[str, None]()
    while one.of is not None:
        one = one.of
        names[one.name] = None
    chain = chain_of(version) if method == "keyframes" else None
    if chain is not None:
        names[chain.name] = None
    return tuple(name for name in names if name != version.name)


def towards_of(shot: str, version: str, plan: int) -> str:
    """What a payment for a version is said to go towards."""
    return f"{version} of {shot}" + (f", plan {plan}" if plan > 1 else "")


def prompt_of(planned: str, words: str, note: bool) -> str:
    """What the models are told of a shot of the plan: its prompt, a person's words, or both."""
    if not words:
        return planned
    return f"{planned.rstrip('. ')}. {words}" if note and planned else words


class SheetTake(Facts):
    """Which take of a sheet, and what a person said of it, told beside what it is of."""

    take: int = 1
    words: str = ""


class Version(Facts):
    """One version of a shot, as it is asked for. `words` are a person's: told beside the plan's prompt where
    they are a `note`, else in its place, as earlier releases had it.

    `since` 0 makes image and chunks; from 1 on the chunks of that number and those after it, and what comes
    before is that of the version `of`. `alone` makes the chunk of that number and no other, between the same
    two anchors: only what goes on from its own end follows from it, and is made anew. `mends`: nobody asked
    for it but the film itself, for a flaw of that chunk; it stands only where it is better.

    `sheets` are the takes of those sheets, by name, that were drawn once more: its image is made after these.
    """

    rung: Profile
    take: int = 1
    words: str = ""
    note: bool = False
    since: int = 0
    alone: bool = False
    of: Version | None = None
    mends: bool = False
    sheets: Mapping[str, SheetTake] = {}

    @property
    def name(self) -> str:
        return f"{self.rung}-{self.take}"

    @property
    def rank(self) -> tuple[int, int]:
        """What is shown where there is a choice: the higher one."""
        return RUNGS.index(self.rung), self.take

    def part(self, number: int) -> Version:
        """The version whose words and take a chunk has, from 1; the image's for 0."""
        if self.of is None:
            return self
        is_own = number == self.since if self.alone else number >= self.since
        return self if is_own else self.of.part(number)

    def sheet(self, name: str) -> SheetTake:
        """Which take of a sheet its image is made after."""
        return self.part(0).sheets.get(name, SheetTake())

    def anchor(self, number: int) -> Version:
        """The same of the image between the chunk of that number, from 1, and the next: it is the next one's
        start, and stays with the chunk before where only later ones are made."""
        if self.of is None:
            return self
        is_own = not self.alone and number >= self.since
        return self if is_own else self.of.anchor(number)

    def told(self, planned: Beat) -> Beat:
        """The beat with the words of this version in its own place."""
        return planned.model_copy(update={"prompt": prompt_of(planned.prompt, self.words, self.note)})


class Footage(Facts):
    """A finished version of a shot. All its chunks have one rate; `lettered` tells that they have the shot's
    words in them already, `generated` that a generative model made any of it. `usd` is what the film has paid
    for it, in all its runs."""

    version: Version
    image: Artifact | None
    chunks: tuple[Artifact, ...]
    fps: Rate
    lettered: bool
    generated: bool
    models: tuple[str, ...]
    usd: Decimal = Decimal(0)
    #: Whether it began with an image of its own, and has every anchor that it was to have; else what it is
    #: made from depends on the shots beside it, or on what failed, and it stays as it is.
    alone: bool = True
    #: The images that its chunks were to end with, one a chunk, where it was made between images.
    lasts: tuple[Artifact | None, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """Which version it is, and of what: the same pictures have the same, whoever made them when."""
        return (self.version.name, *(chunk.key for chunk in self.chunks))
