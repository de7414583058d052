"""The provider fal: models behind a queue that gives ids, keeps results, and lists what has ended."""

from activities.models.providers.fal.provider import Fal

__all__ = ["Fal"]
