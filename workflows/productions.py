"""Every kind of production. Who starts or steers one looks here, and at no wing."""

from __future__ import annotations

from typing import Any

from workflows.batch import BATCH
from workflows.film import FILM
from workflows.pipeline import PIPELINE
from workflows.studio import Production

#: By the registered name of the workflow.
PRODUCTIONS: dict[str, Production[Any, Any]] = {one.workflow: one for one in (FILM, BATCH, PIPELINE)}
