"""Records the schema of a release, which that of every later one is compared with: `python -m
tests.record_schema`. To be run when a release is made, not when its schema changes."""

from __future__ import annotations

import json
from pathlib import Path

from starter.schema import published

RELEASED = Path(__file__).parent / "released" / "schema.json"


def main() -> None:
    RELEASED.parent.mkdir(exist_ok=True)
    RELEASED.write_text(json.dumps(published(), indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
