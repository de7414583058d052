"""Which URLs may be asked at all: told by their form, without asking anybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.storage.urls import NotAWebUrl, shown, web_url

BAD = {
    "a name that IDNA does not know": "http://xn--localhost/a.png",
    "a port that is none": "http://127.0.0.1:99999/a.png",
    "port zero": "http://example.org:0/a.png",
    "an empty label": "http://a..b/x",
    "a label that is too long": f"http://{'a' * 64}.org/x",
    "a name that is too long": f"http://{'a.' * 130}org/x",
    "a space in the name": "https://exa mple/x",
    "an escape in the name": "http://ex%41mple.org/",
    "a broken address": "http://[::1/x",
    "no name": "http:///x",
    "another scheme": "ftp://example.org/x",
    "credentials": "http://user:secret@example.org/x",
    "a port of mail": "http://example.org:25/x",
    "too much": "https://example.org/" + "x" * 8000,
}


@pytest.mark.parametrize("url", BAD.values(), ids=BAD.keys())
def test_what_cannot_be_asked_is_refused_in_words(url: str) -> None:
    with pytest.raises(NotAWebUrl) as refused:
        web_url(url)
    assert str(refused.value) and "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    ["https://example.org/mug.png", "HTTP://Example.org", "http://[2001:db8::1]:8080/x", "https://bücher.example/ä",
     "https://a_b.example.org./x", "http://127.0.0.1:9000/x"],
)  # fmt: skip
def test_what_could_exist_passes(url: str) -> None:
    assert web_url(url).host


@given(st.text(max_size=60).map("http://".__add__) | st.text(max_size=60))
def test_any_text_is_a_url_or_refused(text: str) -> None:
    assert len(shown(text)) <= 200
    try:
        web_url(text)
    except NotAWebUrl:
        return
