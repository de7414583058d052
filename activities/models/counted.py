"""A provider whose failures are told to somebody who counts them, whatever becomes of them later."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from activities.faults import (
    ContentPolicy,
    InsufficientCredit,
    InvalidInput,
    JobFailed,
    ModelGone,
    ProviderUnavailable,
    RateLimited,
    StudioError,
    Unauthorized,
)
from activities.models.call import ModelCall, Picture
from activities.models.entries import Model
from activities.models.provider import (
    Delivered,
    Job,
    JobStatus,
    ListedJob,
    NotAccepted,
    Provider,
    Request,
    Unanswered,
    Uploaded,
)

T = TypeVar("T")

#: What a provider's failure may be, by the class that names it.
FAILURES: tuple[type[Exception], ...] = (
    InvalidInput, ContentPolicy, Unauthorized, InsufficientCredit, ModelGone, RateLimited,
    ProviderUnavailable, JobFailed, Unanswered,
)  # fmt: skip
#: Told of a failure: the id of the model that was asked for, empty where none was, and the kind of failure.
Tell = Callable[[str, str], None]


class Counted:
    """Does what the provider does. Every answer that is a failure counts: a question that is repeated until
    it is answered counts as often, a job that failed as often as its end is read, which is once unless a
    worker dies in that moment. What is ours to blame, such as a bug, does not count."""

    def __init__(self, provider: Provider, tell: Tell) -> None:
        self._provider, self._tell = provider, tell
        self.name, self.account = provider.name, provider.account

    def request(self, call: ModelCall, tag: str) -> Request:
        return self._provider.request(call, tag)

    async def submit(self, request: Request, timeout_s: float) -> Job | Delivered:
        model = request.model
        try:
            answer = await self._provider.submit(request, timeout_s)
        except NotAccepted as refused:
            self._count(model, refused.why)
            raise
        except BaseException:
            # Whatever else it is, the request may have arrived; it is cancelled only where it takes too long.
            self._tell(model.id, Unanswered.__name__)
            raise
        if isinstance(answer, Delivered) and answer.why is not None:
            self._count(model, answer.why)
        return answer

    async def poll(self, model: Model, job: Job) -> JobStatus:
        status = await self._counted(model, self._provider.poll(model, job))
        if status.state == "failed":
            self._count(model, status.why or JobFailed())
        return status

    async def cancel(self, model: Model, job: Job) -> None:
        await self._counted(model, self._provider.cancel(model, job))

    async def listed(self, model: Model, since: datetime) -> Sequence[ListedJob]:
        return await self._counted(model, self._provider.listed(model, since))

    async def upload(self, picture: Picture) -> Uploaded | None:
        return await self._counted(None, self._provider.upload(picture))

    async def close(self) -> None:
        await self._provider.close()

    async def _counted(self, model: Model | None, asked: Awaitable[T]) -> T:
        try:
            return await asked
        except StudioError as error:
            self._count(model, error)
            raise

    def _count(self, model: Model | None, why: StudioError) -> None:
        self._tell(model.id if model else "", type(why).__name__)
