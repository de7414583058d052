"""How a benchmark says what it measured, and beside which aim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Held(NamedTuple):
    """A figure that is to stay at or below `most`, or, `least`, at or above it."""

    name: str
    value: float
    most: float
    unit: str = ""
    least: bool = False

    @property
    def verdict(self) -> str:
        if self.least:
            return "reached" if self.value >= self.most else "below"
        return "within" if self.value <= self.most else "above"

    @property
    def row(self) -> list[str]:
        return [self.name, said(self.value, self.unit), said(self.most, self.unit), self.verdict]


def said(value: float, unit: str = "") -> str:
    """Three digits are more than any of these can be told apart by."""
    figure = (
        f"{value:.0f}"
        if value >= 100 or value == int(value)
        else f"{value:.2g}"
        if value < 1
        else f"{value:.1f}"
    )
    return f"{figure} {unit}".strip()


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
