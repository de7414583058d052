"""How a package's face lets others have its names without loading more than they ask for.

It knows nothing of any floor, and so every floor may take it. It lies on this one, whose modules may import
no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

Face = tuple[list[str], Callable[[str], object]]


def lazily(package: str, places: Mapping[str, str]) -> Face:
    """The `__all__` and the `__getattr__` of a package (PEP 562): each name is taken from its module when it
    is asked for. `places` are the package's modules, by the path from it, and the names that each gives;
    those under an empty path are modules themselves."""
    where = {name: module for module, names in places.items() for name in names.split()}

    def taken(name: str) -> object:
        if name not in where:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        # Not by importlib: only this way is seen by the workflow sandbox, which must not have a second copy.
        module = __import__(f"{package}.{where[name] or name}", fromlist=[name])
        return getattr(module, name) if where[name] else module

    return sorted(where), taken
