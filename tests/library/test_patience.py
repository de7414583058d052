"""Nobody says that the file was sent: after an hour it is looked for all the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.library.signing import Signing
from activities.library.uploads import STAGES, Uploads
from activities.opening import open_store
from infra.embedded.stack import Stack
from infra.settings import Settings
from tests.support.handing import announced, begun, failure_of, photo, put
from tests.support.skipping import skipping as skipping
from workflows.library.workflow import UploadWorkflow
from workflows.studio.calls import STUDIO_QUEUE

AN_HOUR = timedelta(hours=1, seconds=1)


@asynccontextmanager
async def taking(skipping: WorkflowEnvironment, stack: Stack, settings: Settings) -> AsyncIterator[None]:
    async with open_store(stack, settings) as store:
        uploads = Uploads(store)
        async with Worker(
            skipping.client,
            task_queue=STUDIO_QUEUE,
            workflows=[UploadWorkflow],
            activities=[stage.of([uploads]) for stage in STAGES],
            interceptors=[Signing(store)],
        ):
            yield


@pytest.mark.slow
async def test_what_was_sent_without_a_word_is_taken_in(
    skipping: WorkflowEnvironment, stack: Stack, settings: Settings
) -> None:
    async with taking(skipping, stack, settings):
        upload = await begun(skipping.client, announced(photo(40), "image/jpeg"))
        assert await put(upload, photo(40)) == 200
        forgotten = await begun(skipping.client, announced(photo(50), "image/jpeg"))
        for one in (upload, forgotten):
            await skipping.fast_forward(one, AN_HOUR)
        assert (await upload.result())["source"].startswith("uploads/")
        assert "nothing has come" in (await failure_of(forgotten)).message
