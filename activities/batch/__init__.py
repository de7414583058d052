"""What a batch asks of the world: its file read, its price, its rows, its results."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    pass
else:
    __all__, __getattr__ = lazily(__name__, {})
