"""Knows who is told of a run, and has it told beside the run: no production waits for a receiver."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import FailureError

from workflows.studio.calls import STUDIO_QUEUE, summary_of
from workflows.studio.facts import Findable
from workflows.studio.money import Account
from workflows.studio.notice import NOTICE, STUDIO, News, Newsroom, Notice, TellAll
from workflows.studio.report import Progress

# Longer than a receiver is tried: whatever happens, no notice stays in the lists for ever.
_LASTS = timedelta(days=4)
# Servers take workflow ids of so many bytes, by their default, and a production's own may have as many.
_ID_BYTES = 1000
NO_SECRET = (
    "Nobody is told of it: its request names whom, and the workers have no REEL_NOTIFY_SECRET to sign with."
)


class Notices:
    """Those of one run, which people call a `kind`."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._found = Findable()
        self._to: tuple[str, ...] = ()
        self._newsroom = Newsroom(lambda: not workflow.patched("a-wait-at-a-cap-is-told-once"))
        self._count = 0
        self._sending: list[asyncio.Task[None]] = []

    def open(self, account: Account, named: Sequence[str], found: Findable, in_batch: bool) -> str:
        """Whom to tell, once that is known; answers with a warning where nobody can be, else empty. Of the
        items of a batch the studio is told with the batch."""
        own = (STUDIO,) if account.notices == "all" and not in_batch else ()
        self._to = (*own, *dict.fromkeys(named)) if account.notices else ()
        self._found = found
        # Opened again after a wait for a place, it has told of that.
        self._newsroom.had(account.cut)
        return NO_SECRET if named and not account.notices else ""

    def tell(self, progress: Progress) -> None:
        """Has told what is news. To be called, in the workflow, after every change."""
        if self._to:
            for news in self._newsroom.news(progress):
                self._sending.append(asyncio.create_task(self._send(self._notice(news, progress))))

    async def sent(self) -> None:
        """Returns once all of it is on its way; whether anybody hears it is waited for by nobody here."""
        while pending := [one for one in self._sending if not one.done()]:
            await workflow.wait(pending)

    def _notice(self, news: News, progress: Progress) -> Notice:
        self._count += 1
        info = workflow.info()
        return Notice(
            id=f"{info.run_id}:{self._count}",
            news=news,
            at=workflow.now(),
            production=info.workflow_id,
            run=info.run_id,
            kind=self._kind,
            user=self._found.user,
            labels=tuple(self._found.labels),
            status=progress.status,
            waits=progress.waits,
            cut=progress.cut,
            delivered=progress.delivered,
            report=progress.report,
            spent_usd=progress.spent_usd,
            budget_usd=progress.budget_usd,
            error=progress.error,
        )

    async def _send(self, notice: Notice) -> None:
        # One that is there already is this very one.
        with suppress(FailureError):
            await workflow.start_child_workflow(
                NOTICE,
                TellAll(notice=notice, to=self._to),
                id=_id_of(notice),
                task_queue=STUDIO_QUEUE,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                cancellation_type=workflow.ChildWorkflowCancellationType.ABANDON,
                execution_timeout=_LASTS,
                static_summary=summary_of(f"Tell that {notice.production}: {notice.news}"),
            )


def _id_of(notice: Notice) -> str:
    """Of the workflow that delivers it: the notice's own id stays whole, and is like no other's."""
    own = f"/notice/{notice.id}"
    return notice.production.encode()[: _ID_BYTES - len(own)].decode(errors="ignore") + own
