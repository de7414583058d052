"""What was left out when this was installed: the distribution alone starts and follows films; its extra
`worker` makes them."""

from __future__ import annotations

# What says a cut to other editors: an extra of its own.
_EDIT = frozenset(("opentimelineio",))
# Modules of ours are always there: one that is not found is a fault of ours, and no extra mends it.
_OWN = frozenset(("workflows", "activities", "infra", "starter", "worker"))


def without_worker(error: ImportError) -> str | None:
    """The sentence for a library that is missing; None where it is one of our own modules."""
    library = (error.name or "").partition(".")[0]
    if not isinstance(error, ModuleNotFoundError) or not library or library in _OWN:
        return None
    if library in _EDIT:
        return (
            f"This takes {library}, which is not installed here: pip install 'reelwright[worker,edit]', with "
            "Python 3.11 to 3.13"
        )
    return (
        f"This takes the studio's worker, which is not installed here ({library} is missing): "
        "pip install 'reelwright[worker]'"
    )
