"""What a request asks for in a planner's terms: subject, genre, archetype, style, look, seed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from activities.film.planning.errors import InvalidPlan
from activities.film.planning.library import Archetype, Guide, Library
from activities.film.planning.reading import Reading, read
from activities.film.planning.reading.phrase import within
from activities.models import printable
from workflows.film import FOLLOWING, Beat, Genre, Look, Plan, Told, VideoRequest, fingerprint
from workflows.studio import FieldProblem, folded, tokens_of

#: What changes the file but not the plan: the same film in another format keeps its beats and its seed.
NOT_CREATIVE = frozenset(
    {
        "aspect",
        "size",
        "fps",
        "music",
        "titles",
        "user",
        "profile",
        "models",
        "continuity",
        "crossfade",
        "sheets",
    }
    | FOLLOWING
)
# A palette blends its words; after three nothing is left of the last.
MAX_STYLE_WORDS = 3
# A word that calls for an archetype outweighs what its kind of product leans to, and that outweighs
# whether the film's length is the archetype's usual one.
_SAID, _LEANS, _FITS = 2.0, 1.0, 0.5
# What the words of a prompt call for where it names no style: energy, and calm.
_LIVELY_STYLE, _CALM_STYLE = "bold", "calm"
# An archetype as lively, or as calm, as a prompt asks for: the mean of its curve. Between them it is neither.
_LIVELY, _CALM = 0.65, 0.45
#: Said where a prompt could not be understood.
UNREAD = "The prompt names nothing that the rules understand: the film shows its own words."
#: Said where they could not be shown either, as of emoji alone.
UNDRAWN = "The prompt has no words that a font here can draw: the film shows none."


@dataclass(frozen=True)
class Brief:
    """What a planner works from: `product` is the thing, in models' prompts; `name` stands on screen for
    it, and `is_proper` tells that it is a name of its own, without an article."""

    product: str
    kind: str | None
    archetype: Archetype
    style: tuple[str, ...]
    look: Look
    creativity: float
    seed: int
    genre: Genre
    language: str
    name: str
    is_proper: bool = False
    told: Told = field(default_factory=Told)
    things: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def english(self) -> bool:
        """Whether the library's own words suit the prompt."""
        return self.language == "en"

    @property
    def scene(self) -> str:
        """What the prompt tells of the set and its light, for the models."""
        return ", ".join(filter(None, (self.told.setting, self.told.light)))

    def plan(self, title: str, beats: tuple[Beat, ...]) -> Plan:
        """The plan that these beats make of it."""
        return Plan(
            title=title,
            product=self.product,
            language=self.language,
            genre=self.genre,
            subject=self.product,
            name=self.name,
            things=self.things,
            named=True,
            told=self.told,
            archetype=self.archetype.id,
            style=self.style,
            look=self.look,
            beats=beats,
            seed=self.seed,
            warnings=self.warnings,
            lettered=True,
        )


def read_brief(request: VideoRequest, library: Library, duration_s: int) -> Brief:
    """Reads the request's words. Raises `InvalidPlan` where a drafted plan names an unknown archetype."""
    draft, said = request.plan, read(request.prompt)
    genre = request.genre or said.genre
    library = library.for_genre(genre, drafted=draft is not None)
    guide = library.guide
    given = draft.product if draft else None
    words = _own_words(request.prompt)
    product, name = given or said.subject or words, given or said.name or words
    kind = _kind(product, guide)
    asked = draft.archetype if draft else None
    archetype = _named(asked, library) if asked else _archetype(request, kind, duration_s, guide, said)
    style = _style(request, kind, archetype, guide, said)
    return Brief(
        product=product,
        kind=kind,
        archetype=archetype,
        style=style,
        look=(draft.look if draft else None) or _look(style, archetype, guide),
        creativity=request.creativity,
        seed=_seed(request),
        genre=genre,
        language=said.language,
        name=name,
        is_proper=not given and said.is_proper,
        told=said.told,
        things=() if given else said.things,
        warnings=() if given or said.subject else (_unread(name),),
    )


def _unread(name: str) -> str:
    # As slow an import as OpenCV, and seldom needed.
    from activities.animatic import lacks_extra, legible

    # What a font that is not installed lacks is said where the film is planned: its plan is every worker's.
    return UNREAD if legible(name) or lacks_extra(name) else UNDRAWN


def _own_words(prompt: str) -> str:
    """What is shown of a prompt that nobody understands: its beginning, cut between words."""
    return within(printable(prompt)) or prompt[:1]


def _seed(request: VideoRequest) -> int:
    # One beat changed in a plan of the caller's own must leave the pictures of all others as they are.
    drafted = {"plan", "duration_s"} if request.plan is not None else set()
    return int.from_bytes(fingerprint(request, leaving_out=NOT_CREATIVE | drafted)[:4], "big")


def _words(*texts: str) -> frozenset[str]:
    return frozenset(token.plain for text in texts for token in tokens_of(text))


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(folded(word) for word in words)


def _kind(product: str, guide: Guide) -> str | None:
    # The last noun tells what a thing is: a "coffee table" is a table.
    for token in reversed(tokens_of(product)):
        for name, kind in guide.kinds.items():
            if token.plain in _folded(kind.nouns):
                return name
    return None


def _named(asked: str, library: Library) -> Archetype:
    found = library.archetype(asked)
    if found is None:
        known = ", ".join(each.id for each in library.guide.archetypes)
        raise InvalidPlan(
            [
                FieldProblem(
                    field="plan.archetype",
                    problem=f"no archetype is called {asked}",
                    suggestion=f"one of {known}",
                )
            ]
        )
    return found


def _archetype(
    request: VideoRequest, kind: str | None, duration_s: int, guide: Guide, reading: Reading
) -> Archetype:
    words = _words(request.prompt, request.style)
    lean = guide.kinds[kind].lean if kind else None

    def score(archetype: Archetype) -> float:
        said = len(words & _folded(archetype.keywords)) * _SAID
        fits = archetype.shortest_s <= duration_s <= archetype.longest_s
        mean = sum(archetype.energy) / len(archetype.energy)
        lively, calm = reading.lively > 0 and mean >= _LIVELY, reading.lively < 0 and mean <= _CALM
        said += _SAID if lively or calm else 0.0
        return said + (_LEANS if archetype.id == lean else 0.0) + (_FITS if fits else 0.0)

    best = max(guide.archetypes, key=score)
    if request.plan is not None or not request.creativity or score(best) >= _SAID:
        return best
    # Nobody asked for one: what its kind of product leans to is one of those that fit, or all films of a kind
    # would be one film. A draw of its own, so that no other choice follows from it.
    fitting = [each for each in guide.archetypes if score(each) >= _FITS] or [best]
    return fitting[int(Random(f"archetype:{_seed(request)}").random() * len(fitting))]


def _known_styles(text: str, guide: Guide) -> list[str]:
    """Style words of a text that the palette knows, in order, each once."""
    names = {folded(word): name for name, style in guide.styles.items() for word in (name, *style.words)}
    found = (names[token.plain] for token in tokens_of(text) if token.plain in names)
    return list(dict.fromkeys(found))


def _style(
    request: VideoRequest, kind: str | None, archetype: Archetype, guide: Guide, reading: Reading
) -> tuple[str, ...]:
    asked = _known_styles(request.style, guide)
    if not asked:
        # What the prompt says comes first; what suits the product fills up.
        suits: Sequence[str] = guide.kinds[kind].style if kind else archetype.style
        mood = [_LIVELY_STYLE] if reading.lively > 0 else [_CALM_STYLE] if reading.lively < 0 else []
        wished = [*_known_styles(request.prompt, guide), *mood, *suits]
        asked = list(dict.fromkeys(wished))[: MAX_STYLE_WORDS - 1]
    return tuple(asked[:MAX_STYLE_WORDS])


def _look(style: Sequence[str], archetype: Archetype, guide: Guide) -> Look:
    return guide.styles[style[0]].look if style else archetype.look
