"""What a market for tests knows of one film: the money, what was made of it, and what people decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from workflows.studio.edits import Edit, KeptVersion
from workflows.studio.facts import Artifact, Payment
from workflows.studio.money import Choice


@dataclass
class Fate:
    """What one step meets: `blocked` is the first rung whose words pass."""

    blocked: int
    mishaps: list[str]
    leaves: bool


@dataclass
class Books:
    """What the market knows of one film. `limit` is what somebody has granted it."""

    limit: Decimal
    paid: dict[str, Payment] = field(default_factory=dict)
    under_way: Decimal = Decimal(0)
    made: dict[str, Artifact] = field(default_factory=dict)
    fates: dict[str, Fate] = field(default_factory=dict)
    choices: dict[str, Choice] = field(default_factory=dict)
    #: Attempts in doubt, by what was wanted.
    doubts: dict[str, str] = field(default_factory=dict)
    #: Of every step, the rungs that were refused and the models that were asked.
    refused: dict[str, list[int]] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=dict)
    #: What people decided, which versions are finished, and what every cut shows, the first one first.
    edits: list[Edit] = field(default_factory=list)
    versions: dict[tuple[int, str, str], KeptVersion] = field(default_factory=dict)
    cuts: list[tuple[str, ...]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def spent(self) -> Decimal:
        return sum((payment.usd for payment in self.paid.values()), Decimal(0))
