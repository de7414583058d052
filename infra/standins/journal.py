"""What the stand-ins keep on disk: an append-only journal of facts, and each long thing once, by hash."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from pydantic import JsonValue

from infra.private import private_file, private_folder, write_private

# An image that is sent inline is hundreds of kilobytes, and a film sends the same one many times.
LONG = 2_000


class Journal:
    """One folder. A line is written before the answer that depends on it, so that a killed server still
    knows every job it has accepted; the page cache outlives a process, so nothing is synced."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / "journal.jsonl"
        self._blobs = folder / "blobs"
        private_folder(self._blobs)
        self._seal()

    def _seal(self) -> None:
        # A kill in the middle of a write leaves half a line, and the next line must not continue it.
        if self._file.exists() and not self._file.read_bytes().endswith(b"\n"):
            self.write({})

    def write(self, fact: dict[str, JsonValue]) -> None:
        """Append one fact."""
        with private_file(self._file, "ab") as file:
            file.write(json.dumps(fact, separators=(",", ":")).encode() + b"\n")

    def facts(self) -> Iterator[dict[str, JsonValue]]:
        """All facts, oldest first; what a kill left half written is passed over."""
        if not self._file.exists():
            return
        with self._file.open("rb") as file:
            for line in file:
                try:
                    fact = json.loads(line)
                except ValueError:
                    continue
                if fact:
                    yield fact

    def clear(self) -> None:
        """Forget all facts. What they named stays, for the same may be named again."""
        self._file.unlink(missing_ok=True)

    def secret(self) -> bytes:
        """The key of this folder's signatures, drawn once."""
        path = self.folder / "secret"
        if not path.exists():
            write_private(path, secrets.token_hex(32))
        return path.read_bytes()

    def keep(self, data: bytes) -> str:
        """Keep these bytes; returns their SHA-256, in hex."""
        name = hashlib.sha256(data).hexdigest()
        path = self._blobs / name
        if not path.exists():
            draft = path.with_name(f".{name}.{os.getpid()}")
            with private_file(draft, "wb") as file:
                file.write(data)
            draft.replace(path)
        return name

    def kept(self, name: str) -> bytes:
        """The bytes of this hash. Raises FileNotFoundError."""
        if not name.isalnum():
            raise FileNotFoundError(name)
        return (self._blobs / name).read_bytes()

    def packed(self, value: JsonValue) -> JsonValue:
        """The value with every long string kept apart."""
        match value:
            case str() if len(value) > LONG:
                return {"$long": self.keep(value.encode())}
            case dict():
                return {name: self.packed(item) for name, item in value.items()}
            case list():
                return [self.packed(item) for item in value]
            case _:
                return value

    def unpacked(self, value: JsonValue) -> JsonValue:
        """What `packed` was given."""
        match value:
            case {"$long": str(name), **rest} if not rest:
                return self.kept(name).decode()
            case dict():
                return {name: self.unpacked(item) for name, item in value.items()}
            case list():
                return [self.unpacked(item) for item in value]
            case _:
                return value


def shown(value: JsonValue) -> JsonValue:
    """A packed value for people and for comparison: `sha256:<hex>` where a long string stood."""
    match value:
        case {"$long": str(name), **rest} if not rest:
            return f"sha256:{name}"
        case dict():
            return {name: shown(item) for name, item in value.items()}
        case list():
            return [shown(item) for item in value]
        case _:
            return value
