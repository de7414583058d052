"""Google's models on Vertex AI: Veo for videos, Gemini for images and plans."""

from activities.models.providers.google.provider import Google

__all__ = ["Google"]
