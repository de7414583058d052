"""What was made before stands in for what is wanted and is not there: in the same run, and in a later one."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from activities.models import Catalogue
from activities.pipeline import planned_steps
from tests.pipeline.drafts import Json, parsed, step
from workflows.pipeline import DeliveredPipeline, Direction, PlannedPipeline
from workflows.pipeline.stock import Stock
from workflows.pipeline.versions import with_versions
from workflows.studio import Artifact, KeptVersion, Media, Progress, RowProgress

CATALOGUE = Catalogue.load()
DRAWN: Json = {
    "steps": [step("draw", "text_to_image", "A mug"), step("jug", "text_to_image", "A jug", take=4)]
}
DRAWN["steps"].append(step("turn", "image_to_video", "It turns", inputs={"image": "draw"}))
WANTED = ("draw", "jug", "turn")
IDS, WHATS = st.sampled_from(WANTED), st.sampled_from(["make", "retake", "use"])
ACTS = st.lists(st.tuples(IDS, WHATS), max_size=12)


def planned(direction: Direction) -> PlannedPipeline:
    steps = planned_steps(direction.request, CATALOGUE, ()).steps
    return PlannedPipeline(steps=tuple(steps))


def test_what_was_delivered_stays_there_whatever_is_decided_meanwhile() -> None:
    """Also where two steps have made the same, and where somebody goes back to what is there as well."""
    direction = Direction(parsed(DRAWN))
    stock, made = Stock(planned(direction), direction, ()), made_as("draw", 1, 0)
    for one in stock.planned.steps[:2]:
        stock.put(one, made, None)
    for take in (1, 2):
        objects = {id: f"videos/{take}/steps/{id}" for id in stock.there}
        heard = {"draw": {"text": f"of {take}"}}
        stock.handed_over(stock.there, DeliveredPipeline(objects=objects, manifest="m", answers=heard))
        assert {one.id: one.object for one in stock.results({}) if one.object} == objects
        retaken = take == 1
        decision = direction.retake("draw", "x") if retaken else direction.use("draw", "take-1")
        changed = direction.apply(decision)
        stock.planned = planned(direction)
        assert [*stock.stays(direction.following(changed))] == ["draw"] and not stock.is_whole
        told = {one.id: one for one in stock.results({})}
        assert {id: one.object for id, one in told.items() if one.object} == objects
        assert stock.found_at(stock.output) == objects[stock.output]
        assert told["draw"].why == f"it was not made anew: this is take-{take}, as it was before"
        assert told["draw"].answer == heard["draw"]
        stock.put(stock.planned.steps[0], made_as("draw", 2, 1), None)
        assert not retaken or stock.found_at("draw") is None, "another take is somewhere else"
        assert not retaken or stock.results({})[0].answer is None, "and answers otherwise"
    stock.cut_off("the pipeline was stopped")
    assert stock.results({})[2].why == "it was not made: the pipeline was stopped"


def made_as(id: str, take: int, count: int) -> Artifact:
    media = Media(mime="image/png", bytes=1, sha256="0")
    return Artifact(key=f"{id}-{take}-{count}", object=f"a/{id}-{take}-{count}", media=media)


@given(ACTS)
@example([("draw", what) for what in ("make", "retake", "make", "use")])
def test_there_is_never_a_hole_where_something_was_made(acts: list[tuple[str, str]]) -> None:
    direction = Direction(parsed(DRAWN))
    stock = Stock(planned(direction), direction, ())
    objects, kept = dict[tuple[str, int], str](), dict[tuple[str, int], KeptVersion]()
    for count, (id, what) in enumerate(acts):
        if what != "make":
            first = next(iter(direction.asked(id)))
            back = direction.use(id, first) if what == "use" else None
            changed = direction.apply(back or direction.retake(id, f"Other words, {count}"))
            stock.planned = planned(direction)
            for one in direction.following(changed):
                stock.let_go(one)
        elif id not in stock.made:
            wanted = next(one for one in stock.planned.steps if one.id == id)
            made = made_as(id, wanted.take, count)
            stock.found(wanted, made, None)
            stock.put(wanted, made, None)
            objects[id, wanted.take] = made.object
            value: Json = {"key": made.key, "object": made.object, "model": "", "of": direction.digest}
            value |= {"media": made.media.model_dump(mode="json", exclude_none=True)}
            kept[id, wanted.take] = KeptVersion(row=id, name=f"take-{wanted.take}", value=value)
    stock.fall_back()
    # What is wanted where it was ever made, as by whoever goes back to it; else what was wanted last.
    stood = {id: [one.take for one in direction.stood(id) if (id, one.take) in objects] for id in WANTED}
    last = {id: (takes[0], objects[id, takes[0]]) for id, takes in stood.items() if takes}
    told = {one.id: one for one in stock.results({})}
    assert {id: (one.take, one.object) for id, one in told.items() if one.object} == last
    assert {id for id, one in told.items() if one.why} == set(stock.lacking)
    assert all(f"take-{last[id][0]}, as it was before" in told[id].why for id in stock.instead)
    assert stock.output in last or not last
    words = {one.id: (one.take, one.prompt) for one in stock.request.steps}
    for id, (take, _) in last.items():
        assert words[id] == (take, direction.asked(id)[f"take-{take}"].prompt), "those that it was made in"
    rows = tuple(RowProgress(id=id) for id in direction.wanted)
    progress = with_versions(Progress(status="stopped", beats=rows), direction, stock, ())
    shown = {row.id: row.shown.name for row in progress.beats if row.shown}
    differs = {id for id, name in stock.instead.items() if name == direction.wanted[id].name}
    assert shown == {id: f"take-{take}" for id, (take, _) in last.items() if id not in differs}

    later = Stock(planned(direction), direction, tuple(kept.values()))
    later.fall_back()
    found = {one.id: (one.take, one.object) for one in later.results({})}
    assert {id: found[id] for id in last} == last
    others = [one.model_copy(update={"value": {**one.value, "of": "another"}}) for one in kept.values()]
    assert not Stock(planned(direction), direction, others).fall_back(), "another pipeline by the same id"
