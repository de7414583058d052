"""The paid providers' APIs on loopback, for trying without paying: each speaks its provider's wire format,
refuses what that refuses, bills nothing, and fails on demand."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from infra.standins.faults import Faults as Faults
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "faults": "Faults",
        },
    )
