"""Batches as workflows: hundreds of items of any production, under one budget."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from workflows.batch.contract import MAX_LINES as MAX_LINES
    from workflows.batch.contract import BatchRequest as BatchRequest
    from workflows.batch.steps import AdmitBatch as AdmitBatch
    from workflows.batch.steps import Admitted as Admitted
    from workflows.batch.steps import WriteReport as WriteReport
    from workflows.batch.steps import WrittenReport as WrittenReport
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "contract": "BatchRequest MAX_LINES",
            "steps": "AdmitBatch Admitted WriteReport WrittenReport",
        },
    )
