"""Knows where the cuts of a film lie in the bucket."""

from __future__ import annotations

from activities.storage import folder_name


def cuts_of(film_id: str) -> str:
    """Where its cuts lie in the bucket, each under its number."""
    return f"videos/{folder_name(film_id, 'film')}/cuts/"
