"""Replicate's models, on its own client: `Replicate` is the provider."""

from activities.models.providers.replicate.provider import Replicate

__all__ = ["Replicate"]
