"""The threads that compute: bounded, in order, and never one short for long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, wait

import pytest

from activities.ledger.threads import Threads

SOON = 20.0


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    gate = threading.Event()
    yield gate
    gate.set()


def test_no_more_run_at_once_than_there_are_slots_and_results_are_their_own() -> None:
    threads, lock, running, most = Threads(3), threading.Lock(), 0, 0

    def work(number: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.002)
        with lock:
            running -= 1
        if number % 7 == 0:
            raise ValueError(number)
        return number

    calls = [threads.submit(work, number) for number in range(40)]
    threads.shutdown(wait=True)
    assert most == 3
    assert [call.result() for n, call in enumerate(calls) if n % 7] == [n for n in range(40) if n % 7]
    assert all(isinstance(call.exception(), ValueError) for call in calls[::7])
    with pytest.raises(RuntimeError, match="shut down"):
        threads.submit(work, 1)


def test_what_is_given_up_makes_room_once_however_it_ends(gate: threading.Event) -> None:
    threads = Threads(1)
    hung = threads.submit(gate.wait, 60)
    waits: list[Future[int]] = [threads.submit(int, text) for text in ("1", "2")]
    cancelled = threads.submit(int, "3")
    assert cancelled.cancel() and not any(call.running() for call in waits)
    threads.give_up(hung)
    threads.give_up(hung)
    assert [call.result(SOON) for call in waits] == [1, 2]
    gate.set()
    hung.result(SOON)

    gate.clear()
    first, second = threads.submit(gate.wait, 60), threads.submit(int, "4")
    assert wait([second], timeout=0.05).not_done, "the place that was given up was counted twice"
    gate.set()
    assert first.result(SOON) and second.result(SOON) == 4
    threads.shutdown()


def test_a_shutdown_waits_for_what_runs_and_not_for_what_was_given_up(gate: threading.Event) -> None:
    threads = Threads(1)
    hung = threads.submit(gate.wait, 60)
    threads.give_up(hung)
    busy, later = threads.submit(gate.wait, 0.05), threads.submit(int, "1")
    threads.shutdown(wait=True, cancel_futures=True)
    assert busy.done() and later.cancelled() and not hung.done()
