"""Re-exports `Shot`."""

from workflows.contract import Shot

__all__ = ["Shot"]
