"""How work begins: the typed client for services, and the `reel` command."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from starter.batches import Batch as Batch
    from starter.batches import Batches as Batches
    from starter.films import Film as Film
    from starter.films import Films as Films
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "batches": "Batch Batches",
            "films": "Film Films",
        },
    )
