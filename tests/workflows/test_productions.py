"""The table of productions: every kind that a worker hosts stands in it, and nothing that none hosts."""

from __future__ import annotations

from temporalio.workflow import _Definition

from activities.estimates import ESTIMATES
from worker import WORKFLOWS
from workflows.contract import VideoRequest
from workflows.film.production import FILM
from workflows.productions import PRODUCTIONS
from workflows.studio.workflow import ProductionWorkflow


def test_the_table_holds_every_kind_that_a_worker_hosts() -> None:
    hosted = {
        _Definition.must_from_class(one).name: one.production
        for one in WORKFLOWS
        if issubclass(one, ProductionWorkflow)
    }
    assert hosted == PRODUCTIONS
    assert all(name == one.workflow for name, one in PRODUCTIONS.items())


def test_every_kind_has_its_price() -> None:
    assert ESTIMATES.keys() == PRODUCTIONS.keys()


def test_what_a_kind_delivers_is_a_field_of_its_result() -> None:
    for one in PRODUCTIONS.values():
        assert one.delivers in one.result.model_fields
        assert one.delivered(one.result(status="stopped")) is None


def test_a_request_gives_the_same_id_however_it_was_sent() -> None:
    request = VideoRequest(prompt="A 15 second film about a ceramic coffee mug")
    sent = request.model_dump_json(exclude_defaults=True).encode()
    assert FILM.id_of(FILM.parse(sent)) == FILM.id_of(request)
