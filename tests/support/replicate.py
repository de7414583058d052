"""What the tests of Replicate share: a provider with a key that must never be seen, and whom it talks to."""

from __future__ import annotations

from activities.models.catalogue import Catalogue
from activities.models.provider import Job
from activities.models.providers.replicate import Replicate

SECRET = "r8_Zq7fK2pX9mB4tL6vN1sD8wR3yH5jC0gAeUiO"
REFUSALS = frozenset(Catalogue.load().providers["replicate"].refusals)
FLUX, EDGES, HAILUO = (
    Catalogue.load().model(f"replicate-{name}") for name in ("flux-dev", "flux-dev-controlnet", "hailuo-02")
)
JOB = Job("gm3qorzdhgbfurvjtvhg6dckhu")
#: Where nobody listens; for what needs no answer.
NOWHERE = "http://127.0.0.1:9"


def replicate_at(url: str = NOWHERE, key: str = SECRET) -> Replicate:
    return Replicate(key, refusals=REFUSALS, base_url=url)
