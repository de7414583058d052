"""What a prompt tells beside its subject finds its place in the beats: facts as call-outs, the rest as
titles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from activities.film.planning.brief import Brief
from activities.film.planning.wording import TITLE_CHARACTERS, capital
from activities.film.planning.words import BUTTONS
from workflows.film import Beat

# What is longer is no call-out but a title (`BeatDraft.callouts`).
_CALLOUT_CHARACTERS, _CALLOUTS = 24, 3
#: Beats of products that point at three places of a thing.
_POINTING = frozenset({"feature_highlight_sequence", "benefit_showcase", "detail_showcase"})
# Stands between two facts on one line, which may be broken there: a comma can end a line, a dot cannot.
_COMMA = ", "
_OWN_COMMAS = {"ar": "، ", "fa": "، ", "ur": "، ", "ja": "、", "zh": "，"}


def telling(beats: Sequence[Beat], brief: Brief) -> tuple[Beat, ...]:
    """The beats with what the prompt tells: nothing is left out while a beat between the ends has room, and a
    beat's own words give way to the prompt's."""
    made = list(beats)
    lines = list(lines_of(brief))
    facts = [*_what_it_is(brief), *brief.told.callouts]
    if brief.genre == "explainer":
        made = [_compared(beat, brief) for beat in made]
    short = [fact for fact in facts if len(fact) <= _CALLOUT_CHARACTERS]
    long = [fact for fact in facts if len(fact) > _CALLOUT_CHARACTERS]
    for at, beat in enumerate(made):
        if short and _points(beat):
            made[at] = beat.model_copy(update={"callouts": tuple(map(capital, short[:_CALLOUTS]))})
            short = short[_CALLOUTS:]
    lines += long
    lines += [_joined(short[at : at + _CALLOUTS], brief) for at in range(0, len(short), _CALLOUTS)]
    for at in _places(made, brief):
        if lines:
            made[at] = made[at].model_copy(update={"title": capital(lines.pop(0))})
    if lines and len(made) > 1:
        # More than there are beats: what fits one line stands together.
        last = max(_places(made, brief), default=len(made) - 1)
        title = made[last].title
        joined = capital(_joined([*([title] if title != capital(brief.name) else []), *lines], brief))
        if len(joined) <= 2 * TITLE_CHARACTERS:
            made[last] = made[last].model_copy(update={"title": joined})
    return tuple(made)


def _compared(beat: Beat, brief: Brief) -> Beat:
    """Of several things that are compared a beat tells which, where it would tell what comes first."""
    fitting = [capital(thing) for thing in brief.things if len(thing) <= _CALLOUT_CHARACTERS]
    if len(fitting) < 2 or not beat.callouts or beat.id in BUTTONS:
        return beat
    return beat.model_copy(update={"callouts": tuple(fitting[:_CALLOUTS])})


def lines_of(brief: Brief) -> Iterator[str]:
    """Lines for the screen, the most telling first: when and where, for whom, from whom."""
    told = brief.told
    # "в центре города" is where a place is, and how a thing is set.
    where = told.place or (told.setting if brief.genre in ("place", "announcement") else "")
    for line in (_joined([told.date, where], brief), told.occasion, told.audience, told.sender):
        if line:
            yield line


def _joined(facts: Sequence[str], brief: Brief) -> str:
    return _OWN_COMMAS.get(brief.language, _COMMA).join(filter(None, facts))


def _what_it_is(brief: Brief) -> tuple[str, ...]:
    """The thing, where the film only shows what somebody calls it."""
    thing, name = brief.product.casefold(), brief.name.casefold()
    told = thing in name or name in thing or brief.genre not in ("product", "service", "place")
    return () if told or not brief.is_proper else (brief.product,)


def _points(beat: Beat) -> bool:
    return beat.id in _POINTING or (bool(beat.callouts) and beat.id not in BUTTONS)


def _places(beats: Sequence[Beat], brief: Brief) -> list[int]:
    """Beats whose title may give way: those between the ends, then the last of a film that ends on an
    address, a date or a signature, where another beat shows the name."""
    between = list(range(1, len(beats) - 1))
    named = any(capital(brief.name) in beat.title for beat in beats[:-1])
    ends = brief.genre in ("place", "announcement", "greeting") and named
    return [*between, *([len(beats) - 1] if ends and len(beats) > 1 else [])]
