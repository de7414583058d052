"""A provider that washes a sheet in a colour of the prompt, and a kind that mirrors a picture.

A real one asks a server in `submit`; this one has the answer itself, at once.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from PIL import Image, ImageOps

from activities.extending import (
    Delivered,
    Job,
    JobStatus,
    Kind,
    KindJob,
    ListedJob,
    Model,
    ModelCall,
    OutputFile,
    OwnKind,
    OwnProvider,
    Params,
    Picture,
    Request,
    Takes,
    Uploaded,
    account_of,
)

ENTRIES = """
[providers.inkwell]
needs = ["INKWELL_KEY"]
refusals = [400, 401, 404, 422]
requests_per_minute = 600
sources = ["https://inkwell.example/docs"]

[models.inkwell-wash]
provider = "inkwell"
work = "waits"
kind = "image"
price_usd = "unknown"
endpoint = "wash-1"
ledger = "synchronous"
parameters = { prompt = "text", aspect = "sheet" }
aspects = { "16:9" = "wide", "9:16" = "tall", "1:1" = "square" }
sources = ["https://inkwell.example/docs/wash"]
"""
_SHEETS = {"wide": (320, 180), "tall": (180, 320), "square": (240, 240)}


class Inkwell:
    """Keeps nothing between calls."""

    name = "inkwell"

    def __init__(self, key: str) -> None:
        self.account = account_of(key)

    def request(self, call: ModelCall, tag: str) -> Request:
        return Request(call.model, tag, call.named(call.values()))

    async def submit(self, request: Request, timeout_s: float) -> Job | Delivered:
        sheet, drawn = _SHEETS[str(request.body.get("sheet", "wide"))], io.BytesIO()
        ink = zlib.crc32(str(request.body["text"]).encode())
        paper = Image.new("RGB", sheet, (ink & 255, ink >> 8 & 255, ink >> 16 & 255))
        paper.paste("white", (0, 0, sheet[0] // 3, sheet[1]))
        paper.save(drawn, "PNG")
        return Delivered([OutputFile("image/png", data=drawn.getvalue())])

    async def poll(self, model: Model, job: Job) -> JobStatus:
        return JobStatus("gone")

    async def cancel(self, model: Model, job: Job) -> None: ...

    async def listed(self, model: Model, since: datetime) -> Sequence[ListedJob]:
        return ()

    async def upload(self, picture: Picture) -> Uploaded | None:
        return None

    async def close(self) -> None: ...


def _open(keys: Mapping[str, str], refusals: frozenset[int]) -> Inkwell:
    return Inkwell(keys["INKWELL_KEY"])


class Mirrored(Params):
    along: Literal["x", "y"] = "x"


def _mirror(job: KindJob) -> None:
    assert isinstance(job.params, Mirrored)
    with Image.open(job.files["image"][0]) as picture:
        turned = ImageOps.mirror(picture) if job.params.along == "x" else ImageOps.flip(picture)
        turned.save(job.out, "PNG")


PROVIDER = OwnProvider(ENTRIES, _open)
MIRROR = OwnKind(Kind({"image": Takes(("image",))}, "image", Mirrored), "inkwell 1", _mirror)
