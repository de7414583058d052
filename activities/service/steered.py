"""Knows what every kind of production is asked by Nexus, beside what is its own."""

from __future__ import annotations

from typing import Any, ClassVar

from nexusrpc.handler import StartOperationContext, sync_operation
from temporalio.common import RawValue

from activities.service.asking import Kind
from workflows.service import Decided
from workflows.studio import Progress


class Steered:
    """What the service of one `kind` answers, whichever it is."""

    kind: ClassVar[Kind[Any, Any]]

    @sync_operation
    async def progress(self, context: StartOperationContext, sent: RawValue) -> Progress:
        told: Progress = await self.kind.progress(sent)
        return told

    @sync_operation
    async def pause(self, context: StartOperationContext, sent: RawValue) -> None:
        await self.kind.signal("pause", sent)

    @sync_operation
    async def resume(self, context: StartOperationContext, sent: RawValue) -> None:
        await self.kind.signal("resume", sent)

    @sync_operation
    async def stop(self, context: StartOperationContext, sent: RawValue) -> None:
        await self.kind.signal("stop", sent)

    @sync_operation
    async def set_budget(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await self.kind.decide(context, "set_budget", sent)

    @sync_operation
    async def accept_risk(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await self.kind.decide(context, "accept_risk", sent)

    @sync_operation
    async def give_up(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await self.kind.decide(context, "give_up", sent)

    @sync_operation
    async def approve(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await self.kind.decide(context, "approve", sent)
