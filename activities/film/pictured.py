"""Knows which pictures go along where a beat's image is asked of a model: sheets, photos, edges."""

from __future__ import annotations

from activities.models import Model, Role
from workflows.film import Shot


def pictures_of(model: Model, shot: Shot) -> dict[str, str]:
    """The uploads that an image model is shown of a beat, by name; `role_of` says what each is to it.

    Of whom the beat shows, their sheets, and the beat's first photo after them, as many as the model takes;
    else of the photo its edges, itself, or both. What people look like is not told by edges.
    """
    if not shot.beat.sheets or not (model.takes("image") or model.takes("references")):
        roles = [role for role in ("control", "image") if role in model.parameters]
        # In two loops: a beat without photos has no first one to name.
        return {role: photo for photo in shot.beat.references[:1] for role in roles}
    shown = [*shot.beat.sheets, *shot.beat.references[:1]]
    first = shown[:1] if "image" in model.needs or "references" not in model.parameters else []
    several = shown[len(first) :][: model.takes("references")]
    named = {f"references_{number}": key for number, key in enumerate(several, 1)}
    return {**dict.fromkeys(["image"][: len(first)], shown[0]), **named}


def sheets_beside(model: Model, shot: Shot) -> dict[str, str]:
    """The sheets that go along where an image model is given a picture of the shot itself."""
    sheets = shot.beat.sheets[: model.takes("references")]
    return {f"references_{number}": key for number, key in enumerate(sheets, 1)}


def role_of(name: str) -> Role:
    """What a picture of `pictures_of` is to its model."""
    if name.startswith("references_"):
        return "references"
    return "control" if name == "control" else "image"
