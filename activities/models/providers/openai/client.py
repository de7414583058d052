"""Knows OpenAI: plans as background responses, which have an id, and images, whose answer is the output."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Collection, Mapping, Sequence
from datetime import datetime

import httpx2
from openai import APIConnectionError, APIStatusError, AsyncOpenAI, DefaultAsyncHttpxClient, OpenAIError
from openai.types import ImagesResponse
from openai.types.responses import Response
from pydantic import JsonValue

from activities.faults import ProviderUnavailable
from activities.models import provider as seam
from activities.models.call import ModelCall, Picture
from activities.models.entries import Model
from activities.models.providers import trust
from activities.models.providers.openai.answers import delivered, job_of, job_status_of
from activities.models.providers.openai.errors import refusal_of, unable_of
from activities.models.providers.openai.request import body_of

# What may be repeated ends within the seam's 30 s, its connection included.
_CALL_S = 25.0
_CONNECT_S = 5.0
# What is no JSON where JSON is due is a ValueError; the client does not name it.
_UNREADABLE = (OpenAIError, TimeoutError, ValueError)


class OpenAI:
    """OpenAI's models behind the seam. `refusals` are the statuses that say for certain that a request was
    not accepted; `base_url` is a stand-in's, None for OpenAI itself."""

    name = "openai"

    def __init__(self, key: str, *, refusals: frozenset[int], base_url: str | None = None) -> None:
        self.account = seam.account_of(key)
        self._refusals = refusals
        # A connection that the server is just closing would leave in doubt whether a request was taken: what
        # is paid for gets a new one. It may be busy for minutes, so these are not counted with the others.
        self._paying = _client(key, base_url, httpx2.Limits(max_connections=100, max_keepalive_connections=0))
        self._asking = _client(key, base_url, httpx2.Limits(max_connections=20, max_keepalive_connections=10))

    def request(self, call: ModelCall, tag: str) -> seam.Request:
        """The request for a call: a plan where the model is a planner, else an image."""
        return seam.Request(call.model, tag, body_of(call, tag))

    async def submit(self, request: seam.Request, timeout_s: float) -> seam.Job | seam.Delivered:
        """Sends the request, once. Raises `NotAccepted`, `Unanswered`."""
        timeout = httpx2.Timeout(timeout_s, connect=_CONNECT_S, pool=_CONNECT_S)
        client = self._paying.with_options(timeout=timeout)
        why: Exception
        try:
            async with asyncio.timeout(timeout_s):
                if request.model.answers_at_once:
                    return delivered(await _draw(client, request.body), request.model)
                return job_of(await client.responses.create(extra_body=dict(request.body)))
        except APIStatusError as error:
            why = self._refusal(error, request.model)
        except APIConnectionError as error:
            why = _lost(error)
        except _UNREADABLE:
            why = seam.Unanswered("OpenAI gave no answer that could be read")
        # Outside, so that it carries nothing of the client's error: that may quote the key or the prompt.
        raise why

    def _refusal(self, error: APIStatusError, model: Model) -> Exception:
        if error.status_code in self._refusals:
            return seam.NotAccepted(refusal_of(error, model), error.status_code)
        return seam.Unanswered(f"OpenAI answered {error.status_code}")

    async def poll(self, model: Model, job: seam.Job) -> seam.JobStatus:
        """How a plan stands; images have no job."""
        answer = await self._asked(self._asking.responses.retrieve(job.id), otherwise=(404,))
        if answer is None:
            return seam.JobStatus("gone")
        if not isinstance(answer, Response):
            raise ProviderUnavailable("OpenAI's answer is no response")
        return job_status_of(answer, model)

    async def cancel(self, model: Model, job: seam.Job) -> None:
        """Asks for an end of a plan; nothing where it has ended."""
        # Ended already, or unknown: polling tells which.
        await self._asked(self._asking.responses.cancel(job.id), otherwise=(400, 404, 409))

    async def _asked(self, call: Awaitable[Response], otherwise: Collection[int]) -> Response | None:
        """The answer of a call that may be repeated; None where its status is one of `otherwise`."""
        try:
            async with asyncio.timeout(_CALL_S):
                return await call
        except APIStatusError as error:
            if error.status_code in otherwise:
                return None
            why = unable_of(error)
        except _UNREADABLE:
            why = ProviderUnavailable("OpenAI does not answer")
        raise why

    async def listed(self, model: Model, since: datetime) -> Sequence[seam.ListedJob]:
        """Empty: OpenAI lists neither responses nor images."""
        return ()

    async def upload(self, picture: Picture) -> seam.Uploaded | None:
        """None: images go along as bytes."""
        return None

    async def close(self) -> None:
        await self._paying.close()
        await self._asking.close()


def _client(key: str, base_url: str | None, limits: httpx2.Limits) -> AsyncOpenAI:
    http = DefaultAsyncHttpxClient(
        # Following a redirect would send a paid request a second time, and to somebody else.
        follow_redirects=False,
        # A stand-in is on loopback, where no proxy reaches it.
        trust_env=base_url is None,
        timeout=httpx2.Timeout(_CALL_S, connect=_CONNECT_S),
        limits=limits,
        verify=trust.of_the_system(),
    )
    # Left to itself the client sends a paid request up to three times: after a timeout, a dropped connection,
    # 408, 409, 429 and 5xx.
    return AsyncOpenAI(api_key=key, base_url=base_url, max_retries=0, http_client=http)


async def _draw(client: AsyncOpenAI, body: Mapping[str, JsonValue]) -> ImagesResponse:
    fields = {name: value for name, value in body.items() if name != "image"}
    prompt, pictures = str(body["prompt"]), body.get("image")
    if not isinstance(pictures, list):
        return await client.images.generate(prompt=prompt, extra_body=fields)
    files = [_file(number, str(url)) for number, url in enumerate(pictures, 1)]
    return await client.images.edit(image=files, prompt=prompt, extra_body=fields)


def _file(number: int, data_url: str) -> tuple[str, bytes, str]:
    head, _, data = data_url.partition(",")
    mime = head.removeprefix("data:").removesuffix(";base64")
    return f"image-{number}.{mime.rpartition('/')[2]}", base64.b64decode(data), mime


def _lost(error: APIConnectionError) -> Exception:
    if isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout):
        return seam.NotAccepted(ProviderUnavailable("there is no connection to OpenAI"))
    return seam.Unanswered("the connection to OpenAI ended before its answer")
