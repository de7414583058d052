"""Films that an earlier release finished: all that it left of them in the ledger and in the bucket.

What lies in the bucket is told by its length alone, but for plans: of what is found, no byte is read.
"""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
from temporalio.client import Client

from activities.models.available import open_providers
from activities.storage.objects import ObjectStore
from activities.studio.studio import Studio
from activities.wiring import Parts, open_studio
from infra.embedded.stack import Stack
from infra.settings import Settings
from starter.films import Films
from tests.support.paid import TIMES
from tests.support.plain import Plain
from worker import hosting, make_workers
from workflows.film.contract import VideoRequest

FOLDER = Path(__file__).parents[1] / "finished"
#: Parents before what refers to them.
TABLES = (
    "render",
    "attempt",
    "film",
    "film_profile",
    "film_plan",
    "film_wording",
    "film_model",
    "film_choice",
    "film_edit",
    "film_cut",
    "film_version",
)
#: Rows by table.
Tables = dict[str, list[dict[str, Any]]]
#: What is read of the bucket, also where everything is found.
_READ = ("plan", "plan_answer", "plan_repair")


@dataclass(frozen=True)
class Finished:
    """`tables` are rows by table; `objects` are the bucket's, by key: their length, or their bytes."""

    film: str
    request: VideoRequest
    tables: Tables
    objects: dict[str, int | bytes]

    @property
    def engines(self) -> dict[str, str]:
        """The engine of what was made, by operation."""
        recipes = [row["recipe"] for row in self.tables["render"]]
        return {recipe["operation"]: recipe["engine"] for recipe in recipes}

    @property
    def keys(self) -> set[str]:
        return {row["key"] for row in self.tables["render"]}

    @classmethod
    def read(cls, path: Path) -> Finished:
        told = json.loads(path.read_text())
        objects = {
            key: base64.b64decode(said) if isinstance(said, str) else said
            for key, said in told["objects"].items()
        }
        return cls(
            told["film"],
            VideoRequest.model_validate_json(json.dumps(told["request"])),
            told["tables"],
            objects,
        )

    def write(self, path: Path) -> None:
        objects = {
            key: base64.b64encode(said).decode() if isinstance(said, bytes) else said
            for key, said in self.objects.items()
        }
        told = {
            "film": self.film,
            "request": self.request.model_dump(mode="json", exclude_defaults=True),
            "tables": self.tables,
            "objects": objects,
        }
        path.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n")

    async def restore(self, database_url: str, store: ObjectStore, folder: Path) -> None:
        """Puts all of it where the release left it."""
        connection = await asyncpg.connect(database_url)
        for table in TABLES:
            for row in self.tables.get(table, ()):
                columns = ", ".join(row)
                await connection.execute(
                    f"INSERT INTO {table} ({columns}) SELECT {columns} "
                    f"FROM jsonb_populate_record(NULL::{table}, $1::text::jsonb) ON CONFLICT DO NOTHING",
                    json.dumps(row),
                )
        await connection.close()
        for key, said in self.objects.items():
            path = folder / "object"
            path.write_bytes(said if isinstance(said, bytes) else b"\0" * said)
            # By way of another name, for these bytes have not the digest that the key says.
            await store.copy(await store.put_file(path, "application/octet-stream"), key)
        for cut in self.tables.get("film_cut", ()):
            # Delivered is delivered: it is not made again from what lies here without its bytes.
            await store.put_text("", "video/mp4", f"videos/{cut['film']}/cuts/{cut['number']}/film.mp4")


async def rows_of(database_url: str, *tables: str) -> Tables:
    """All rows of the ledger and of what is kept of films, or of these tables only."""
    connection = await asyncpg.connect(database_url)
    found = {
        table: [
            json.loads(row[0]) for row in await connection.fetch(f"SELECT to_jsonb(t)::text FROM {table} t")
        ]
        for table in tables or TABLES
    }
    await connection.close()
    return found


async def recipes_of(database_url: str) -> dict[str, dict[str, Any]]:
    """All recipes that the ledger knows, by key."""
    return {row["key"]: row["recipe"] for row in (await rows_of(database_url, "render"))["render"]}


async def left_by(
    film: str,
    request: VideoRequest,
    tables: Tables,
    store: ObjectStore,
    uploads: Sequence[str],
    folder: Path,
) -> Finished:
    """What is left of a film: these rows, and the objects that they name."""
    objects: dict[str, int | bytes] = {}
    for row in [row for row in tables["render"] if row["state"] == "done"]:
        facts = row["facts"]
        for object, media in (
            (row["object"], facts["media"]),
            *((part["object"], part["media"]) for part in facts["parts"].values()),
        ):
            objects[object] = media["bytes"]
        if row["recipe"]["operation"] in _READ:
            await store.get_file(row["object"], folder / "read")
            objects[row["object"]] = (folder / "read").read_bytes()
    for upload in uploads:
        objects[upload] = await store.size(upload) or 0
    return Finished(film, request, tables, objects)


@asynccontextmanager
async def quick_studio(
    stack: Stack, settings: Settings, client: Client, standins: str
) -> AsyncIterator[tuple[Studio, Films]]:
    """A studio on the stand-ins whose animatic is the plain one: no release draws that otherwise."""
    quick = settings.model_copy(update={"standins": True, "requests_per_minute": 6000})
    plain = Plain()
    parts = Parts(providers=open_providers(quick, standins), times=TIMES, local_models={plain.name: plain})
    near = replace(stack, standins=standins)
    async with open_studio(near, quick, parts) as studio, hosting(make_workers(client, studio, quick)):
        yield studio, Films(client)
