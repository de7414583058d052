"""Knows which parts of a film models play for it, where not every film has them."""

from __future__ import annotations

from workflows.film.contract import VideoRequest


def needs_edit(request: VideoRequest) -> bool:
    """Whether the film has a model that draws from a picture and words (`edit`). One without keyframes that
    follow from others, and without pictures of its characters, has none, and is not refused for want of its
    key."""
    drawn = request.continuity == "anchored" or request.method == "keyframes"
    shown = request.sheets == "drawn" or any(one.image for one in request.characters)
    return request.models.edit is not None or drawn or shown
