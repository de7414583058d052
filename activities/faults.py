"""Every error the studio can name, as facts: mapped once by each provider, used by every retry policy.

StudioError
├── Permanent                 never retried: the same request would fail again
│   ├── InvalidInput          a photo that is no photo, a plan that breaks a constraint
│   ├── ContentPolicy         the provider refuses the content
│   ├── Unauthorized          the key is missing or wrong
│   ├── InsufficientCredit    the account is empty
│   ├── ModelGone             the model was retired
│   ├── OverBudget            it would cost more than may be spent now
│   ├── AtCap                 all productions together would cost more than may be spent today
│   └── Held                  only a person can go on: `accept_risk` or `give_up`
│       ├── SubmitOutcomeUnknown   it may have been accepted, and nobody can say
│       └── OutputExpired          it was made and paid, and its output is gone
└── Transient                 retried with back-off
    ├── RateLimited           after what the provider asked for
    ├── ProviderUnavailable   the provider, or a server of ours, does not answer
    │   └── ModelResting      the model failed too often, and is left alone for a while
    └── JobFailed             the work itself failed; a further try may succeed
StillWaiting                  no failure: somebody else makes it, and takes long
Unfinished                    one of them, or a bug, after something was bought
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from workflows.studio import Payment


class StudioError(Exception):
    """Something the studio knows how to name. The message says what happened and what to do.

    `payment` is there where a paid attempt has ended so: the next one needs a reservation of its own, so
    Temporal does not repeat it, and the workflow decides.
    """

    payment: Payment | None = None


class Permanent(StudioError):
    """Never retry: the same request would fail the same way."""


class Transient(StudioError):
    """Retry with back-off."""


class InvalidInput(Permanent):
    """The caller's input cannot be used. Never retry; the message names what to change."""


class ContentPolicy(Permanent):
    """The provider refuses this content. Never retry as it is."""


class Unauthorized(Permanent):
    """The provider does not know the key. Never retry; set the key."""


class InsufficientCredit(Permanent):
    """The provider's account is empty. Never retry; add credit."""


class ModelGone(Permanent):
    """The model was retired. Never retry; choose another."""


class OverBudget(Permanent):
    """It would cost more than may be spent now. Nothing was sent; ask again with a larger allowance."""

    def __init__(self, message: str, needs_usd: Decimal) -> None:
        super().__init__(message)
        self.needs_usd = needs_usd


class AtCap(Permanent):
    """A cap above all productions is reached. Nothing was sent; ask again once there is room."""


class Held(Permanent):
    """Only a person can go on. Never retry: what is in doubt may have been paid. `attempt` is the ledger's
    name of it, `<recipe key>:<n>`; `at_risk_usd` is what it may have cost."""

    def __init__(self, message: str, attempt: str, at_risk_usd: Decimal) -> None:
        super().__init__(message)
        self.attempt = attempt
        self.at_risk_usd = at_risk_usd


class SubmitOutcomeUnknown(Held):
    """The request may have been accepted, the provider cannot list its jobs, and no id is known."""


class OutputExpired(Held):
    """The job succeeded and was paid, but the provider has deleted its output, and the bucket has none."""


class RateLimited(Transient):
    """The provider asks to wait. Retry after `retry_after_s` seconds."""

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ProviderUnavailable(Transient):
    """The provider, or one of our own servers, does not answer. Retry with back-off."""


class ModelResting(ProviderUnavailable):
    """The model has failed too often and is left alone for `rest_s` seconds. Retry then; where `moves`, the
    work goes to another model instead: never retry it with this one."""

    def __init__(self, message: str, rest_s: float, moves: bool) -> None:
        super().__init__(message)
        self.rest_s = rest_s
        self.moves = moves


class JobFailed(Transient):
    """The work ran and failed. Retry a bounded number of times."""


class Unfinished(Exception):
    """What was bought is there, and the last of the work on it failed here: `why` says how, and whether a
    further try may help. Never buy again for it. `payments` are what this film paid for it."""

    def __init__(self, why: Exception, payments: Sequence[Payment]) -> None:
        super().__init__(str(why))
        self.why, self.payments = why, tuple(payments)


class StillWaiting(Exception):
    """Somebody else is making it, and the slot is given back. Come again after `call_again_s` seconds."""

    def __init__(self, call_again_s: float) -> None:
        super().__init__("somebody else is making it")
        self.call_again_s = call_again_s
