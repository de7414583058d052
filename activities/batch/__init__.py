"""What a batch asks of the world: its file read, its price, its rows, its results."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from activities.batch import stages as stages
    from activities.batch.account import BatchSteps as BatchSteps
    from activities.batch.admission import MAX_BYTES as MAX_BYTES
    from activities.batch.admission import Admission as Admission
    from activities.batch.admission import checked as checked
    from activities.batch.items import BatchItems as BatchItems
    from activities.batch.lines import Asked as Asked
    from activities.batch.lines import Lines as Lines
    from activities.batch.lines import format_of as format_of
    from activities.batch.pricing import Priced as Priced
    from activities.batch.pricing import Pricing as Pricing
    from activities.batch.pricing import total as total
    from activities.batch.report import Reports as Reports
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "": "stages",
            "account": "BatchSteps",
            "admission": "Admission MAX_BYTES checked",
            "items": "BatchItems",
            "lines": "Asked Lines format_of",
            "pricing": "Priced Pricing total",
            "report": "Reports",
        },
    )
