"""What is news of a production: each wait, cut and end once, whatever is shown in between."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from activities.faults import ProviderUnavailable
from activities.storage.fetch import Unfetchable
from activities.storage.posting import post
from activities.upkeep.notices import signed
from tests.support.hooks import Receiver, receiving
from workflows.studio.notice import Newsroom
from workflows.studio.report import Progress, Wait

WAITS = st.sets(st.sampled_from(("a", "b", "c"))).map(
    lambda steps: tuple(Wait(step=one, reason="risk", words="…", answers=()) for one in sorted(steps))
)
SHOWN = st.builds(
    Progress,
    status=st.sampled_from(("planning", "rendering", "stopping")),
    waits=WAITS,
    cut=st.none() | st.integers(1, 4),
    paused=st.booleans(),
)


@given(st.lists(SHOWN, max_size=12), st.sampled_from(("completed", "stopped", "canceled", "failed")))
def test_each_is_told_once(shown: list[Progress], end: str) -> None:
    room = Newsroom()
    told: list[str] = []
    last: tuple[Wait, ...] = ()
    cuts = [0]
    for progress in shown:
        news = room.news(progress)
        assert ("waits" in news) == bool({one.step for one in progress.waits} - {one.step for one in last})
        assert ("cut" in news) == ((progress.cut or 0) > max(cuts))
        last, told = progress.waits, [*told, *news]
        cuts.append(progress.cut or 0)
        assert room.news(progress) == []
    assert end in room.news(Progress.model_validate({"status": end})) and end not in told
    assert room.news(Progress.model_validate({"status": end})) == []


def test_a_pause_and_an_older_runs_cut_are_no_news() -> None:
    paused = Wait(reason="paused", words="the signal resume", answers=("resume",))
    room = Newsroom()
    room.had(3)
    # An account that is opened again knows no newer one.
    room.had(0)
    assert room.news(Progress(status="rendering", paused=True, waits=(paused,), cut=3)) == []


def test_who_comes_back_to_a_cap_has_told_it() -> None:
    room = Newsroom()
    at_cap, free = (Wait(step=one, reason="cap", words="…", answers=()) for one in "ab")
    shown = [(at_cap,), (), (at_cap,), (at_cap, free), (free,), (), (free, at_cap)]
    told = [room.news(Progress(status="rendering", waits=waits)) for waits in shown]
    assert told == [["waits"], [], [], ["waits"], [], [], []]


@given(st.binary(max_size=99), st.binary(min_size=16, max_size=40), st.integers(0, 2**33))
def test_whoever_has_the_secret_can_tell_who_sent_it(body: bytes, key: bytes, at: int) -> None:
    for said in (f"whsec_{base64.b64encode(key).decode()}", base64.b85encode(key).decode()):
        used = key if said.startswith("whsec_") else said.encode()
        headers = dict(signed("n:1", at, body, SecretStr(said)))
        seal = hmac.new(used, b".".join((b"n:1", str(at).encode(), body)), hashlib.sha256).digest()
        assert headers["webhook-signature"] == f"v1,{base64.b64encode(seal).decode()}"
        assert said not in repr(headers)


async def _to(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


async def test_no_private_place_is_reached_and_nobody_is_led_elsewhere() -> None:
    async with receiving(Receiver()) as receiver:
        for url in (receiver.url, f"http://hooks.example.org:{receiver.port}/", "http://[::1]:8080/"):
            with pytest.raises(Unfetchable, match="not on the public internet") as refused:
                await post(url, [], b"{}", private=False, resolve=_to)
            assert "token" not in str(refused.value)
        with pytest.raises(Unfetchable, match="user name or password"):
            await post("http://anna:hush@127.0.0.1/", [], b"{}", private=True)
        assert receiver.knocks == 0
        receiver.says += ["302 Found", "410 Gone", "503 Away", "404 Not Found"]
        kinds: list[type[Exception]] = [Unfetchable, Unfetchable, ProviderUnavailable, ProviderUnavailable]
        for error in kinds:
            with pytest.raises(error) as said:
                await post(receiver.url, [], b"{}", private=True)
            assert "hush" not in str(said.value)
        assert receiver.knocks == 4
    with pytest.raises(ProviderUnavailable):
        await post(receiver.url, [], b"{}", private=True)
