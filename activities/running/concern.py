"""What the log says that an activity is about: its production, the shot and the step of that."""

from __future__ import annotations

from temporalio import activity

from infra.log_lines import About


def concern_of(args: tuple[object, ...]) -> About:
    """`args` are the activity's, its step last. A step of any wing names its shot by `beat_id` or in its
    `shot`, and in its `terms` what its production calls it; else it is called as its activity is."""
    info, step = activity.info(), args[-1] if args else None
    beat = getattr(getattr(step, "shot", None), "beat", None)
    return About(
        production=info.workflow_id or "",
        shot=getattr(step, "beat_id", "") or getattr(beat, "id", ""),
        step=getattr(getattr(step, "terms", None), "step", "") or info.activity_type,
    )
