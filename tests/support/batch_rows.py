"""What the database says of batches, and of what their items have cost."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import asyncpg


class BatchRows:
    def __init__(self, database_url: str) -> None:
        self._url = database_url

    async def rows(self, batch: str) -> list[dict[str, Any]]:
        """Its items, in order."""
        return await self.asked("SELECT * FROM batch_item WHERE batch = $1 ORDER BY number", batch)

    async def states(self, batch: str) -> dict[int, str]:
        return {row["number"]: row["state"] for row in await self.rows(batch)}

    async def paid(self, items: Iterable[str]) -> Decimal:
        """What the ledger says that these have cost, USD."""
        sum_of = "SELECT coalesce(sum(coalesce(cost, estimate)), 0) AS usd FROM attempt WHERE payer = ANY($1)"
        usd: Decimal = (await self.asked(sum_of, list(items)))[0]["usd"]
        return usd

    async def asked(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """Anything else."""
        connection = await asyncpg.connect(self._url)
        try:
            return [dict(row) for row in await connection.fetch(statement, *values)]
        finally:
            await connection.close()
