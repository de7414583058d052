"""Batches as workflows: hundreds of items of any production, under one budget."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    pass
else:
    __all__, __getattr__ = lazily(__name__, {})
