"""A film's wing: its stages, a file each, what films keep from run to run, and what one would cost. Stages
are activities; other wings know nothing of them."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from activities.film import stages as stages
    from activities.film.cut_folders import cuts_of as cuts_of
    from activities.film.cut_list import CutList as CutList
    from activities.film.cut_list import ListedShot as ListedShot
    from activities.film.cut_list import ShotVersion as ShotVersion
    from activities.film.cut_list import listed_cut as listed_cut
    from activities.film.directed import Directed as Directed
    from activities.film.directed import as_directed as as_directed
    from activities.film.estimate import estimated as estimated
    from activities.film.estimate_edit import EstimatedEdit as EstimatedEdit
    from activities.film.estimate_edit import estimated_edit as estimated_edit
    from activities.film.estimate_edit import refuse_edit as refuse_edit
    from activities.film.plan import FoundPlan as FoundPlan
    from activities.film.plan import latest_plan as latest_plan
    from activities.film.planning.brief import NOT_CREATIVE as NOT_CREATIVE
    from activities.film.planning.compose import compose as compose
    from activities.film.planning.constraints import OWN_FIELDS as OWN_FIELDS
    from activities.film.planning.constraints import unknown as unknown
    from activities.film.planning.errors import InvalidPlan as InvalidPlan
    from activities.film.planning.further import further as further
    from activities.film.planning.further_scenes import further_scenes as further_scenes
    from activities.film.planning.library import Library as Library
    from activities.film.planning.seconds import unheard_length as unheard_length
    from activities.film.report_page import LOADS as LOADS
    from activities.film.report_page import page as page
    from activities.film.reported import ReportedFilm as ReportedFilm
    from activities.film.reported import shots_of as shots_of
    from activities.film.studio import FilmStudio as FilmStudio
    from activities.film.studio import is_ruled as is_ruled
    from activities.film.ways import with_ways as with_ways
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "": "stages",
            "cut_list": "CutList ListedShot ShotVersion listed_cut",
            "cut_folders": "cuts_of",
            "directed": "Directed as_directed",
            "estimate": "estimated",
            "estimate_edit": "EstimatedEdit estimated_edit refuse_edit",
            "plan": "FoundPlan latest_plan",
            "planning.brief": "NOT_CREATIVE",
            "planning.compose": "compose",
            "planning.constraints": "OWN_FIELDS unknown",
            "planning.errors": "InvalidPlan",
            "planning.further": "further",
            "planning.further_scenes": "further_scenes",
            "planning.library": "Library",
            "planning.seconds": "unheard_length",
            "report_page": "LOADS page",
            "reported": "ReportedFilm shots_of",
            "studio": "FilmStudio is_ruled",
            "ways": "with_ways",
        },
    )
