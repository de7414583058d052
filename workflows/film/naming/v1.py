"""The first reading of a prompt: the noun that stands in workflow ids.

Frozen: whatever it misreads, films are found by it, and another reading would name them anew and buy them
again. So are the lengths (`workflows/film/duration.py`) and the words (`workflows/studio/words.py`) that it
reads by. What a film is really about is read in planning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from workflows.film.duration import FILM_WORDS, spans_of, words_before
from workflows.studio import Token, folded, tokens_of, word_set

#: What a film is about when its prompt names nothing.
FALLBACK_NOUN = "film"
# A noun is set in giant type and stands in workflow ids: longer ones fit neither.
NOUN_WORDS, NOUN_CHARACTERS, SLUG_CHARACTERS = 4, 40, 40

# What leads from the film to its subject.
_ABOUT = word_set(
    """about for featuring showing showcasing introducing presenting promoting advertising starring of on
    celebrating announcing launching για о об обо про для über für uber sobre para sur pour"""
)
# What people say before they come to the point.
_LEADING = word_set(
    """a an the our my your their his her its this that these those some new brand brand-new please make
    create produce generate film shoot render do give show me us let introducing presenting meet discover i
    we want need would like to can you could very just one another write design build it want
    ένα μια μία ένας έναν ο η το τον την τα οι τους τις μου μας νέα νέο νέος νέα φτιάξε δημιούργησε κάνε θέλω
    сделай сделайте создай создайте сними снимите покажи хочу мне нам наш наша наше наши нашей нашем нашу
    нашего новый новая новое новые новой новом новую мой моя моей моём мою этот эта
    ein eine einen einer einem unser unsere der die das una uno un une le la el los las mein meine
    neue neuen neuer neues tell here"""
)
# Skipped in front, but part of a name elsewhere: "a cleaning product".
_COMING_TO_IT = word_set("product promote advertise explain how launch instagram tiktok youtube social")
_QUOTES = frozenset("'\"‘’“”«»„`")
# Where the subject ends and its circumstances begin.
_ENDING = word_set(
    """with without that which who whose in on at by from into onto under over near inside outside around
    through during while as when where and or but plus then being is are was were be has have made using
    keeps keep helps makes lets gives saves called named works will has does goes runs stands sits lasts
    for to so because featuring showing set against like please should must it make only no not
    σε στο στη στην στον με που και από όταν στις στους είναι
    с со в во на и из у при который которая которое под над где когда для от как
    mit im und auf aus von con en y avec dans et"""
)
# "a sneaker running through the city": what it does is not what it is; these are things.
_THINGS_IN_ING = word_set("earring spring string clothing building ceiling painting pudding swing sling")
_STYLE = word_set(
    "cinematic short long warm cozy bold energetic minimal minimalist premium animated quick funny"
)
_OF = word_set("of")

_GREEK = "α:a β:v γ:g δ:d ε:e ζ:z η:i θ:th ι:i κ:k λ:l μ:m ν:n ξ:x ο:o π:p ρ:r σ:s τ:t υ:y φ:f χ:ch ψ:ps ω:o"
_CYRILLIC = (
    "а:a б:b в:v г:g д:d е:e ж:zh з:z и:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ч:ch ш:sh "
    "щ:shch ы:y э:e ю:yu я:ya і:i є:ye ґ:g ђ:dj ћ:c љ:lj њ:nj џ:dz ј:j"
)
_LATIN = "ß:ss ø:o ł:l đ:d æ:ae œ:oe þ:th ı:i"
_LETTERS = dict(pair.split(":") for pair in f"{_GREEK} {_CYRILLIC} {_LATIN}".split())


def _phrase(tokens: Sequence[Token]) -> list[str]:
    """The first run of words of a subject: leading words skipped, ended by a mark or a circumstance."""
    words: list[str] = []
    for token in tokens:
        skipped = token.plain in _LEADING or token.plain in FILM_WORDS or not token.is_word
        before = token.plain in _ABOUT or token.plain in _ENDING or token.plain in _COMING_TO_IT
        if token.text in _QUOTES or (not words and (skipped or before)):
            continue
        if words and len(words[-1]) > 4 and token.plain in _ENDING and _is_doing(words):
            return words[:-1]
        if skipped or token.plain in _ENDING:
            break
        words.append(token.text)
    return words


def _is_doing(words: Sequence[str]) -> bool:
    last = folded(words[-1])
    return len(words) > 1 and last.endswith("ing") and last not in _THINGS_IN_ING


def _subject(tokens: Sequence[Token]) -> list[str]:
    """Words of what the film is about: what follows "film about", else what the prompt opens with."""
    seen_film = False
    for index, token in enumerate(tokens):
        seen_film = seen_film or token.plain in FILM_WORDS
        if seen_film and token.plain in _ABOUT and token.plain not in FILM_WORDS:
            words = _phrase(tokens[index + 1 :])
            if words:
                return words
    words = _phrase(tokens)
    # "a cinematic ceramic mug commercial": the style is not the subject.
    while len(words) > 1 and folded(words[0]) in _STYLE:
        words = words[1:]
    return words


def _shortened(words: list[str]) -> str:
    joints = [at for at, word in enumerate(words) if folded(word) in _OF and at > 0]
    if len(words) > NOUN_WORDS:
        # The noun stands last, what qualifies it before: "bottle of", then "olive oil".
        head = joints[0] + 1 if joints and joints[0] < NOUN_WORDS - 1 else 0
        words = words[:head] + words[head - NOUN_WORDS :]
    while len(words) > 1 and (folded(words[-1]) in _OF or len(" ".join(words)) > NOUN_CHARACTERS):
        words = words[:-1] if joints else words[1:]
    return " ".join(words)[:NOUN_CHARACTERS].strip()


def product_noun(prompt: str) -> str:
    """The product's noun in the caller's words: at most 4 words and 40 characters, never empty.

    Only letters, digits, hyphens and apostrophes, whatever the prompt holds.

    >>> product_noun("A 15 second film about a ceramic coffee mug")
    'ceramic coffee mug'
    """
    tokens = tokens_of(prompt)
    spoken = {at for span in spans_of(tokens) for at in range(words_before(tokens, span), span.end)}
    kept = [token for at, token in enumerate(tokens) if at not in spoken]
    return _shortened(_subject(kept)) or FALLBACK_NOUN


def slug_of(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, at most 40 characters; empty when no letter can be told."""
    ascii_text = "".join(c if c.isascii() else _LETTERS.get(c, "") for c in folded(text))
    words = re.findall(r"[a-z0-9]+", ascii_text)
    slug = "-".join(words)[: SLUG_CHARACTERS + 1]
    return slug[:SLUG_CHARACTERS] if len(slug) <= SLUG_CHARACTERS else slug.rpartition("-")[0] or slug[:-1]
