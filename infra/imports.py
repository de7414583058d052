"""Keeps the compiled code of modules that are imported again and again.

The workflow sandbox imports a workflow's modules anew for every run. Where Python may write no bytecode
beside them (`PYTHONDONTWRITEBYTECODE`, as most container images set it, or a directory of another user) each
of these imports would compile their source: a run of a film took 73 ms for its imports instead of 33.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import ClassVar


class _Compiled(SourceFileLoader):
    """Reads a module's code once a process: what is edited meanwhile is seen by the next process, as any
    module that was imported before."""

    codes: ClassVar[dict[str, CodeType | None]] = {}

    def get_code(self, fullname: str) -> CodeType | None:
        if self.path not in self.codes:
            self.codes[self.path] = super().get_code(fullname)
        return self.codes[self.path]


class _Finder(MetaPathFinder):
    """Finds modules of one package as Python does, and gives them a loader that compiles once."""

    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] != self.package:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and type(spec.loader) is SourceFileLoader:
            spec.loader = _Compiled(spec.loader.name, spec.loader.path)
        return spec


def compile_once(package: str) -> None:
    """From now on, every import of a module of the package takes the code that the first one has compiled.
    Call it before a worker starts; again, it does nothing."""
    finders = [one for one in sys.meta_path if isinstance(one, _Finder)]
    if all(one.package != package for one in finders):
        sys.meta_path.insert(0, _Finder(package))
