"""OpenAI: plans and images."""

from activities.generation.providers.openai.client import OpenAI

__all__ = ["OpenAI"]
