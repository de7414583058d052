"""What costs nothing at a market for tests: accounts, what is decided and kept, encodes and deliveries."""

from __future__ import annotations

from temporalio import activity

from tests.support.books import Books
from workflows.film import steps
from workflows.studio import account as accounts
from workflows.studio.facts import Artifact, Media
from workflows.studio.money import Account


class FreeSteps:
    """As the books have it, which are by the film's id."""

    def __init__(self) -> None:
        self.books = dict[str, Books]()
        #: The budgets that people set, in the order in which they were written down.
        self.written: list[accounts.RecordBudget] = []

    @activity.defn(name="open_account")
    async def account(self, step: accounts.OpenAccount) -> Account:
        books = self.books[step.film]
        return Account(
            payments=tuple(books.paid.values()),
            choices=tuple(books.choices.values()),
            budget_usd=books.limit,
            decided=True,
            edits=tuple(books.edits),
            versions=tuple(books.versions.values()),
            cut=len(books.cuts),
        )

    @activity.defn(name="record_choice")
    async def choose(self, step: accounts.RecordChoice) -> accounts.Recorded:
        self.books[step.film].choices[step.choice.step] = step.choice
        return accounts.Recorded()

    @activity.defn(name="record_budget")
    async def grant(self, step: accounts.RecordBudget) -> accounts.Recorded:
        self.written.append(step)
        return accounts.Recorded()

    @activity.defn(name="record_edit")
    async def direct(self, step: accounts.RecordEdit) -> accounts.Recorded:
        self.books[step.film].edits.append(step.edit)
        return accounts.Recorded()

    @activity.defn(name="record_version")
    async def keep(self, step: accounts.RecordVersion) -> accounts.Recorded:
        self.books[step.film].versions[step.version.plan, step.version.row, step.version.name] = step.version
        return accounts.Recorded()

    @activity.defn(name="keep_rung")
    async def keep_rung(self, step: steps.KeepRung) -> accounts.Recorded:
        return accounts.Recorded()

    @activity.defn(name="accept_risk")
    async def accept(self, step: accounts.AcceptRisk) -> accounts.Recorded:
        for books in self.books.values():
            books.doubts = {key: name for key, name in books.doubts.items() if name != step.attempt}
        return accounts.Recorded()

    @activity.defn(name="refine_segment")
    async def refine(self, step: steps.RefineSegment) -> Artifact:
        return piece("/".join((step.beat_id, *(chunk.key for chunk in step.chunks))))

    @activity.defn(name="render_transition")
    async def join(self, step: steps.RenderTransition) -> Artifact:
        return piece(step.beat_id)

    @activity.defn(name="stitch_film")
    async def stitch(self, step: steps.StitchFilm) -> Artifact:
        return piece("+".join(piece.artifact.key for piece in step.pieces))

    @activity.defn(name="deliver_film")
    async def deliver(self, step: steps.DeliverFilm) -> steps.DeliveredFilm:
        cuts, shown = self.books[step.film_id].cuts, tuple(shot.version for shot in step.shots)
        cuts += [shown] * (shown not in cuts)
        video = f"videos/{step.film_id}/cuts/{1 + cuts.index(shown)}"
        return steps.DeliveredFilm(video=video, manifest="", cut=1 + cuts.index(shown))


def piece(name: str) -> Artifact:
    return Artifact(key=name, object=name, media=Media(mime="video/mp4", bytes=1, sha256="0" * 64))
