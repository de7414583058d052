"""Replicate's models, on its own client: `Replicate` is the provider."""

from activities.generation.providers.replicate.provider import Replicate

__all__ = ["Replicate"]
