"""Knows which release a worker is of, as the Temporal server is told."""

from __future__ import annotations

from importlib import metadata
from typing import TypedDict

from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import WorkerDeploymentConfig

from infra.settings import Settings


class Versioning(TypedDict, total=False):
    """Options of a worker."""

    build_id: str
    deployment_config: WorkerDeploymentConfig


def versioning_of(settings: Settings) -> Versioning:
    """By the build that is set, else by this release; pinned where the deployment has a name."""
    build_id = settings.build_id or _release()
    if settings.deployment is None:
        return {"build_id": build_id}
    version = WorkerDeploymentVersion(settings.deployment, build_id)
    # A film ends with the workers that began it, even if it waits for a person for weeks.
    config = WorkerDeploymentConfig(
        version=version,
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )
    return {"deployment_config": config}


def _release() -> str:
    # The SDK's own default reads and hashes the code of every loaded module: over a second at every start.
    try:
        return metadata.version("reelwright")
    except metadata.PackageNotFoundError:
        return "unreleased"
