"""What providers say in their own words: shown where only they tell what to do, and never with a secret."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from activities.faults import (
    InsufficientCredit,
    InvalidInput,
    ModelGone,
    RateLimited,
    StudioError,
    Unauthorized,
)
from activities.models.available import open_providers
from activities.models.catalogue import Catalogue
from activities.models.provider import NotAccepted
from activities.models.providers.error_text import quoted, refuses_content, says_gone
from activities.models.sanitised import log_line
from activities.models.trial import SIGNED, bare, everything_said, sent
from infra.settings import Settings
from tests.support.canned import http, served

WORDS = "Your organization must be verified to use this model"
#: What an answer may repeat of ours, and must not be shown.
KEYS = (
    "sk-proj-Zq3vT8xW5kL1nB7m",
    "r8_Zq7fK2pX9mB4",
    "ya29.a-token",
    "3f2a9c51-aa:0123456789abcdef",
    "org-Zq3v",
)
MODELS = ("replicate-flux-schnell", "fal-flux-schnell", "openai-gpt-5.4-mini", "google-veo-3.1-lite")


@pytest.mark.parametrize(
    ("log", "line"),
    [
        ("", ""),
        (None, ""),
        (" 4%|▍         |\r 45%|████▌     | 12/28\n\n", "45%|████▌ | 12/28"),
        ("Using seed: 1\n\x1b[32mDecoding\x1b[0m frames", "Decoding frames"),
        (f"[{'=' * 40}>....] 81/100", f"[{'=' * 40}>....] 81/100"),
        ("get https://s3.test/a.png?X-Amz-Signature=f00d now --steps", "get now"),
        ("a\u202eb\x00c", "a b c"),
        (f"sent {'0f' * 16} to {'A1b2' * 9}", "sent … to …"),
        ("API_KEY=hunter2 password: hunter2", "API_KEY (hidden) password (hidden)"),
        (f"{'x1' * 3000} on", "on"),
        ("cache redis://u:hunter2@10.0.0.1/0 is cold", "cache is cold"),
        ("b.blob.test/a?sp=r&sig=abc%2Fdef%3D", "b.blob.test/a?sp=r&sig (hidden)"),
        ("monkey: 3 keys", "monkey (hidden) keys"),
    ],
)
def test_the_last_line_of_a_log_is_shown_without_what_must_not_be(log: object, line: str) -> None:
    assert log_line(log) == line


@given(st.text(max_size=400), st.sampled_from(KEYS), st.sampled_from(("\n", "\r", " ")))
def test_a_log_shows_no_key_and_never_more_than_a_line(text: str, key: str, between: str) -> None:
    said = log_line(f"{text} {key}{between}{key} {text[:20]}")
    assert key not in said and len(said) <= 200 and said.isprintable()


@pytest.mark.parametrize("model_id", MODELS)
@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, InvalidInput), (401, Unauthorized), (403, Unauthorized), (404, ModelGone), (405, ModelGone),
     (410, ModelGone), (413, InvalidInput), (429, RateLimited)],
)  # fmt: skip
async def test_a_refusal_shows_the_providers_words_and_no_secret(
    model_id: str, status: int, kind: type[StudioError]
) -> None:
    model = Catalogue.load().model(model_id)
    said = f"{WORDS}: {' '.join(KEYS)} {SIGNED} {'x' * 5000}"
    # As Replicate and fal say it, and as OpenAI and Google do.
    body = {"detail": said, "error": {"message": said, "code": status, "status": "X"}}
    async with served(http(status, body)) as (url, seen):
        every = open_providers(Settings(standins=True), url)
        provider = every[model.provider]
        with pytest.raises(NotAccepted) as refused:
            await sent(provider, provider.request(bare(model), "t"))
        for each in every.values():
            await each.close()
    why = refused.value.why
    assert type(why) is kind and len(seen) == 1
    assert WORDS in str(why) and len(str(why)) < 600
    assert not any(key in each for each in everything_said(refused.value) for key in (*KEYS, "f00dfeed"))


async def test_an_empty_account_says_so_in_the_providers_words() -> None:
    said = "You exceeded your current quota, please check your plan and billing details"
    async with served(http(429, {"error": {"message": said, "code": "insufficient_quota"}})) as (url, _):
        every = open_providers(Settings(standins=True), url)
        model = Catalogue.load().model("openai-gpt-5.4-mini")
        with pytest.raises(NotAccepted, match=said) as refused:
            await sent(every["openai"], every["openai"].request(bare(model), "t"))
        for each in every.values():
            await each.close()
    assert type(refused.value.why) is InsufficientCredit


@given(st.text(st.characters(categories=["L", "N"]), min_size=12, max_size=12), st.text())
def test_no_signature_is_quoted(secret: str, around: str) -> None:
    assume(secret not in around)
    said = (
        f"{around} https://a.example/b.png?sig={secret}#{secret} data:image/png;base64,{secret} r8_{secret}"
    )
    assert secret not in quoted(said) and len(quoted(said)) <= 300


@pytest.mark.parametrize(
    "said",
    ["image_url: Field required", "API Key is invalid", "Limit 3, Used 3, Requested 1: try again in 20s",
     "loc: body", "see https://docs.example/errors"],
)  # fmt: skip
def test_plain_words_stay_as_they_are(said: str) -> None:
    assert quoted(said) == said


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("Failure to pass the risk control system", True),
        ("The output was blocked due to safety concerns", True),
        ("Request rejected by the safety system", True),
        ("flagged for potentially harmful content", True),
        ("NSFW content detected", True),
        ("paths are case-sensitive", False),
        ("enable_safety_checker: Input should be a valid boolean", False),
        ("blocked by another job", False),
    ],
)
def test_the_words_of_a_filter(said: str, refused: bool) -> None:
    assert refuses_content(said) is refused


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        ("Invalid version or not permitted: The specified version does not exist", True),
        ("The model `veo-2` has been deprecated", True),
        ("This endpoint is no longer available", True),
        ("Application was removed", True),
        ("image is no longer available at its address", False),
        ("the model could not load the image", False),
        ("prompt is required", False),
    ],
)
def test_the_words_of_a_model_that_is_no_more(said: str, gone: bool) -> None:
    assert says_gone(said) is gone
    assert not refuses_content(said)
