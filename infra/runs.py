"""How runs of workflows are kept apart: each in a sandbox of the SDK's, which is entered only to run it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from temporalio.converter import SerializationContext, StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

if TYPE_CHECKING:
    from temporalio.bridge.proto.workflow_activation import WorkflowActivation
    from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
    from temporalio.workflow import Info


@dataclass(frozen=True)
class Sandboxed(SandboxedWorkflowRunner):
    """Runs workflows as the SDK's own does."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Run(super().create_instance(det))


class _Run(WorkflowInstance):
    """One run, whose payloads are encoded and stored alike wherever they go.

    The SDK enters the sandbox to ask where each payload goes, several times each, on the event loop: that was
    1 to 2 ms of every step. Ours (`infra.temporal`) has no codec and no storage to be told; one that looks at
    its context needs this to answer as the SDK does. What a run converts itself knows its context as ever.
    """

    def __init__(self, run: WorkflowInstance) -> None:
        self._run = run

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        return self._run.activate(act)

    def get_serialization_context(self, command_info: object) -> SerializationContext | None:
        return None

    def get_external_store_context(self, command_info: object) -> StorageDriverStoreContext:
        return StorageDriverStoreContext(target=None)

    def get_info(self) -> Info:
        return self._run.get_info()

    def get_thread_id(self) -> int | None:
        # By it the SDK finds what a run hangs in.
        return self._run.get_thread_id()
