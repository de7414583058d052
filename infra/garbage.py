"""Knows what Python's collector of garbage need not look at in a process that runs for days."""

from __future__ import annotations

import gc

# Steps leave few cycles behind. Ten times the usual, so that what is looked at has mostly gone by itself.
_YOUNG = 7_000


def settle() -> None:
    """To be called once what a process works with is imported and opened: none of that ends before it does.

    Each full collection would look at its 300,000 objects again, for a fifth of a second in which no thread
    of Python's runs: 2 ms of each step.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
