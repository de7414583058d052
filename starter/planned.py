"""What the rules would plan: told without a server, and without making anything."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from activities.film import InvalidPlan, Library, compose, is_ruled
from activities.models import catalogue_of
from infra.settings import Settings
from starter.live import plain
from workflows.film import Beat, Plan, VideoRequest
from workflows.studio import InvalidRequest


def by_rules(request: VideoRequest) -> Plan:
    """The plan; its warnings say where another planner would make the film's. Raises `InvalidRequest`."""
    library = Library.for_request(request)
    try:
        plan = compose(request, library)
    except InvalidPlan as error:
        raise InvalidRequest(error.fields) from error
    return plan.model_copy(update={"warnings": (*plan.warnings, *_other_planner(request))})


def _other_planner(request: VideoRequest) -> tuple[str, ...]:
    catalogue = catalogue_of(Settings.load())
    planner = catalogue.model(request.models.planner or catalogue.profile(request.profile).planner)
    if is_ruled(request, planner):
        return ()
    said = f"{planner.id} plans this film when it is made: this is what the rules would plan instead."
    return (said,)


def as_json(plan: Plan) -> dict[str, Any]:
    """What a program reads; a beat's `words` are all that stands on screen in it, its title first."""
    told = plan.model_dump(
        mode="json", include={"language", "genre", "subject", "name", "archetype", "warnings"}
    )
    beats = [
        {
            "id": beat.id,
            "seconds": beat.seconds,
            "words": _words(beat),
            "camera": beat.camera,
        }
        for beat in plan.beats
    ]
    return {"plan": {**told, "beats": beats}}


def _words(beat: Beat) -> list[str]:
    return [word for word in (beat.title, *beat.callouts) if word]


def _seconds(beat: Beat) -> str:
    """Of a scene what it lasts: its whole seconds are those that all scenes are shared into."""
    return f"{float(beat.span.until - beat.span.since):.3g}" if beat.span else str(beat.seconds)


def table(console: Console, plan: Plan) -> None:
    """A line a beat, under what the film is about."""
    rows = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Beat", "Seconds", "Camera", "Words"):
        rows.add_column(name, overflow="fold", justify="right" if name == "Seconds" else "left")
    for beat in plan.beats:
        rows.add_row(plain(beat.id), _seconds(beat), beat.camera, plain(" · ".join(_words(beat))))
    about = plan.name if plan.name == plan.subject else f"{plan.name} ({plan.subject})"
    head = f"{about}  {plan.seconds} s, {plan.language}, {plan.genre}, {plan.archetype}"
    console.print(plain(head), style="bold", highlight=False, markup=False)
    console.print(rows, highlight=False)
    for warning in plan.warnings:
        console.print(f"! {plain(warning)}", style="yellow", highlight=False, markup=False)
