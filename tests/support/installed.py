"""A package put where Python finds it, as an installer leaves it: its modules and its metadata."""

from __future__ import annotations

import importlib
import shutil
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.plugs import plugs


def install(source: Path, into: Path) -> None:
    """What `uv pip install --target INTO SOURCE` would do for a package of modules without an own build."""
    project = tomllib.loads((source / "pyproject.toml").read_text())["project"]
    about = into / f"{project['name']}-{project['version']}.dist-info"
    about.mkdir(parents=True)
    for module in source.glob("*.py"):
        if module.stem != "__init__":
            shutil.copy(module, into)
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    points = [
        f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in those.items())
        for group, those in project["entry-points"].items()
    ]
    (about / "entry_points.txt").write_text("\n".join(points))


@contextmanager
def found(folder: Path) -> Iterator[None]:
    """This process finds what is installed there, until the end of it."""
    before = {*sys.modules}
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    plugs.cache_clear()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        plugs.cache_clear()
        for name in {*sys.modules} - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(str(folder)):
                del sys.modules[name]
