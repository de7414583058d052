"""What a service says of a file that it wants to hand in, and what it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from workflows.studio import Asked, Facts, FieldProblem, Rules, malformed, parsed

#: Under which name the workflow is registered.
UPLOAD = "UploadWorkflow"
#: A photo of a good camera has 5 to 15 MB, and takes half a gigabyte here; a video is only looked through,
#: and a table read line by line.
MOST_BYTES: Mapping[str, int] = {"image": 20_000_000, "video": 200_000_000, "table": 256_000_000}

ContentType = Literal[
    "image/png",
    "image/jpeg",
    "image/webp",
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "text/csv",
    "application/x-ndjson",
]
_TABLES = ("text/csv", "application/x-ndjson")

_SMALLER: Mapping[str, str] = {
    "image": "save it smaller, or as JPEG",
    "video": "cut it, or save it smaller",
    "table": "cut it in parts",
}
_EXAMPLE = (
    'send one JSON object such as {"bytes": 48213, "content_type": "image/jpeg", "sha256": "<64 digits>"}'
)


class UploadRequest(Asked):
    """What `UploadWorkflow` takes: the file before it comes. What then comes is held to it, byte by byte."""

    bytes: Annotated[int, Field(ge=1, le=max(MOST_BYTES.values()))] = Field(
        description="Its size: of an image at most 20,000,000, of a video 200,000,000."
    )
    content_type: ContentType
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] = Field(
        description="Of its bytes, in 64 small hexadecimal digits."
    )

    @property
    def kind(self) -> str:
        """`image`, `video` or `table`."""
        return _kind(self.content_type)


class Signed(Facts):
    """A link to put one file with; `headers` have to be sent as they are."""

    url: str
    headers: Mapping[str, str]
    expires: datetime


#: By this name a worker hands `UploadWorkflow` what signs, outside of its sandbox: from the object's key and
#: what is to come there to a link.
SIGN = "reelwright.sign_upload"
Sign = Callable[[str, UploadRequest], Signed]


class UploadLink(Facts):
    """Where the file goes, by a PUT; or, once it is here, what it is called."""

    url: str | None = Field(default=None, description="To PUT the file to; null once it is here.")
    headers: Mapping[str, str] = Field(default={}, description="To be sent with it, as they are.")
    expires: datetime | None = Field(default=None, description="Until when; ask again for another.")
    source: str | None = Field(
        default=None, description="What requests call it: null until it has come and was looked at."
    )


class Uploaded(Facts):
    """A file that was handed in. The same file has the same `source`, whoever hands it in."""

    source: str = Field(description="What requests call it.")
    content_type: str = Field(description="As it is kept: every image is a PNG of its pixels.")
    bytes: int
    width: int = Field(description="In pixels; of a table 0, and so its height.")
    height: int
    seconds: float | None = Field(default=None, description="Of a video.")


def parse_request(data: bytes | None) -> UploadRequest:
    """The request in `data`, raw JSON in UTF-8; None when no argument was sent. Raises `InvalidRequest`."""
    return parsed(data, Rules(UploadRequest, _EXAMPLE, _meant, _own))


def _meant(value: dict[str, Any]) -> Iterator[FieldProblem]:
    size, kind = value.get("bytes"), _kind(str(value.get("content_type")))
    most = MOST_BYTES.get(kind, max(MOST_BYTES.values()))
    if isinstance(size, int) and most < size <= max(MOST_BYTES.values()):
        problem = f"{'an' if kind == 'image' else 'a'} {kind} has at most {most:,} bytes"
        yield FieldProblem(field="bytes", problem=problem, suggestion=_SMALLER[kind])


def _kind(content_type: str) -> str:
    return "table" if content_type in _TABLES else content_type.partition("/")[0]


def _own(field: str, kind: str, given: Any) -> tuple[str, str] | None:
    if field == "sha256" and kind == "string_pattern_mismatch":
        return malformed(given, "the SHA-256 of the file, in 64 small hexadecimal digits")
    return None
