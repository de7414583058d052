"""The words of a plan: titles, prompts, and where the product is named."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from activities.film.planning.brief import Brief
from activities.film.planning.library import Library
from activities.film.planning.words import BUTTONS, screen_words
from workflows.film import BeatTemplate

PRODUCT = "{product_name}"
# Two lines of the title zone; longer titles would be set too small to read in 5 s.
TITLE_CHARACTERS = 36
# What makes a word for a thing right within an English sentence.
_DETERMINERS = ("the ", "your ", "this ")


def capital(text: str) -> str:
    """The text with its first letter large and nothing else changed: `iPhone case` stays readable."""
    first_word = text.partition(" ")[0]
    is_address = "." in first_word[1:-1] and not any(c.isdigit() for c in first_word)
    return text if is_address or any(c.isupper() for c in first_word) else text[:1].upper() + text[1:]


def filled(template: str, product: str) -> str:
    """The template with the product's noun in its place."""
    # "the grandma's honey" is one article too many.
    if "'s " in product or "’s " in product:
        template = template.replace(f"The {PRODUCT}", PRODUCT).replace(f"the {PRODUCT}", PRODUCT)
    # Plain replacement: other braces in what a caller wrote stay what they are.
    return template.replace(PRODUCT, product)


def styled(template: str, brief: Brief) -> str:
    """A library prompt for the models: the product, the set and light that the prompt tells, and the
    film's style words filled in."""
    scene = f", {brief.scene}" if brief.scene else ""
    return f"{filled(template, brief.product)}{scene}. Style: {', '.join(brief.style)}."


def film_title(brief: Brief) -> str:
    titles = [title for title in brief.archetype.film_titles if _is_right(title, brief)]
    if not brief.english or not titles:
        return capital(brief.name)
    index = brief.seed % len(titles) if brief.creativity else 0
    return capital(filled(titles[index], brief.name))


def beat_title(
    template: BeatTemplate,
    brief: Brief,
    *,
    used: Collection[str],
    draw: float,
    is_end: bool,
    built_in: bool,
) -> str:
    """Words on screen, `draw` (0 to 1) choosing among the titles that no beat has used yet.

    Ours are in the film's language; where we have none in it, the film's name stands at both ends and nothing
    between. A caller's own titles are the caller's.
    """
    name = capital(brief.name) if is_end else ""
    titles: Sequence[str] = template.titles
    if built_in and not brief.english:
        titles = screen_words(brief.language).titles.get(template.id, ())
    right = [title for title in titles if not built_in or _is_right(title, brief)]
    texts = (capital(filled(title, brief.name)) for title in right)
    options = [text for text in texts if text not in used and len(text) <= _longest(text, brief)]
    return options[int(draw * len(options))] if options else name


def callouts(beat_id: str, brief: Brief, library: Library) -> tuple[str, ...]:
    """The words that a built-in beat has of its own, in the film's language; a button where it ends in
    one."""
    words = screen_words(brief.language)
    if last := button(beat_id, brief):
        return last
    return library.callouts(beat_id) if brief.english else words.callouts.get(beat_id, ())


def button(beat_id: str, brief: Brief) -> tuple[str, ...]:
    """What stands on the button of a built-in beat that ends in one; nothing where we have no word for it."""
    words = screen_words(brief.language).button
    return (words,) if words and beat_id in BUTTONS else ()


def _is_right(title: str, brief: Brief) -> bool:
    """Whether a title of ours is right with the film's name in it: a name of somebody's own takes no
    article, and a word for a thing takes one, unless a mark stands between it and the rest."""
    if PRODUCT not in title:
        return True
    before, _, after = title.partition(PRODUCT)
    if before.casefold().endswith(_DETERMINERS):
        return not brief.is_proper
    return brief.is_proper or (_is_apart(before.rstrip()[-1:]) and _is_apart(after[:1]))


def _is_apart(neighbour: str) -> bool:
    return not neighbour or neighbour in ":,.–—·?!"


def _longest(text: str, brief: Brief) -> int:
    # A name is set in as many lines as it takes, whatever stands around it: the prompt gave it.
    return TITLE_CHARACTERS + (len(brief.name) if brief.name in text else 0)


def references(upload: str | None, prompt: str, brief: Brief) -> tuple[str, ...]:
    """The product photo, for a beat whose prompt names the product; one that never does shows none."""
    shown = PRODUCT in prompt or brief.product.casefold() in prompt.casefold()
    return (upload,) if upload and shown else ()
