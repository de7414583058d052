"""The stand-ins' desk over real HTTP: jobs by the clock, faults on the wire, files, what outlives a kill."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as some

from infra.standins.core import Desk, Record, Spec
from infra.standins.faults import FATES, Faults
from infra.standins.record import Facts
from tests.support import acme
from tests.support.standing import Standins, standing


class Clock:
    """A time of day that only a test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def _desk(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Standins]:
    with standing(tmp_path_factory.mktemp("desk"), 1.0, {"acme": acme.routes}, clock=clock) as running:
        yield running


@pytest.fixture
def desk(_desk: Standins) -> Standins:
    """Stand-ins with the plain provider alone, at a time that stands still; no jobs, no faults."""
    _desk.reset()
    return _desk


def submit(desk: Standins, prompt: str = "a mug", kind: str = "image") -> dict[str, Any]:
    answer = httpx.post(
        f"{desk.url('acme')}/jobs", json={"kind": kind, "prompt": prompt, "tag": "t-1"}, timeout=1
    )
    answer.raise_for_status()
    job: dict[str, Any] = answer.json()
    return job


def poll(root: str, job: str) -> dict[str, Any]:
    seen: dict[str, Any] = httpx.get(f"{root}/acme/jobs/{job}").json()
    return seen


def done(desk: Standins, clock: Clock, job: str) -> dict[str, Any]:
    """The job once it has ended; its time is over at once, its output takes as long as it takes."""
    clock.now += 10
    while (seen := poll(desk.root, job))["url"] is None:
        time.sleep(0.005)
    return seen


def test_a_job_waits_runs_and_ends_by_the_clock(desk: Standins, clock: Clock) -> None:
    job = submit(desk)
    assert job["state"] == "queued"
    clock.now += 0.45
    assert poll(desk.root, job["id"])["state"] == "running"
    seen = done(desk, clock, job["id"])
    assert seen["state"] == "succeeded"
    answer = httpx.get(seen["url"])
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


@given(
    moments=some.lists(some.floats(0, 8), min_size=2, max_size=12),
    queue_s=some.floats(0, 3),
    work_s=some.floats(0, 3),
    fate=some.sampled_from([None, *sorted(FATES)]),
)
def test_no_job_ever_goes_back(
    tmp_path_factory: pytest.TempPathFactory,
    moments: list[float],
    queue_s: float,
    work_s: float,
    fate: str | None,
) -> None:
    clock = Clock()
    desk = Desk(tmp_path_factory.mktemp("desk"), clock=clock)
    spec = Spec("plan", "m", "p").packed(desk.journal)
    record = Record(
        Facts("1", "acme", "m", {}, spec, None, clock.now, queue_s, work_s, clock.now, fate), desk
    )
    start, ranks, percents = clock.now, [], []
    for moment in sorted(moments):
        clock.now = start + moment
        ranks.append({"queued": 0, "running": 1}.get(record.state, 2))
        percents.append(record.percent if record.state != "failed" else 100.0)
        assert (record.ended_at is None) == (ranks[-1] < 2)
        assert (record.started_at is None) == (ranks[-1] < 1)
    assert ranks == sorted(ranks)
    assert percents == sorted(percents)


def test_the_queue_counts_who_came_before(tmp_path: Path, clock: Clock) -> None:
    desk, spec = Desk(tmp_path, clock=clock), Spec("plan", "m", "p").packed(Desk(tmp_path).journal)
    facts = [
        Facts(str(n), "acme", "m", {}, spec, None, clock.now + n / 9, 5.0, 1.0, clock.now) for n in range(3)
    ]
    records = [desk.enter(one) for one in facts]
    assert [record.position for record in records] == [0, 1, 2]
    clock.now += 5.0
    assert [record.state for record in records] == ["running", "queued", "queued"]
    assert [record.position for record in records] == [0, 0, 1]


def test_a_listing_shows_a_job_late_and_the_newest_first(desk: Standins, clock: Clock) -> None:
    def listed() -> list[str]:
        ids: list[str] = httpx.get(f"{desk.url('acme')}/jobs").json()
        return ids

    first = submit(desk)["id"]
    assert listed() == []
    clock.now += 2
    desk.order("acme", "submit", "late_listing")
    late, third = submit(desk)["id"], submit(desk)["id"]
    clock.now += 2
    assert listed() == [third, first]
    clock.now += 30
    assert set(listed()) == {first, late, third}


@pytest.mark.parametrize(
    ("kind", "accepted", "answer"),
    [
        ("drop_before", 0, httpx.RemoteProtocolError),
        ("drop_after", 1, httpx.RemoteProtocolError),
        ("timeout_before", 0, httpx.ReadTimeout),
        ("timeout", 1, httpx.ReadTimeout),
        ("429", 0, 429),
        ("429_retry_after", 0, 429),
        ("500", 0, 500),
        ("503", 0, 503),
        ("503_after", 1, 503),
    ],
)
def test_a_fault_looks_on_the_wire_as_it_is_called(
    desk: Standins, kind: str, accepted: int, answer: type[Exception] | int
) -> None:
    desk.order("acme", "submit", kind)
    if isinstance(answer, int):
        with pytest.raises(httpx.HTTPStatusError) as refused:
            submit(desk)
        assert refused.value.response.status_code == answer
        assert ("retry-after" in refused.value.response.headers) == (kind == "429_retry_after")
    else:
        with pytest.raises(answer):
            submit(desk)
    assert (len(desk.log()), desk.posts("acme")) == (accepted, 1)
    submit(desk)
    assert (len(desk.log()), desk.posts("acme")) == (accepted + 1, 2)


def test_an_order_holds_for_what_it_matches_and_nothing_else(desk: Standins) -> None:
    desk.order("acme", "submit", "503", times=2, match="blue")
    assert submit(desk, "a red mug")["state"] == "queued"
    for _ in range(2):
        with pytest.raises(httpx.HTTPStatusError):
            submit(desk, "a blue mug")
    assert submit(desk, "a blue mug")["state"] == "queued"
    with pytest.raises(httpx.HTTPStatusError):
        desk.order("acme", "submit", "bad_luck")


def test_a_stable_block_stays_with_the_words_and_a_random_one_does_not(desk: Standins) -> None:
    desk.order("acme", "submit", "content_random")
    assert [submit(desk, "one")["fault"] for _ in range(2)] == ["content_policy", None]
    desk.order("acme", "submit", "content_stable")
    assert [submit(desk, "two")["fault"] for _ in range(3)] == ["content_policy"] * 3
    assert submit(desk, "two, softer")["fault"] is None


def test_cancelled_is_cancelled_unless_it_finishes_all_the_same(desk: Standins, clock: Clock) -> None:
    job = submit(desk)["id"]
    assert httpx.post(f"{desk.url('acme')}/jobs/{job}/cancel").json()["state"] == "canceled"
    desk.order("acme", "submit", "uncancellable")
    job = submit(desk)["id"]
    httpx.post(f"{desk.url('acme')}/jobs/{job}/cancel")
    assert done(desk, clock, job)["state"] == "succeeded"


@pytest.mark.parametrize("kind", ["corrupt", "expired", "html", "truncated"])
@pytest.mark.parametrize("moment", ["submit", "output"])
def test_an_output_is_spoilt_for_ever_or_once(desk: Standins, clock: Clock, kind: str, moment: str) -> None:
    whole = httpx.get(done(desk, clock, submit(desk)["id"])["url"]).content
    desk.order("acme", moment, kind)
    url = done(desk, clock, submit(desk)["id"])["url"]
    bad, again = httpx.get(url), httpx.get(url)
    if kind == "expired":
        assert bad.status_code == 404
    else:
        assert bad.content != whole
        assert ("html" in bad.headers["content-type"]) == (kind == "html")
    assert (again.content == whole) == (moment == "output")


def test_a_file_is_there_for_an_hour_and_for_who_was_told(desk: Standins, clock: Clock) -> None:
    url = httpx.URL(done(desk, clock, submit(desk)["id"])["url"])
    assert httpx.get(url).status_code == 200
    assert httpx.get(url.copy_set_param("expires", "9999999999")).status_code == 403
    assert httpx.get(url.copy_remove_param("signature")).status_code == 403
    clock.now += 3601
    assert httpx.get(url).status_code == 404


def test_chance_is_the_same_for_a_seed() -> None:
    def drawn(seed: int) -> list[str | None]:
        faults = Faults(Faults.rates_of("submit:503=0.2,submit:500=0.2"), seed)
        return [faults.take("acme", "submit", "", frozenset({"503", "500"})) for _ in range(60)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert {"503", "500", None} == set(drawn(1))
    with pytest.raises(ValueError, match="no fault"):
        Faults.rates_of("submit:nothing=1")


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://stranger.test"}, {"Origin": "null"}, {"Host": "stranger.test"}]
)
def test_pages_of_others_learn_and_do_nothing(desk: Standins, headers: dict[str, str]) -> None:
    with httpx.Client(base_url=desk.root, trust_env=False, verify=False, headers=headers) as page:
        assert page.get("/control/log").status_code == 403
        assert page.post("/control/reset").status_code == 403


def test_what_was_ordered_of_an_earlier_release_is_still_made(tmp_path: Path) -> None:
    """It wrote every picture down beside the rest, and `null` where there was none."""
    journal = Desk(tmp_path).journal
    spec = Spec("video", "m", "p", {"image": b"a start", "last_frame": b"an end"})
    packed = spec.packed(journal)
    assert Spec.unpacked(packed, journal) == Spec.unpacked({**packed, "control": None}, journal) == spec
