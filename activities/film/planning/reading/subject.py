"""What a film is about: the thing, and the name that stands on screen for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from activities.film.planning.reading.grammar import grammar, head_of, text_of
from activities.film.planning.reading.heard import Heard
from activities.film.planning.reading.inflect import is_word, nominative, without_article
from activities.film.planning.reading.lexicon import Lexicon
from activities.film.planning.reading.names import apposed, kind_of, named, quoted
from activities.film.planning.reading.opening import is_question, point_of
from activities.film.planning.reading.pairs import others, qualified
from activities.film.planning.reading.phrase import LONGEST, Phrase, Reader, within
from activities.film.planning.reading.text import Word
from activities.film.planning.reading.things import is_safe

# A label such as "Instagram reel" has few words; more before a colon are a sentence.
_LABEL_WORDS = 4


@dataclass(frozen=True)
class Subject:
    """`subject` is the thing and `name` what stands on screen, in the prompt's words; empty where nothing
    could be understood. `head` names the thing in a word, `doing` says what it does; a name that
    `is_proper` is somebody's own. `first` to `end` are the tokens that it was read from; `facts`
    say of each of several things what it is for, and `things` which they are; it `asks` who or where; the
    prompt comes to its point at the token `begun`, and what is `listed` before is told as well."""

    subject: str = ""
    name: str = ""
    head: str = ""
    doing: str = ""
    is_proper: bool = False
    first: int = 0
    end: int = 0
    facts: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    asks: bool = False
    begun: int = 0
    listed: tuple[tuple[int, int], ...] = ()


def subject_of(prompt: str, said: Heard, lexicon: Lexicon) -> Subject:
    """`prompt` is composed."""
    reader = Reader(said.tokens, lexicon, said.timed)
    start, name = _after_label(reader, prompt)
    if said.name:
        start, name = 0, text_of(said.name, 0, len(said.name), prompt, lexicon.language)
    anchors, point = reader.anchors(), point_of(reader)
    if said.topic is not None:
        start, anchors = 0, [(said.topic, False), *anchors]
    elif point is not None and point.at >= start and not name:
        led = [each for each in anchors if each[1]]
        anchors = [*led, (point.at, False), *(each for each in anchors if each[0] > point.at), *anchors]
    elif is_question(reader):
        anchors = [(0, False), *anchors]
    elif start:
        anchors = [(start, False), *((at, governed) for at, governed in anchors if at > start), *anchors]
    for at, governed in anchors:
        if at < start and not name:
            continue
        phrase = reader.phrase(max(at, start), governed)
        if phrase is not None and is_safe(reader, phrase):
            found = _subject(reader, prompt, phrase, name)
            if point is None or point.at > phrase.first:
                return replace(found, asks=reader.asks_who())
            return replace(found, begun=point.at, listed=point.listed)
    return Subject(name, name, name, is_proper=True, end=start) if name else Subject()


def with_wish(prompt: str, tokens: Sequence[Word], lexicon: Lexicon, read: Subject) -> Subject:
    """A greeting shows the wish as it is said, to its first mark: "Congratulations to Maria on her day"."""
    if not any(lexicon.has("greeting", token.plain) for token in tokens[read.first : read.end]):
        return read
    end = read.end
    while (
        end < len(tokens)
        and tokens[end].is_word
        and not lexicon.is_any(("film", "kinds", "from"), tokens[end].plain)
    ):
        end += 1
    wish = text_of(tokens, read.first, end, prompt, lexicon.language)
    return replace(read, name=wish, end=end) if len(wish) <= LONGEST else read


def _after_label(reader: Reader, prompt: str) -> tuple[int, str]:
    """Where the text begins after "Instagram reel:" or "Meet Orbit:", and the name that the latter gives."""
    colon = next((at for at, token in enumerate(reader.tokens) if token.text in ":："), None)
    if colon is None or not 0 < colon <= _LABEL_WORDS + 1 or colon + 1 >= len(reader.tokens):
        return 0, ""
    label = [at for at in range(colon) if reader.is_content(at)]
    own = [at for at in label if not _is_kind(reader, at)]
    if not own or reader.tokens[0].plain in grammar().news:
        return colon + 1, ""
    asked = any(reader.is_("ask", at) for at in range(colon))
    if asked and all(reader.tokens[at].is_large for at in own):
        return colon + 1, text_of(reader.tokens, own[0], own[-1] + 1, prompt, reader.lexicon.language)
    # "15-second teaser: the new lamp": a film word anywhere in a label makes it one.
    return (colon + 1, "") if any(reader.is_film(at) for at in range(colon)) else (0, "")


def _is_kind(reader: Reader, at: int) -> bool:
    word = reader.tokens[at].plain
    telling = ("explainer", "story")
    return reader.is_film(at) or any(reader.lexicon.has(role, word) for role in telling)


def _subject(reader: Reader, prompt: str, phrase: Phrase, name: str) -> Subject:
    language, tokens = reader.lexicon.language, reader.tokens
    done = _done(reader, phrase)
    if done is not None:
        how = next((at for at in range(phrase.first, -1, -1) if reader.is_("explainer", at)), 0)
        name = name or text_of(tokens, how, done.end, prompt, language)
        thing = within(text_of(tokens, done.first, done.end, prompt, language))
        return Subject(thing, within(name), head_of(thing, language), first=how, end=done.end)
    first, end = phrase.first, phrase.end
    beside = None if name else apposed(reader, phrase)
    several = others(reader, phrase) if not name and beside is None else ()
    if several:
        return _together(reader, prompt, (phrase, *several))
    given = name or named(reader, prompt, end) or quoted(reader, prompt, first, end)
    given = given or kind_of(reader, prompt, phrase)
    if beside is not None:
        given = text_of(tokens, first, end, prompt, language)
        first, end, phrase = beside.first, beside.end, beside
    thing_end = end - phrase.doing
    whole = text_of(tokens, first, end, prompt, language)
    thing = text_of(tokens, first, thing_end, prompt, language) if thing_end > first else whole
    whose = _whose(reader, phrase)
    if whose is not None and not given:
        # "opening of our library" is shown whole; what opens is the thing of it.
        given, end = text_of(tokens, first, whose.end, prompt, language), whose.end
    if phrase.governed or phrase.asked:
        thing = nominative(thing, language, governed=phrase.governed)
    if language == "de" and phrase.first > 0:
        thing = without_article(tokens[phrase.first - 1].plain, thing)
    whole = thing if not phrase.doing else whole
    doing = _doing(reader, prompt, thing_end) if phrase.doing else ""
    if not given:
        thing, whole = _inside(reader, phrase, thing), _inside(reader, phrase, whole)
    subject = within(thing)
    # "driving" alone says too little to be shown; "playing piano" is what the film is about.
    shown = given or (f"{subject} {doing}" if " " in doing else subject if doing else within(whole))
    proper = (bool(given) and whose is None) or _is_proper(reader, phrase)
    return Subject(subject, within(shown), head_of(subject, language), doing, proper, phrase.first, end)


def _together(reader: Reader, prompt: str, things: Sequence[Phrase]) -> Subject:
    """Several things as one subject, and what each is for as a fact of its own."""
    language, tokens = reader.lexicon.language, reader.tokens
    texts: list[str] = []
    for at, thing in enumerate(things):
        text = text_of(tokens, thing.first, thing.end, prompt, language)
        if thing.governed or thing.asked:
            text = nominative(text, language, governed=thing.governed)
        if language == "de" and thing.first > 0:
            text = without_article(tokens[thing.first - 1].plain, text)
        texts.append(text if at else _inside(reader, thing, text))
    # "a mug and a plate for children": what stands behind the last is said of all.
    stops = [qualified(reader, thing) for thing in things]
    each = any(stop > thing.end for stop, thing in zip(stops[:-1], things, strict=False))
    said = zip(texts, things, stops, strict=True) if each else ()
    facts = tuple(
        f"{text}{prompt[tokens[of.end - 1].end : tokens[stop - 1].end]}"
        for text, of, stop in said
        if stop > of.end
    )
    end = stops[-1] if each else things[-1].end
    link = next(tokens[at].text for at in range(things[-1].first - 1, -1, -1) if reader.is_("and", at))
    subject = within(f"{', '.join(texts[:-1])} {link} {texts[-1]}")
    # The first tells what kind of film it is: "a lighthouse and its keeper".
    head = head_of(texts[0], language)
    proper = all(_is_proper(reader, thing) for thing in things)
    apart = () if _share_a_noun(reader, things) else tuple(map(within, texts))
    return Subject(subject, subject, head, "", proper, things[0].first, end, facts, apart)


def _share_a_noun(reader: Reader, things: Sequence[Phrase]) -> bool:
    """ "salt and pepper shakers", "gas and electric stoves": the last noun may be both's."""
    first, last = things[0], things[-1]
    bare = not any(of.first > 0 and reader.is_("det", of.first - 1) for of in things)
    single = first.end - first.first == 1 and not reader.tokens[first.first].plain.endswith("s")
    return reader.lexicon.language == "en" and bare and single and last.end - last.first > 1


def _whose(reader: Reader, phrase: Phrase) -> Phrase | None:
    """Whose it is, or what of: "our library" after "opening of"."""
    after = phrase.end + 1
    if after >= len(reader.tokens) or not (reader.is_("of", phrase.end) and reader.is_("det", after)):
        return None
    found = reader.phrase(after, governed=False)
    return found if found is not None and is_safe(reader, found) else None


def _inside(reader: Reader, phrase: Phrase, text: str) -> str:
    """As it is written inside a sentence: the large letter of a word that opens one goes, unless it is a
    name."""
    word = reader.tokens[phrase.first].text
    opens = phrase.first == 0 or not reader.tokens[phrase.first - 1].is_word
    others = [token for token in reader.tokens[phrase.first + 1 : phrase.end] if token.is_word]
    if reader.lexicon.language != "en" or not opens or not word[1:].islower():
        return text
    if any(other.is_large for other in others):
        return text
    return text[:1].lower() + text[1:] if is_word(word.casefold(), "en") else text


def _is_proper(reader: Reader, phrase: Phrase) -> bool:
    """Whether every word is large, and not because it opens a sentence, as every noun of German is."""
    words = [token for token in reader.tokens[phrase.first : phrase.end] if token.is_word]
    large = all(word.is_large for word in words if not reader.lexicon.has("with", word.plain))
    if not large or reader.lexicon.language == "de":
        return False
    return phrase.first > 0 or (reader.lexicon.language == "en" and not is_word(words[0].plain, "en"))


def _done(reader: Reader, phrase: Phrase) -> Phrase | None:
    """What is done to what in "how to change a tire": the thing after the verb and an article."""
    how = any(reader.is_("explainer", at) for at in range(phrase.first))
    if phrase.end - phrase.first > 1 or not (how or reader.asks_who()):
        return None
    at = phrase.end
    if at >= len(reader.tokens) or not reader.is_("det", at):
        return None
    found = reader.phrase(at, governed=False)
    return found if found is not None and is_safe(reader, found) else None


def _doing(reader: Reader, prompt: str, start: int) -> str:
    """What the thing does, up to a mark or a circumstance: "playing piano", "surfing a giant wave"."""
    end = start + 1
    while end < len(reader.tokens) and reader.tokens[end].is_word and end not in reader.timed:
        if any(reader.is_(job, end) for job in ("at", "with", "to", "from", "that", "film")):
            break
        end += 1
    return text_of(reader.tokens, start, end, prompt, reader.lexicon.language)
