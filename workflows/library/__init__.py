"""What callers bring: files that they hand in, for requests to name."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from workflows.library.contract import SIGN as SIGN
    from workflows.library.contract import UPLOAD as UPLOAD
    from workflows.library.contract import Signed as Signed
    from workflows.library.contract import Uploaded as Uploaded
    from workflows.library.contract import UploadLink as UploadLink
    from workflows.library.contract import UploadRequest as UploadRequest
    from workflows.library.steps import Cleared as Cleared
    from workflows.library.steps import ClearUpload as ClearUpload
    from workflows.library.steps import TakeInUpload as TakeInUpload
    from workflows.library.workflow import UploadWorkflow as UploadWorkflow
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "contract": "SIGN Signed UPLOAD UploadLink UploadRequest Uploaded",
            "steps": "ClearUpload Cleared TakeInUpload",
            "workflow": "UploadWorkflow",
        },
    )
