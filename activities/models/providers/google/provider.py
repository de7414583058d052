"""Speaks to Vertex AI by Google's own client: Veo's operations, Gemini's images and plans."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

import google.auth.exceptions
import httpx2
from google.auth.credentials import Credentials
from google.genai import errors, types

from activities.faults import ProviderUnavailable, RateLimited, StudioError, Unauthorized
from activities.models import provider as seam
from activities.models.call import ModelCall, Picture
from activities.models.entries import Model
from activities.models.providers.google import answers
from activities.models.providers.google.access import LONGEST_S, Access
from activities.models.providers.google.request import body_of

_T = TypeVar("_T")

# The connection was never made, or no token was had: not a byte of the request was written.
_UNSENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    google.auth.exceptions.GoogleAuthError,
)
_LOCATED = re.compile(r"(?:^|/)locations/([a-z0-9-]+)/(.+)")


class Google:
    """Google Cloud's Vertex AI, paid by a project. Credentials are Google's usual ones (`gcloud`, a service
    account's key file, the machine's own) unless given. `base_url` is a stand-in's.

    Veo gives an id and no list; Gemini answers at once. Neither can be cancelled. Images travel inline.
    """

    name = "google"

    def __init__(
        self,
        project: str,
        location: str,
        *,
        refusals: frozenset[int],
        base_url: str | None = None,
        credentials: Credentials | None = None,
    ) -> None:
        self.account = project
        self._location = location
        self._refusals = refusals
        self._access = Access(project, credentials, base_url)

    def request(self, call: ModelCall, tag: str) -> seam.Request:
        """The request for a call. Raises `InvalidInput` for what the model does not take."""
        return seam.Request(call.model, tag, body_of(call, tag))

    async def submit(self, request: seam.Request, timeout_s: float) -> seam.Job | seam.Delivered:
        """Sends the request, once. Raises `NotAccepted`, `Unanswered`."""
        ends = asyncio.get_running_loop().time() + timeout_s
        try:
            await self._access.sign_in(timeout_s)
        except StudioError as error:
            raise seam.NotAccepted(error) from None
        send = self._ask if request.model.answers_at_once else self._start
        why: Exception
        try:
            async with asyncio.timeout_at(ends):
                return await send(request, timeout_s)
        except errors.APIError as error:
            why = self._refusal(error, request.model)
        except _UNSENT as error:
            why = seam.NotAccepted(ProviderUnavailable(f"Vertex AI is not reached ({_kind(error)})"))
        except Exception as error:
            # A broken answer is an answer, and one that was sent for something.
            why = seam.Unanswered(f"nobody knows whether {request.model.id} was started ({_kind(error)})")
        # Outside, so that it carries nothing of the client's error: that may repeat the request.
        raise why

    def _refusal(self, error: errors.APIError, model: Model) -> Exception:
        why = self._failure(error, model)
        if error.code in self._refusals:
            return seam.NotAccepted(why, error.code)
        return seam.Unanswered(f"nobody knows whether {model.id} was started: {why}")

    async def _start(self, request: seam.Request, timeout_s: float) -> seam.Job:
        source = types.GenerateVideosSource.model_validate_json(_part(request, "source"))
        config = types.GenerateVideosConfig.model_validate_json(_part(request, "config"))
        config.http_options = _limit(timeout_s)
        location, model = self._place(request.model.endpoint)
        client = self._access.client(location, paid=True)
        operation = await client.models.generate_videos(model=model, source=source, config=config)
        if not operation.name:
            raise ValueError("an operation without a name")
        return seam.Job(operation.name)

    async def _ask(self, request: seam.Request, timeout_s: float) -> seam.Delivered:
        contents = json.loads(_part(request, "contents"))
        config = types.GenerateContentConfig.model_validate_json(_part(request, "config"))
        config.http_options = _limit(timeout_s)
        location, model = self._place(request.model.endpoint)
        client = self._access.client(location, paid=True)
        said = [types.Content.model_validate_json(json.dumps(each)) for each in contents]
        answer = await client.models.generate_content(model=model, contents=list(said), config=config)
        return answers.delivered(answer, request.model)

    async def poll(self, model: Model, job: seam.Job) -> seam.JobStatus:
        """How a video stands; its name is all that is needed. A finished one comes with its bytes."""
        location, _ = self._place(job.id)
        asked = types.GenerateVideosOperation.model_validate({"name": job.id})
        why: StudioError | None = None
        try:
            operation = await self._answered(
                model, lambda: self._access.client(location, paid=False).operations.get(asked)
            )
        except errors.APIError as error:
            if error.code == 404:
                # Google forgets an operation, its video with it, some time after its end.
                return seam.JobStatus("gone")
            why = self._failure(error, model)
        if why is not None:
            # Whatever else is wrong with the question, it says nothing of the job.
            raise why if isinstance(why, RateLimited | Unauthorized) else ProviderUnavailable(str(why))
        if not operation.name:
            raise ProviderUnavailable(f"Vertex AI answers nothing for {model.id}")
        return answers.job_status(operation, model)

    async def _answered(self, model: Model, call: Callable[[], Awaitable[_T]]) -> _T:
        try:
            await self._access.sign_in()
            # The client itself gives up on who sends nothing.
            async with asyncio.timeout(LONGEST_S):
                return await call()
        except errors.APIError:
            raise
        except (httpx2.HTTPError, google.auth.exceptions.GoogleAuthError, TimeoutError, ValueError) as error:
            raise ProviderUnavailable(f"Vertex AI does not answer for {model.id} ({_kind(error)})") from None

    async def cancel(self, model: Model, job: seam.Job) -> None:
        """Nothing: Veo's operations know no cancelling. The job runs to its end and is charged for."""

    async def listed(self, model: Model, since: datetime) -> Sequence[seam.ListedJob]:
        """Nothing: Vertex AI does not list what Veo was asked for."""
        return ()

    async def upload(self, picture: Picture) -> seam.Uploaded | None:
        """None: images go inline."""
        return None

    async def close(self) -> None:
        """Lets go of connections."""
        await self._access.close()

    def _place(self, name: str) -> tuple[str, str]:
        # Some models answer at one location only, such as `locations/global/publishers/...`; an operation's
        # name says where it runs, whatever the settings say by now.
        located = _LOCATED.search(name)
        return (located[1], located[2]) if located else (self._location, name)

    def _failure(self, error: errors.APIError, model: Model) -> StudioError:
        said = self._access.without_token(error.message if isinstance(error.message, str) else "")
        headers = getattr(error.response, "headers", None)
        return answers.failure(error.code, said or error.status or "", model, error.details, headers)


def _part(request: seam.Request, name: str) -> str:
    return json.dumps(request.body[name])


def _limit(timeout_s: float) -> types.HttpOptions:
    return types.HttpOptions(timeout=max(1, int(timeout_s * 1000)))


def _kind(error: BaseException) -> str:
    # Never its text: it may quote the request.
    return type(error).__name__
