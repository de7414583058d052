"""The ledger stays quick as it grows: no statement reads a whole table, whatever the planner assumes."""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncIterator, Iterator
from types import ModuleType

import asyncpg
import pytest
import pytest_asyncio

from activities.film import origins
from activities.ledger import letting_go
from activities.ledger import orphan_rows as sweep_rows
from activities.ledger import renders as ledger
from activities.ledger import statements as paid_statements
from activities.studio import cuts, memory
from infra.embedded.stack import Stack
from infra.schema import migrate
from tests.support.databases import database_of_its_own

ROWS = 20_000
# A studio that has run for a year: nearly all of it is done, a little is under way, lost or in doubt.
FILL = """
INSERT INTO render (key, recipe, state, object, owner, done_at)
SELECT md5(i::text), '{{}}', CASE WHEN i % 500 = 0 THEN 'open' ELSE 'done' END, 'renders/' || i,
       CASE WHEN i % 500 = 0 THEN 'instance:' || i END, clock_timestamp()
  FROM generate_series(1, {rows}) AS i;
INSERT INTO attempt (key, n, tag, epoch, phase, provider, account, model, fingerprint, request, intent_at,
                     settle_at, job_id, estimate, payer)
SELECT md5(i::text), 1, gen_random_uuid(), 1,
       CASE WHEN i % 500 = 0 THEN 'running' WHEN i % 701 = 0 THEN 'stray' ELSE 'stored' END,
       'replicate', 'acct', 'm', md5('sent' || i), '{{}}', clock_timestamp() - make_interval(mins => i),
       clock_timestamp(), CASE WHEN i % 500 = 0 OR i % 3 > 0 OR i % 701 = 0 THEN 'job-' || i END, 1,
       'film-' || i % 900
  FROM generate_series(1, {rows}) AS i;
ANALYZE render; ANALYZE attempt;
"""
SEQUENTIAL = re.compile(r"Seq Scan on (?:render|attempt)\b.*")


def statements(*modules: ModuleType) -> Iterator[tuple[str, str]]:
    """Every statement that the modules send, by its name; fragments are none."""
    for module in modules:
        for name, value in inspect.getmembers(module):
            if (
                name.isupper()
                and isinstance(value, str)
                and re.match(r"\s*(SELECT|UPDATE|INSERT|WITH)", value)
            ):
                yield name, value


STATEMENTS = dict(statements(ledger, paid_statements, sweep_rows, memory, origins, cuts, letting_go))


@pytest_asyncio.fixture(scope="module")
async def grown(stack: Stack) -> AsyncIterator[asyncpg.Connection]:
    """A ledger of its own with a year's rows."""
    async with database_of_its_own(stack) as url:
        await migrate(url)
        connection = await asyncpg.connect(url)
        await connection.execute(FILL.format(rows=ROWS))
        yield connection
        await connection.close()


def test_all_statements_are_looked_at() -> None:
    assert len(STATEMENTS) >= 28 and {"DUE", "MEANT", "RELEASE_INSTANCE", "SETTLE"} <= set(STATEMENTS)


async def plan_of(connection: asyncpg.Connection, statement: str) -> str:
    """The plan that PostgreSQL keeps once it has met the statement a few times: it knows no values."""
    values = ["NULL"] * len(set(re.findall(r"\$\d+", statement)))
    call = f"looked_at({', '.join(values)})" if values else "looked_at"
    async with connection.transaction():
        await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        await connection.execute(f"PREPARE looked_at AS {statement}")
        rows = await connection.fetch(f"EXPLAIN EXECUTE {call}")
        await connection.execute("DEALLOCATE looked_at")
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("name", sorted(STATEMENTS))
async def test_no_statement_reads_a_whole_table(grown: asyncpg.Connection, name: str) -> None:
    plan = await plan_of(grown, STATEMENTS[name])
    assert not SEQUENTIAL.search(plan), plan


async def test_a_whole_read_would_be_noticed(grown: asyncpg.Connection) -> None:
    assert SEQUENTIAL.search(await plan_of(grown, "SELECT key FROM attempt WHERE model = $1"))
