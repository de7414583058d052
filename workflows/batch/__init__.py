"""Batches as workflows: hundreds of items of any production, under one budget."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from workflows.batch.contract import AXES as AXES
    from workflows.batch.contract import MAX_LINES as MAX_LINES
    from workflows.batch.contract import MAX_SHOWN as MAX_SHOWN
    from workflows.batch.contract import MEANT as MEANT
    from workflows.batch.contract import STATE_WORDS as STATE_WORDS
    from workflows.batch.contract import BatchProgress as BatchProgress
    from workflows.batch.contract import BatchRequest as BatchRequest
    from workflows.batch.contract import BatchResult as BatchResult
    from workflows.batch.contract import Bulk as Bulk
    from workflows.batch.contract import Counts as Counts
    from workflows.batch.contract import ItemResult as ItemResult
    from workflows.batch.contract import ItemState as ItemState
    from workflows.batch.contract import Selection as Selection
    from workflows.batch.production import BATCH as BATCH
    from workflows.batch.step_facts import AdmitBatch as AdmitBatch
    from workflows.batch.step_facts import Admitted as Admitted
    from workflows.batch.step_facts import BeginItems as BeginItems
    from workflows.batch.step_facts import Begun as Begun
    from workflows.batch.step_facts import EndedItem as EndedItem
    from workflows.batch.step_facts import EndItems as EndItems
    from workflows.batch.step_facts import Item as Item
    from workflows.batch.step_facts import LookAfter as LookAfter
    from workflows.batch.step_facts import LookedAfter as LookedAfter
    from workflows.batch.step_facts import Notable as Notable
    from workflows.batch.step_facts import RecordItems as RecordItems
    from workflows.batch.step_facts import Selected as Selected
    from workflows.batch.step_facts import SelectItems as SelectItems
    from workflows.batch.step_facts import Standing as Standing
    from workflows.batch.step_facts import StartedItem as StartedItem
    from workflows.batch.step_facts import TakeItems as TakeItems
    from workflows.batch.step_facts import TakenItem as TakenItem
    from workflows.batch.step_facts import TakenItems as TakenItems
    from workflows.batch.step_facts import WriteReport as WriteReport
    from workflows.batch.step_facts import WriteResults as WriteResults
    from workflows.batch.step_facts import WrittenReport as WrittenReport
    from workflows.batch.step_facts import WrittenResults as WrittenResults
    from workflows.batch.workflow import BatchWorkflow as BatchWorkflow
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "contract": (
                "AXES BatchProgress BatchRequest BatchResult Bulk Counts ItemResult ItemState "
                "MAX_LINES MAX_SHOWN MEANT STATE_WORDS Selection"
            ),
            "production": "BATCH",
            "step_facts": (
                "AdmitBatch Admitted BeginItems Begun EndItems EndedItem Item LookAfter "
                "LookedAfter Notable RecordItems SelectItems Selected Standing StartedItem "
                "TakeItems TakenItem TakenItems WriteReport WriteResults WrittenReport "
                "WrittenResults"
            ),
            "workflow": "BatchWorkflow",
        },
    )
