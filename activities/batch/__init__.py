"""What a batch asks of the world: its file read, its price, its rows, its results."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from activities.batch import stages as stages
    from activities.batch.account import BatchSteps as BatchSteps
    from activities.batch.admission import Admission as Admission
    from activities.batch.report import Reports as Reports
else:
    __all__, __getattr__ = lazily(
        __name__, {"": "stages", "account": "BatchSteps", "admission": "Admission", "report": "Reports"}
    )
