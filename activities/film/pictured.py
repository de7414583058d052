"""Knows which pictures go along where a beat's image is asked of a model: sheets, photos, edges."""

from __future__ import annotations

from activities.models import Model, Role
from workflows.film import SheetKind, Shot

_ORDER: tuple[SheetKind, ...] = ("character", "product", "style")


def pictures_of(model: Model, shot: Shot) -> dict[str, str]:
    """What an image model is shown of a beat, by name: the keys of uploads, and of the recipes of sheets that
    were drawn. `role_of` says what each is to it, `object_of` where it lies.

    Of whom the beat shows, their sheets, the beat's first photo after them, or the sheet of its product, and
    that of place and light, as many as the model takes; else of the photo its edges, itself, or both. What
    people look like is not told by edges.
    """
    if not shot.beat.sheets or not (model.takes("image") or model.takes("references")):
        roles = [role for role in ("control", "image") if role in model.parameters]
        # In two loops: a beat without photos has no first one to name.
        return {role: photo for photo in shot.beat.references[:1] for role in roles}
    shown = _shown(shot, "references" in model.parameters)
    first = shown[:1] if "image" in model.needs or "references" not in model.parameters else []
    several = shown[len(first) :][: model.takes("references")]
    named = {f"references_{number}": key for number, key in enumerate(several, 1)}
    return ({"image": first[0]} if first else {}) | named


def _shown(shot: Shot, several: bool) -> list[str]:
    """In the order in which they are dropped from the end. Place and light are told beside something else."""
    of = {kind: [one.sheet for one in shot.beat.shows if one.sheet and one.kind == kind] for kind in _ORDER}
    beside = of["style"] if several else []
    return [*of["character"], *shot.beat.references[:1], *of["product"], *beside]


def sheets_beside(model: Model, shot: Shot) -> dict[str, str]:
    """The sheets that go along where an image model is given a picture of the shot itself."""
    sheets = shot.beat.sheets[: model.takes("references")]
    return {f"references_{number}": key for number, key in enumerate(sheets, 1)}


def object_of(shot: Shot, key: str) -> str:
    """Where a picture lies in the bucket that goes by this key: an upload by its own."""
    drawn = (one.object for one in shot.beat.shows if one.sheet == key and one.object)
    return next(drawn, key)


def role_of(name: str) -> Role:
    """What a picture of `pictures_of` is to its model."""
    if name.startswith("references_"):
        return "references"
    return "control" if name == "control" else "image"
