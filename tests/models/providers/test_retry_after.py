"""How long providers ask to wait: every way of saying so, on every provider, and never for ever."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.faults import RateLimited
from activities.models.available import open_providers
from activities.models.catalogue import Catalogue
from activities.models.provider import Job, NotAccepted
from activities.models.providers.retry_after import seconds_in, wait_s
from activities.models.trial import bare, sent
from infra.settings import Settings
from tests.support.canned import http, served

USUAL = 20.0
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MODELS = ("replicate-flux-schnell", "fal-flux-schnell", "openai-gpt-5.4-mini", "google-veo-3.1-lite")
#: Header lines, and the seconds that they ask for.
SAID: tuple[tuple[Mapping[str, str], float], ...] = (
    ({"Retry-After": "7"}, 7),
    ({"Retry-After": "7.5"}, 7.5),
    ({"Retry-After": format_datetime(NOON + timedelta(seconds=90)), "Date": format_datetime(NOON)}, 90),
    ({"Retry-After-Ms": "1500", "Retry-After": "7"}, 1.5),
    ({"X-RateLimit-Reset-Requests": "1m30.5s"}, 90.5),
    ({"X-RateLimit-Reset-Tokens": "2s", "X-RateLimit-Reset-Requests": "6ms"}, 2),
    ({"Retry-After": "99999"}, 600),
)


@pytest.mark.parametrize("model_id", MODELS)
@pytest.mark.parametrize(("headers", "seconds"), SAID, ids=lambda said: str(said)[:60])
async def test_every_provider_is_left_alone_for_as_long_as_it_asks(
    model_id: str, headers: Mapping[str, str], seconds: float
) -> None:
    model = Catalogue.load().model(model_id)
    lines = [f"{name}: {value}" for name, value in headers.items()]
    async with served(http(429, {"detail": "slowly"}, *lines)) as (url, _):
        every = open_providers(Settings(standins=True), url)
        provider = every[model.provider]
        with pytest.raises(NotAccepted) as refused:
            await sent(provider, provider.request(bare(model), "t"))
        with pytest.raises(RateLimited) as asked:
            await provider.poll(model, Job("projects/p/locations/l/operations/o"))
        for each in every.values():
            await each.close()
    assert isinstance(refused.value.why, RateLimited)
    assert (refused.value.why.retry_after_s, asked.value.retry_after_s) == (seconds, seconds)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, USUAL),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "soon"}, USUAL),
        ({"retry-after": "-3"}, USUAL),
        ({"retry-after": "nan"}, USUAL),
        ({"retry-after": format_datetime(NOON), "date": format_datetime(NOON)}, USUAL),
        ({"retry-after": "Wed, 21 Oct"}, USUAL),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7),
        # The one that is used up, not the one that takes longest.
        (
            {
                "x-ratelimit-reset-requests": "8m",
                "x-ratelimit-remaining-requests": "900",
                "x-ratelimit-reset-tokens": "3s",
                "x-ratelimit-remaining-tokens": "0",
            },
            3,
        ),
        ({"x-ratelimit-reset-requests": f"{NOON.timestamp() + 30:.0f}", "date": format_datetime(NOON)}, 30),
        ({"x-ratelimit-reset-requests": "tomorrow"}, USUAL),
    ],
)
def test_what_headers_ask(headers: Mapping[str, str], seconds: float) -> None:
    assert wait_s(headers, USUAL) == seconds


def test_the_body_counts_where_no_header_asks() -> None:
    assert wait_s({}, USUAL, 9) == wait_s({"x-ratelimit-reset-tokens": "3s"}, USUAL, 9) == 9
    assert wait_s({"retry-after": "7"}, USUAL, 9) == 7


def test_a_date_without_a_clock_beside_it_is_read_by_ours() -> None:
    # Long against the run of a test, short against the longest wait.
    ahead = format_datetime(datetime.now(UTC) + timedelta(seconds=500))
    assert 400 < wait_s({"retry-after": ahead}, USUAL) <= 500


HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "Retry-After-Ms", "date", "x-ratelimit-reset-tokens"]),
    st.text(max_size=12) | st.floats().map(str) | st.datetimes().map(format_datetime),
)


@given(HEADERS, st.none() | st.floats())
def test_a_wait_is_neither_nothing_nor_for_ever(headers: Mapping[str, str], in_body: float | None) -> None:
    assert 1 <= wait_s(headers, USUAL, in_body) <= 600


@pytest.mark.parametrize(
    ("said", "seconds"), [("12.5", 12.5), ("20ms", 0.02), ("1h2m3s", 3723), ("1d", 86400), ("", None),
                          ("1x", None), ("x1s", None), ("1s ", None)]
)  # fmt: skip
def test_how_long_a_duration_lasts(said: str, seconds: float | None) -> None:
    assert seconds_in(said) == (pytest.approx(seconds) if seconds is not None else None)
