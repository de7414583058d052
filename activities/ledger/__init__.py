"""The one engine: whatever is made or bought is the artifact of a recipe, made once and paid at most once in
the whole fleet, whoever asks and whatever dies meanwhile."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from activities.ledger.artifact import Stored as Stored
    from activities.ledger.artifact import artifact_of as artifact_of
    from activities.ledger.artifact import is_there as is_there
    from activities.ledger.buyer import Buyer as Buyer
    from activities.ledger.capped import cap_in_words as cap_in_words
    from activities.ledger.claim import Attempt as Attempt
    from activities.ledger.endings import refusal as refusal
    from activities.ledger.ingest import POLLS as POLLS
    from activities.ledger.ingest import SECONDS as SECONDS
    from activities.ledger.letting_go import LettingGo as LettingGo
    from activities.ledger.letting_go import Need as Need
    from activities.ledger.orphan_rows import SweepRows as SweepRows
    from activities.ledger.purchase import PaidRecipe as PaidRecipe
    from activities.ledger.recipe import Recipe as Recipe
    from activities.ledger.render import Renderer as Renderer
    from activities.ledger.renders import Ledger as Ledger
    from activities.ledger.services import Services as Services
    from activities.ledger.submissions import Submissions as Submissions
    from activities.ledger.sweep import Sweeper as Sweeper
    from activities.ledger.threads import Threads as Threads
    from activities.ledger.times import Times as Times
    from activities.ledger.work import Made as Made
    from activities.ledger.work import Work as Work
    from activities.ledger.work import Workspace as Workspace
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "artifact": "Stored artifact_of is_there",
            "buyer": "Buyer",
            "capped": "cap_in_words",
            "claim": "Attempt",
            "endings": "refusal",
            "ingest": "POLLS SECONDS",
            "letting_go": "LettingGo Need",
            "orphan_rows": "SweepRows",
            "purchase": "PaidRecipe",
            "recipe": "Recipe",
            "render": "Renderer",
            "renders": "Ledger",
            "services": "Services",
            "submissions": "Submissions",
            "sweep": "Sweeper",
            "threads": "Threads",
            "times": "Times",
            "work": "Made Work Workspace",
        },
    )
