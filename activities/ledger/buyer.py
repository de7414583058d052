"""Knows the one way anything is ever paid for: look it up, wait for whoever buys it, or buy it, once.

One submit of a recipe in the whole fleet is alive or successful at any time. What is open is driven to its
end by whoever holds the claim, in whatever process; the ledger alone decides.
"""

from __future__ import annotations

import uuid
from dataclasses import replace

from activities.ledger.claim import PaidAttempt
from activities.ledger.orphan import Orphan
from activities.ledger.purchase import PaidRecipe, Purchase
from activities.ledger.services import Services
from activities.ledger.submissions import Submissions
from activities.storage import Database
from workflows.studio import Artifact, PaidStep


class Buyer:
    """Buys recipes for one process. `instance` names the process in its claims, and has no colon."""

    def __init__(self, services: Services, instance: str) -> None:
        if ":" in instance:
            raise ValueError("an instance has no colon: it ends there in the claim's name")
        self._services, self._instance = services, instance

    @property
    def submissions(self) -> Submissions:
        """What was bought, in all processes."""
        return self._services.submissions

    def reading(self, database: Database) -> Buyer:
        """The same, whose ledger is read and written through this database."""
        submissions = Submissions(database, self.submissions.times)
        return Buyer(replace(self._services, submissions=submissions), self._instance)

    async def buy(self, paid: PaidRecipe, terms: PaidStep, attempt: PaidAttempt, *, stage: str) -> Artifact:
        """The artifact of a recipe, bought here, elsewhere, or long ago; at most one submit of this call is
        accepted.

        Raises `OverBudget` where it would cost more than the terms allow, `Held` where only a person can go
        on, what the attempt ended with (with its `payment` where this film paid), a provider's refusal,
        `ModelResting`, `StillWaiting` when somebody else takes long, `ProviderUnavailable` while database or
        bucket is away. Lets cancellation pass once the claim is given back, or the job stopped.
        """
        return await Purchase(self._services, paid, terms, attempt, stage, self._owner()).run()

    async def tend(self, key: str) -> None:
        """Claims a recipe with an open attempt and drives that to its end; starts none. Nothing where
        somebody else has it, or a person has to decide."""
        await Orphan(self._services).tend(key, self._owner())

    async def close(self, key: str, n: int) -> None:
        """Ends an attempt that nobody needs any more: a stray, or one that was open when another finished the
        recipe. Its job is cancelled; what it made all the same is used where the recipe lacks it. To be
        called again where its end takes long."""
        await Orphan(self._services).close(key, n)

    async def resolve(self, attempt: str) -> None:
        """The operator takes the risk of the held attempt `<key>:<n>`; nothing where it is held no more."""
        key, _, n = attempt.rpartition(":")
        if not n.isdecimal():
            raise ValueError(f"{attempt[:80]!r} names no attempt")
        await self._services.submissions.resolve(key, int(n), "operator")

    def _owner(self) -> str:
        return f"{self._instance}:{uuid.uuid4()}"
