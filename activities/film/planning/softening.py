"""Softer words for a prompt that a provider's content policy has refused: one rung milder each time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

#: Characters of a softened prompt.
LONGEST = 1000
_WHOLLY_NEUTRAL = 2

_NAME = r"[A-Z][\w'’-]*( [A-Z][\w'’-]*)*"
# What filters stumble over, and the nearest words that they let pass. In order: longer phrases first.
_MILDER: Final[Mapping[str, str]] = {
    # Violence and weapons: films about products say such words of knives, shots and colours.
    r"blood[- ]?red|blood[- ]?orange": "deep red",
    r"blood(y|ied|stained)?|gore|gory": "deep red",
    r"shoot(s|ing)?|shot (dead|down)": "capture",
    r"gunmetal": "dark grey",
    r"guns?|pistols?|rifles?|(fire)?arms|weapons?|swords?|daggers?|grenades?|bombs?|bullets?": "tool",
    r"kill(s|ed|er|ing)?|murder(s|ed|ous)?|slaughter(ed)?|massacre": "bold",
    r"explo(de|des|ding|sion|sions|sive)|blast(s|ed|ing)?|deton\w+": "burst of light",
    r"attack(s|ed|ing)?|fight(s|ing)?|battle(s)?|war|combat|assault(s|ed)?": "dynamic movement",
    r"dead(ly)?|death|dying|corpses?|lethal|suicide": "still",
    r"violen(t|ce|tly)|brutal(ly)?|savage(ly)?|aggressive(ly)?": "energetic",
    r"wounds?|injur\w+|scars?|pain(ful)?|torture\w*": "texture",
    r"terror\w*|horror|horrifying|scary|nightmar\w+": "mysterious",
    r"fire|flames?|burning|ablaze": "warm glow",
    # Skin and seduction.
    r"nud(e|es|ity)|naked|topless|undress\w*": "draped in soft fabric",
    r"sex(y|ual|ually)?|erotic|sensual(ly)?|seducti\w+|provocative(ly)?|lustful": "elegant",
    r"bare (skin|body|legs|shoulders|chest)|skin[- ]tight|cleavage|lingerie|bikinis?|underwear": "clothing",
    r"skin|flesh": "surface",
    # What is not advertised, or not to everybody.
    r"drunk(en)?|drugs?|cocaine|heroin|cannabis|marijuana|cigarettes?|smoking|vap(e|es|ing)": "relaxed",
    # Children may not appear in what looks like an advertisement.
    r"((little|young) )?(child(ren)?|kids?|bab(y|ies)|toddlers?|infants?|teen(s|agers?)?)": "family",
    r"(little |young |school)?(girls?|boys?)": "people",
    # Other people's names: what they stand for is said without them.
    rf"(in the style of|inspired by|as painted by|à la) {_NAME}": "in a classic style",
    rf"(looks?|looking) like {_NAME}": "with a classic look",
    r"celebrit(y|ies)|famous (actor|actress|singer|person|people)|presidents?|politicians?": "person",
    r"nike|adidas|i(phone|pad|mac)|macbook|samsung|coca[- ]?cola|pepsi|disney|marvel|pixar|rolex|gucci|chanel"
    r"|louis vuitton|starbucks|mcdonald[’']?s|lego|tesla|ferrari|porsche|bmw|mercedes|playstation|xbox"
    r"|star wars|harry potter|pok[eé]mon|barbie": "unbranded",
    r"logos?|trademarks?": "shape",
}
_PATTERNS: Final = tuple(
    # Names begin with a capital, and only there does the case tell anything.
    (re.compile(rf"(?<!\w)(?:{words})(?!\w)", 0 if "[A-Z]" in words else re.IGNORECASE), milder)
    for words, milder in _MILDER.items()
)
_MARKS = str.maketrans("", "", "®™©")
_PEOPLE = re.compile(
    r"\b(people|person|man|men|woman|women|he|she|they|someone|hands?|fingers?|faces|family"
    r"|families|crowd|model|runner|athlete|dancer|couple|friends?|mother|father|user|customer|mouth|lips|eyes?)\b",
    re.IGNORECASE,
)
# Said where words as such offend nobody: what was refused twice must not be sent a third time as it was.
_DECENT = "Tasteful and calm, for a general audience."
_ALONE = "product photography, the product alone, neutral set, soft even light"
_NEGATIVE: Final = (
    "",
    "violence, weapons, blood, nudity, bare skin, logos, brand names, text, celebrities, children",
    "people, faces, hands, violence, weapons, blood, nudity, logos, brand names, text, celebrities, children",
)


def softened(prompt: str, rung: int) -> str:
    """The prompt for a rung of the content-policy ladder: 0 as given; 1 in milder words, never the same as
    those given; from 2 on only what it says of product, set and light, without people. At most 1,000
    characters from rung 1 on; the same words every time. Only English is understood; what else is there
    stays as it is."""
    if rung <= 0:
        return prompt
    prompt = prompt.translate(_MARKS)
    for pattern, milder in _PATTERNS:
        prompt = pattern.sub(milder, prompt)
    prompt = re.sub(r"\s+([,.;:])", r"\1", " ".join(prompt.split()))
    if rung >= _WHOLLY_NEUTRAL:
        clauses = [each.strip() for each in re.split(r"[,.;\n]", prompt)]
        kept = [each for each in clauses if each and not _PEOPLE.search(each)]
        return ", ".join([*_within(kept, LONGEST - len(_ALONE) - 2), _ALONE])
    said = _cut(prompt, LONGEST - len(_DECENT) - 2).rstrip(". ")
    return f"{said}. {_DECENT}" if said else _DECENT


def negative(rung: int) -> str:
    """What a model that takes a negative prompt is told to leave out on a rung; empty on the first."""
    return _NEGATIVE[min(max(rung, 0), len(_NEGATIVE) - 1)]


def _within(clauses: list[str], room: int) -> list[str]:
    """The first clauses that fit, joined by commas."""
    kept: list[str] = []
    for each in clauses:
        room -= len(each) + 2
        if room < 0:
            break
        kept.append(each)
    return kept


def _cut(prompt: str, longest: int) -> str:
    # At a word, so that no half of one is drawn.
    return prompt if len(prompt) <= longest else prompt[: longest + 1].rpartition(" ")[0] or prompt[:longest]
