"""Knows whose models one process has: those that compute here, and the providers whose keys it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from activities.faults import ModelGone, Unauthorized
from activities.models.catalogue import Catalogue
from activities.models.local import LocalModel
from activities.models.provider import Provider
from workflows.studio import ModelFacts


@dataclass(frozen=True)
class Roster:
    """The catalogue, the paid `providers` at hand, and the `local_models`, both by name; `standins`
    where these take the place of all that are paid."""

    catalogue: Catalogue
    providers: Mapping[str, Provider]
    local_models: Mapping[str, LocalModel] = field(default_factory=dict)
    standins: bool = False

    def local_model(self, model: ModelFacts) -> LocalModel:
        """Raises `ModelGone` where this worker does not have the model's provider."""
        try:
            return self.local_models[model.provider]
        except KeyError:
            raise ModelGone(
                f"No worker here has the provider {model.provider} of model {model.id}."
            ) from None

    def provider(self, name: str) -> Provider:
        """Raises `Unauthorized` where this worker does not have its key."""
        try:
            return self.providers[name]
        except KeyError:
            known = self.catalogue.providers
            needs = " and ".join(known[name].needs) if name in known else name
            raise Unauthorized(f"This worker does not have the key of {name}: set {needs}.") from None
