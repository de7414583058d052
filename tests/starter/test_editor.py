"""A plan in an editor: what was written there is never lost, and what was not leaves nothing behind."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from starter.editor import edited_file, in_editor
from workflows.studio import FieldProblem, InvalidRequest

PLAN = {"beats": [{"id": "hero_shot", "title": "Größe"}]}
WRONG = InvalidRequest([FieldProblem(field="plan", problem="is wrong", suggestion="mend it")])


async def edit(
    monkeypatch: pytest.MonkeyPatch, folder: Path, script: str, after: Exception | None = None
) -> object:
    """What an editor that runs this script leaves; `after` is raised of it."""
    editor = folder / "my editor.py"
    editor.write_text(f"import sys\npath = sys.argv[1]\n{script}\n")
    monkeypatch.setenv("VISUAL", f"{sys.executable} '{editor}'")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    with edited_file(PLAN, "a film/of mine") as path:
        said = await in_editor(path)
        if after:
            raise after
        return said


async def test_what_is_written_comes_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert await edit(monkeypatch, tmp_path, "") == PLAN
    assert not list(tmp_path.glob("*.json"))


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("open(path, 'w').write('{')", r"is not JSON.*\n.*what you wrote is kept in "),
        ("open(path, 'a').write(' ')", r"is wrong.*\n.*what you wrote is kept in "),
        ("sys.exit(3)", "edit: the editor .* ended with 3"),
    ],
)
async def test_what_cannot_be_used_is_kept_where_something_was_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, said: str
) -> None:
    with pytest.raises(InvalidRequest, match=said) as error:
        await edit(monkeypatch, tmp_path, script, WRONG)
    kept = list(tmp_path.glob("*.json"))
    assert len(kept) == ("open" in script) and all(str(path) in str(error.value) for path in kept)
