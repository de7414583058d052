"""Signs links for `UploadWorkflow` while it is queried: what it answers is in no history."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from temporalio.worker import Interceptor, WorkflowInboundInterceptor, WorkflowInterceptorClassInput

from activities.storage import ObjectStore
from workflows.library import SIGN, Signed, UploadRequest

# To begin a PUT; one that has begun may last. Whoever comes later asks for another link.
_LIVES = timedelta(minutes=15)
# A query is answered within a workflow task, which may not block for two seconds. To sign takes one
# millisecond; only credentials that have run out are fetched anew.
_PATIENCE_S = 1.5


class Signing(Interceptor):
    """Hands the workflows of a worker what signs with this bucket's key, under the name `SIGN`."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        # A thread of our own: the workflow's is within the sandbox, where libraries would be loaded anew; the
        # bucket's may all be busy with files.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="signs")

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor] | None:
        input.unsafe_extern_functions[SIGN] = self.sign
        return None

    def sign(self, object: str, request: UploadRequest) -> Signed:
        """A link to put what the request says. Raises `TimeoutError` where the key cannot be had just now."""
        return self._thread.submit(self._sign, object, request).result(_PATIENCE_S)

    def _sign(self, object: str, request: UploadRequest) -> Signed:
        expires = datetime.now(UTC).replace(microsecond=0) + _LIVES
        url, headers = self._store.handed_in(
            object, _LIVES, request.content_type, request.bytes, request.sha256
        )
        return Signed(url=url, headers=headers, expires=expires)
