"""A film that gets better cut by cut, as its progress tells it: a shot bought, one under way, one refused."""

from __future__ import annotations

from workflows.studio.report import Progress, RowProgress, StepProgress, VersionProgress

REFUSED = "the provider refused its words"


def step(shot: str, what: str, state: str, version: str = "") -> StepProgress:
    """Of the request's own version, or of another one."""
    name, label = f"{what}:{shot}", f"Beat 1/3 {shot} · {what}"
    if version:
        name, label = f"{name}@{version}", f"Beat 1/3 {shot} · {version} {what}"
    return StepProgress.model_validate({"name": name, "label": label, "state": state, "weight": 10})


def version(name: str, state: str, *, wanted: bool = False, shown: bool = False) -> VersionProgress:
    return VersionProgress.model_validate({"name": name, "state": state, "wanted": wanted, "shown": shown})


def row(shot: str, state: str, *, whole: bool = False, why: str = "", running: str = "") -> RowProgress:
    return RowProgress(
        id=shot,
        seconds=5,
        camera="dolly_in",
        steps=(
            step(shot, "storyboard", "made"),
            step(shot, "chunk 1", running or ("made" if whole else "waiting")),
            step(shot, "storyboard", "made", "animatic-1"),
            step(shot, "chunk 1", "made", "animatic-1"),
        ),
        versions=(
            version("animatic-1", "finished", shown=not whole),
            version("draft-1", state, wanted=True, shown=whole),
        ),
        why="" if whole else why or "it is not finished yet",
    )


FILM = Progress(
    status="rendering",
    beats=(
        row("hero_shot", "finished", whole=True),
        row("detail", "making", running="running"),
        row("brand", "failed", why=REFUSED),
    ),
    cut=2,
    delivered="videos/film-mug/cuts/2/film.mp4",
)
