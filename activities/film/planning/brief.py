"""What a request asks for in a planner's terms: product, archetype, style, look, seed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from activities.film.planning.errors import InvalidPlan
from activities.film.planning.library import Archetype, Guide, Library
from workflows.film.contract import Genre, Look, VideoRequest
from workflows.film.naming import fingerprint, product_noun
from workflows.studio.requests import FieldProblem
from workflows.studio.words import folded, tokens_of, word_set

#: What changes the file but not the plan: the same film in another format keeps its beats and its seed.
NOT_CREATIVE = frozenset(
    {"aspect", "size", "fps", "music", "titles", "user", "profile", "models", "budget_usd"}
)
# A palette blends its words; after three nothing is left of the last.
MAX_STYLE_WORDS = 3
# A word that calls for an archetype outweighs what its kind of product leans to, and that outweighs
# whether the film's length is the archetype's usual one.
_SAID, _LEANS, _FITS = 2.0, 1.0, 0.5

# Two of these tell that a prompt in Latin letters is not English.
_OTHER_TONGUES = word_set(
    """ein eine einen einer über für und mit der das ist von den un une des les pour avec sur el los las una
    para sobre con il gli della di uma com och för een het voor och jest dla"""
)


@dataclass(frozen=True)
class Brief:
    """What a planner works from. `english` tells whether the library's own words suit the prompt."""

    product: str
    kind: str | None
    archetype: Archetype
    style: tuple[str, ...]
    look: Look
    english: bool
    creativity: float
    seed: int
    genre: Genre = "product"


def read_brief(request: VideoRequest, library: Library, duration_s: int) -> Brief:
    """Reads the request's words. Raises `InvalidPlan` where a drafted plan names an unknown archetype."""
    draft = request.plan
    genre = request.genre or "product"
    library = library.for_genre(genre, drafted=draft is not None)
    guide = library.guide
    product = (draft.product if draft else None) or product_noun(request.prompt)
    kind = _kind(product, guide)
    asked = draft.archetype if draft else None
    archetype = _named(asked, library) if asked else _archetype(request, kind, duration_s, guide)
    style = _style(request, kind, archetype, guide)
    return Brief(
        product=product,
        kind=kind,
        archetype=archetype,
        style=style,
        look=(draft.look if draft else None) or _look(style, archetype, guide),
        english=is_english(request.prompt),
        creativity=request.creativity,
        seed=_seed(request),
        genre=genre,
    )


def _seed(request: VideoRequest) -> int:
    # One beat changed in a plan of the caller's own must leave the pictures of all others as they are.
    drafted = {"plan", "duration_s"} if request.plan is not None else set()
    return int.from_bytes(fingerprint(request, leaving_out=NOT_CREATIVE | drafted)[:4], "big")


def is_english(prompt: str) -> bool:
    """Whether English titles suit a prompt: Latin letters, and no two words of another tongue.

    Judged by what most of its letters are: `Κούπα by ACME` is Greek.
    """
    letters = [c for c in prompt if c.isalpha()]
    if sum(c.isascii() for c in letters) * 2 < len(letters):
        return False
    return len(_OTHER_TONGUES & {token.plain for token in tokens_of(prompt)}) < 2


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


def _archetype(request: VideoRequest, kind: str | None, duration_s: int, guide: Guide) -> Archetype:
    words = _words(request.prompt, request.style)
    lean = guide.kinds[kind].lean if kind else None

    def score(archetype: Archetype) -> float:
        said = len(words & _folded(archetype.keywords)) * _SAID
        fits = archetype.shortest_s <= duration_s <= archetype.longest_s
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


def _style(request: VideoRequest, kind: str | None, archetype: Archetype, guide: Guide) -> tuple[str, ...]:
    asked = _known_styles(request.style, guide)
    if not asked:
        # What the prompt says comes first; what suits the product fills up.
        suits: Sequence[str] = guide.kinds[kind].style if kind else archetype.style
        asked = list(dict.fromkeys([*_known_styles(request.prompt, guide), *suits]))[: MAX_STYLE_WORDS - 1]
    return tuple(asked[:MAX_STYLE_WORDS])


def _look(style: Sequence[str], archetype: Archetype, guide: Guide) -> Look:
    return guide.styles[style[0]].look if style else archetype.look
