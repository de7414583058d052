"""Faces: what a package promises, the names that others may use of it, and that they use no others."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from tests.support.modules import PACKAGES, PATHS, ROOT, seen

#: Packages whose names others take from the package itself, whichever of its modules they lie in.
FACES = sorted(
    name
    for name in PACKAGES
    if name == "starter" or (name.count(".") == 1 and not name.startswith("starter"))
)


def face_of(importer: str, module: str) -> str | None:
    """The package that has the module and not whoever imports it; None where both lie in it."""
    return next((one for one in FACES if within(one, module) and not within(one, importer)), None)


def within(package: str, name: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def taken(importer: str) -> list[tuple[str, str, str]]:
    """(module, name, face) of all that a module imports of other packages with a face."""
    found: list[tuple[str, str, str]] = []
    for of, there in seen(PATHS[importer]).imports:
        whole = [one.rpartition(".")[::2] for one in there if one in PATHS]
        for module, name in [(of, one) for one in there] if of else whole:
            inner = f"{module}.{name}"
            if face := face_of(importer, inner if inner in PATHS else module):
                found.append((module, name, face))
    return found


def test_every_package_says_what_it_promises() -> None:
    for name in PACKAGES:
        said = seen(PATHS[name]).said
        assert said and said[0].isupper() and said.endswith("."), name


@pytest.mark.parametrize("name", FACES)
def test_a_face_has_the_names_that_it_tells_of(name: str) -> None:
    face = importlib.import_module(name)
    imports = seen(PATHS[name]).imports
    told = {one: module for module, names in imports if within(name, module) for one in names}
    assert sorted(told) == face.__all__
    for each, module in told.items():
        assert getattr(face, each) is not None
        # Once a module is loaded, its package has it by its name, and would give it instead of what it holds.
        assert module == name or f"{name}.{each}" not in PATHS, f"{name} has a module {each}"


def test_others_import_from_the_face_and_only_what_it_has() -> None:
    for importer, (module, name, face) in ((each, one) for each in PATHS for one in taken(each)):
        if module == face.rpartition(".")[0]:
            # The face itself.
            continue
        assert module == face, f"{importer} takes {name} of {module}, past {face}"
        assert name in importlib.import_module(face).__all__, f"{face} does not have {name}"


def test_nothing_is_had_that_nobody_takes() -> None:
    used = {(face, name) for one in PATHS for _, name, face in taken(one)}
    # What only callers of the whole product take.
    used |= {("starter", name) for name in ("Batch", "Batches", "Film", "Films")}
    for face in FACES:
        unused = [name for name in importlib.import_module(face).__all__ if (face, name) not in used]
        assert not unused, f"nobody takes {unused} of {face}"


def test_faces_alone_load_no_module_behind_them() -> None:
    script = f"import sys, {', '.join(FACES)}; print(*sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, cwd=ROOT
    )
    loaded = {one for one in said.stdout.split() if any(within(face, one) for face in FACES)}
    assert loaded == set(FACES)
