"""The modules of the product, by their names, and what tests look for in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
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


@dataclass(frozen=True)
class Seen:
    """What a module says of itself; (module, names) of its imports wherever they stand, "" for `import name`;
    and (line, arguments taken in order) of its constructors."""

    said: str | None
    imports: tuple[tuple[str, tuple[str, ...]], ...]
    constructors: tuple[tuple[int, int], ...]


@cache
def seen(path: Path) -> Seen:
    """Read once, for many tests ask; of the trees nothing is kept, for they are large."""
    tree = ast.parse(path.read_text())
    imports: list[tuple[str, tuple[str, ...]]] = []
    constructors: list[tuple[int, int]] = []
    for node in _statements(tree.body):
        if isinstance(node, ast.Import):
            imports.append(("", tuple(alias.name for alias in node.names)))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{path.name} imports by relative path"
            imports.append((node.module, tuple(alias.name for alias in node.names)))
        elif isinstance(node, ast.FunctionDef) and node.name == "__init__":
            taken = [*node.args.posonlyargs, *node.args.args][1:]
            constructors.append((node.lineno, len(taken)))
    return Seen(ast.get_docstring(tree), tuple(imports), tuple(constructors))


def _statements(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Those within others, too: an import or a constructor stands in no expression."""
    for node in body:
        yield node
        for inner in ("body", "orelse", "finalbody", "handlers", "cases"):
            yield from _statements(getattr(node, inner, ()))
