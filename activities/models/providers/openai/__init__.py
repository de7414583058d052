"""OpenAI: plans and images."""

from activities.models.providers.openai.client import OpenAI

__all__ = ["OpenAI"]
