"""Knows how each paid model fares: one circuit breaker a model, in the database, for all workers together.

    closed     every call is admitted; five failures in a row open it
    open       none is, for the rest of its step: 60, 300, 900, then 3600 seconds
    half open  the rest is over: exactly one call of the whole fleet is admitted, the probe. Its success
               closes the breaker, its failure opens the next step. A probe not heard of is replaced.

A resting model is at its last allowed failure; a probe takes one back, so that a single further failure opens
the next step, while those of calls that were sent before the rest change nothing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from activities.faults import JobFailed, ModelResting, ProviderUnavailable, StudioError
from activities.models.entries import Model
from activities.storage import Database

log = logging.getLogger(__name__)

# Work moves to another model from this step on: a first rest of a minute is cheaper to sit out than a film
# whose shots come from two models.
_MOVES_FROM = 2

# The statement that admits the probe also takes its place: whoever waited for the row's lock finds the rest
# prolonged, and is none. `seen` is the row as it was before.
ADMIT = """
WITH seen AS (
  SELECT step, greatest(0, extract(epoch FROM open_until - clock_timestamp()))::float8 AS rest_s
    FROM provider_health WHERE provider = $1 AND model = $2),
probe AS (
  UPDATE provider_health
     SET failures = $3::int - 1, open_until = clock_timestamp() + make_interval(secs => $4)
   WHERE provider = $1 AND model = $2 AND step > 0 AND open_until <= clock_timestamp()
  RETURNING step)
SELECT step, rest_s, EXISTS (SELECT 1 FROM probe) AS probing FROM seen"""

# A row at the limit rests already: the failure is of a call that was sent before.
FAILED = """
INSERT INTO provider_health AS h (provider, model, failures) VALUES ($1, $2, 1)
ON CONFLICT (provider, model) DO UPDATE
   SET failures = h.failures + 1,
       step = CASE WHEN h.failures + 1 < $3 THEN h.step ELSE least(h.step + 1, cardinality($4::float8[])) END,
       open_until = CASE WHEN h.failures + 1 < $3 THEN h.open_until ELSE clock_timestamp()
         + make_interval(secs => ($4::float8[])[least(h.step + 1, cardinality($4::float8[]))]) END
 WHERE h.failures < $3
RETURNING failures, step"""

WORKED = """
UPDATE provider_health SET failures = 0, step = 0, open_until = NULL
 WHERE provider = $1 AND model = $2 AND failures > 0 RETURNING step"""


@dataclass(frozen=True)
class Rests:
    """When a model is left alone, and how long; seconds."""

    # One failure is chance, and each may have been paid: five in a row are a provider that is down.
    failures: int = 5
    steps: tuple[float, ...] = (60.0, 300.0, 900.0, 3600.0)
    # A probe is replaced when nothing was heard of it for this long, or for this many times what its model
    # usually takes: its worker has died, or it ended in something that says nothing of the provider.
    probe: float = 60.0
    probe_calls: float = 2.0

    def __post_init__(self) -> None:
        if self.failures < 2 or not self.steps or min(self.probe, *self.steps) <= 0 or self.probe_calls < 0:
            raise ValueError("at least two failures, one step, and every time positive")

    def divided(self, by: float) -> Rests:
        """All of them, `by` times as short."""
        steps = tuple(step / by for step in self.steps)
        return replace(self, steps=steps, probe=self.probe / by, probe_calls=self.probe_calls / by)

    def window(self, model: Model) -> float:
        """How long the model's probe is waited for."""
        return max(self.probe, self.probe_calls * model.typical_s)


class Health:
    """The breakers of all models. Each call is one statement that may be sent again; all raise
    `ProviderUnavailable` while the database is away.

    Say `failed` and `worked` of what the provider did with a call that was sent, and only once each.
    """

    def __init__(self, database: Database, rests: Rests | None = None) -> None:
        self._database, self._rests = database, rests or Rests()

    async def admit(self, model: Model, moves: bool) -> None:
        """Returns where a call to the model may be made now, else raises `ModelResting`. The error moves the
        work where `moves` says that there is another model for it, and the rest is not the first."""
        while True:
            rows = await self._database.rows(
                ADMIT, model.provider, model.id, self._rests.failures, self._rests.window(model)
            )
            if not rows or rows[0]["probing"] or not rows[0]["step"]:
                return
            if rows[0]["rest_s"] > 0:
                break
            # The rest is over, and yet it is not the probe: somebody was faster, so the row says more now.
        step, rest_s = int(rows[0]["step"]), float(rows[0]["rest_s"])
        raise ModelResting(
            f"{model.id} has failed again and again and is left alone for another {rest_s:.0f} s; "
            "wait for it, or choose another model",
            rest_s,
            moves=moves and step >= _MOVES_FROM,
        )

    async def failed(self, model: Model, why: StudioError | None = None) -> None:
        """The provider has failed a call. With `why`, counted only where that says something of the provider:
        bad input, refused content and an empty account do not."""
        if why is not None and not is_its_fault(why):
            return
        limit, steps = self._rests.failures, list(self._rests.steps)
        rows = await self._database.rows(FAILED, model.provider, model.id, limit, steps)
        if rows and rows[0]["failures"] >= limit:
            rest_s = steps[rows[0]["step"] - 1]
            log.warning("%s fails again and again: left alone for %g s", model.id, rest_s)

    async def worked(self, model: Model) -> None:
        """The provider has done what a call asked for: the breaker is closed, whoever says so."""
        rows = await self._database.rows(WORKED, model.provider, model.id)
        if rows and rows[0]["step"]:
            log.info("%s works again", model.id)


def is_its_fault(error: BaseException) -> bool:
    """Whether a failure counts against the provider: it did not answer, or its job failed. Never what the
    caller sent, what the account may do, and what the provider itself asks to wait for."""
    return isinstance(error, ProviderUnavailable | JobFailed) and not isinstance(error, ModelResting)
