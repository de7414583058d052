"""Knows what every kind of production is asked by Nexus, beside what is its own."""

from __future__ import annotations

from typing import Any, ClassVar

from nexusrpc.handler import StartOperationContext, sync_operation
from temporalio.common import RawValue

from activities.service.asking import Kind
from activities.starting import Update
from activities.studio import Studio
from workflows.service import Decided, Found
from workflows.studio import Progress


class Steered:
    """What the service of one `kind` answers, whichever it is. In `studio` stands what was made before."""

    kind: ClassVar[Kind[Any, Any]]

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    async def check(self, request: Any, id: str, update: Update) -> None:
        """Raises `ApplicationError` for what another run of what was asked for so would refuse."""

    async def decide(self, context: StartOperationContext, name: str, sent: RawValue) -> Decided:
        return await self.kind.decide(context, name, sent, self.check)

    @sync_operation
    async def find(self, context: StartOperationContext, sent: RawValue) -> Found:
        return await self.kind.find(sent)

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
        return await self.decide(context, "set_budget", sent)

    @sync_operation
    async def accept_risk(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await self.decide(context, "accept_risk", sent)

    @sync_operation
    async def give_up(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await self.decide(context, "give_up", sent)

    @sync_operation
    async def approve(self, context: StartOperationContext, sent: RawValue) -> Decided:
        return await self.decide(context, "approve", sent)
