"""`NoticeWorkflow`: one notice of a production, brought to all who asked for it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from urllib.parse import urlsplit

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

from workflows.studio import NOTICE, STUDIO, STUDIO_QUEUE, Heard, TellAll, TellNotice, run

_TELL = workflow.ActivityConfig(
    # Twice what connecting, sending and an answer may take together.
    start_to_close_timeout=timedelta(seconds=40),
    # A receiver that is away over a weekend still hears of it; after this it would be no news.
    schedule_to_close_timeout=timedelta(days=3),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1),
        backoff_coefficient=2.0,
        # Who comes back should hear within minutes, and an hour's absence is no reason to knock each second.
        maximum_interval=timedelta(minutes=10),
    ),
)


async def tell_notice(step: TellNotice, label: str) -> Heard:
    """Tried until the receiver takes it, or says that it never will."""
    return await run("tell_notice", step, Heard, STUDIO_QUEUE, _TELL, label)


@workflow.defn(name=NOTICE)
class NoticeWorkflow:
    """Ends when each of them has taken it or refused it for good; one that is away holds up no other."""

    @workflow.run
    async def run(self, asked: TellAll) -> Heard:
        telling = [asyncio.create_task(self._tell(asked, to)) for to in asked.to]
        await workflow.wait(telling)
        refused = tuple(where for task in telling if (where := task.result()))
        return Heard(heard=len(telling) - len(refused), refused=refused)

    async def _tell(self, asked: TellAll, to: str) -> str:
        """Empty once it is taken; else whose it was to be."""
        # The rest of an address may be a secret of its owner's.
        where = to if to == STUDIO else urlsplit(to).hostname or "nobody"
        try:
            await tell_notice(TellNotice(notice=asked.notice, to=to), f"{asked.notice.news} → {where}")
        except ActivityError:
            return where
        return ""
