"""A batch's file is read whole before anything is sent: what is asked for, and every line that is wrong."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from activities.batch.pricing import Problems
from starter.batch_file import opened, read_template
from workflows.studio import InvalidRequest

TEMPLATE: dict[str, Any] = {"prompt": "A film about a ${product}", "duration_s": "${seconds}"}


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_the_request_of_a_file_follows_from_its_content_and_its_name(tmp_path: Path) -> None:
    text = "Product;Seconds\nmug;5\nlamp;\nmug;5\n"
    path = written(tmp_path, "autumn_catalogue.csv", text)
    with opened(path, TEMPLATE, budget_usd=Decimal("7.5"), labels=["spring"]) as found:
        key = f"uploads/{hashlib.sha256(text.encode()).hexdigest()}.csv"
        assert (found.table.key, found.request.source, found.table.mime) == (key, key, "text/csv")
        assert (found.items, found.lines, found.table.path.read_text()) == (2, 3, text)
        assert (found.request.name, str(found.request.budget_usd)) == ("autumn catalogue", "7.5")
        assert found.id.startswith("batch-autumn-catalogue-")
        first = found.id
    path.rename(tmp_path / "other.txt")
    with opened(tmp_path / "other.txt", TEMPLATE, name="Autumn catalogue", max_running=3) as found:
        assert found.request.source == key and found.id != first, "people named it otherwise"
    with opened(written(tmp_path, "films", '{"prompt": "A mug"}\n')) as found:
        assert found.table.key.endswith(".jsonl") and found.items == 1


def test_every_wrong_line_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "mugs.csv", "product,seconds\n" + "mug,5\n" + "mug,soon\n" * 150)
    with pytest.raises(InvalidRequest) as refused, opened(path, TEMPLATE):
        pass
    fields = refused.value.fields
    assert len(fields) == Problems.MOST + 1
    assert [one.field for one in fields[:2]] == ["line 3: duration_s", "line 4: duration_s"]
    assert fields[-1].problem == "50 more problems"


@pytest.mark.parametrize(
    ("text", "asked", "field"),
    [
        ("", {}, "file"),
        ("product,seconds\n", {}, "mugs.csv"),
        ("name,seconds\nmug,5\n", {}, "template.prompt"),
        ("product,seconds\nmug,5\n", {"production": "batch"}, "production"),
        ("product,seconds\nmug,5\n", {"max_running": 1000}, "max_running"),
        ("product,seconds\nmug,5\n", {"template": None}, "template"),
    ],
)
def test_a_file_of_which_nothing_can_be_made_is_refused(
    tmp_path: Path, text: str, asked: dict[str, Any], field: str
) -> None:
    path = written(tmp_path, "mugs.csv", text)
    template = asked.pop("template", TEMPLATE)
    with pytest.raises(InvalidRequest) as refused, opened(path, template, **asked):
        pass
    assert refused.value.fields[0].field.endswith(field)


def test_what_is_no_file_and_no_template_is_told_by_its_name(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(InvalidRequest, match="cannot be read"), opened(path, TEMPLATE):
            pass
    for text in ("[]", "{", "\udcff"):
        path = tmp_path / "template.json"
        path.write_bytes(text.encode(errors="surrogateescape"))
        with pytest.raises(InvalidRequest, match=r"^template: "):
            read_template(str(path))
    path.write_text("\ufeff" + json.dumps(TEMPLATE))
    assert read_template(str(path)) == TEMPLATE
