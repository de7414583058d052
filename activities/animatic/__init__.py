"""The artist that computes here, for nothing: storyboard frames, moving shots and music, from the words of a
plan alone. The same shot gives the same pixels in any process, and nothing of it is presented as
generated footage."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from activities.animatic.fonts import CJK_EXTRA as CJK_EXTRA
    from activities.animatic.fonts import lacks_extra as lacks_extra
    from activities.animatic.framing import another_take as another_take
    from activities.animatic.lettering import legible as legible
    from activities.animatic.palette import Palette as Palette
    from activities.animatic.photo import cut_out as cut_out
    from activities.animatic.provider import Animatic as Animatic
    from activities.animatic.scenes import palette_of as palette_of
    from activities.animatic.scenes import shows_thing as shows_thing
    from activities.animatic.sets import GENRE_SETS as GENRE_SETS
    from activities.animatic.sets import SETS as SETS
    from activities.animatic.sets import set_for as set_for
    from activities.animatic.track import tracks as tracks
    from activities.animatic.words import Lettered as Lettered
    from activities.animatic.words import Said as Said
    from activities.animatic.words import lettered as lettered
    from activities.animatic.words import said_by_set as said_by_set
    from activities.animatic.words import said_over_footage as said_over_footage
    from activities.animatic.words import what_is_set as what_is_set
    from activities.animatic.words import what_lacks as what_lacks
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "fonts": "CJK_EXTRA lacks_extra",
            "framing": "another_take",
            "lettering": "legible",
            "palette": "Palette",
            "photo": "cut_out",
            "provider": "Animatic",
            "scenes": "palette_of shows_thing",
            "sets": "GENRE_SETS SETS set_for",
            "track": "tracks",
            "words": "Lettered Said lettered said_by_set said_over_footage what_is_set what_lacks",
        },
    )
