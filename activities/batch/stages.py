"""All activities of a batch, and where each is hosted."""

from __future__ import annotations

from activities.batch import account, admission, report

STAGES = (*account.STAGES, *admission.STAGES, *report.STAGES)
