"""What a scheduled run means by `${date}`, `${time}`, `${run}` and `each_run`: the time in its own id."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.film import FILM
from workflows.studio import InvalidRequest
from workflows.studio.scheduled import EACH_RUN, UnknownZone, at_its_time, in_zone, scheduled_for

ID = "morning-2026-11-27T06:00:00Z"


def meant(request: dict[str, Any], id: str = ID) -> Any:
    data = at_its_time(json.dumps(request).encode(), id)
    assert data is not None
    return json.loads(data)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("News of ${date}, ${time}", "News of 2026-11-27, 06:00"),
        ("${date Asia/Tokyo} ${time Asia/Tokyo}", "2026-11-27 15:00"),
        ("${date Pacific/Kiritimati}", "2026-11-27"),
        ("${date America/Los_Angeles}", "2026-11-26"),
        ("${run}", "20261127T060000"),
        (
            "${price}, $5, ${date Nowhere/At_All} and ${date",
            "${price}, $5, ${date Nowhere/At_All} and ${date",
        ),
    ],
)
def test_words_name_the_time_of_the_run(words: str, told: str) -> None:
    assert meant({"prompt": words, "plan": {"beats": [{"title": words}]}}) == {
        "prompt": told,
        "plan": {"beats": [{"title": told}]},
    }


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-03-29T00:30:00Z", "01:30"),
        ("2026-03-29T01:30:00Z", "03:30"),
        ("2026-10-25T00:30:00Z", "02:30"),
        ("2026-10-25T01:30:00Z", "02:30"),
    ],
)
def test_the_clock_is_changed_where_the_zone_changes_it(at: str, told: str) -> None:
    assert meant({"prompt": "${time Europe/Berlin}"}, f"news-{at}") == {"prompt": told}


def test_a_take_of_each_run_is_its_own() -> None:
    hours = [f"news-2026-10-25T{hour:02}:30:00Z" for hour in range(24)]
    takes = [meant({"take": EACH_RUN}, id)["take"] for id in hours]
    assert len(set(takes)) == len(takes) and takes == sorted(takes)
    assert meant({"take": 3}) == {"take": 3}


def test_requests_within_a_request_have_a_take_of_their_own_too() -> None:
    item = {"prompt": "${date}", "take": EACH_RUN}
    inner = {"prompt": "2026-11-27", "take": 1795759200}
    assert meant({"items": [item], "template": item}) == {"items": [inner], "template": inner}


@pytest.mark.parametrize("prompt", ["A mug", "A mug, ${date}"])
@pytest.mark.parametrize("id", ["film-mug-3f9a2c", "morning", "news-2026-11-27"])
def test_a_take_of_each_run_is_refused_outside_of_a_schedule(id: str, prompt: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        FILM.parse(at_its_time(json.dumps({"prompt": prompt, "take": EACH_RUN}).encode(), id))
    told = "take: 'each_run' is for the runs of a schedule; give a whole number, or create a schedule"
    assert [str(field) for field in refused.value.fields] == [told]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b'{"prompt": "${date}", "take": 1, "take": "each_run"}', "take"),
        (b'{"prompt": "A mug", "prompt": "${date}"}', "prompt"),
        (b'{"prompt": "${date}", "plan": {"title": "a", "title": "b"}}', "title"),
    ],
)
def test_a_name_given_twice_is_told(data: bytes, field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        FILM.parse(at_its_time(data, ID))
    assert str(refused.value) == f"{field}: given more than once; give it once"


@pytest.mark.parametrize(
    "data",
    [b'\xef\xbb\xbf{"prompt": "${date}"}', b'{"prompt": "\\u0024{date}"}', b'{"prompt":"$\\u007bdate}"}'],
)
def test_it_is_read_however_it_was_encoded(data: bytes) -> None:
    assert FILM.parse(at_its_time(data, ID)).prompt == "2026-11-27"


def test_the_longest_take_is_one_that_a_film_may_have() -> None:
    late = at_its_time(b'{"prompt": "A mug", "take": "each_run"}', "a-2286-11-20T17:46:40Z")
    assert FILM.parse(late).take == 10_000_000_000


@pytest.mark.parametrize("id", ["film-mug-3f9a2c", "news-2026-11-27", "news-2026-02-31T06:00:00Z", f"{ID}-2"])
def test_without_a_time_nothing_is_replaced(id: str) -> None:
    said = {"prompt": "${date}", "take": EACH_RUN}
    assert meant(said, id) == said and scheduled_for(id) is None


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_what_is_no_request_is_left_to_whoever_reads_it(data: bytes) -> None:
    assert at_its_time(data + b"${", ID) == data + b"${"
    assert at_its_time(None, ID) is None


@given(st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)).map(lambda at: at.replace(microsecond=0)))
def test_any_time_is_read_as_the_server_writes_it(at: datetime) -> None:
    found = scheduled_for(f"a-schedule-{at.isoformat()}Z")
    assert found is not None and found.at == at.replace(tzinfo=UTC)


def test_a_schedules_zone_is_put_where_words_name_none() -> None:
    request = {"prompt": "${date} and ${time UTC}", "plan": {"beats": [{"title": "${run}", "seconds": 5}]}}
    placed = in_zone(request, "Asia/Tokyo")
    assert placed["prompt"] == "${date Asia/Tokyo} and ${time UTC}"
    assert placed["plan"]["beats"] == [{"title": "${run Asia/Tokyo}", "seconds": 5}]
    for name in ("Nowhere", "../etc/passwd", "Europe", ""):
        with pytest.raises(UnknownZone):
            in_zone(request, name)
