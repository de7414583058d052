"""The board: what happens to steps, how they stand, what is counted, and how long the rest will take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.studio.board import Board
from workflows.studio.facts import Artifact, Media
from workflows.studio.standing import StepStanding

START = datetime(2026, 11, 21, tzinfo=UTC)

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(("expect", "start", "made", "reused", "fail", "drop")),
        # Few enough that most of what happens happens to a step that is there.
        st.integers(0, 2),
        st.integers(1, 300),
    ),
    min_size=10,
    max_size=40,
)


def artifact(reused: bool) -> Artifact:
    media = Media(mime="image/png", bytes=1, sha256="0" * 64)
    return Artifact(key="0" * 64, object="objects/x", media=media, reused=reused)


@settings(deadline=None)
@given(EVENTS)
def test_counts_are_right_and_the_bar_never_goes_back(events: list[tuple[str, int, int]]) -> None:
    """A step that runs again counts once: as made where it ever was, whatever it is found to be then."""
    board, known, counted = Board(), dict[str, str](), dict[str, str]()
    board.status = "rendering"
    bars = [0.0]
    for at, (event, number, weight) in enumerate(events):
        name, now = f"step:{number}", START + timedelta(seconds=at)
        if event == "expect":
            board.expect(name, f"Step {number}", weight)
            known.setdefault(name, "waiting")
        elif event == "drop":
            board.drop(name)
            known.pop(name, None)
            counted.pop(name, None)
        elif name in known:
            known[name] = act(board, event, name, now)
            if event == "made" or (event == "reused" and name not in counted):
                counted[name] = event
        seen = board.snapshot(START, now)
        assert {step.name: step.state for step in seen.film_steps} == known
        assert (seen.made, seen.reused) == tuple(
            [*counted.values()].count(state) for state in ("made", "reused")
        )
        assert seen.elapsed_s == at
        assert seen.expected_s is None or seen.expected_s >= seen.elapsed_s
        bars.append(seen.done)
    assert bars == sorted(bars) and bars[-1] <= 1
    board.status = "completed"
    assert board.snapshot(START, START).done == 1


def act(board: Board, event: str, name: str, now: datetime) -> str:
    """Tells the board, and returns the state that the step is in from then on."""
    if event == "start":
        board.start(name, now)
        return "running"
    if event == "fail":
        board.fail(name)
        return "failed"
    board.finish(name, artifact(event == "reused"))
    return event


def test_how_a_step_stands_is_told_while_it_is_worked_on_and_no_longer() -> None:
    board = Board()
    for name in ("a", "b"):
        board.expect(name, name, 1)
    told = StepStanding(step="a", position=3)
    assert not board.stands("a", told) and not board.stands("nobody", told)
    board.start("a", START)
    assert board.stands("a", told)
    (a, b) = board.snapshot(START, START).film_steps
    assert (a.note, b.note) == ("3 ahead in the queue", "") and a.standing and a.standing.position == 3
    board.finish("a", artifact(reused=False))
    board.start("a", START)
    assert board.snapshot(START, START).film_steps[0].standing is None, "another call of it"


def test_an_interrupted_step_waits_for_another_run() -> None:
    board = Board()
    for name in ("a", "b"):
        board.expect(name, name, 1)
        board.start(name, START)
    board.finish("b", artifact(reused=False))
    board.interrupt()
    assert [step.state for step in board.snapshot(START, START).film_steps] == ["waiting", "made"]


def test_expected_time_leaves_out_what_people_take() -> None:
    """Two of four steps take a minute each, and a person an hour in between."""
    board, hour, minute = Board(), timedelta(hours=1), timedelta(minutes=1)
    board.status = "rendering"
    for name in "abcd":
        board.expect(name, name, 10)

    def done(name: str, begun: datetime) -> datetime:
        board.start(name, begun)
        board.tick(begun, paused=False)
        board.finish(name, artifact(reused=False))
        board.tick(begun + minute, paused=False)
        return begun + minute

    now = done("a", START)
    board.start("b", now)
    board.hold("b")
    board.tick(now, paused=False)
    assert board.snapshot(START, now + hour).expected_s is None, "nobody knows how long a person takes"
    now = done("b", now + hour)
    assert board.snapshot(START, now).expected_s == (hour + 4 * minute).total_seconds()
    board.tick(now, paused=True)
    board.tick(now + hour, paused=False)
    assert board.snapshot(START, now + hour).expected_s == (2 * hour + 4 * minute).total_seconds()
