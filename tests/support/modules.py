"""The modules of the product, by their names."""

from __future__ import annotations

from pathlib import Path

import worker

ROOT = Path(worker.__file__).parent
#: The top-level names, and how high each stands above the ground.
FLOORS = {"workflows": 0, "infra": 0, "activities": 1, "worker": 2, "starter": 3}


def _name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


PATHS = {
    _name_of(path): path
    for path in (ROOT / "worker.py", *(one for floor in FLOORS for one in (ROOT / floor).rglob("*.py")))
}
PACKAGES = {name for name, path in PATHS.items() if path.name == "__init__.py"}
