"""The words of a plan: titles, prompts, and where the product is named."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from activities.film.planning.brief import Brief

PRODUCT = "{product_name}"
# Two lines of the title zone; longer titles would be set too small to read in 5 s.
TITLE_CHARACTERS = 36


def capital(text: str) -> str:
    """The text with its first letter large and nothing else changed: `iPhone case` stays readable."""
    first_word = text.partition(" ")[0]
    return text if any(c.isupper() for c in first_word) else text[:1].upper() + text[1:]


def filled(template: str, product: str) -> str:
    """The template with the product's noun in its place."""
    # "the grandma's honey" is one article too many.
    if "'s " in product or "’s " in product:
        template = template.replace(f"The {PRODUCT}", PRODUCT).replace(f"the {PRODUCT}", PRODUCT)
    # Plain replacement: other braces in what a caller wrote stay what they are.
    return template.replace(PRODUCT, product)


def styled(template: str, brief: Brief) -> str:
    """A library prompt for the models: the product and the film's style words filled in."""
    return f"{filled(template, brief.product)}. Style: {', '.join(brief.style)}."


def film_title(brief: Brief) -> str:
    if not brief.english:
        return capital(brief.product)
    titles = brief.archetype.film_titles
    index = brief.seed % len(titles) if brief.creativity else 0
    return capital(filled(titles[index], brief.product))


def beat_title(
    titles: Sequence[str], brief: Brief, *, used: Collection[str], draw: float, is_end: bool, built_in: bool
) -> str:
    """Words on screen, `draw` (0 to 1) choosing among the titles that no beat has used yet.

    Where the built-in English would stand beside another language, the product's noun at both ends of
    the film and nothing between.
    """
    noun = capital(brief.product) if is_end else ""
    if built_in and not brief.english:
        return noun
    texts = (capital(filled(title, brief.product)) for title in titles)
    options = [text for text in texts if text not in used and len(text) <= TITLE_CHARACTERS]
    return options[int(draw * len(options))] if options else noun


def references(upload: str | None, prompt: str, brief: Brief) -> tuple[str, ...]:
    """The product photo, for a beat whose prompt names the product; one that never does shows none."""
    shown = PRODUCT in prompt or brief.product.casefold() in prompt.casefold()
    return (upload,) if upload and shown else ()
