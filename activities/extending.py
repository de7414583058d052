"""The names that packages build on which bring providers and kinds of their own: these stay as they are.

A provider is held to its promises by the suite in `activities.models.contract`. How packages are found:
`starter/docs/pipelines.md`.
"""

from __future__ import annotations

from activities.faults import (
    ContentPolicy,
    InsufficientCredit,
    InvalidInput,
    JobFailed,
    ModelGone,
    ProviderUnavailable,
    RateLimited,
    StudioError,
    Unauthorized,
)
from activities.models import (
    Delivered,
    Job,
    JobStatus,
    ListedJob,
    Model,
    ModelCall,
    NotAccepted,
    OutputFile,
    OwnProvider,
    Picture,
    Provider,
    Request,
    Unanswered,
    Uploaded,
    account_of,
)
from activities.pipeline import KindJob, OwnKind
from workflows.pipeline import Kind, Params, Takes

__all__ = [
    "ContentPolicy",
    "Delivered",
    "InsufficientCredit",
    "InvalidInput",
    "Job",
    "JobFailed",
    "JobStatus",
    "Kind",
    "KindJob",
    "ListedJob",
    "Model",
    "ModelCall",
    "ModelGone",
    "NotAccepted",
    "OutputFile",
    "OwnKind",
    "OwnProvider",
    "Params",
    "Picture",
    "Provider",
    "ProviderUnavailable",
    "RateLimited",
    "Request",
    "StudioError",
    "Takes",
    "Unanswered",
    "Unauthorized",
    "Uploaded",
    "account_of",
]
